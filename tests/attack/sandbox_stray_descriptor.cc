// SPDX-License-Identifier: Apache-2.0
// A descriptor that somebody forgot to close.
#include <fcntl.h>

#include <cerrno>

#include "sandbox_attack.h"

namespace attack {

long stray_descriptor(const Target&) {
  for (int fd = 3; fd < 256; ++fd)
    if (::fcntl(fd, F_GETFD) >= 0) return fd;
  return -EBADF;
}

}  // namespace attack
