// SPDX-License-Identifier: Apache-2.0
// A connection to a program that listens on this host.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "sandbox_attack.h"

namespace attack {

long tcp_host(const Target& target) {
  const long fd = call(SYS_socket, AF_INET, SOCK_STREAM, 0);
  if (fd < 0) return fd;
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(target.port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return call(SYS_connect, fd, &to, sizeof to);
}

}  // namespace attack
