// SPDX-License-Identifier: Apache-2.0
// A datagram pair needs no socket() and can be addressed to others afterwards.
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include "sandbox_attack.h"

namespace attack {

long datagram_pair(const Target& target) {
  int ends[2];
  const long pair = call(SYS_socketpair, AF_UNIX, SOCK_DGRAM, 0, ends);
  if (pair < 0) return pair;
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  const auto n = ::strlen(target.datagrams);
  ::memcpy(to.sun_path + 1, target.datagrams, n);
  return call(SYS_sendto, ends[0], "x", 1, 0, &to, sizeof to.sun_family + 1 + n);
}

}  // namespace attack
