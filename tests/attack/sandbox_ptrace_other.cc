// SPDX-License-Identifier: Apache-2.0
// Tracing a process of the same user outside.
#include <sys/ptrace.h>
#include <sys/syscall.h>

#include "sandbox_attack.h"

namespace attack {

long ptrace_other(const Target& target) {
  return call(SYS_ptrace, PTRACE_SEIZE, target.other, 0, 0);
}

}  // namespace attack
