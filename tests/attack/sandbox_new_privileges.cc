// SPDX-License-Identifier: Apache-2.0
// A setuid program of the host: does it have its owner's rights?
#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox_attack.h"

namespace attack {

long new_privileges(const Target&) {
  // What decides it: without no_new_privs an exec may give rights.
  return ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0 ? 1 : -EPERM;
}

}  // namespace attack
