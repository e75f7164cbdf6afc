// SPDX-License-Identifier: Apache-2.0
#include "demo/program.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iterator>

namespace demo {
namespace {

bool in(std::initializer_list<std::string_view> list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

base::Result<base::Fd> end_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  base::Fd fd(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd) return base::io_error("signalfd", errno);
  return fd;
}

}  // namespace

bool Options::has(std::string_view flag) const {
  return std::find(flags.begin(), flags.end(), flag) != flags.end();
}

std::string Options::value(std::string_view name, std::string_view otherwise) const {
  const auto at = values.find(name);
  return at != values.end() ? at->second : std::string(otherwise);
}

base::Result<Options> read_options(int argc, char** argv,
                                   std::initializer_list<std::string_view> with_value,
                                   std::initializer_list<std::string_view> flags) {
  Options out;
  for (int i = 1; i < argc; ++i) {
    std::string_view word = argv[i];
    if (!word.starts_with("--")) {
      out.rest.emplace_back(word);
      continue;
    }
    word.remove_prefix(2);
    if (in(flags, word)) {
      out.flags.emplace_back(word);
    } else if (in(with_value, word) && i + 1 < argc) {
      out.values[std::string(word)] = argv[++i];
    } else {
      return base::invalid(fmt::format("unknown option or missing value: --{}", word));
    }
  }
  return out;
}

base::Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return base::io_error("open", errno);
  std::string out{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (out.ends_with('\n')) out.pop_back();
  return out;
}

base::Result<std::string> secret_option(const Options& options, std::string_view name) {
  const std::string file = options.value(std::string(name) + "-file");
  if (!file.empty()) return read_file(file);
  return options.value(name);
}

base::Result<Record> Record::open(const std::string& path) {
  Record out;
  if (path.empty()) return out;
  out.fd_.reset(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!out.fd_) return base::io_error("open", errno);
  return out;
}

void Record::add(std::string_view line) {
  if (!fd_) return;
  std::string whole(line);
  whole += '\n';
  std::string_view left = whole;
  while (!left.empty()) {
    const ssize_t n = write(fd_.get(), left.data(), left.size());
    CHECK(n > 0 || errno == EINTR);  // a record with holes would prove nothing
    if (n > 0) left.remove_prefix(static_cast<std::size_t>(n));
  }
}

base::Status serve(HttpServer& server, std::uint16_t port, const Options& options) {
  TRY_AS(const base::Fd signals, end_signals());
  if (options.has("print-port")) {
    std::printf("%u\n", static_cast<unsigned>(port));
    std::fflush(stdout);
  }
  return server.run(options.has("no-stdin") ? -1 : STDIN_FILENO, signals.get());
}

int run_main(const char* name, const std::function<base::Status()>& body) {
  const base::Status status = body();
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s: %s\n", name, status.error().message.c_str());
  return 1;
}

}  // namespace demo
