// SPDX-License-Identifier: Apache-2.0
// A connection to an abstract socket, which is no file.
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include "sandbox_attack.h"

namespace attack {

long abstract_socket(const Target& target) {
  const long fd = call(SYS_socket, AF_UNIX, SOCK_STREAM, 0);
  if (fd < 0) return fd;
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  const auto n = ::strlen(target.socket);
  ::memcpy(to.sun_path + 1, target.socket, n);
  return call(SYS_connect, fd, &to, sizeof to.sun_family + 1 + n);
}

}  // namespace attack
