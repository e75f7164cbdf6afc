// SPDX-License-Identifier: Apache-2.0
// The key rings of the user, which are in no namespace.
#include <sys/syscall.h>

#include "sandbox_attack.h"

namespace attack {

long keyctl(const Target&) {
  return call(SYS_keyctl, 0 /* KEYCTL_GET_KEYRING_ID */, -4 /* the user's */, 1);
}

}  // namespace attack
