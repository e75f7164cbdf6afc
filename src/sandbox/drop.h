// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Giving up who one is: user, groups, capabilities. For good. Trust zone: all programs.
#pragma once

#include <cstdint>

#include "base/result.h"

namespace sandbox {

// Takes the user id and the group id `id` and no other groups, and proves that neither comes back.
// True if it was done; false where the kernel cannot (an id without a mapping in a container, root
// without CAP_SETUID). Fails with kIo on half a change and kDenied if root could be had again.
// Clears the death signal and sets dumpable by fs.suid_dumpable: the caller restores both.
base::Result<bool> drop_user(std::uint32_t id);

// Empties the bounding set, so that no exec gives a capability back. True if it is empty; without
// CAP_SETPCAP it cannot be, and no_new_privs makes it void. Called before drop_user.
bool drop_bounding_set();

// Empties the ambient, inheritable, permitted and effective sets. Fails with kIo if one remains.
base::Status drop_capabilities();

}  // namespace sandbox
