// SPDX-License-Identifier: Apache-2.0
// The limits of another process.
#include <sys/resource.h>
#include <sys/syscall.h>

#include "sandbox_attack.h"

namespace attack {

long limit_of_other(const Target& target) {
  rlimit64 had{};
  return call(SYS_prlimit64, target.other, RLIMIT_NOFILE, nullptr, &had);
}

}  // namespace attack
