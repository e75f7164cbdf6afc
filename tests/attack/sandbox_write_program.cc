// SPDX-License-Identifier: Apache-2.0
// Changing a program of the host through the sandbox's view of it.
#include <fcntl.h>
#include <sys/syscall.h>

#include "sandbox_attack.h"

namespace attack {

long write_program(const Target& target) {
  return call(SYS_openat, AT_FDCWD, target.writable, O_WRONLY);
}

}  // namespace attack
