// SPDX-License-Identifier: Apache-2.0
#include "lang/versus.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <vector>

#include "lang/plan.h"
#include "schema/write.h"

namespace lang {
namespace {

std::string interpreter() {
  const char* named = std::getenv("YETT_PYTHON");
  return named != nullptr ? named : "/usr/bin/python3";
}

bool write_all(int to, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(to, text.data(), text.size());
    if (n <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}
bool read_all(int from, char* to, std::size_t count) {
  while (count > 0) {
    const ssize_t n = ::read(from, to, count);
    if (n <= 0) return false;
    to += n;
    count -= static_cast<std::size_t>(n);
  }
  return true;
}

class Nobody : public Host {
 public:
  Answer call(const Call&) override { return {}; }
};

}  // namespace

std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::unique_ptr<CPython> CPython::start(const std::string& preamble) {
  std::array<int, 2> to{}, from{};
  if (::pipe2(to.data(), O_CLOEXEC) != 0 || ::pipe2(from.data(), O_CLOEXEC) != 0) return nullptr;
  std::string program = interpreter(), script = YETT_SOURCE_DIR "/tests/lang/cpython.py";
  std::string isolated = "-I";
  std::array<char*, 4> argv{program.data(), isolated.data(), script.data(), nullptr};
  posix_spawn_file_actions_t files{};
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, to[0], 0);
  posix_spawn_file_actions_adddup2(&files, from[1], 1);
  pid_t child = 0;
  const int failed = posix_spawn(&child, program.c_str(), &files, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  ::close(to[0]);
  ::close(from[1]);
  if (failed != 0) {
    ::close(to[1]);
    ::close(from[0]);
    return nullptr;
  }
  std::unique_ptr<CPython> made(new CPython(to[1], from[0], child));
  if (!made->send(preamble)) return nullptr;
  const std::string version = made->run("import sys\nprint(sys.version_info[:2])");
  return version == "(3, 11)\nfinal null" ? std::move(made) : nullptr;
}

CPython::~CPython() {
  ::close(in_);
  ::close(out_);
  ::waitpid(child_, nullptr, 0);
}

bool CPython::send(const std::string& text) const {
  return write_all(in_, std::to_string(text.size()) + "\n" + text);
}

std::string CPython::run(const std::string& program) {
  if (!send(program)) return {};
  std::string size;
  for (char c = 0; read_all(out_, &c, 1) && c != '\n';) size += c;
  if (size.empty()) return {};
  std::string out(std::stoul(size), '\0');
  return read_all(out_, out.data(), out.size()) ? out : std::string();
}

bool agree(const std::string& ours, const std::string& theirs) {
  return ours == theirs || (ours.starts_with("refused ") && theirs == "raised SyntaxError");
}

std::optional<std::string> run_plan(const std::string& program) {
  label::Table table;
  Nobody host;
  const auto checked = Plan::check(program, {});
  if (const auto* problem = std::get_if<Problem>(&checked))
    return "refused " + render(*problem, program);
  Machine machine(std::get<Plan>(checked), table);
  const Outcome out = machine.run(host);
  if (out.kind == Outcome::Kind::kLimit) return std::nullopt;
  if (out.kind == Outcome::Kind::kDone) return out.output + "final " + schema::write(out.value);
  return out.output + "raised " + out.error;
}

}  // namespace lang
