// SPDX-License-Identifier: Apache-2.0
// A ring that carries calls past a filter of calls.
#include <sys/syscall.h>

#include "sandbox_attack.h"

namespace attack {

long io_uring(const Target&) {
  char parameters[120] = {};
  return call(SYS_io_uring_setup, 4, parameters);
}

}  // namespace attack
