// SPDX-License-Identifier: Apache-2.0
// The root of the first process, which might be the host's.
#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>

#include "sandbox_attack.h"

namespace attack {

long proc_root(const Target& target) {
  char path[512];
  (void)::snprintf(path, sizeof path, "/proc/1/root%s", target.file);
  const long one = call(SYS_openat, AT_FDCWD, path, O_RDONLY);
  if (one >= 0) return one;
  (void)::snprintf(path, sizeof path, "/proc/%d/root%s", target.other, target.file);
  return call(SYS_openat, AT_FDCWD, path, O_RDONLY);
}

}  // namespace attack
