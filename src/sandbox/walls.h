// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The seam at which a test build takes one wall away (DESIGN 10.20). Two files fill it:
// walls_shipped.cc, where every wall stands, and walls_open.cc, which is linked into
// yett_sandbox_open only. All other objects of the two libraries are the same. Trust zone: all
// programs.
#pragma once

#include <cstdint>
#include <string_view>

namespace sandbox {

enum class Level : std::uint8_t;

enum class Wall : std::uint8_t {
  kNoNewPrivs,
  kDumpable,
  kCore,
  kMemory,
  kDescriptors,
  kUser,
  kCapabilities,
  kLandlock,
  kSeccomp,
  kScrub,  // the broker's search for secrets in answers
  kKeep,   // the egress's selection of kept fields
};

// False if a test took the wall away. In a shipped program it is always true.
bool stands(Wall wall);

// The level below which apply() fails, given the one that the profile asks for. A test that took a
// wall away wants the program to run nevertheless.
Level binding(Level asked);

}  // namespace sandbox
