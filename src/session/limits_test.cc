// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "session/play.h"

namespace session {
namespace {

using base::Reason;

constexpr const char* kNote = R"({"text":"a"})";

std::uint32_t proposed(const Actions& actions) {
  return only<wire::LabelledCall>(actions).proposal;
}

Says notes(std::size_t n) {
  Says says;
  for (std::size_t i = 0; i < n; ++i) says.calls.push_back({"add_note", kNote});
  return says;
}

// Answers the open prompt with `n` calls that all run; the next prompt's number.
std::uint32_t run_notes(Play& play, std::uint32_t prompt, std::size_t n) {
  const auto calls = all_of<wire::LabelledCall>(play.reply(prompt, notes(n)));
  EXPECT_EQ(calls.size(), n);
  Actions last;
  for (const auto& call : calls) {
    play.allow(call.proposal);
    last = play.result(call.proposal, "ok");
  }
  return proposed(last);
}

wire::StartSession with_limits(std::uint32_t per_turn, std::uint32_t in_all) {
  auto start = example_start();
  start.max_calls_per_turn = per_turn;
  start.max_calls_per_conversation = in_all;
  return start;
}

TEST(Limits, ABatchAboveTheLimitOfATurnRunsNothing) {
  Play play(with_limits(2, 100));
  const auto end = play.reply(proposed(play.turn(1, "x")), notes(3));
  EXPECT_TRUE(all_of<wire::LabelledCall>(end).empty());
  const auto done = only<wire::TurnDone>(end);
  EXPECT_EQ(done.reason, Reason::kTurnLimit);
  EXPECT_EQ(done.detail, "Tool call limit exceeded (2). This may indicate a runaway agent.");
  EXPECT_EQ(done.calls, 0u);
}

TEST(Limits, TheLimitOfATurnCountsOverItsReplies) {
  Play play(with_limits(3, 100));
  const auto prompt = run_notes(play, proposed(play.turn(1, "x")), 2);
  const auto done = only<wire::TurnDone>(play.reply(prompt, notes(2)));
  EXPECT_EQ(done.reason, Reason::kTurnLimit);
  EXPECT_EQ(done.calls, 2u);
}

TEST(Limits, TheLimitOfAConversationCountsOverTurns) {
  Play play(with_limits(10, 10));
  auto prompt = run_notes(play, proposed(play.turn(1, "x")), 6);
  play.reply(prompt, {"fine", {}});
  prompt = run_notes(play, proposed(play.turn(2, "x")), 4);  // ten in all are accepted
  const auto done = only<wire::TurnDone>(play.reply(prompt, notes(1)));
  EXPECT_EQ(done.reason, Reason::kConversationLimit);
  EXPECT_EQ(done.detail, "Tool call limit exceeded (10). This may indicate a runaway agent.");
  EXPECT_EQ(only<wire::TurnDone>(play.reply(proposed(play.turn(3, "x")), notes(1))).reason,
            Reason::kConversationLimit);
}

TEST(Limits, ResetStartsTheCountAnew) {
  Play play(with_limits(10, 2));
  play.reply(run_notes(play, proposed(play.turn(1, "x")), 2), {"fine", {}});
  play.step(wire::Reset{});
  EXPECT_EQ(play.machine.conversation().calls(), 0u);
  EXPECT_TRUE(play.machine.conversation().messages().empty());
  run_notes(play, proposed(play.turn(2, "x")), 2);
}

TEST(Limits, AResetInATurnHoldsAfterIt) {
  Play play;
  const auto prompt = proposed(play.turn(1, "x"));
  EXPECT_TRUE(play.step(wire::Reset{}).empty());
  EXPECT_EQ(only<wire::TurnDone>(play.reply(prompt, {"fine", {}})).text, "fine");
  EXPECT_TRUE(play.machine.conversation().messages().empty());
}

TEST(Limits, InventedCallsCountToo) {
  Play play(with_limits(2, 100));
  Says says;
  says.calls = {{"evil", "{}"}, {"", "{}"}, {"add_note", "[["}};
  EXPECT_EQ(only<wire::TurnDone>(play.reply(proposed(play.turn(1, "x")), says)).reason,
            Reason::kTurnLimit);
}

TEST(Limits, AThousandCallsInOneReplyRunNone) {
  Play play;
  const auto end = play.reply(proposed(play.turn(1, "x")), notes(1000));
  EXPECT_TRUE(all_of<wire::LabelledCall>(end).empty());
  EXPECT_EQ(only<wire::TurnDone>(end).reason, Reason::kTurnLimit);
  EXPECT_LE(play.machine.conversation().messages().size(), 2u);
}

TEST(Limits, MoreCallsThanAReplyKeepsRunNone) {
  Play play(with_limits(100'000, 100'000));
  const auto prompt = proposed(play.turn(1, "x"));
  play.allow(prompt);
  for (std::uint32_t i = 0; i <= ModelReply::kCalls; ++i) {
    play.delta(prompt, wire::DeltaKind::kToolName, "add_note", i);
  }
  const auto end = play.result(prompt);
  EXPECT_TRUE(all_of<wire::LabelledCall>(end).empty());
  EXPECT_EQ(only<wire::TurnDone>(end).reason, Reason::kTurnLimit);
}

TEST(Limits, AModelThatNeverAnswersIsStopped) {
  Play play(with_limits(1000, 1000));
  auto prompt = proposed(play.turn(1, "x"));
  for (std::uint32_t i = 1; i < base::limits::kModelTurnsPerUserTurn; ++i)
    prompt = run_notes(play, prompt, 1);
  const auto end = play.reply(prompt, notes(1));
  EXPECT_TRUE(all_of<wire::LabelledCall>(end).empty());
  EXPECT_EQ(only<wire::TurnDone>(end).reason, Reason::kTurnLimit);
}

TEST(Limits, DirectCallsAreNotTheModels) {
  Play play(with_limits(1, 1));
  for (std::uint64_t i = 1; i <= 20; ++i) {
    const auto call = proposed(play.call(i, "add_note", kNote));
    play.allow(call);
    EXPECT_EQ(only<wire::CallDone>(play.result(call, "ok")).reason, Reason::kOk);
  }
  EXPECT_EQ(play.machine.conversation().calls(), 0u);
}

}  // namespace
}  // namespace session
