// SPDX-License-Identifier: Apache-2.0
// A user namespace of the attacker's own, with all capabilities in it.
#include <sched.h>
#include <sys/syscall.h>

#include "sandbox_attack.h"

namespace attack {

long user_namespace(const Target&) { return call(SYS_unshare, CLONE_NEWUSER); }

}  // namespace attack
