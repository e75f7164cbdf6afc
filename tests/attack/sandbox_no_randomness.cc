// SPDX-License-Identifier: Apache-2.0
// Addresses that are always the same.
#include <sys/syscall.h>

#include "sandbox_attack.h"

namespace attack {

long no_randomness(const Target&) {
  return call(SYS_personality, 0x0040000 /* ADDR_NO_RANDOMIZE */);
}

}  // namespace attack
