// SPDX-License-Identifier: Apache-2.0
// Filling the file system behind /tmp, with one file after another.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>

#include "sandbox_attack.h"

namespace attack {
namespace {

constexpr int kMebi = 20;
char directory[] = "/tmp/yett-attack-XXXXXX";

}  // namespace

long fill_disk(const Target&) {
  if (::mkdtemp(directory) == nullptr || ::chdir(directory) != 0) return -errno;
  static char block[1 << 20];
  long result = kMebi;
  for (int i = 0; i < kMebi && result > 0; ++i) {
    char name[16];
    (void)::snprintf(name, sizeof name, "%d", i);
    const int fd = ::open(name, O_WRONLY | O_CREAT, 0600);
    if (fd < 0 || ::write(fd, block, sizeof block) != static_cast<ssize_t>(sizeof block))
      result = errno == 0 ? -ENOSPC : -errno;
    ::close(fd);
  }
  for (int i = 0; i < kMebi; ++i) {
    char name[16];
    (void)::snprintf(name, sizeof name, "%d", i);
    (void)::unlink(name);
  }
  (void)::rmdir(directory);
  return result;
}

}  // namespace attack
