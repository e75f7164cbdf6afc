// SPDX-License-Identifier: Apache-2.0
// Typing into the terminal behind standard input (CVE-2017-5226).
#include <sys/ioctl.h>
#include <sys/syscall.h>

#include "sandbox_attack.h"

namespace attack {

long tiocsti(const Target&) { return call(SYS_ioctl, 0, TIOCSTI, "x"); }

}  // namespace attack
