// SPDX-License-Identifier: Apache-2.0
#include "runner/vault_run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "base/limits.h"

namespace runner {
namespace {

// What the launcher finds: 0 nothing, 1 and 2 the pipes, 3 the token.
struct FileActions {
  posix_spawn_file_actions_t actions;
  FileActions() { ::posix_spawn_file_actions_init(&actions); }
  ~FileActions() { ::posix_spawn_file_actions_destroy(&actions); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
};

// The pid, or -1 with errno: a new process group, default signals, an empty environment.
pid_t launch(const wire::StartRunner& start, const std::vector<std::string>& arguments,
             const std::vector<base::Fd>& descriptors) {
  FileActions files;
  ::posix_spawn_file_actions_addopen(&files.actions, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&files.actions, descriptors[1].get(), 1);
  ::posix_spawn_file_actions_adddup2(&files.actions, descriptors[2].get(), 2);
  ::posix_spawn_file_actions_adddup2(&files.actions, descriptors[0].get(), 3);
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  std::vector<char*> argv{const_cast<char*>(start.launcher_path.c_str()),
                          const_cast<char*>(start.op_path.c_str())};
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  char* const no_environment[] = {nullptr};
  pid_t pid = -1;
  errno = ::posix_spawn(&pid, start.launcher_path.c_str(), &files.actions, &attributes, argv.data(),
                        no_environment);
  ::posix_spawnattr_destroy(&attributes);
  return errno == 0 ? pid : -1;
}

}  // namespace

VaultRuns::Begun VaultRuns::begin(const wire::RunVault& wanted, std::vector<base::Fd> descriptors) {
  const auto failed = [&](wire::RunOutcome outcome) {
    return Begun{-1, {wanted.request, outcome, 0}};
  };
  if (start_.op_path.empty()) return failed(wire::RunOutcome::kNotFound);
  if (runs_.size() >= kRuns || descriptors.size() != wire::RunVault::kDescriptors)
    return failed(wire::RunOutcome::kFailed);
  // Descriptors 0..3 are dup2 targets: were a source among them, an earlier dup2 could overwrite
  // it.
  for (base::Fd& fd : descriptors) fd.reset(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 10));
  const pid_t pid = launch(start_, wanted.arguments, descriptors);
  if (pid < 0)
    return failed(errno == ENOENT ? wire::RunOutcome::kNotFound : wire::RunOutcome::kFailed);
  base::Fd watch(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!watch) {
    ::kill(-pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    return failed(wire::RunOutcome::kFailed);
  }
  const auto limit_ms = std::min<std::int64_t>(wanted.timeout_ms, base::limits::kTimeoutMaxMs);
  const int key = watch.get();
  runs_.emplace(
      key, Run{wanted.request, pid, std::move(watch), clock_.steady_us() + limit_ms * 1000, false});
  return {key, {}};
}

wire::RunEnded VaultRuns::end(int watch) {
  auto node = runs_.extract(watch);
  CHECK(!node.empty());
  const Run& run = node.mapped();
  int status = 0;
  CHECK(::waitpid(run.pid, &status, 0) == run.pid);
  ::kill(-run.pid, SIGKILL);  // whatever it left behind in its group
  if (run.timed_out) return {run.request, wire::RunOutcome::kTimedOut, 0};
  if (WIFSIGNALED(status))
    return {run.request, wire::RunOutcome::kSignalled,
            static_cast<std::uint32_t>(WTERMSIG(status))};
  const auto code = static_cast<std::uint32_t>(WEXITSTATUS(status));
  return {run.request, code == 127 ? wire::RunOutcome::kNotFound : wire::RunOutcome::kExited, code};
}

void VaultRuns::cancel(base::RequestId request) {
  for (auto& [watch, run] : runs_)
    if (run.request == request) ::kill(-run.pid, SIGKILL);
}

std::int64_t VaultRuns::expire() {
  std::int64_t next = 0;
  const std::int64_t now = clock_.steady_us();
  for (auto& [watch, run] : runs_) {
    if (run.deadline_us <= now) {
      run.timed_out = true;
      ::kill(-run.pid, SIGKILL);
      run.deadline_us = INT64_MAX;
    } else if (run.deadline_us != INT64_MAX && (next == 0 || run.deadline_us < next)) {
      next = run.deadline_us;
    }
  }
  return next;
}

void VaultRuns::end_all() {
  for (auto& [watch, run] : runs_) {
    ::kill(-run.pid, SIGKILL);
    ::waitpid(run.pid, nullptr, 0);
  }
  runs_.clear();
}

}  // namespace runner
