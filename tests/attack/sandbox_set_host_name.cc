// SPDX-License-Identifier: Apache-2.0
// A privileged act in a namespace that is shared.
#include <sys/syscall.h>

#include "sandbox_attack.h"

namespace attack {

long set_host_name(const Target&) { return call(SYS_sethostname, "yett-attack", 11); }

}  // namespace attack
