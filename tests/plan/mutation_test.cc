// SPDX-License-Identifier: Apache-2.0
// The tests of labels, tested: with one join of the evaluator left out at a time, the found leaks
// or generated pairs have to leak. A build of its own (tests/plan/points.h).
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/plan/flow_writer.h"
#include "tests/plan/leaks.h"
#include "tests/plan/pair.h"
#include "tests/plan/points.h"

namespace plan_test {
namespace {

// How it was caught; empty: not at all.
std::string caught(std::uint64_t programs) {
  for (const Leak& leak : leaks())
    for (std::uint64_t seed = 0; seed < 40; ++seed)
      if (run_pair("import json\nclass Stop(Exception):\n  pass\n" + std::string(leak.program),
                   Inputs(seed))
              .kind == Verdict::Kind::kLeak)
        return std::string(leak.name);
  for (std::uint64_t number = 1; number <= programs; ++number) {
    const std::string program = FlowWriter(number * 7919).program();
    for (std::uint64_t inputs = 0; inputs < 3; ++inputs)
      if (run_pair(program, Inputs(number + inputs)).kind == Verdict::Kind::kLeak)
        return fmt::format("generated program {}", number);
  }
  return {};
}

TEST(JoinPoints, NoneLeftOutNothingLeaks) {
  leave_out(std::nullopt);
  EXPECT_EQ(caught(200), "");
}

TEST(JoinPoints, EachLeftOutIsNoticed) {
  for (std::size_t i = 0; i < point_names().size(); ++i) {
    leave_out(static_cast<lang::JoinPoint>(i));
    const std::string how = caught(4000);
    fmt::print("{:18} {}\n", point_names()[i], how.empty() ? "NOT CAUGHT" : how);
    EXPECT_NE(how, "") << point_names()[i];
  }
  leave_out(std::nullopt);
}

}  // namespace
}  // namespace plan_test
