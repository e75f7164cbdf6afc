// SPDX-License-Identifier: Apache-2.0
// Plans as the monitor sees them: shown, recorded, and gone on with in another session.
#include <gtest/gtest.h>

#include <algorithm>

#include "audit/fault_file.h"
#include "audit/reader.h"
#include "monitor/monitor.h"
#include "monitor/policy_testing.h"

namespace monitor {
namespace {

using base::Reason;
using wire::PlanState;
constexpr Peer kGateway{Side::kGateway, 0};
constexpr Peer kBroker{Side::kBroker, 0};
constexpr Peer kSupervisor{Side::kSupervisor, 0};

wire::StartMonitor start_record() {
  wire::StartMonitor s;
  s.tenant = "default";
  s.door = "terminal";
  s.principal = "alice";
  s.owner_uid = 1000;
  s.session_pool = 1;
  s.tools = {{"note", {}, false, wire::Effect::kWrite, false, 1000},
             {"model:m", {}, true, wire::Effect::kRead, false, 1000}};
  return s;
}

class PlansTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = audit::open(disk_, clock_, random_, {.origin = "yett/test"});
    ASSERT_TRUE(opened.ok());
    log_.emplace(std::move(*opened));
    journal_.emplace(log_->writer, clock_, start_);
    journal_->keep_values(values_);
    monitor_.emplace(start_, policy_, *journal_, outbox_, clock_, random_, base::CallId{});
    monitor_->fill_pool();
    ASSERT_TRUE(send(kBroker, wire::Ready{"broker", 2, "x"}).ok());
    ASSERT_TRUE(send(kBroker, wire::BrokerReady{77, start_.manifest, std::string(32, 'k')}).ok());
    ASSERT_TRUE(send(kGateway, wire::Ready{"gateway", 2, "x"}).ok());
    spawn(1);
    ASSERT_TRUE(send(kGateway, wire::OpenSession{{1}, 1000, ""}).ok());
    id_ = said<wire::SessionOpened>().at(0).session;
  }

  void spawn(std::uint64_t slot) {
    ASSERT_TRUE(send(kSupervisor, wire::SessionSpawned{slot, true}).ok());
    ASSERT_TRUE(send(session(slot), wire::Ready{"session", 2, "x"}).ok());
  }
  static Peer session(std::uint64_t slot) { return {Side::kSession, slot}; }
  template <class F> base::Status send(Peer from, const F& frame) {
    return monitor_->on(from, {F::kType, wire::encode(frame), {}});
  }
  template <class F> std::vector<F> said() {
    std::vector<F> out;
    for (const Letter& letter : outbox_.take_letters())
      if (letter.type == F::kType) out.push_back(*wire::decode<F>(letter.payload));
    return out;
  }

  base::RequestId begin(wire::TurnMode mode = wire::TurnMode::kPlan) {
    wire::UserTurn turn;
    turn.session = id_;
    turn.request = {9};
    turn.text = "note(text='a')";
    turn.mode = mode;
    EXPECT_TRUE(send(kGateway, turn).ok());
    return said<wire::Turn>().at(0).turn;
  }
  wire::PlanShown shown(base::RequestId turn, PlanState state = PlanState::kRunning) {
    wire::PlanShown out;
    out.turn = turn;
    out.plan.state = state;
    out.plan.program = "note(text='a')";
    out.base.origins = {"planner"};
    return out;
  }
  wire::LabelledCall note(base::RequestId turn, std::uint32_t proposal) {
    wire::LabelledCall c;
    c.turn = turn;
    c.proposal = proposal;
    c.tool = "note";
    c.labels = {{}};
    c.arguments = {{"text", wire::LeafKind::kString, "a", 0}};
    c.line = 1;
    return c;
  }
  void observed(std::uint64_t sequence) {
    ASSERT_TRUE(send(kBroker, wire::Started{sequence}).ok());
    wire::Observation seen;
    seen.sequence = sequence;
    seen.started = true;
    seen.content = "done";
    ASSERT_TRUE(send(kBroker, seen).ok());
  }
  std::vector<std::string> details(audit::Kind kind) {
    EXPECT_TRUE(journal_->commit().ok());
    std::vector<std::string> out;
    auto reader = audit::Reader::open(disk_);
    while (*reader->next())
      if (reader->entry().kind == kind) out.push_back(reader->entry().detail.text());
    return out;
  }

  wire::StartMonitor start_ = start_record();
  policy::PolicySet policy_ = testing::set_of(
      "tool \"note\" { must allow always; }\ntool \"model:m\" { must allow always; }\n",
      {testing::tool("note", {"text"}), testing::tool("model:m", {"body"})});
  base::SystemClock clock_;
  base::SystemRandom random_;
  audit::FaultFile disk_, stored_;
  ValueSeal seal_;
  ValueStore values_{stored_, seal_, random_};
  std::optional<audit::Opened> log_;
  std::optional<Journal> journal_;
  Outbox outbox_;
  std::optional<Monitor> monitor_;
  base::SessionId id_;
};

TEST_F(PlansTest, APlanThatRunsIsLoggedAndShown) {
  const auto turn = begin();
  ASSERT_TRUE(send(session(1), shown(turn, PlanState::kRejected)).ok());
  EXPECT_FALSE(said<wire::PlanNotice>().at(0).call);
  ASSERT_TRUE(send(session(1), shown(turn)).ok());
  const auto notice = said<wire::PlanNotice>().at(0);
  EXPECT_EQ(notice.plan.program, "note(text='a')");
  EXPECT_EQ(notice.call.value, 1u);
  EXPECT_EQ(details(audit::Kind::kPlan), std::vector<std::string>{"plan attempt=1"});
  ASSERT_TRUE(send(session(1), note(turn, 1)).ok());
  EXPECT_EQ(details(audit::Kind::kIntent), std::vector<std::string>{"policy plan=1 line=1"});
}

TEST_F(PlansTest, APlainTurnHasNoPlanAndNobodyShowsPlansWithoutEnd) {
  const auto turn = begin(wire::TurnMode::kPlain);
  EXPECT_FALSE(send(session(1), shown(turn)).ok());
  ASSERT_TRUE(send(session(1), wire::TurnDone{turn, Reason::kOk, "", "", 0, {}}).ok());
  const auto other = begin();
  int taken = 0;
  while (send(session(1), shown(other)).ok() && taken < 1000) ++taken;
  EXPECT_EQ(taken, 32);
}

TEST_F(PlansTest, WhatOneSessionWasAnsweredGoesToTheNext) {
  const auto turn = begin();
  ASSERT_TRUE(send(session(1), shown(turn)).ok());
  const wire::LabelledCall first = note(turn, 1);
  ASSERT_TRUE(send(session(1), first).ok());
  observed(1);
  ASSERT_TRUE(send(session(1), note(turn, 2)).ok());
  ASSERT_TRUE(said<wire::Verdict>().at(0).allowed);
  monitor_->lost(session(1), false);
  // The second call is under way: nothing goes on before it has ended.
  spawn(2);
  EXPECT_TRUE(said<wire::Turn>().empty());
  observed(2);
  const auto again = said<wire::Turn>();
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].turn, turn);
  EXPECT_EQ(again[0].resume.program, "note(text='a')");
  EXPECT_EQ(again[0].resume.base.origins, std::vector<std::string>{"planner"});
  EXPECT_EQ(again[0].resume.given.origins, std::vector<std::string>{"tool:note"});
  ASSERT_EQ(again[0].resume.steps.size(), 2u);
  EXPECT_EQ(again[0].resume.steps[0].call, first.identity());
  EXPECT_EQ(again[0].resume.steps[0].content, "done");
  EXPECT_EQ(again[0].resume.steps[0].label.origins, std::vector<std::string>{"tool:note"});
  ASSERT_TRUE(send(session(2), note(turn, 1)).ok());
  ASSERT_TRUE(send(session(2), wire::TurnDone{turn, Reason::kOk, "x", "", 3, {}}).ok());
  EXPECT_EQ(said<wire::TurnEnded>().at(0).text, "x");
  EXPECT_EQ(details(audit::Kind::kPlan).back(), "plan resumed steps=2");
}

TEST_F(PlansTest, AfterAViolationNothingGoesOn) {
  const auto turn = begin();
  ASSERT_TRUE(send(session(1), shown(turn)).ok());
  monitor_->lost(session(1), true);
  spawn(2);
  EXPECT_EQ(said<wire::TurnEnded>().at(0).reason, Reason::kPeerLost);
}

TEST_F(PlansTest, ACancelWhileAPlanIsNowhereEndsIt) {
  const auto turn = begin();
  ASSERT_TRUE(send(session(1), shown(turn)).ok());
  monitor_->lost(session(1), false);
  ASSERT_TRUE(send(kGateway, wire::DirectCall{id_, {10}, "note", "{}", {}}).ok());
  EXPECT_EQ(said<wire::CallEnded>().at(0).reason, Reason::kPeerLost);
  ASSERT_TRUE(send(kGateway, wire::Cancel{id_, {9}}).ok());
  EXPECT_EQ(said<wire::TurnEnded>().at(0).reason, Reason::kCancelled);
  spawn(2);
  EXPECT_TRUE(said<wire::Turn>().empty());
}

TEST_F(PlansTest, ARecordThatWasChangedIsNotGoneOnWith) {
  const auto turn = begin();
  ASSERT_TRUE(send(session(1), shown(turn)).ok());
  ASSERT_TRUE(send(session(1), note(turn, 1)).ok());
  observed(1);
  ASSERT_TRUE(values_.flush().ok());
  std::string bytes(stored_.cached());
  bytes[bytes.size() - 5] = static_cast<char>(bytes[bytes.size() - 5] ^ 1);
  ASSERT_TRUE(stored_.write_at(0, bytes).ok());
  monitor_->lost(session(1), false);
  spawn(2);
  EXPECT_EQ(said<wire::TurnEnded>().at(0).reason, Reason::kNotResumed);
}

TEST_F(PlansTest, KeptValuesComeBackAsTheyWereWritten) {
  const std::uint64_t one = values_.keep({7}, ValueKind::kPlan, "one");
  const std::uint64_t two = values_.keep({7}, ValueKind::kStep, "two");
  EXPECT_EQ(**values_.recall(one), "one");
  EXPECT_EQ(**values_.recall(two), "two");
  values_.forget(one);
  EXPECT_FALSE(values_.recall(one)->has_value());
  EXPECT_FALSE(values_.recall(99)->has_value());
}

TEST_F(PlansTest, ChoicesAreLoggedAndCounted) {
  const auto turn = begin();
  wire::Endorsed event;
  event.turn = turn;
  event.call = {3};
  event.index = 2;
  event.options = 4;
  event.line = 5;
  int taken = 0;
  while (send(session(1), event).ok() && taken < 1000) ++taken;
  EXPECT_EQ(taken, 32);
  EXPECT_EQ(details(audit::Kind::kEndorsed).at(0), "choice index=2 options=4 line=5");
}

}  // namespace
}  // namespace monitor
