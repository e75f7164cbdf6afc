// SPDX-License-Identifier: Apache-2.0
// A file of the host that no bind names.
#include <fcntl.h>
#include <sys/syscall.h>

#include "sandbox_attack.h"

namespace attack {

long read_host_file(const Target& target) {
  const long fd = call(SYS_openat, AT_FDCWD, target.file, O_RDONLY);
  char byte = 0;
  return fd < 0 ? fd : call(SYS_read, fd, &byte, 1);
}

}  // namespace attack
