// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Every field of a received frame, checked. Pure; shared with the tests and the fuzz target.
// Trust zone: spawner.
#pragma once

#include <cstddef>

#include "runner/spawner/frames.h"

namespace runner {

// True if the frame may be acted upon with `descriptors` descriptors beside it. `bytes` is what was
// received; the frame must have been received into an object of its type.
bool is_sound(const OpenProfile& frame, std::size_t bytes, std::size_t descriptors);
bool is_sound(const Start& frame, std::size_t bytes, std::size_t descriptors);
bool is_sound(const Cancel& frame, std::size_t bytes, std::size_t descriptors);

// "/usr/lib": absolute, 1..6 components of letters, digits, `.`, `_`, `-`, `+`, none of them `.` or
// `..`, NUL within `kPathBytes`.
bool is_place(const char (&path)[kPathBytes]);

// Pointers into a sound Start's text. argv and envp end with a null pointer.
struct Command {
  const char* program;
  const char* directory;
  char* argv[kArguments + 1];
  char* envp[kVariables + 1];
};
void point(Start& frame, Command& out);

}  // namespace runner
