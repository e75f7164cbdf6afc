// SPDX-License-Identifier: Apache-2.0
// The same through a pidfd.
#include <sys/syscall.h>

#include <csignal>

#include "sandbox_attack.h"

namespace attack {

long signal_by_pidfd(const Target& target) {
  const long fd = call(SYS_pidfd_open, target.other, 0);
  return fd < 0 ? fd : call(SYS_pidfd_send_signal, fd, SIGWINCH, nullptr, 0);
}

}  // namespace attack
