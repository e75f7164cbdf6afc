// SPDX-License-Identifier: Apache-2.0
// A socket to the kernel's own tables.
#include <sys/socket.h>
#include <sys/syscall.h>

#include "sandbox_attack.h"

namespace attack {

long netlink(const Target&) { return call(SYS_socket, AF_NETLINK, SOCK_RAW, 0); }

}  // namespace attack
