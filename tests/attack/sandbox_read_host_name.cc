// SPDX-License-Identifier: Apache-2.0
// What the host is called.
#include <string.h>
#include <sys/utsname.h>

#include <cerrno>

#include "sandbox_attack.h"

namespace attack {

long read_host_name(const Target& target) {
  utsname name{};
  if (::uname(&name) != 0) return -errno;
  return ::strcmp(name.nodename, target.host) == 0 ? 1 : -ENOENT;
}

}  // namespace attack
