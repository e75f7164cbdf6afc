// SPDX-License-Identifier: Apache-2.0
// Any socket of the internet.
#include <sys/socket.h>
#include <sys/syscall.h>

#include "sandbox_attack.h"

namespace attack {

long inet_socket(const Target&) { return call(SYS_socket, AF_INET, SOCK_STREAM, 0); }

}  // namespace attack
