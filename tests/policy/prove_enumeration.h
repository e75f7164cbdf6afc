// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// `prove` held against enumeration over many random pairs. Trust zone: tests.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace policy_test {

struct Tally {
  std::uint64_t pairs = 0;
  std::uint64_t yes = 0;
  std::uint64_t no = 0;
  std::uint64_t undecided = 0;
  std::uint64_t after_calls = 0;  // pairs with one or two calls before
  std::uint64_t beyond = 0;  // a yes, confirmed, with values that the enumeration does not have
  std::uint64_t asked = 0;   // questions of all enumerations
  std::uint64_t unconfirmed = 0;  // counter-examples that the model does not confirm
  std::uint64_t unparsed = 0;     // what the generator got wrong
  std::uint64_t seeded = 0;       // proofs with one rule ignored
  std::uint64_t caught = 0;       // of those: found wrong
  double prove_seconds = 0;
  double slowest_ms = 0;
  std::uint64_t quick = 0;                       // proofs of a millisecond or less
  std::map<std::string, std::uint64_t> reasons;  // of undecided
  std::vector<std::uint64_t> beyond_seeds;       // at most 20
  std::vector<std::string> mismatches;  // each with its seed, policy and question; at most 20
};

// `count` pairs from `seed` on, those of `part` of `parts` only.
Tally run_pairs(std::uint64_t seed, std::uint64_t count, std::uint64_t part, std::uint64_t parts);
void add(const Tally& more, Tally& to);
// Empty if all is as it must be, else what is not.
std::string verdict(const Tally& tally);

}  // namespace policy_test
