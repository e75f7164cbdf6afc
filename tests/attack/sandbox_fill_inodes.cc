// SPDX-License-Identifier: Apache-2.0
// Filling the file system with empty files.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>

#include "sandbox_attack.h"

namespace attack {
namespace {

constexpr int kFiles = 1000;
char directory[] = "/tmp/yett-attack-XXXXXX";

}  // namespace

long fill_inodes(const Target&) {
  if (::mkdtemp(directory) == nullptr || ::chdir(directory) != 0) return -errno;
  long result = kFiles;
  int made = 0;
  char name[16];
  for (; made < kFiles && result > 0; ++made) {
    (void)::snprintf(name, sizeof name, "%d", made);
    const int fd = ::open(name, O_WRONLY | O_CREAT, 0600);
    if (fd < 0) result = -errno;
    else ::close(fd);
  }
  for (int i = 0; i < made; ++i) {
    (void)::snprintf(name, sizeof name, "%d", i);
    (void)::unlink(name);
  }
  (void)::rmdir(directory);
  return result;
}

}  // namespace attack
