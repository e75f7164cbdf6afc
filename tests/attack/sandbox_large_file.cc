// SPDX-License-Identifier: Apache-2.0
// One file above the limit of a file.
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "sandbox_attack.h"

namespace attack {
namespace {

char path[] = "/tmp/yett-attack-XXXXXX";

}  // namespace

long large_file(const Target&) {
  ::signal(SIGXFSZ, SIG_IGN);
  const int fd = ::mkstemp(path);
  if (fd < 0) return -errno;
  (void)::unlink(path);
  return ::ftruncate(fd, off_t{1} << 32) == 0 ? 1 : -errno;
}

}  // namespace attack
