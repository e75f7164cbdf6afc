// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A failure without text, because the spawner has no allocator: where, and which errno.
// Trust zone: spawner.
#pragma once

#include <cerrno>

#include "runner/spawner/frames.h"

namespace runner {

struct [[nodiscard]] Trouble {
  Step step = Step::kNone;
  int error = 0;
  bool any() const { return step != Step::kNone; }
};

inline Trouble none() { return {}; }
inline Trouble at(Step step) { return {step, errno}; }
inline Trouble at(Step step, int error) { return {step, error}; }

}  // namespace runner
