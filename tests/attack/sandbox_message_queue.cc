// SPDX-License-Identifier: Apache-2.0
// A POSIX message queue that another program left.
#include <fcntl.h>
#include <sys/syscall.h>

#include "sandbox_attack.h"

namespace attack {

long message_queue(const Target& target) {
  return call(SYS_mq_open, target.queue, O_RDONLY, 0, nullptr);
}

}  // namespace attack
