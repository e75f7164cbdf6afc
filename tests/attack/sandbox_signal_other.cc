// SPDX-License-Identifier: Apache-2.0
// A signal to a process of the same user outside; one that nobody dies of.
#include <sys/syscall.h>

#include <csignal>

#include "sandbox_attack.h"

namespace attack {

long signal_other(const Target& target) { return call(SYS_kill, target.other, SIGWINCH); }

}  // namespace attack
