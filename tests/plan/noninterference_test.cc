// SPDX-License-Identifier: Apache-2.0
// Pairs of runs that differ in a labelled input only: a slice of `make fuzz-plan`, and every leak
// that was found.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/plan/flow_writer.h"
#include "tests/plan/leaks.h"
#include "tests/plan/pair.h"

namespace plan_test {
namespace {

TEST(NonInterference, EveryLeakThatWasFoundIsClosed) {
  for (const Leak& leak : leaks()) {
    bool differed = false;
    const std::string source =
        "import json\nclass Stop(Exception):\n  pass\n" + std::string(leak.program);
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
      const Verdict verdict = run_pair(source, Inputs(seed));
      EXPECT_TRUE(verdict.kind == Verdict::Kind::kSame || verdict.kind == Verdict::Kind::kHidden)
          << leak.name << ": " << verdict.text;
      differed = differed || verdict.kind == Verdict::Kind::kHidden;
    }
    EXPECT_TRUE(differed) << leak.name << ": its label hides nothing";
  }
}

TEST(NonInterference, GeneratedProgramsTellNothingOfALabelledInput) {
  std::uint64_t pairs = 0, hidden = 0, refused = 0;
  for (std::uint64_t number = 1; number <= 4000; ++number) {
    const std::string program = FlowWriter(number * 7919).program();
    for (std::uint64_t inputs = 0; inputs < 3; ++inputs) {
      const Verdict verdict = run_pair(program, Inputs(number + inputs));
      if (verdict.kind == Verdict::Kind::kRefused) {  // `:=` where Python has none
        ++refused;
        break;
      }
      ASSERT_NE(verdict.kind, Verdict::Kind::kLeak) << verdict.text << "\n" << program;
      ++pairs;
      hidden += verdict.kind == Verdict::Kind::kHidden ? 1 : 0;
    }
  }
  EXPECT_LT(refused, 200u);
  EXPECT_GT(hidden, pairs / 4);  // or the generator has come to test nothing
  fmt::print("{} pairs, {} differed under the label\n", pairs, hidden);
}

}  // namespace
}  // namespace plan_test
