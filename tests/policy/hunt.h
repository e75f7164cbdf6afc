// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Does the differential run see a wrong compiled policy? One seeded mutation after the other, each
// asked about until an answer differs. Trust zone: tests.
#pragma once

#include <cstdint>
#include <string>

namespace policy_test {

// A mutation is caught if one of the first questions tells; it matters if one of many does. Those
// that none tells are reported apart: they make no difference that the generator can ask for (an
// element twice in a set, an operator on an empty set, a bound no value comes near).
constexpr int kFirstQuestions = 3'000;
constexpr int kManyQuestions = 12'000;

struct Caught {
  enum class How : std::uint8_t { kCaught, kMissed, kRefused, kAlike, kNothing };
  How how = How::kNothing;  // kRefused: link() would not have it; kNothing: nothing to change
  std::string what;         // the mutation and the policy
};

// One mutation of one small policy, repeated by its seed.
Caught hunt(std::uint64_t seed);

}  // namespace policy_test
