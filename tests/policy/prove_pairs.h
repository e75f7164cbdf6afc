// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Random small policies with a question for `prove`, whose worlds are small enough to enumerate:
// few words, few arguments, and in each pair only a few kinds of comparison. Trust zone: tests.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/loaded.h"
#include "policy/prove/prove.h"
#include "tests/policy/dice.h"

namespace policy_test {

// What the texts of an argument are about.
enum class Theme : std::uint8_t { kText, kEmail, kPath, kHost, kAddress, kUrl, kInstant, kNumber };

struct Pair {
  std::string policy;    // source
  std::string question;  // the predicate's source; empty: any call
  policy::Loaded loaded;
  policy::Query query;
  std::vector<std::pair<std::string, Theme>> themes;  // by argument
};

// Nothing where what was drawn does not parse (a bug of the generator: tests count them).
std::optional<Pair> make_pair(Dice& dice);

// The values that an argument of that theme has in the enumeration.
const std::vector<std::string>& values_of(Theme theme);

}  // namespace policy_test
