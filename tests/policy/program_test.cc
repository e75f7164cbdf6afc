// SPDX-License-Identifier: Apache-2.0
// A program as it travels: written, read back and linked it decides the same; and damaged bytes
// are refused or evaluate in bounds.
#include <gtest/gtest.h>

#include "policy/compile/compile.h"
#include "policy/decide.h"
#include "tests/policy/generate.h"
#include "wire/codec.h"

namespace policy_test {
namespace {

TEST(Program, DecidesTheSameBehindTheWire) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Dice dice(seed);
    const policy::Loaded loaded = make_loaded(dice);
    const auto program = policy::compile(loaded);
    ASSERT_TRUE(program.ok());
    const std::string bytes = wire::encode(*program);
    const auto read = wire::decode<policy::Program>(bytes);
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(wire::encode(*read), bytes);
    const auto here = policy::PolicySet::link(*program);
    const auto there = policy::PolicySet::link(*read);
    ASSERT_TRUE(here.ok() && there.ok());
    for (int i = 0; i < 10; ++i) {
      const policy::Question question = make_question(dice, loaded);
      EXPECT_EQ(policy::answer(*here, question), policy::answer(*there, question));
    }
  }
}

TEST(Program, DamagedBytesAreRefusedOrEvaluateInBounds) {
  std::size_t linked = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    Dice dice(seed);
    const policy::Loaded loaded = make_loaded(dice);
    const std::string bytes = wire::encode(*policy::compile(loaded));
    for (std::size_t i = 0; i < 200; ++i) {
      std::string damaged = bytes;
      damaged[(seed * 7919 + i * 104'729) % damaged.size()] ^= static_cast<char>(1 << (i % 8));
      auto program = wire::decode<policy::Program>(damaged);
      if (!program.ok()) continue;
      const auto set = policy::PolicySet::link(std::move(*program));
      if (!set.ok()) continue;
      ++linked;
      policy::Question question = make_question(dice, loaded);
      question.session = policy::answer(*set, question).before;
      policy::learn(*set, question, make_observed(dice));
    }
  }
  EXPECT_GT(linked, 100U);
}

}  // namespace
}  // namespace policy_test
