// SPDX-License-Identifier: Apache-2.0
// The memory of another process.
#include <sys/syscall.h>
#include <sys/uio.h>

#include "sandbox_attack.h"

namespace attack {

long memory_other(const Target& target) {
  char here[8];
  const iovec local{here, sizeof here};
  // Where the program of the other is mapped: it is the same program, not moved.
  const iovec remote{const_cast<char*>(kMark), sizeof here};
  return call(SYS_process_vm_readv, target.other, &local, 1, &remote, 1, 0);
}

}  // namespace attack
