// SPDX-License-Identifier: Apache-2.0
// Running what was just written: a program of the attacker's own.
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox_attack.h"

namespace attack {
namespace {

char path[] = "/tmp/yett-attack-XXXXXX";

}  // namespace

long run_written(const Target&) {
  const int fd = ::mkstemp(path);
  const int self = ::open("/proc/self/exe", O_RDONLY);
  if (fd < 0 || self < 0) return -errno;
  while (::sendfile(fd, self, nullptr, 1 << 20) > 0) {}
  (void)::fchmod(fd, 0700);
  ::close(fd);
  const long ran = run_again(path);
  (void)::unlink(path);
  return ran;
}

}  // namespace attack
