// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Which combinations of regular tests some text fulfils, with the shortest such texts: a breadth
// first walk of the product of their automata, determinised as it goes. Trust zone: supervisor,
// tests.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "policy/prove/regex.h"

namespace policy::proving {

// A text has so many code points, or not.
struct LengthTest {
  std::uint32_t low = 0;
  std::uint32_t high = 0xffffffff;
};
using RegularTest = std::variant<Nfa, LengthTest>;

// The texts that say `signs` to the tests, in their order: the shortest `words` (up to the number
// asked for; all there are if fewer).
struct Cell {
  std::vector<bool> signs;
  std::vector<std::string> words;
};
struct Cells {
  std::vector<Cell> cells;
  bool complete = true;  // every combination that some text fulfils is there with its words
};

// LIMIT: gives up (incomplete) after `most_steps` steps or when `stop` says so.
Cells cells_of(const std::vector<RegularTest>& tests, std::size_t words, std::size_t most_steps,
               const std::function<bool()>& stop);

}  // namespace policy::proving
