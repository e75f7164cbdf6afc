// SPDX-License-Identifier: Apache-2.0
// System V memory of another program, found by its key.
#include <sys/syscall.h>

#include "sandbox_attack.h"

namespace attack {

long shared_memory(const Target& target) { return call(SYS_shmget, target.shm_key, 1, 0); }

}  // namespace attack
