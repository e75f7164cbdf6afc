// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The sandboxes of a profile: some wait, each runs one call and is gone. Trust zone: spawner.
#pragma once

#include "runner/spawner/box.h"
#include "runner/spawner/trouble.h"

namespace runner {

// A first sandbox, made to see what can be had. It may serve the first call.
struct Trial {
  BoxEnds ends;
  Note note{};
};
Trouble try_one(const Shape& shape, int timeout_ms, Trial& out);

// Serves calls on `channel` until the other side closes it, or breaks the protocol; then nothing
// that was started lives. `waiting` sandboxes are kept ready.
[[noreturn]] void serve(const Shape& shape, ToolLevel level, std::uint32_t waiting, int channel,
                        const Trial& first);

}  // namespace runner
