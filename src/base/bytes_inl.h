// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Template bodies of base/bytes.h; include that header instead. Trust zone: all programs.
#pragma once

#include "base/bytes.h"

namespace base {

template <class Range> std::string_view nearest(std::string_view word, const Range& candidates) {
  std::string_view best;
  std::size_t best_distance = 3;
  for (const auto& candidate : candidates) {
    const std::size_t d = edit_distance(word, candidate);
    if (d < best_distance && d * 2 <= word.size()) {
      best = candidate;
      best_distance = d;
    }
  }
  return best;
}

}  // namespace base
