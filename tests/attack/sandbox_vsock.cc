// SPDX-License-Identifier: Apache-2.0
// A socket to the hypervisor, which no network namespace confines.
#include <sys/socket.h>
#include <sys/syscall.h>

#include "sandbox_attack.h"

namespace attack {

long vsock(const Target&) { return call(SYS_socket, AF_VSOCK, SOCK_STREAM, 0); }

}  // namespace attack
