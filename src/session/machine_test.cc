// SPDX-License-Identifier: Apache-2.0
#include "session/machine.h"

#include <gtest/gtest.h>

#include "session/play.h"

namespace session {
namespace {

using base::Reason;
using wire::DeltaKind;

constexpr const char* kNote = R"({"text":"a"})";

std::uint32_t proposed(const Actions& actions) {
  return only<wire::LabelledCall>(actions).proposal;
}

TEST(DirectCall, IsCheckedProposedAndClosed) {
  Play play;
  const auto call = only<wire::LabelledCall>(play.call(9, "add_note", kNote));
  EXPECT_EQ(call.turn.value, 9u);
  EXPECT_EQ(call.definition, digest_of("note"));
  EXPECT_EQ(call.labels.at(0).origins, std::vector<std::string>{"client"});
  EXPECT_EQ(call.control.origins, std::vector<std::string>{"client"});
  play.allow(call.proposal);
  const auto done = only<wire::CallDone>(
      play.step(wire::CallResult{call.proposal, Reason::kOk, 201, "answer", 3, {}}));
  EXPECT_EQ(done.turn.value, 9u);
  EXPECT_EQ(done.call.value, call.proposal);
  EXPECT_EQ(done.http_status, 201);
  EXPECT_EQ(done.content, "answer");
  EXPECT_EQ(done.scrubbed, 3u);
  EXPECT_TRUE(play.machine.idle());
  EXPECT_TRUE(play.machine.conversation().messages().empty());
}

TEST(DirectCall, RefusalsCloseIt) {
  Play play;
  auto done = only<wire::CallDone>(play.call(1, "add_note", "{}"));
  EXPECT_EQ(done.reason, Reason::kInvalidArguments);
  EXPECT_EQ(done.content, "Missing required parameter 'text' for tool 'add_note'");
  EXPECT_FALSE(done.call);
  done =
      only<wire::CallDone>(play.deny(proposed(play.call(2, "add_note", kNote)), Reason::kNoRule));
  EXPECT_EQ(done.reason, Reason::kNoRule);
  EXPECT_EQ(done.content, "The call is denied: no rule allows it.");
  EXPECT_TRUE(done.call);
  done =
      only<wire::CallDone>(play.deny(proposed(play.call(3, "nope", "{}")), Reason::kUnknownTool));
  EXPECT_EQ(done.content, "Unknown tool requested: nope");
  EXPECT_EQ(only<wire::CallDone>(play.call(4, "no pe", "{}")).reason, Reason::kUnknownTool);
  EXPECT_TRUE(play.machine.idle());
}

TEST(DirectCall, EndingsCarryTheAnswerOrASentence) {
  Play play;
  auto call = proposed(play.call(1, "add_note", kNote));
  play.allow(call);
  auto done =
      only<wire::CallDone>(play.result(call, "denied upstream", Reason::kUpstreamStatus, 403));
  EXPECT_EQ(done.content, "denied upstream");
  EXPECT_EQ(done.http_status, 403);
  call = proposed(play.call(2, "add_note", kNote));
  play.allow(call);
  done = only<wire::CallDone>(play.result(call, "", Reason::kTimeout, 0));
  EXPECT_EQ(done.content, "The tool did not answer in time.");
}

TEST(DirectCall, AnAnswerThatNoFrameHoldsIsTooLarge) {
  Play play;
  const auto call = proposed(play.call(1, "add_note", kNote));
  play.allow(call);
  const auto done =
      only<wire::CallDone>(play.result(call, std::string(base::limits::kBodyBytes - 20, 'x')));
  EXPECT_EQ(done.reason, Reason::kTooLarge);
  EXPECT_LT(done.content.size(), 100u);
}

TEST(DirectCall, ManyAreInFlightAndEndInAnyOrder) {
  Play play;
  std::vector<std::uint32_t> proposals;
  for (std::uint64_t i = 1; i <= base::limits::kCallsInFlight; ++i) {
    proposals.push_back(proposed(play.call(i, "add_note", kNote)));
  }
  EXPECT_EQ(only<wire::CallDone>(play.call(5000, "add_note", kNote)).reason, Reason::kTooManyCalls);
  for (auto p = proposals.rbegin(); p != proposals.rend(); ++p) {
    play.allow(*p);
    EXPECT_EQ(only<wire::CallDone>(play.result(*p, "x")).turn.value, *p);
  }
  EXPECT_TRUE(play.machine.idle());
}

TEST(DirectCall, RunsBesideATurn) {
  Play play;
  const auto prompt = proposed(play.turn(1, "x"));
  const auto call = proposed(play.call(2, "add_note", kNote));
  play.allow(call);
  EXPECT_EQ(only<wire::CallDone>(play.result(call, "x")).turn.value, 2u);
  EXPECT_EQ(only<wire::TurnDone>(play.reply(prompt, {"ok", {}})).turn.value, 1u);
}

// ---- stop, in each state ----

TEST(Stop, WhileTheModelIsBeingDecided) {
  Play play;
  const auto prompt = proposed(play.turn(1, "x"));
  EXPECT_EQ(only<wire::TurnDone>(play.step(wire::Stop{{1}})).reason, Reason::kCancelled);
  EXPECT_TRUE(play.deny(prompt, Reason::kNoRule).empty());
  EXPECT_TRUE(play.machine.conversation().messages().empty());
}

TEST(Stop, WhileTheModelSpeaks) {
  Play play;
  const auto prompt = proposed(play.turn(1, "x"));
  play.allow(prompt);
  play.delta(prompt, DeltaKind::kText, "half");
  play.delta(prompt, DeltaKind::kToolName, "add_note", 0);
  const auto done = only<wire::TurnDone>(play.step(wire::Stop{{1}}));
  EXPECT_EQ(done.reason, Reason::kCancelled);
  EXPECT_EQ(done.text, "half");
  EXPECT_TRUE(play.delta(prompt, DeltaKind::kText, " more").empty());
  EXPECT_TRUE(play.delta(prompt, DeltaKind::kToolInput, kNote, 0).empty());
  EXPECT_TRUE(play.result(prompt, "", Reason::kCancelled, 0).empty());
  ASSERT_EQ(play.machine.conversation().messages().size(), 2u);  // what the user saw
  EXPECT_EQ(play.machine.conversation().messages()[1].text, "half");
}

TEST(Stop, WhileToolsAreDecidedAndRun) {
  Play play;
  Says says;
  for (int i = 0; i < 3; ++i) says.calls.push_back({"add_note", kNote});
  const auto calls = all_of<wire::LabelledCall>(play.reply(proposed(play.turn(1, "x")), says));
  play.allow(calls[0].proposal);
  play.result(calls[0].proposal, "done");
  play.allow(calls[1].proposal);
  const auto done = only<wire::TurnDone>(play.step(wire::Stop{{1}}));
  EXPECT_EQ(done.reason, Reason::kCancelled);
  EXPECT_EQ(done.calls, 3u);
  const auto& messages = play.machine.conversation().messages();
  ASSERT_EQ(messages.size(), 5u);  // every call has its answer
  EXPECT_NE(messages[2].text.find("done"), std::string::npos);
  EXPECT_EQ(messages[3].text,
            "Error executing tool: It is not known whether the call took effect.");
  EXPECT_EQ(messages[4].text, "Error executing tool: The call was cancelled.");
  EXPECT_TRUE(play.result(calls[1].proposal, "late").empty());
  EXPECT_TRUE(play.allow(calls[2].proposal).empty());
  EXPECT_TRUE(play.result(calls[2].proposal, "late").empty());
  proposed(play.turn(2, "next"));
}

TEST(Stop, OfATurnThatWaits) {
  Play play;
  const auto prompt = proposed(play.turn(1, "x"));
  play.turn(2, "y");
  EXPECT_EQ(only<wire::TurnDone>(play.step(wire::Stop{{2}})).turn.value, 2u);
  const auto end = play.reply(prompt, {"ok", {}});
  EXPECT_EQ(end.size(), 1u);
}

TEST(Stop, OfTheTurnThatRunsStartsTheNext) {
  Play play;
  play.turn(1, "x");
  play.turn(2, "y");
  const auto end = play.step(wire::Stop{{1}});
  EXPECT_EQ(only<wire::TurnDone>(end).turn.value, 1u);
  EXPECT_EQ(only<wire::LabelledCall>(end).turn.value, 2u);
}

TEST(Stop, OfADirectCall) {
  Play play;
  const auto call = proposed(play.call(1, "add_note", kNote));
  play.allow(call);
  const auto done = only<wire::CallDone>(play.step(wire::Stop{{1}}));
  EXPECT_EQ(done.reason, Reason::kCancelled);
  EXPECT_EQ(done.call.value, call);
  EXPECT_TRUE(play.result(call, "late").empty());
}

TEST(Stop, OfWhatHasEndedDoesNothing) {
  Play play;
  EXPECT_TRUE(play.step(wire::Stop{{77}}).empty());
}

// ---- a monitor that breaks the protocol ----

TEST(Protocol, EveryFrameOutOfOrderIsAViolation) {
  const auto fresh = [](auto frame) {
    Play play;
    play.turn(1, "x");
    return play.violates(frame);
  };
  EXPECT_TRUE(fresh(wire::Verdict{9, true, Reason::kAllowedByRule, {}}));
  EXPECT_TRUE(fresh(wire::ModelDelta{9, DeltaKind::kText, 0, "x"}));
  EXPECT_TRUE(fresh(wire::ModelDelta{1, DeltaKind::kText, 0, "x"}));  // before its verdict
  EXPECT_TRUE(fresh(wire::CallResult{1, Reason::kOk, 200, "", 0, {}}));
  wire::Turn again;
  again.turn = base::RequestId{1};
  EXPECT_TRUE(fresh(again));
  wire::Call call;
  call.turn = base::RequestId{1};
  EXPECT_TRUE(fresh(call));
  Play play;
  const auto prompt = proposed(play.turn(1, "x"));
  play.allow(prompt);
  EXPECT_TRUE(play.violates(wire::Verdict{prompt, true, Reason::kAllowedByRule, {}}));
}

TEST(Protocol, AResultAfterADenialIsAViolation) {
  Play play;
  const auto call = proposed(play.call(1, "add_note", kNote));
  play.deny(call, Reason::kNoRule);
  EXPECT_TRUE(play.violates(wire::CallResult{call, Reason::kOk, 200, "", 0, {}}));
}

}  // namespace
}  // namespace session
