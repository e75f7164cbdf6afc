// SPDX-License-Identifier: Apache-2.0
// The environment of another process, where secrets are wont to be.
#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>

#include "sandbox_attack.h"

namespace attack {

long environ_other(const Target& target) {
  char path[64];
  (void)::snprintf(path, sizeof path, "/proc/%d/environ", target.other);
  const long fd = call(SYS_openat, AT_FDCWD, path, O_RDONLY);
  char byte = 0;
  return fd < 0 ? fd : call(SYS_read, fd, &byte, 1);
}

}  // namespace attack
