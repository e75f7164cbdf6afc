// SPDX-License-Identifier: Apache-2.0
// A socket to the kernel's ciphers.
#include <sys/socket.h>
#include <sys/syscall.h>

#include "sandbox_attack.h"

namespace attack {

long alg(const Target&) { return call(SYS_socket, AF_ALG, SOCK_SEQPACKET, 0); }

}  // namespace attack
