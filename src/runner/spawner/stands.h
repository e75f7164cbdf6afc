// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The seam at which the test build takes walls of a sandbox away (DESIGN 10.20): stands_shipped.cc
// says that every wall stands, stands_open.cc reads YETT_TEST_WITHOUT and is linked into
// build/open-bin/yett-spawner only. Trust zone: spawner.
#pragma once

#include <cstdint>

#include "runner/spawner/frames.h"

namespace runner {

// Bits of Wall that a test took away; 0 in the shipped program.
std::uint32_t left_out();

// What a test says that the host does not offer: then the level is lower, as it is there.
inline constexpr std::uint32_t kNoNamespaces = 1u << 30;
inline constexpr std::uint32_t kNoLandlock = 1u << 31;

inline bool stands(Wall wall) { return (left_out() & wall) == 0; }

}  // namespace runner
