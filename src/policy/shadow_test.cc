// SPDX-License-Identifier: Apache-2.0
#include "policy/shadow.h"

#include <gtest/gtest.h>

namespace policy {
namespace {

constexpr Effect kEffects[] = {Effect::kAllow, Effect::kAsk, Effect::kDeny};

// Two answers that differ in every field but the effect that is asked for.
Answer ruling_answer(Effect effect) {
  Answer a;
  a.effect = effect;
  a.level = Level::kSoft;
  a.reason = base::Reason::kDeniedByRule;
  a.rule = {0, 7};
  a.ask.roles = {"owner"};
  a.redact = {"salary"};
  a.log = {"seen"};
  a.before.value = "ruling";
  return a;
}
Answer shadow_answer(Effect effect) {
  Answer a;
  a.effect = effect;
  a.rule = {1, 9};
  a.redact = {"name"};
  a.before.value = "shadow";
  return a;
}

TEST(Shadow, NeverChangesWhatTheRulingPolicySays) {
  for (const Effect ruling : kEffects)
    for (const Effect shadow : kEffects)
      EXPECT_EQ(combine(ruling_answer(ruling), shadow_answer(shadow)).decision,
                ruling_answer(ruling));
}

TEST(Shadow, SaysWhatItWouldHaveDone) {
  using E = Effect;
  EXPECT_EQ(trial_of(E::kAllow, E::kDeny), Trial::kWouldDeny);
  EXPECT_EQ(trial_of(E::kAsk, E::kDeny), Trial::kWouldDeny);
  EXPECT_EQ(trial_of(E::kAllow, E::kAsk), Trial::kWouldAsk);
  EXPECT_EQ(trial_of(E::kDeny, E::kAsk), Trial::kWouldLoosen);
  EXPECT_EQ(trial_of(E::kDeny, E::kAllow), Trial::kWouldLoosen);
  EXPECT_EQ(trial_of(E::kAsk, E::kAllow), Trial::kWouldLoosen);
  for (const E effect : kEffects) EXPECT_EQ(trial_of(effect, effect), Trial::kAgrees);
}

TEST(Shadow, ADecisionOfTheMonitorIsHandedBackUnchanged) {
  Decision ruling;
  ruling.effect = Effect::kDeny;
  ruling.rule = {0, 3};
  ruling.results = 5;
  Decision shadow;
  shadow.effect = Effect::kAllow;
  const auto tried = combine(ruling, shadow);
  EXPECT_EQ(tried.decision.effect, Effect::kDeny);
  EXPECT_EQ(tried.decision.rule, ruling.rule);
  EXPECT_EQ(tried.decision.results, 5u);
  EXPECT_EQ(slug(tried.trial), "would_loosen");
}

TEST(Shadow, EndsAtItsInstant) {
  const Instant until = *instant_of("2026-12-01");
  EXPECT_TRUE(shadow_runs({until.us - 1}, until));
  EXPECT_FALSE(shadow_runs(until, until));
  EXPECT_FALSE(shadow_runs({until.us + 1}, until));
}

}  // namespace
}  // namespace policy
