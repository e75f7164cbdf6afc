// SPDX-License-Identifier: Apache-2.0
// A call by the numbers of another architecture: x32.
#include <sys/syscall.h>

#include "sandbox_attack.h"

namespace attack {

long x32_call(const Target&) { return call(0x40000000 | SYS_getpid); }

}  // namespace attack
