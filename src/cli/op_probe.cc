// SPDX-License-Identifier: Apache-2.0
#include "cli/op_probe.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/limits.h"
#include "cli/first_files.h"
#include "cli/spawn.h"
#include "wire/start.h"

namespace cli {
namespace {

constexpr int kTokenFd = 3;                // as the launcher reads it
constexpr int kAboveTargets = 20;          // so that moving one descriptor never closes another
constexpr std::size_t kKept = 256 * 1024;  // a list of vaults, or an error; the rest is dropped

struct Pipe {
  base::Fd read;
  base::Fd write;
};

base::Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return base::io_error("pipe", errno);
  Pipe made{base::Fd(ends[0]), base::Fd(ends[1])};
  base::Fd up(::fcntl(made.write.get(), F_DUPFD_CLOEXEC, kAboveTargets));
  if (!up) return base::io_error("fcntl", errno);
  made.write = std::move(up);
  return made;
}

base::Result<pid_t> launch(std::vector<std::string> words, int token, int out, int err) {
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  char* environment[] = {nullptr};
  posix_spawn_file_actions_t actions{};
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  if (out < 0) ::posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  else ::posix_spawn_file_actions_adddup2(&actions, out, 1);
  ::posix_spawn_file_actions_adddup2(&actions, err, 2);
  ::posix_spawn_file_actions_adddup2(&actions, token, kTokenFd);
  pid_t pid = 0;
  const int failed = ::posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), environment);
  ::posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return base::io_error(argv[0], failed);
  return pid;
}

// Reads both pipes until they end. False: the time was over first.
bool read_both(std::array<Pipe*, 2> pipes, std::array<std::string*, 2> texts,
               std::int64_t until_us) {
  const base::SystemClock clock;
  std::array<pollfd, 2> on{pollfd{pipes[0]->read.get(), POLLIN, 0},
                           pollfd{pipes[1]->read.get(), POLLIN, 0}};
  while (on[0].fd >= 0 || on[1].fd >= 0) {
    const std::int64_t left_us = until_us - clock.steady_us();
    if (left_us <= 0 || ::poll(on.data(), on.size(), static_cast<int>(left_us / 1000) + 1) == 0)
      return false;
    for (std::size_t i = 0; i < on.size(); ++i) {
      if (on[i].fd < 0 || on[i].revents == 0) continue;
      std::array<char, 4096> buffer;
      const ssize_t n = ::read(on[i].fd, buffer.data(), buffer.size());
      if (n <= 0) on[i].fd = -1;
      else if (texts[i]->size() < kKept)
        texts[i]->append(buffer.data(), static_cast<std::size_t>(n));
    }
  }
  return true;
}

}  // namespace

std::string last_error_line(std::string_view text) {
  constexpr std::string_view kMark = "[ERROR]";
  const std::size_t at = text.rfind(kMark);
  std::string_view line = at == std::string_view::npos ? text : text.substr(at + kMark.size());
  if (at == std::string_view::npos) {
    while (line.ends_with('\n')) line.remove_suffix(1);
    line.remove_prefix(line.rfind('\n') + 1);
  }
  line = line.substr(0, line.find('\n'));
  constexpr std::size_t kDate = std::string_view(" 2006/01/02 15:04:05 ").size();
  if (line.size() > kDate && line[0] == ' ' && line[5] == '/' && line[8] == '/')
    line.remove_prefix(kDate);
  return base::printable(line.substr(0, 300));
}

std::string op_advice(std::string_view error) {
  struct Row {
    std::string_view text, fix;
  };
  // Special before general. The broker tells them apart in more detail; here a person reads on.
  constexpr std::array kRows{
      Row{"(429)", "the account's quota is used up: wait, and raise `lifetime_s` of the secret"},
      Row{"rate limit",
          "the account's quota is used up: wait, and raise `lifetime_s` of the secret"},
      Row{"more than one item", "several items match: name the item by its id"},
      Row{"isn't a vault", "check the vault's name and that the token may read it"},
      Row{"isn't an item", "check the item's name and that the token may read its vault"},
      Row{"isn't a field", "check the section and the field's name"},
      Row{"does not have a field", "check the section and the field's name"},
      Row{"secret reference", "write op://vault/item/[section/]field"},
      Row{"token", "make a new service account token and set OP_SERVICE_ACCOUNT_TOKEN"},
      Row{"(401)", "make a new service account token and set OP_SERVICE_ACCOUNT_TOKEN"},
      Row{"(403)", "give the service account access to the vault"},
      Row{"signed in", "set OP_SERVICE_ACCOUNT_TOKEN to a service account's token"},
      Row{"account", "set OP_SERVICE_ACCOUNT_TOKEN to a service account's token"},
      Row{"dial tcp", "check this machine's network"},
  };
  for (const Row& row : kRows)
    if (error.find(row.text) != std::string_view::npos) return std::string(row.fix);
  return "run the same `op` command by hand to see more";
}

base::Result<OpProbe> OpProbe::create(const std::string& op) {
  if (::access(op.c_str(), F_OK) != 0) return base::not_found(op + " does not exist");
  if (!safe_program(op))
    return base::invalid(op + " is not a program that only its owner or root can change");
  OpProbe probe;
  TRY_AS(const std::string directory, program_directory());
  probe.op_ = op;
  probe.launcher_ = directory + "/yett-vault-launch";
  if (const char* token = ::getenv("OP_SERVICE_ACCOUNT_TOKEN")) probe.token_ = token;
  return probe;
}

OpProbe::~OpProbe() { base::wipe(token_); }

base::Result<OpRun> OpProbe::run(const std::vector<std::string>& arguments, Output output) const {
  TRY_AS(const base::Fd memory, wire::sealed_memfd("op-token", token_));
  const base::Fd token(::fcntl(memory.get(), F_DUPFD_CLOEXEC, kAboveTargets));
  TRY_AS(Pipe out, make_pipe());
  TRY_AS(Pipe err, make_pipe());
  (void)::lseek(token.get(), 0, SEEK_SET);
  std::vector<std::string> words{launcher_, op_};
  words.insert(words.end(), arguments.begin(), arguments.end());
  const bool keep = output == Output::kKeep;
  TRY_AS(const pid_t pid, launch(words, token.get(), keep ? out.write.get() : -1, err.write.get()));
  out.write.reset();
  err.write.reset();
  OpRun run;
  std::string errors;
  const std::int64_t until_us =
      base::SystemClock().steady_us() + base::limits::kSecretTimeoutMs * 1000;
  const bool in_time = read_both({&out, &err}, {&run.out, &errors}, until_us);
  if (!in_time) (void)::kill(pid, SIGKILL);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
  run.ok = in_time && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  if (run.ok) return run;
  if (!in_time)
    run.error = fmt::format("it did not end within {} s", base::limits::kSecretTimeoutMs / 1000);
  else if (errors.empty()) run.error = "it ended by " + how_it_ended(status);
  // SECURITY: the token does not come back in a message.
  else if (!token_.empty() && errors.find(token_) != std::string::npos) run.error = "it failed";
  else run.error = last_error_line(errors);
  run.fix = op_advice(run.error);
  return run;
}

}  // namespace cli
