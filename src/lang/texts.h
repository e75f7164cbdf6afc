// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The texts of a tree by content, while it is built. Trust zone: session.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "lang/tree.h"

namespace lang {

// The texts of a tree by content: equal texts have one index. `slots` is kSlots zeros.
class Texts {
 public:
  static constexpr std::size_t kSlots = 256;  // at first; a power of two

  Texts(Tree& tree, std::vector<std::uint32_t>& slots) : tree_(tree), slots_(slots) {}
  std::uint32_t intern(std::string_view text);

 private:
  // The first and the last eight bytes: a hostile plan can make texts collide, but has no room for
  // more than some thousands of them.
  static std::size_t hash(std::string_view text) {
    const std::size_t size = text.size();
    const char* const begin = text.data();
    const char* const end = begin + size;
    std::uint64_t seen = size;
    if (size >= 8) seen ^= load<std::uint64_t>(begin) ^ (load<std::uint64_t>(end - 8) << 7);
    else if (size >= 4) seen ^= load<std::uint32_t>(begin) ^ load<std::uint32_t>(end - 4) << 29;
    else if (size > 0)
      seen ^= load<std::uint8_t>(begin) << 8 ^ load<std::uint8_t>(begin + size / 2) << 16 ^
              load<std::uint8_t>(end - 1) << 24;
    const std::uint64_t mixed = seen * 0x9e3779b97f4a7c15;
    return mixed >> 40;
  }
  template <typename Word> static std::uint64_t load(const char* from) {
    Word word{};
    std::memcpy(&word, from, sizeof word);
    return word;
  }
  void grow();
  Tree& tree_;
  std::vector<std::uint32_t>& slots_;  // index + 1; 0: free
};

}  // namespace lang
