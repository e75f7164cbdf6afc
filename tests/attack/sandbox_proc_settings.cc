// SPDX-License-Identifier: Apache-2.0
// The kernel's settings, which a program of the sandbox has no business with.
#include <fcntl.h>
#include <sys/syscall.h>

#include "sandbox_attack.h"

namespace attack {

long proc_settings(const Target&) {
  return call(SYS_openat, AT_FDCWD, "/proc/sys/kernel/hostname", O_RDONLY);
}

}  // namespace attack
