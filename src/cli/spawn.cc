// SPDX-License-Identifier: Apache-2.0
#include "cli/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/close_range.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

namespace cli {
namespace {

constexpr int kScratchFd = 200;  // above every target, so that moving one never closes another

// In the child, between fork and exec: only async-signal-safe calls, nothing allocated.
[[noreturn]] void become(const ProgramStart& start, char* const* argv, char* const* environment,
                         pid_t parent) {
  (void)::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);
  std::array<int, 16> moved{};
  for (std::size_t i = 0; i < start.descriptors.size(); ++i) {
    const int source = start.descriptors[i].source;
    moved[i] = source < 0 ? -1 : ::fcntl(source, F_DUPFD_CLOEXEC, kScratchFd);
  }
  int last = 2;
  for (std::size_t i = 0; i < start.descriptors.size(); ++i) {
    const int target = start.descriptors[i].target;
    if (moved[i] < 0) ::close(target);
    else if (::dup2(moved[i], target) < 0) ::_exit(127);
    last = target > last ? target : last;
  }
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0 || ::dup2(null, 0) < 0 || ::dup2(null, 1) < 0) ::_exit(127);
  (void)::syscall(SYS_close_range, last + 1, ~0u, 0);
  ::execve(start.path.c_str(), argv, environment);
  ::_exit(127);
}

}  // namespace

base::Result<pid_t> spawn(const ProgramStart& start) {
  CHECK(start.descriptors.size() <= 16);
  std::vector<char*> argv{const_cast<char*>(start.path.c_str())};
  for (const auto& argument : start.arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  std::vector<char*> environment;
  for (const auto& variable : start.environment)
    environment.push_back(const_cast<char*>(variable.c_str()));
  environment.push_back(nullptr);
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return base::io_error("fork", errno);
  if (pid == 0) become(start, argv.data(), environment.data(), parent);
  return pid;
}

std::string how_it_ended(int wait_status) {
  if (WIFEXITED(wait_status)) return fmt::format("exit {}", WEXITSTATUS(wait_status));
  const int number = WTERMSIG(wait_status);
  const char* name = ::sigabbrev_np(number);
  return fmt::format("signal {} (SIG{})", number, name == nullptr ? "?" : name);
}

base::Result<std::string> program_directory() {
  std::array<char, 4096> path{};
  const ssize_t n = ::readlink("/proc/self/exe", path.data(), path.size() - 1);
  if (n <= 0) return base::io_error("readlink /proc/self/exe", errno);
  const std::string command(path.data(), static_cast<std::size_t>(n));
  const std::string beside = command.substr(0, command.rfind('/'));
  const std::string installed = beside + "/../libexec/yett";
  struct stat st {};
  if (::stat((installed + "/yett-monitor").c_str(), &st) == 0) return installed;
  return beside;
}

}  // namespace cli
