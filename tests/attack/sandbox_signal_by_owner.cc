// SPDX-License-Identifier: Apache-2.0
// A signal to another when a pipe of ours becomes readable.
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox_attack.h"

namespace attack {

long signal_by_owner(const Target& target) {
  int ends[2];
  if (::pipe(ends) != 0) return -1;
  return call(SYS_fcntl, ends[0], F_SETOWN, target.other);
}

}  // namespace attack
