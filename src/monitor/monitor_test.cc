// SPDX-License-Identifier: Apache-2.0
#include "monitor/monitor.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "audit/fault_file.h"
#include "audit/reader.h"
#include "monitor/policy_testing.h"

namespace monitor {
namespace {

using base::Reason;
constexpr Peer kGateway{Side::kGateway, 0};
constexpr Peer kBroker{Side::kBroker, 0};
constexpr Peer kSupervisor{Side::kSupervisor, 0};

class FixedClock final : public base::Clock {
 public:
  std::int64_t wall_us() const override { return 1'000'000; }
  std::int64_t steady_us() const override { return now; }
  std::int64_t now = 5'000'000;
};

class CountingRandom final : public base::Random {
 public:
  void fill(std::span<std::byte> out) override {
    for (std::byte& b : out) b = static_cast<std::byte>(++next_);
  }

 private:
  unsigned char next_ = 0;
};

wire::StartMonitor start_record() {
  wire::StartMonitor s;
  s.tenant = "default";
  s.door = "terminal";
  s.principal = "alice";
  s.owner_uid = 1000;
  s.session_pool = 2;
  s.max_calls_per_turn = 2;
  s.max_calls_per_conversation = 3;
  wire::KnownTool status{"status", {}, false, wire::Effect::kRead, false, 1000};
  wire::KnownTool model{"model:m", {}, true, wire::Effect::kRead, false, 1000};
  wire::KnownTool unruled{"unruled", {}, false, wire::Effect::kRead, false, 1000};
  s.tools = {status, model, unruled};
  return s;
}

policy::PolicySet rules() {
  return testing::set_of(
      "tool \"status\" { must allow always; }\ntool \"model:m\" { must allow always; }\n",
      {testing::tool("status", {"project"}), testing::tool("model:m", {"body"}),
       testing::tool("unruled", {"project"})});
}

class MonitorTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = audit::open(disk_, clock_, random_, {.origin = "yett/test"});
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    log_.emplace(std::move(*opened));
    journal_.emplace(log_->writer, clock_, start_);
    monitor_.emplace(start_, policy_, *journal_, outbox_, clock_, random_, base::CallId{});
    monitor_->fill_pool();
    ASSERT_TRUE(send(kBroker, wire::Ready{"broker", 2, "x"}).ok());
    ASSERT_TRUE(send(kBroker, wire::BrokerReady{77, start_.manifest, std::string(32, 'k')}).ok());
    ASSERT_TRUE(send(kGateway, wire::Ready{"gateway", 2, "x"}).ok());
    for (std::uint64_t slot = 1; slot <= 2; ++slot) {
      ASSERT_TRUE(send(kSupervisor, wire::SessionSpawned{slot, true}).ok());
      ASSERT_TRUE(send(session(slot), wire::Ready{"session", 2, "x"}).ok());
    }
    outbox_.take_letters();
  }

  static Peer session(std::uint64_t slot) { return {Side::kSession, slot}; }

  template <class F> base::Status send(Peer from, const F& frame) {
    return monitor_->on(from, {F::kType, wire::encode(frame), {}});
  }

  // The frames of that type said since the last call, in order; all others are forgotten.
  template <class F> std::vector<F> said() {
    std::vector<F> out;
    for (const Letter& letter : outbox_.take_letters())
      if (letter.type == F::kType) out.push_back(*wire::decode<F>(letter.payload));
    return out;
  }

  base::SessionId open(std::uint32_t uid = 1000, std::string name = "") {
    EXPECT_TRUE(send(kGateway, wire::OpenSession{{1}, uid, std::move(name)}).ok());
    const auto opened = said<wire::SessionOpened>();
    EXPECT_EQ(opened.size(), 1u);
    return opened.empty() ? base::SessionId{} : opened[0].session;
  }

  base::RequestId begin_turn(base::SessionId id) {
    wire::UserTurn turn;
    turn.session = id;
    turn.request = {9};
    turn.text = "hello";
    EXPECT_TRUE(send(kGateway, turn).ok());
    const auto turns = said<wire::Turn>();
    EXPECT_EQ(turns.size(), 1u);
    return turns.empty() ? base::RequestId{} : turns[0].turn;
  }

  wire::LabelledCall call(base::RequestId turn, std::string tool) {
    wire::LabelledCall c;
    c.turn = turn;
    c.proposal = ++proposal_;
    c.tool = std::move(tool);
    c.labels = {{}};
    c.arguments = {{"project", wire::LeafKind::kString, "apollo", 0}};
    return c;
  }

  std::vector<audit::Entry> entries() {
    EXPECT_TRUE(journal_->commit().ok());
    std::vector<audit::Entry> out;
    auto reader = audit::Reader::open(disk_);
    EXPECT_TRUE(reader.ok());
    while (*reader->next()) out.push_back(reader->entry());
    return out;
  }

  std::size_t count(audit::Kind kind) {
    return static_cast<std::size_t>(std::ranges::count(entries(), kind, &audit::Entry::kind));
  }

  wire::StartMonitor start_ = start_record();
  policy::PolicySet policy_ = rules();
  FixedClock clock_;
  CountingRandom random_;
  audit::FaultFile disk_;
  std::optional<audit::Opened> log_;
  std::optional<Journal> journal_;
  Outbox outbox_;
  std::optional<Monitor> monitor_;
  std::uint32_t proposal_ = 0;
};

TEST_F(MonitorTest, AnAllowedCallIsRecordedMintedAndAnswered) {
  const base::RequestId turn = begin_turn(open());
  ASSERT_TRUE(send(session(1), call(turn, "status")).ok());
  const auto letters = outbox_.take_letters();
  ASSERT_EQ(letters.size(), 3u);
  EXPECT_EQ(letters[0].type, wire::FrameType::kWarrant);
  const auto warrant = wire::decode<wire::Warrant>(letters[0].payload);
  EXPECT_EQ(warrant->epoch, 77u);
  EXPECT_EQ(warrant->sequence, 1u);
  for (const Letter& letter : letters) EXPECT_EQ(letter.warrant, 1u);  // all rest on the intent
  EXPECT_EQ(count(audit::Kind::kIntent), 1u);
}

TEST_F(MonitorTest, EveryDenialIsRecordedWithItsReasonAndMintsNothing) {
  const base::RequestId turn = begin_turn(open());
  auto stale = call(turn, "status");
  stale.definition[0] = 1;
  const std::pair<wire::LabelledCall, Reason> rows[] = {
      {call(turn, "nosuch"), Reason::kUnknownTool},
      {call(turn, "unruled"), Reason::kNoRule},
      {stale, Reason::kStaleDefinition},
  };
  for (auto [asked, reason] : rows) {
    asked.proposal = ++proposal_;
    ASSERT_TRUE(send(session(1), asked).ok());
    const auto letters = outbox_.take_letters();
    ASSERT_EQ(letters[0].type, wire::FrameType::kVerdict);
    const auto verdict = wire::decode<wire::Verdict>(letters[0].payload);
    EXPECT_FALSE(verdict->allowed);
    EXPECT_EQ(verdict->reason, reason);
    EXPECT_EQ(entries().back().reasons,
              std::vector<std::uint16_t>{static_cast<std::uint16_t>(reason)});
  }
}

TEST_F(MonitorTest, AStrangerIsNobody) {
  EXPECT_FALSE(open(1001));
  EXPECT_FALSE(open(65534));
  EXPECT_EQ(count(audit::Kind::kSessionRefused), 2u);
  EXPECT_TRUE(open(0));
}

TEST_F(MonitorTest, ANameRejoinsItsSession) {
  const auto first = open(1000, "work");
  EXPECT_EQ(open(1000, "work"), first);
  EXPECT_NE(open(1000, ""), first);
}

TEST_F(MonitorTest, ASessionCannotSpeakForAnothersTurn) {
  const auto a = open();
  const auto b = open();
  ASSERT_NE(a, b);
  const base::RequestId turn = begin_turn(a);
  EXPECT_FALSE(send(session(2), call(turn, "status")).ok());
  EXPECT_FALSE(send(session(2), wire::Spoken{turn, wire::DeltaKind::kText, "x"}).ok());
  EXPECT_FALSE(send(session(2), wire::TurnDone{turn, Reason::kOk, "", "", 0}).ok());
  EXPECT_FALSE(send(session(1), wire::CallDone{turn, {}, Reason::kOk, 0, "", 0}).ok());
}

TEST_F(MonitorTest, AReplayedProposalIsAViolation) {
  const base::RequestId turn = begin_turn(open());
  const auto asked = call(turn, "status");
  ASSERT_TRUE(send(session(1), asked).ok());
  EXPECT_FALSE(send(session(1), asked).ok());
}

TEST_F(MonitorTest, AHandleOfNoSessionIsAnsweredAndLogged) {
  wire::DirectCall asked;
  asked.session = {424242};
  asked.request = {5};
  asked.tool = "status";
  ASSERT_TRUE(send(kGateway, asked).ok());
  const auto ended = said<wire::CallEnded>();
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended[0].reason, Reason::kSessionUnknown);
  EXPECT_EQ(count(audit::Kind::kAlert), 1u);
}

TEST_F(MonitorTest, WhileItDrainsARequestIsCancelledAndNotBlamedOnTheLog) {
  const auto id = open();
  ASSERT_TRUE(send(kSupervisor, wire::Shutdown{false}).ok());
  wire::DirectCall asked;
  asked.session = id;
  asked.request = {5};
  asked.tool = "status";
  ASSERT_TRUE(send(kGateway, asked).ok());
  EXPECT_EQ(said<wire::CallEnded>().at(0).reason, Reason::kCancelled);
}

TEST_F(MonitorTest, LimitsHoldWhateverTheSessionCounts) {
  const auto id = open();
  base::RequestId turn = begin_turn(id);
  const auto verdict = [&] { return said<wire::Verdict>().at(0); };
  ASSERT_TRUE(send(session(1), call(turn, "status")).ok());
  EXPECT_TRUE(verdict().allowed);
  ASSERT_TRUE(send(session(1), call(turn, "status")).ok());
  EXPECT_TRUE(verdict().allowed);
  ASSERT_TRUE(send(session(1), call(turn, "status")).ok());
  EXPECT_EQ(verdict().reason, Reason::kTurnLimit);
  ASSERT_TRUE(send(session(1), wire::TurnDone{turn, Reason::kOk, "", "", 2}).ok());
  turn = begin_turn(id);
  ASSERT_TRUE(send(session(1), call(turn, "status")).ok());
  EXPECT_TRUE(verdict().allowed);
  ASSERT_TRUE(send(session(1), call(turn, "status")).ok());
  EXPECT_EQ(verdict().reason, Reason::kConversationLimit);
}

TEST_F(MonitorTest, ObservationsMustFitAnOpenCallAndItsStart) {
  const base::RequestId turn = begin_turn(open());
  ASSERT_TRUE(send(session(1), call(turn, "status")).ok());
  wire::Observation seen;
  seen.sequence = 2;
  EXPECT_FALSE(send(kBroker, seen).ok());  // no such call
  seen.sequence = 1;
  seen.started = true;
  EXPECT_FALSE(send(kBroker, seen).ok());  // never said Started
  ASSERT_TRUE(send(kBroker, wire::Started{1}).ok());
  EXPECT_FALSE(send(kBroker, wire::Started{1}).ok());
  EXPECT_FALSE(send(kBroker, wire::Delta{1, wire::DeltaKind::kText, 0, "x"}).ok());  // not a model
  ASSERT_TRUE(send(kBroker, seen).ok());
  EXPECT_FALSE(send(kBroker, seen).ok());  // a second outcome
  EXPECT_EQ(count(audit::Kind::kOutcome), 1u);
}

TEST_F(MonitorTest, ACallThatNeverLeftIsRecordedAsNotStarted) {
  const base::RequestId turn = begin_turn(open());
  ASSERT_TRUE(send(session(1), call(turn, "status")).ok());
  wire::Observation seen;
  seen.sequence = 1;
  seen.reason = Reason::kSecretUnavailable;
  ASSERT_TRUE(send(kBroker, seen).ok());
  EXPECT_EQ(count(audit::Kind::kNotStarted), 1u);
  EXPECT_EQ(count(audit::Kind::kOutcome), 0u);
}

TEST_F(MonitorTest, ALostBrokerMakesOpenCallsUnknown) {
  const base::RequestId turn = begin_turn(open());
  ASSERT_TRUE(send(session(1), call(turn, "status")).ok());
  ASSERT_TRUE(send(kBroker, wire::Started{1}).ok());
  outbox_.take_letters();
  monitor_->lost(kBroker, false);
  const auto results = said<wire::CallResult>();
  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results[0].reason, Reason::kOutcomeUnknown);
  EXPECT_EQ(entries().back().outcome, static_cast<std::uint16_t>(Reason::kOutcomeUnknown));
}

TEST_F(MonitorTest, ALostSessionIsAnsweredFor) {
  const base::RequestId turn = begin_turn(open());
  ASSERT_TRUE(send(session(1), call(turn, "status")).ok());
  outbox_.take_letters();
  monitor_->lost(session(1), true);
  std::size_t ended = 0, cancelled = 0;
  for (const Letter& letter : outbox_.take_letters()) {
    ended += letter.type == wire::FrameType::kTurnEnded;
    cancelled += letter.type == wire::FrameType::kCancelWarrant;
  }
  EXPECT_EQ(ended, 1u);
  EXPECT_EQ(cancelled, 1u);
  EXPECT_EQ(count(audit::Kind::kAlert), 1u);
}

TEST_F(MonitorTest, AStoppedLogVoidsTheWarrantsOfItsBatchAndDeniesAllThatFollow) {
  const base::RequestId turn = begin_turn(open());
  ASSERT_TRUE(send(session(1), call(turn, "status")).ok());
  const auto letters = outbox_.take_letters();
  monitor_->log_stopped(letters);
  const auto verdicts = said<wire::Verdict>();
  ASSERT_EQ(verdicts.size(), 1u);
  EXPECT_FALSE(verdicts[0].allowed);
  EXPECT_EQ(verdicts[0].reason, Reason::kLogStopped);
}

TEST_F(MonitorTest, TheLogHoldsNoArgumentValue) {
  const base::RequestId turn = begin_turn(open());
  auto asked = call(turn, "status");
  asked.arguments[0].text = "canary-argument-value";
  ASSERT_TRUE(send(session(1), asked).ok());
  ASSERT_TRUE(journal_->commit().ok());
  std::string all(*disk_.size(), '\0');
  ASSERT_TRUE(disk_.read_at(0, all).ok());
  EXPECT_EQ(all.find("canary"), std::string::npos);
  EXPECT_NE(all.find("status"), std::string::npos);  // the search itself works
}

TEST_F(MonitorTest, AnotherManifestOrASecondEpochIsAViolation) {
  EXPECT_FALSE(send(kBroker, wire::BrokerReady{78, start_.manifest, "k"}).ok());
  base::Digest other{};
  other[0] = 1;
  Monitor fresh(start_, policy_, *journal_, outbox_, clock_, random_, base::CallId{});
  EXPECT_FALSE(
      fresh
          .on(kBroker,
              {wire::FrameType::kBrokerReady, wire::encode(wire::BrokerReady{1, other, "k"}), {}})
          .ok());
}

// ---- what policy teaches ------------------------------------------------------------------------

class TaughtTest : public MonitorTest {
 protected:
  TaughtTest() {
    auto status = testing::tool("status", {"project"});
    status.kept = {"state", "ssn"};
    policy_ = testing::set_of(
        R"(language yett 1;
tool "model:m" { must allow always; }
tool "model:n" { must allow always; result { @consumers = {"bob"}; } }
tool "unruled" { ask always; }
tool "status" {
  allow always;
  oblige redact "ssn" when project.value == "secret";
  result { @tags |= {"pii"}; }
  result { when @result.value in {"for bob"} { @consumers = {"bob"}; } }
  session after { @tags |= {"seen"}; }
  deny when project.value == "once" and "seen" in @session.tags;
})",
        {status, testing::tool("model:m", {"body"}), testing::tool("model:n", {"body"}),
         testing::tool("unruled", {"project"})});
    start_.check_readers = true;
    start_.max_calls_per_conversation = 9;
    start_.tools.push_back({"model:n", {}, true, wire::Effect::kRead, false, 1000});
  }

  wire::LabelledCall about(base::RequestId turn, std::string project) {
    wire::LabelledCall c = call(turn, "status");
    c.arguments[0].text = std::move(project);
    return c;
  }

  // The broker carries the last warrant out.
  void answer(std::uint64_t sequence, std::string content, Reason reason = Reason::kOk) {
    ASSERT_TRUE(send(kBroker, wire::Started{sequence}).ok());
    wire::Observation seen;
    seen.sequence = sequence;
    seen.started = true;
    seen.reason = reason;
    seen.content = std::move(content);
    ASSERT_TRUE(send(kBroker, seen).ok());
  }

  std::uint64_t minted_ = 0;
};

TEST_F(TaughtTest, TheLabelOfAResultIsPolicysAndNotTheSessions) {
  const base::RequestId turn = begin_turn(open());
  ASSERT_TRUE(send(session(1), about(turn, "apollo")).ok());  // under a clean label
  outbox_.take_letters();
  answer(1, "green");
  const auto results = said<wire::CallResult>();
  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results[0].label.tags, std::vector<std::string>{"pii"});
  EXPECT_EQ(results[0].label.origins, std::vector<std::string>{"tool:status"});
  EXPECT_EQ(entries().back().tags, std::vector<std::string>{"pii"});
}

TEST_F(TaughtTest, WhatTheSessionHasLearntOutlivesItsTurnAndAReset) {
  const auto id = open();
  base::RequestId turn = begin_turn(id);
  ASSERT_TRUE(send(session(1), about(turn, "once")).ok());
  EXPECT_TRUE(said<wire::Verdict>().at(0).allowed);
  // Its turn is given up while the call is under way: the call taught all the same.
  ASSERT_TRUE(send(session(1), wire::TurnDone{turn, Reason::kCancelled, "", "", 1}).ok());
  answer(1, "green");
  ASSERT_TRUE(send(kGateway, wire::ResetSession{id}).ok());
  turn = begin_turn(id);
  ASSERT_TRUE(send(session(1), about(turn, "once")).ok());
  EXPECT_EQ(said<wire::Verdict>().at(0).reason, Reason::kDeniedByRule);
}

TEST_F(TaughtTest, ACallThatFailedTeachesTheSessionNothing) {
  const base::RequestId turn = begin_turn(open());
  ASSERT_TRUE(send(session(1), about(turn, "once")).ok());
  outbox_.take_letters();
  answer(1, "no such project", Reason::kUpstreamStatus);
  EXPECT_EQ(said<wire::CallResult>().at(0).label.tags, std::vector<std::string>{"pii"});
  ASSERT_TRUE(send(session(1), about(turn, "once")).ok());
  EXPECT_TRUE(said<wire::Verdict>().at(0).allowed);
}

// However the session labels what it says: what counts is what it was given.
TEST_F(TaughtTest, ASessionThatHoldsWhatIsNotForTheClientIsSilencedToIt) {
  const auto id = open();
  base::RequestId turn = begin_turn(id);
  ASSERT_TRUE(send(session(1), wire::Spoken{turn, wire::DeltaKind::kText, "so far"}).ok());
  EXPECT_EQ(said<wire::Say>().size(), 1u);
  ASSERT_TRUE(send(session(1), about(turn, "apollo")).ok());
  answer(1, "for bob");
  outbox_.take_letters();
  for (const auto kind : {wire::DeltaKind::kText, wire::DeltaKind::kThinking})
    ASSERT_TRUE(send(session(1), wire::Spoken{turn, kind, "for bob"}).ok());
  EXPECT_TRUE(said<wire::Say>().empty());
  ASSERT_TRUE(send(session(1), wire::TurnDone{turn, Reason::kOk, "for bob", "", 1}).ok());
  auto ended = said<wire::TurnEnded>();
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended[0].reason, Reason::kReaderNotAdmitted);
  EXPECT_EQ(ended[0].text, "");
  EXPECT_EQ(ended[0].detail, base::sentence(Reason::kReaderNotAdmitted));
  EXPECT_EQ(count(audit::Kind::kAlert), 1u);  // once a turn
  // A detail is words too.
  ASSERT_TRUE(send(kGateway, wire::ResetSession{id}).ok());
  turn = begin_turn(id);
  ASSERT_TRUE(send(session(1), wire::TurnDone{turn, Reason::kTimeout, "", "for bob", 0}).ok());
  ended = said<wire::TurnEnded>();
  EXPECT_EQ(ended.at(0).reason, Reason::kTimeout);
  EXPECT_EQ(ended.at(0).detail, base::sentence(Reason::kTimeout));
}

TEST_F(TaughtTest, ADirectCallMayAnswerWithItsOwnResultIfThatOneMayBeTold) {
  const auto id = open();
  const auto answered = [&](std::string result, const std::string& content) {
    EXPECT_TRUE(send(kGateway, wire::DirectCall{id, {9}, "status", "{}", {}}).ok());
    const base::RequestId turn = said<wire::Call>().at(0).turn;
    EXPECT_TRUE(send(session(1), about(turn, "apollo")).ok());
    answer(++minted_, std::move(result));
    outbox_.take_letters();
    wire::CallDone done;
    done.turn = turn;
    done.content = content;
    EXPECT_TRUE(send(session(1), done).ok());
    return said<wire::CallEnded>().at(0);
  };
  EXPECT_EQ(answered("green", "green").content, "green");
  EXPECT_EQ(answered("green", "made of green").content, "made of green");
  const wire::CallEnded withheld = answered("for bob", "for bob");
  EXPECT_EQ(withheld.reason, Reason::kReaderNotAdmitted);
  EXPECT_EQ(withheld.content, base::sentence(Reason::kReaderNotAdmitted));
  // The session has now read what is bob's: its own result may be told, anything else may hold it.
  EXPECT_EQ(answered("green", "green").content, "green");
  EXPECT_EQ(answered("green", "for bob").reason, Reason::kReaderNotAdmitted);
  EXPECT_EQ(count(audit::Kind::kAlert), 2u);
}

// A block of policy labels the answer when it has ended; words said before would escape it.
TEST_F(TaughtTest, WordsOfAModelWhoseAnswerIsLabelledWaitForItsEnd) {
  const base::RequestId turn = begin_turn(open());
  wire::LabelledCall prompt = call(turn, "model:n");
  prompt.arguments[0].path = "body";
  ASSERT_TRUE(send(session(1), prompt).ok());
  ASSERT_TRUE(said<wire::Verdict>().at(0).allowed);
  ASSERT_TRUE(send(session(1), wire::Spoken{turn, wire::DeltaKind::kText, "early"}).ok());
  EXPECT_TRUE(said<wire::Say>().empty());
  answer(1, "late");
  outbox_.take_letters();
  ASSERT_TRUE(send(session(1), wire::TurnDone{turn, Reason::kOk, "late", "", 0}).ok());
  EXPECT_EQ(said<wire::TurnEnded>().at(0).reason, Reason::kReaderNotAdmitted);
}

TEST_F(TaughtTest, WhatIsToBeRedactedStandsInTheWarrant) {
  const base::RequestId turn = begin_turn(open());
  ASSERT_TRUE(send(session(1), about(turn, "secret")).ok());
  EXPECT_EQ(said<wire::Warrant>().at(0).redact, std::vector<std::string>{"ssn"});
  ASSERT_TRUE(send(session(1), about(turn, "open")).ok());
  EXPECT_TRUE(said<wire::Warrant>().at(0).redact.empty());
}

TEST_F(TaughtTest, WhatWouldBeAskedMintsNothing) {
  const base::RequestId turn = begin_turn(open());
  ASSERT_TRUE(send(session(1), call(turn, "unruled")).ok());
  const auto letters = outbox_.take_letters();
  ASSERT_EQ(letters[0].type, wire::FrameType::kVerdict);
  const auto verdict = wire::decode<wire::Verdict>(letters[0].payload);
  EXPECT_FALSE(verdict->allowed);
  EXPECT_EQ(verdict->reason, Reason::kApprovalRequired);
  EXPECT_EQ(entries().back().effect, audit::Effect::kAsk);
}

TEST_F(TaughtTest, ArgumentsOfCallsUnderWayAreBounded) {
  const base::RequestId turn = begin_turn(open());
  const auto prompt = [&] {
    wire::LabelledCall c = call(turn, "model:m");
    c.arguments[0] = {"body", wire::LeafKind::kString, std::string(15u << 20, 'x'), 0};
    EXPECT_TRUE(send(session(1), c).ok());
    return said<wire::Verdict>().at(0);
  };
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(prompt().allowed) << i;
  EXPECT_EQ(prompt().reason, Reason::kTooManyCalls);
  answer(1, "");
  EXPECT_TRUE(prompt().allowed);
}

}  // namespace
}  // namespace monitor
