// SPDX-License-Identifier: Apache-2.0
// The same by clone.
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>

#include "sandbox_attack.h"

namespace attack {

long clone_namespace(const Target&) {
  const long child = call(SYS_clone, SIGCHLD | CLONE_NEWUSER, 0, 0, 0, 0);
  if (child == 0) ::_exit(0);
  return child;
}

}  // namespace attack
