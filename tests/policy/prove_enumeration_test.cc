// SPDX-License-Identifier: Apache-2.0
// The short run of yett-fuzz-prove: the same pairs every time.
#include "tests/policy/prove_enumeration.h"

#include <gtest/gtest.h>

namespace policy_test {
namespace {

TEST(ProveEnumeration, AgreesWithTheModelOnTwoThousandPairs) {
  const Tally tally = run_pairs(1, 2000, 0, 1);
  EXPECT_EQ(verdict(tally), "");
  EXPECT_GT(tally.yes, 300U);
  EXPECT_GT(tally.no, 300U);
  EXPECT_GT(tally.after_calls, 300U);
  EXPECT_GT(tally.caught, 0U) << "of proofs that ignore a rule";
}

}  // namespace
}  // namespace policy_test
