// SPDX-License-Identifier: Apache-2.0
// Where in the host's hierarchy this process runs.
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <cerrno>

#include "sandbox_attack.h"

namespace attack {

long read_cgroup_names(const Target&) {
  const int fd = ::open("/proc/self/cgroup", O_RDONLY);
  if (fd < 0) return -errno;
  char text[4096] = {};
  (void)!::read(fd, text, sizeof text - 1);
  for (const char* line = text; (line = ::strchr(line, '/')) != nullptr; ++line)
    if (line[1] != '\n' && line[1] != '\0') return 1;
  return -ENOENT;
}

}  // namespace attack
