// SPDX-License-Identifier: Apache-2.0
// yett-spawner: started by the supervisor before anything allocates; static, one thread, no heap.
// Reads OpenProfile frames on descriptor 3 and makes a process for each; that process then speaks
// with the runner itself. Ends with its channel.
#include <errno.h>
#include <grp.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner/spawner/check.h"
#include "runner/spawner/profile.h"
#include "runner/spawner/socket.h"

namespace {

// Where root starts it: the place after the supervisor's in sandbox/lockdown.h's range.
constexpr unsigned kUser = 79369;

// Profiles end by themselves when the runner is gone.
constexpr int kEndMs = 2'000;

// False only if half of it was done, or root could be had again. Where the kernel cannot (a
// container without a mapping for the id) everything stays as it was.
bool become_user() {
  int death_signal = 0;
  (void)::prctl(PR_GET_PDEATHSIG, &death_signal, 0, 0, 0);
  if (::setgroups(0, nullptr) != 0 || ::setresgid(kUser, kUser, kUser) != 0) return true;
  const bool done = ::setresuid(kUser, kUser, kUser) == 0 && ::setresuid(0, 0, 0) != 0;
  return ::prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0) == 0 && done;
}

void raise_files() {
  rlimit most{};
  if (::getrlimit(RLIMIT_NOFILE, &most) != 0) return;
  most.rlim_cur = most.rlim_max;
  (void)::setrlimit(RLIMIT_NOFILE, &most);
}

// What a program inherits through us is as if nobody had touched it.
void default_signals() {
  for (int number = 1; number < 32; ++number) (void)::signal(number, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  (void)::sigprocmask(SIG_SETMASK, &none, nullptr);
  (void)::umask(022);
}

bool lock_down() {
  const rlimit no_core{0, 0};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && ::setrlimit(RLIMIT_CORE, &no_core) == 0;
}

// Profiles by number: the process, 0 if there is none.
pid_t profiles[runner::kProfiles];

void reap() {
  for (pid_t pid = 0; (pid = ::waitpid(-1, nullptr, WNOHANG)) > 0;)
    for (pid_t& profile : profiles)
      if (profile == pid) profile = 0;
}

runner::ProfileStart start;  // static: it is large

void open_profile(const runner::Descriptors& fds) {
  start.channel = fds.fd[0];
  start.binds = 0;
  for (std::size_t i = 1; i < fds.count; ++i) start.sources[start.binds++] = fds.fd[i];
  for (std::uint32_t i = 0; i < runner::kProfiles; ++i) {
    if (profiles[i] != 0) continue;
    start.number = i;
    const pid_t pid = runner::open_profile(start);
    profiles[i] = pid > 0 ? pid : 0;
    return;
  }
}

bool serve_one() {
  runner::Descriptors fds;
  const long got =
      runner::receive_frame(runner::kSpawnerFd, &start.frame, sizeof start.frame, fds, 0);
  reap();
  const bool sound =
      got > 0 && runner::is_sound(start.frame, static_cast<std::size_t>(got), fds.count);
  if (sound) open_profile(fds);
  fds.close_from(0);
  return sound;
}

void wait_for_profiles() {
  for (int waited = 0; waited < kEndMs; ++waited) {
    reap();
    bool any = false;
    for (const pid_t profile : profiles) any |= profile != 0;
    if (!any) return;
    (void)::poll(nullptr, 0, 1);
  }
  for (const pid_t profile : profiles)
    if (profile != 0) (void)::kill(profile, SIGKILL);
}

}  // namespace

int main() {
  default_signals();
  raise_files();
  (void)::syscall(SYS_close_range, runner::kSpawnerFd + 1, ~0u, 0);
  const bool root = ::geteuid() == 0;
  start.cgroups = runner::make_cgroups(root ? kUser : ::geteuid());
  if (root && !become_user()) return 1;
  if (!lock_down()) return 1;
  while (serve_one()) {}
  wait_for_profiles();
  runner::remove_cgroups(start.cgroups);
  return 0;
}
