// SPDX-License-Identifier: Apache-2.0
// A mount: the first step of most escapes.
#include <sys/syscall.h>

#include "sandbox_attack.h"

namespace attack {

long mount_tmpfs(const Target&) { return call(SYS_mount, "tmpfs", "/tmp", "tmpfs", 0, nullptr); }

}  // namespace attack
