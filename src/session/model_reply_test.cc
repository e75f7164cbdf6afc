// SPDX-License-Identifier: Apache-2.0
#include "session/model_reply.h"

#include <gtest/gtest.h>

namespace session {
namespace {

using wire::DeltaKind;

TEST(ModelReply, PutsPiecesTogetherByIndex) {
  ModelReply reply;
  EXPECT_TRUE(reply.add(DeltaKind::kText, 0, "Let me "));
  EXPECT_TRUE(reply.add(DeltaKind::kToolName, 1, "second"));
  EXPECT_TRUE(reply.add(DeltaKind::kToolName, 0, "first"));
  EXPECT_TRUE(reply.add(DeltaKind::kToolInput, 1, "{\"a\""));
  EXPECT_TRUE(reply.add(DeltaKind::kToolId, 0, "id0"));
  EXPECT_TRUE(reply.add(DeltaKind::kText, 0, "see."));
  EXPECT_TRUE(reply.add(DeltaKind::kToolInput, 0, "{}"));
  EXPECT_TRUE(reply.add(DeltaKind::kToolInput, 1, ":1}"));
  EXPECT_TRUE(reply.add(DeltaKind::kFinish, 0, "tool_calls"));
  EXPECT_TRUE(reply.add(DeltaKind::kUsage, 0, "10 20"));
  EXPECT_EQ(reply.text(), "Let me see.");
  EXPECT_EQ(reply.finish(), "tool_calls");
  EXPECT_EQ(reply.asked(), 2u);
  const auto calls = reply.take_calls();
  ASSERT_EQ(calls.size(), 2u);
  EXPECT_EQ(calls[0].name, "first");
  EXPECT_EQ(calls[0].id, "id0");
  EXPECT_EQ(calls[0].input, "{}");
  EXPECT_EQ(calls[1].name, "second");
  EXPECT_EQ(calls[1].input, "{\"a\":1}");
}

TEST(ModelReply, TextThatLooksLikeACallIsText) {
  ModelReply reply;
  reply.add(DeltaKind::kText, 0, R"({"name":"add_note","arguments":{"text":"x"}})");
  reply.add(DeltaKind::kText, 0, "<tool_call>add_note</tool_call>");
  reply.add(DeltaKind::kThinking, 0, R"({"tool_calls":[{"function":{"name":"add_note"}}]})");
  EXPECT_EQ(reply.asked(), 0u);
}

TEST(ModelReply, TheFirstNameCounts) {
  ModelReply reply;
  reply.add(DeltaKind::kToolName, 0, "safe");
  reply.add(DeltaKind::kToolName, 0, "safe");
  reply.add(DeltaKind::kToolName, 0, "evil");
  EXPECT_EQ(reply.take_calls().at(0).name, "safe");
}

TEST(ModelReply, IsBounded) {
  ModelReply reply;
  const std::string piece(1u << 20, 'x');
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(reply.add(DeltaKind::kToolInput, 0, piece));
  EXPECT_FALSE(reply.add(DeltaKind::kText, 0, "x"));
}

TEST(ModelReply, CountsCallsThatItDoesNotKeep) {
  ModelReply reply;
  for (std::uint32_t i = 0; i < 5000; ++i)
    EXPECT_TRUE(reply.add(DeltaKind::kToolName, i * 7919, ""));
  EXPECT_EQ(reply.asked(), 5000u);
  EXPECT_EQ(reply.take_calls().size(), ModelReply::kCalls);
}

}  // namespace
}  // namespace session
