// SPDX-License-Identifier: Apache-2.0
// transcript [--bin DIR] FILE: runs the commands of a transcript (see transcript.h) in a fresh
// folder, which is also HOME, with DIR first on the PATH, and shows the first difference.
#include "transcript.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/fd.h"

namespace {

namespace fs = std::filesystem;

struct Outcome {
  std::vector<std::string> lines;
  int status = 0;
};

std::vector<std::string> read_lines(int fd) {
  std::string text;
  char buffer[4096];
  for (ssize_t n = 0; (n = ::read(fd, buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(n));
  }
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

// Runs one command line in the current folder; both output streams arrive as one.
base::Result<Outcome> run(const std::string& command, const std::vector<std::string>& environment) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return base::io_error("pipe2", errno);
  const base::Fd reading(ends[0]);
  base::Fd writing(ends[1]);
  posix_spawn_file_actions_t actions{};
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, writing.get(), 1);
  ::posix_spawn_file_actions_adddup2(&actions, writing.get(), 2);
  std::vector<std::string> words{"sh", "-c", command};
  std::vector<std::string> variables = environment;
  std::vector<char*> argv, envp;
  for (auto& w : words) argv.push_back(w.data());
  for (auto& v : variables) envp.push_back(v.data());
  argv.push_back(nullptr);
  envp.push_back(nullptr);
  pid_t child = 0;
  const int failed = ::posix_spawn(&child, "/bin/sh", &actions, nullptr, argv.data(), envp.data());
  ::posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return base::io_error("posix_spawn", failed);
  writing.reset();
  Outcome outcome{read_lines(reading.get()), 0};
  int status = 0;
  if (::waitpid(child, &status, 0) != child) return base::io_error("waitpid", errno);
  outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return outcome;
}

void show(const char* title, const std::vector<std::string>& lines) {
  fmt::print("{}\n", title);
  for (const auto& line : lines) fmt::print("    {}\n", line);
}

// Runs every step; false at the first that differs.
base::Result<bool> run_all(const std::string& name, const transcript::Script& script,
                           const std::vector<std::string>& environment) {
  for (const transcript::Step& step : script.steps) {
    TRY_AS(const Outcome outcome, run(step.command, environment));
    if (outcome.status == step.status && transcript::matches(step.expected, outcome.lines)) {
      continue;
    }
    fmt::print("{}:{}: $ {}\n", name, step.line, step.command);
    show("  expected:", step.expected);
    show("  printed:", outcome.lines);
    fmt::print("  exit status {}, expected {}\n", outcome.status, step.status);
    return false;
  }
  fmt::print("{}: {} commands as written\n", name, script.steps.size());
  return true;
}

base::Result<std::string> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return base::not_found("cannot read `" + path + "`");
  return std::string((std::istreambuf_iterator<char>(in)), {});
}

void write_files(const transcript::Script& script) {
  for (const auto& [name, content] : script.files) {
    if (fs::path(name).has_parent_path()) fs::create_directories(fs::path(name).parent_path());
    std::ofstream(name, std::ios::binary) << content;
  }
}

base::Result<bool> play(const std::string& path, const std::string& bin) {
  TRY_AS(const std::string text, read_file(path));
  TRY_AS(const transcript::Script script,
         path.ends_with(".md") ? transcript::parse_markdown(text) : transcript::parse(text));
  std::string folder = fs::temp_directory_path() / "transcript-XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) return base::io_error("mkdtemp", errno);
  fs::current_path(folder);
  write_files(script);
  const std::vector<std::string> environment{
      "HOME=" + folder, "TMPDIR=" + folder, "LC_ALL=C.UTF-8",
      "PATH=" + (bin.empty() ? "" : bin + ":") + "/usr/local/bin:/usr/bin:/bin"};
  auto same = run_all(path, script, environment);
  fs::current_path("/");
  fs::remove_all(folder);
  return same;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  std::string bin;
  if (arguments.size() == 3 && arguments[0] == "--bin") {
    bin = fs::absolute(arguments[1]);
    arguments.erase(arguments.begin(), arguments.begin() + 2);
  }
  if (arguments.size() != 1) {
    fmt::print(stderr, "usage: transcript [--bin DIR] FILE\n");
    return 2;
  }
  const auto same = play(fs::absolute(arguments[0]), bin);
  if (!same.ok()) fmt::print(stderr, "{}: {}\n", arguments[0], same.error().message);
  return same.ok() && *same ? 0 : 1;
}
