// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// One wrong step in a compiled policy: what the differential run must catch. Trust zone: tests.
#pragma once

#include <string>
#include <vector>

#include "policy/program.h"
#include "tests/policy/dice.h"

namespace policy_test {

struct Mutation {
  std::string what;  // "test 3: sense flipped"
  policy::Program program;
};

// One change at random of an operation, operand, set, bound, rule or update; link() may refuse it.
// A program without anything to change answers with an empty `what`.
Mutation mutated(Dice& dice, const policy::Program& program);

}  // namespace policy_test
