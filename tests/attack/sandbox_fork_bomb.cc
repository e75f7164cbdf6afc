// SPDX-License-Identifier: Apache-2.0
// More processes than the limit. A bounded bomb: it ends what it made.
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "sandbox_attack.h"

namespace attack {
namespace {

constexpr int kForks = 100;

}  // namespace

long fork_bomb(const Target&) {
  ::signal(SIGCHLD, SIG_IGN);
  for (int made = 0; made < kForks; ++made) {
    const pid_t child = ::fork();
    if (child < 0) return -errno;
    if (child > 0) continue;
    (void)::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    ::sleep(5);
    ::_exit(0);
  }
  return kForks;
}

}  // namespace attack
