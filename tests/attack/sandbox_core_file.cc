// SPDX-License-Identifier: Apache-2.0
// A core file, which carries memory out.
#include <sys/resource.h>
#include <sys/syscall.h>

#include "sandbox_attack.h"

namespace attack {

long core_file(const Target&) {
  const rlimit64 some{1, 1};
  return call(SYS_prlimit64, 0, RLIMIT_CORE, &some, nullptr);
}

}  // namespace attack
