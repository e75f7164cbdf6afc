// SPDX-License-Identifier: Apache-2.0
#include "monitor/shadow_trial.h"

#include <gtest/gtest.h>

#include "policy/compile/compile.h"
#include "policy/load/load.h"

namespace monitor {
namespace {

using policy::Effect;
using policy::Trial;

class HandClock final : public base::Clock {
 public:
  std::int64_t wall_us() const override { return now_us; }
  std::int64_t steady_us() const override { return now_us; }
  std::int64_t now_us = 1'000'000;
};

policy::PolicySet set_of(const std::string& text) {
  policy::ToolShape refund;
  refund.name = "refund";
  policy::ToolShape mail;
  mail.name = "mail";
  mail.arguments.resize(1);
  mail.arguments[0].name = "body";
  policy::Outcome outcome = policy::load({{"s", text}}, {refund, mail}, {},
                                         [](std::string_view) { return std::nullopt; });
  EXPECT_TRUE(outcome.loaded.has_value());
  return *policy::PolicySet::link(*policy::compile(*outcome.loaded));
}

constexpr const char* kShadow = R"(language yett 1;
counter refunds = calls of "refund" per session within 1h;
tool "refund" {
  deny when @counter.refunds >= 1;
  allow always;
  session after { @tags |= {"seen"}; }
}
tool "mail" { deny when @session.tags overlaps {"seen"}; ask always; }
)";

policy::Question question(const std::string& tool) {
  policy::Question q;
  q.tool = tool;
  // What the ruling policy's session knows is not the shadow's.
  q.session.label.tags = {"seen"};
  q.counters["refunds"] = {true, 9, 0};
  if (tool == "mail") q.leaves = {{"body", policy::LeafKind::kString, "hi", {}, false}};
  return q;
}

TEST(ShadowTrial, SaysOnlyWhatItWouldHaveDoneOtherwise) {
  HandClock clock;
  ShadowTrial shadow(set_of(kShadow), {1'000'000'000'000}, clock);
  EXPECT_FALSE(shadow.judge({1}, question("refund"), Effect::kAllow).has_value());
  EXPECT_EQ(shadow.judge({1}, question("mail"), Effect::kAllow)->trial, Trial::kWouldAsk);
  EXPECT_EQ(shadow.judge({1}, question("mail"), Effect::kDeny)->trial, Trial::kWouldLoosen);
}

TEST(ShadowTrial, HasASessionAndCountersOfItsOwn) {
  HandClock clock;
  ShadowTrial shadow(set_of(kShadow), {1'000'000'000'000}, clock);
  shadow.count({1}, "refund", {});
  shadow.learn({1}, question("refund"), "done");
  EXPECT_EQ(shadow.judge({1}, question("refund"), Effect::kAllow)->trial, Trial::kWouldDeny);
  EXPECT_EQ(shadow.judge({1}, question("mail"), Effect::kAllow)->trial, Trial::kWouldDeny);
  EXPECT_EQ(shadow.judge({2}, question("mail"), Effect::kAllow)->trial, Trial::kWouldAsk);
  shadow.forget({1});
  EXPECT_FALSE(shadow.judge({1}, question("refund"), Effect::kAllow).has_value());
  EXPECT_EQ(shadow.judge({1}, question("mail"), Effect::kAllow)->trial, Trial::kWouldAsk);
}

TEST(ShadowTrial, EndsByItself) {
  HandClock clock;
  ShadowTrial shadow(set_of(kShadow), {2'000'000}, clock);
  EXPECT_TRUE(shadow.judge({1}, question("mail"), Effect::kAllow).has_value());
  clock.now_us = 2'000'000;
  EXPECT_FALSE(shadow.runs());
  EXPECT_FALSE(shadow.judge({1}, question("mail"), Effect::kAllow).has_value());
}

}  // namespace
}  // namespace monitor
