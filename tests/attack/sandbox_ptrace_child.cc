// SPDX-License-Identifier: Apache-2.0
// Tracing a process, which is how one process takes another over.
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "sandbox_attack.h"

namespace attack {

long ptrace_child(const Target&) {
  const pid_t child = ::fork();
  if (child == 0)
    for (;;) ::pause();
  const long got = call(SYS_ptrace, PTRACE_SEIZE, child, 0, 0);
  (void)::kill(child, SIGKILL);
  (void)::waitpid(child, nullptr, 0);
  return got;
}

}  // namespace attack
