// SPDX-License-Identifier: Apache-2.0
#include "broker/answer_scrub.h"

#include <gtest/gtest.h>

#include "broker/secret.h"

namespace broker {
namespace {

std::shared_ptr<const ScrubSet> set_of(std::string value) {
  const Secret secret = Secret::take(value);
  const ScrubSet::Named named[] = {{"key", &secret}};
  auto set = ScrubSet::compile(named);
  CHECK(set.ok());
  return *set;
}

// Regression: "run_shell" reached the session as "run_shel" where a secret began with "l", as the
// last letter was held back and came as a second piece of the name.
TEST(AnswerScrub, ANameThatEndsLikeASecretBeginsLeavesWhole) {
  AnswerScrub scrub(set_of("l0ng-enough-secret"));
  for (const auto kind :
       {wire::DeltaKind::kToolName, wire::DeltaKind::kToolId, wire::DeltaKind::kFinish}) {
    const auto out = scrub.feed(kind, 0, "run_shell");
    ASSERT_TRUE(out.ok());
    EXPECT_EQ(*out, "run_shell");
  }
  EXPECT_TRUE(scrub.finish().empty());
}

TEST(AnswerScrub, ASecretInANameIsRemoved) {
  AnswerScrub scrub(set_of("l0ng-enough-secret"));
  EXPECT_EQ(*scrub.feed(wire::DeltaKind::kToolName, 0, "xl0ng-enough-secret"), "x[REDACTED]");
  EXPECT_EQ(scrub.total(), 1u);
}

TEST(AnswerScrub, TextIsOneStreamOverItsPieces) {
  AnswerScrub scrub(set_of("l0ng-enough-secret"));
  std::string text = *scrub.feed(wire::DeltaKind::kText, 0, "a l0ng-enou");
  text += *scrub.feed(wire::DeltaKind::kText, 0, "gh-secret b");
  for (const auto& rest : scrub.finish()) text += rest.text;
  EXPECT_EQ(text, "a [REDACTED] b");
}

}  // namespace
}  // namespace broker
