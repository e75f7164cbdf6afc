// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The text of a pattern as a tree: the part of RE2's syntax that is regular in the plain sense.
// Trust zone: supervisor, tests.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "policy/prove/regex.h"

namespace policy::proving {

struct Node {
  enum class Kind : std::uint8_t { kSet, kConcat, kAlternate, kRepeat, kBegin, kEnd };
  Kind kind = Kind::kConcat;
  CodeSet set;
  std::vector<Node> parts;
  int low = 0;    // kRepeat
  int high = -1;  // -1: no bound
};

// Nothing if the text is no pattern, or one that regex.h refuses.
std::optional<Node> read_pattern(std::string_view text);

}  // namespace policy::proving
