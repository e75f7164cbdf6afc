// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The last process of ours in a sandbox: waits for the one command and becomes it.
// Trust zone: spawner; sealed.
#pragma once

#include "runner/spawner/box.h"

namespace runner {

// Says `ready` on descriptor 3, waits there for a Start and executes it with exactly its
// descriptors. Does not return: a failed exec is said and ends with 127.
[[noreturn]] void await_call(const Note& ready);

}  // namespace runner
