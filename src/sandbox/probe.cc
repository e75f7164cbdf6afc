// SPDX-License-Identifier: Apache-2.0
#include "sandbox/probe.h"

#include <fcntl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <type_traits>

#include <fmt/format.h>

#include "base/fd.h"
#include "sandbox/landlock.h"

namespace sandbox {
namespace {

// What a rehearsing child sends: the result, and the message of a failure.
struct Answer {
  bool ok = false;
  base::Errc code{};
  Achieved achieved;
  char message[256] = {};
};
static_assert(std::is_trivially_copyable_v<Answer>);

int wait_for(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return -1;
  return status;
}

bool user_namespaces() {
  const pid_t child = fork();
  if (child < 0) return false;
  if (child == 0) _exit(unshare(CLONE_NEWUSER) == 0 ? 0 : 1);
  return wait_for(child) == 0;
}

bool seccomp_kills() {
  const std::uint32_t action = SECCOMP_RET_KILL_PROCESS;
  return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

Answer answer_of(const base::Result<Achieved>& result) {
  Answer answer;
  answer.ok = result.ok();
  if (result.ok()) {
    answer.achieved = *result;
  } else {
    answer.code = result.error().code;
    std::strncpy(answer.message, result.error().message.c_str(), sizeof(answer.message) - 1);
  }
  return answer;
}

[[noreturn]] void rehearse_in_child(const Profile& profile, int out) {
  const Answer answer = answer_of(apply(profile));
  _exit(write(out, &answer, sizeof(answer)) == sizeof(answer) ? 0 : 1);
}

}  // namespace

Host probe() {
  Host host;
  host.landlock_abi = landlock_abi();
  host.seccomp = seccomp_kills();
  host.user_namespaces = user_namespaces();
  host.root = geteuid() == 0;
  utsname system{};
  if (uname(&system) == 0) host.kernel = system.release;
  return host;
}

Level reachable(const Host& host) {
  if (!host.seccomp) return Level::kNone;
  return host.landlock_abi >= 4 ? Level::kL2 : Level::kL1;
}

std::string text(const Host& host) {
  return fmt::format("kernel {}: programs reach L{} (seccomp {}, Landlock ABI {}, {}), tools {}",
                     host.kernel, static_cast<int>(reachable(host)), host.seccomp ? "yes" : "no",
                     host.landlock_abi, host.root ? "own users" : "one user for all",
                     host.user_namespaces ? "can have namespaces (L3)" : "get no namespaces");
}

base::Result<Achieved> rehearse(Profile profile) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return base::io_error("pipe2", errno);
  base::Fd in(ends[0]);
  base::Fd out(ends[1]);
  profile.keep = {out.get()};
  const pid_t child = fork();
  if (child < 0) return base::Error{base::Errc::kUnavailable, "no child for the rehearsal"};
  if (child == 0) rehearse_in_child(profile, out.get());
  out.reset();
  Answer answer;
  const ssize_t got = read(in.get(), &answer, sizeof(answer));
  const int status = wait_for(child);
  if (got != static_cast<ssize_t>(sizeof(answer)) || status != 0)
    return base::Error{base::Errc::kUnavailable, "the rehearsing child died"};
  if (!answer.ok) return base::Error{answer.code, answer.message};
  return answer.achieved;
}

}  // namespace sandbox
