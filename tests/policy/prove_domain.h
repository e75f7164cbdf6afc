// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Every call of a small world, one after the other, asked of the reference model: what `prove` must
// agree with. Trust zone: tests.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "spec/decide.h"
#include "tests/policy/prove_pairs.h"

namespace policy_test {

// How many calls the world of a pair has, all their values and labels counted; of several tools the
// most.
double world_size(const Pair& pair);

struct Found {
  bool yes = false;
  std::uint64_t asked = 0;   // questions put to the model
  policy::Question witness;  // yes
};
// Asks them all, sequences of calls before included, until one is as the query wants it.
Found enumerate(const Pair& pair);

// Whether the reference model confirms a counter-example.
bool confirmed_by_model(const Pair& pair, const policy::Proof& proof);

}  // namespace policy_test
