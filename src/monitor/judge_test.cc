// SPDX-License-Identifier: Apache-2.0
#include "monitor/judge.h"

#include <gtest/gtest.h>

#include <memory>

#include "monitor/policy_testing.h"

namespace monitor {
namespace {

using base::Reason;
using policy::Effect;

class FixedClock final : public base::Clock {
 public:
  std::int64_t wall_us() const override { return 1'767'268'800'000'000; }  // 2026-01-01T12:00Z
  std::int64_t steady_us() const override { return now; }
  std::int64_t now = 5'000'000;
};

wire::LabelText tagged(std::string tag) {
  wire::LabelText out;
  out.tags = {std::move(tag)};
  return out;
}

wire::Observation answered(std::string content, Reason reason = Reason::kOk) {
  wire::Observation out;
  out.started = true;
  out.reason = reason;
  out.content = std::move(content);
  return out;
}

// A judge of one session under a policy for the tools `read(id)`, `send(body)` and `model:m(body)`.
class Court {
 public:
  explicit Court(const std::string& text)
      : set_(testing::set_of(text, {testing::tool("read", {"id"}), testing::tool("send", {"body"}),
                                    testing::tool("model:m", {"body"})})) {
    start_.tenant = "t";
    start_.principal = "alice";
    start_.door = "terminal";
    start_.roles = {"staff"};
    start_.check_readers = true;
    facts_ = std::make_unique<Facts>(set_);
    judge_ = std::make_unique<Judge>(set_, start_, clock_);
  }

  Case open(std::string tool, std::string value, wire::LabelText label = {}) {
    wire::LabelledCall call;
    call.tool = tool;
    call.arguments = {{tool == "read" ? "id" : "body", wire::LeafKind::kString, value, 0}};
    call.labels = {std::move(label)};
    return judge_->open(*facts_, call, tool.starts_with("model:"));
  }
  Ruling decide(const Case& asked) { return judge_->decide({1}, *facts_, asked); }
  Lesson learn(const Case& asked, const wire::Observation& seen) {
    return judge_->learn({1}, *facts_, asked, seen);
  }
  label::Sets sets(label::LabelId id) const { return facts_->labels.sets(id); }

  FixedClock clock_;
  wire::StartMonitor start_;
  policy::PolicySet set_;
  std::unique_ptr<Facts> facts_;
  std::unique_ptr<Judge> judge_;
};

TEST(Judge, WhatSessionBeforeDidStaysThoughTheCallIsDenied) {
  Court court(R"(tool "read" {
    session before { @tags |= {"asked"}; }
    must deny when "asked" in @session.tags;
    should allow always;
  })");
  const Ruling ruling = court.decide(court.open("read", "1"));
  EXPECT_EQ(ruling.effect, Effect::kDeny);
  EXPECT_EQ(ruling.reason, Reason::kDeniedByRule);
  EXPECT_EQ(ruling.rule.line, 3u);
  EXPECT_TRUE(court.sets(court.facts_->state).tags.contains("asked"));
}

TEST(Judge, AResultHasItsArgumentsLabelsItsOriginAndWhatPolicySays) {
  Court court(R"(tool "read" { must allow always; result { @tags |= {"pii"}; } })");
  const Case asked = court.open("read", "1", tagged("old"));
  ASSERT_EQ(court.decide(asked).effect, Effect::kAllow);
  const Lesson lesson = court.learn(asked, answered("x"));
  const label::Sets result = court.sets(lesson.result);
  EXPECT_EQ(result.tags, (label::Names{"old", "pii"}));
  EXPECT_EQ(result.origins, label::Names{"tool:read"});
  EXPECT_EQ(lesson.lowered, 0u);
}

TEST(Judge, TheOriginOfAModelIsTheModel) {
  Court court(R"(tool "model:m" { must allow always; })");
  const Case asked = court.open("model:m", "hi");
  const Lesson lesson = court.learn(asked, answered("x"));
  EXPECT_EQ(court.sets(lesson.result).origins, label::Names{"model:m"});
}

TEST(Judge, ADeclassificationIsCounted) {
  Court court(R"(tool "read" { must allow always; result { @tags -= {"a", "b"}; }
    session before { @tags -= {"seen"}; } session after { @tags -= {"later"}; } })");
  wire::LabelText label;
  label.tags = {"a", "b", "c"};
  label::Sets seen;
  seen.tags = label::Names{"seen", "later"};
  court.facts_->state = court.facts_->labels.intern(seen);
  const Case asked = court.open("read", "1", label);
  EXPECT_EQ(court.decide(asked).lowered, 1u);
  const Lesson lesson = court.learn(asked, answered("x"));
  EXPECT_EQ(lesson.lowered, 2u);
  EXPECT_EQ(lesson.session_lowered, 1u);
  EXPECT_EQ(court.sets(lesson.result).tags, label::Names{"c"});
}

TEST(Judge, ACallThatWentWrongTeachesNothingAndFreesNothing) {
  Court court(R"(tool "read" { must allow always;
    result { @tags -= {"a"}; @tags |= {"pii"}; } session after { @tags |= {"done"}; } })");
  const Case asked = court.open("read", "1", tagged("a"));
  Lesson lesson = court.learn(asked, answered("no such id", Reason::kUpstreamStatus));
  EXPECT_EQ(court.sets(lesson.result).tags, (label::Names{"a", "pii"}));
  EXPECT_TRUE(court.sets(court.facts_->state).tags.empty());
  lesson = court.learn(asked, answered("", Reason::kTimeout));
  EXPECT_EQ(court.sets(lesson.result).tags, label::Names{"a"});
  lesson = court.learn(asked, answered(""));
  EXPECT_TRUE(court.sets(court.facts_->state).tags.contains("done"));
}

TEST(Judge, TheCallerTheDoorAndTheTimeAreKnown) {
  Court court(R"(language yett 1;
    tool "read" { allow when @principal.id == "alice" and "staff" in @principal.roles
      and @door.name == "terminal" and @tenant.id == "t" and @time.hour == 12; })");
  EXPECT_EQ(court.decide(court.open("read", "1")).effect, Effect::kAllow);
}

TEST(Judge, ANamedValueIsOneTheUserWrote) {
  Court court(R"(language yett 1; tool "send" { allow when body is named; })");
  court.facts_->words.said("send it to Bob");
  EXPECT_EQ(court.decide(court.open("send", "Bob")).effect, Effect::kAllow);
  EXPECT_EQ(court.decide(court.open("send", "Eve")).effect, Effect::kDeny);
  EXPECT_EQ(court.decide(court.open("send", "Bo")).effect, Effect::kDeny);
}

TEST(Judge, ObligationsComeWithTheRuling) {
  Court court(R"(language yett 1;
    tool "read" { allow always; oblige log "second" always;
      oblige log "first" when id.value == "1"; })");
  EXPECT_EQ(court.decide(court.open("read", "1")).log,
            (std::vector<std::string>{"second", "first"}));
  EXPECT_EQ(court.decide(court.open("read", "2")).log, std::vector<std::string>{"second"});
}

TEST(Judge, AskIsNeitherAllowedNorDenied) {
  Court court(R"(language yett 1; tool "read" { ask always; })");
  const Ruling ruling = court.decide(court.open("read", "1"));
  EXPECT_EQ(ruling.effect, Effect::kAsk);
  EXPECT_EQ(ruling.reason, Reason::kApprovalRequired);
}

TEST(Judge, WordsAreSpokenOnlyToAReaderOfAllThatWasGiven) {
  Court court("");
  EXPECT_TRUE(court.judge_->may_be_spoken(*court.facts_));
  const auto given = [&](label::Names readers) {
    label::Sets sets;
    sets.consumers = label::Consumers::only(std::move(readers));
    court.facts_->given = court.facts_->labels.intern(sets);
    return court.judge_->may_be_spoken(*court.facts_);
  };
  EXPECT_FALSE(given({"llm:m"}));
  EXPECT_TRUE(given({"llm:m", "reply:alice"}));
  EXPECT_FALSE(given({"reply:bob"}));
  court.start_.check_readers = false;
  EXPECT_TRUE(given({"reply:bob"}));
}

TEST(Judge, AnErrorWhileDecidingDenies) {
  Court court(
      R"(language yett 1; tool "read" { allow always; deny when id.value in {path under "/a"}; })");
  EXPECT_EQ(court.decide(court.open("read", "relative")).reason, Reason::kDecisionFailed);
  EXPECT_EQ(court.decide(court.open("read", "/a/b")).reason, Reason::kDeniedByRule);
  EXPECT_EQ(court.decide(court.open("read", "/b")).effect, Effect::kAllow);
}

// A table that is full answers with a label that has lost its names: the deny on `pii` is blind.
TEST(Judge, ALabelThatLostItsNamesDenies) {
  Court court(R"(tool "read" { must allow always; must deny when id.tags overlaps {"pii"}; })");
  EXPECT_EQ(court.decide(court.open("read", "1")).effect, Effect::kAllow);
  Case lost = court.open("read", "1");
  lost.labels.assign(lost.labels.size(), label::kMostRestrictive);
  EXPECT_EQ(court.decide(lost).effect, Effect::kDeny);
  EXPECT_EQ(court.decide(lost).reason, Reason::kDecisionFailed);
  Case control = court.open("read", "1");
  control.control = label::kMostRestrictive;
  EXPECT_EQ(court.decide(control).reason, Reason::kDecisionFailed);
}

}  // namespace
}  // namespace monitor
