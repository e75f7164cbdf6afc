// SPDX-License-Identifier: Apache-2.0
#include "session/conversation.h"

#include <gtest/gtest.h>

namespace session {
namespace {

Message assistant_with_call(const std::string& id) {
  Message m;
  m.role = Role::kAssistant;
  m.calls.push_back({id, "tool", "{}"});
  m.label = label::kClean;
  return m;
}
Message answer_to(const std::string& id) {
  Message m;
  m.role = Role::kTool;
  m.call_id = id;
  m.tool = "tool";
  m.label = label::kClean;
  return m;
}
Message said(std::string text) {
  Message m;
  m.role = Role::kAssistant;
  m.text = std::move(text);
  m.label = label::kClean;
  return m;
}

// Every tool message has its call before it, in the same turn.
bool is_whole(const Conversation& c) {
  std::vector<std::string> open;
  if (!c.messages().empty() && c.messages().front().role != Role::kUser) return false;
  for (const Message& m : c.messages()) {
    if (m.role == Role::kUser && !open.empty()) return false;
    for (const ToolCall& call : m.calls) open.push_back(call.id);
    if (m.role == Role::kTool && std::erase(open, m.call_id) != 1) return false;
  }
  return open.empty();
}

TEST(Conversation, DropsWholeTurnsFromTheFront) {
  Conversation c;
  for (int turn = 0; turn < 300; ++turn) {
    c.begin_turn("question " + std::to_string(turn), label::kClean);
    const std::string id = "call" + std::to_string(turn);
    c.append(assistant_with_call(id));
    c.append(answer_to(id));
    c.append(said("answer"));
    ASSERT_LE(c.messages().size(), base::limits::kHistoryMessages);
    ASSERT_TRUE(is_whole(c));
  }
  EXPECT_EQ(c.messages().size(), base::limits::kHistoryMessages);  // 128 turns of four
  EXPECT_EQ(c.messages().front().text, "question 172");
}

TEST(Conversation, TheTurnThatRunsIsNeverDropped) {
  Conversation c;
  c.begin_turn("first", label::kClean);
  c.begin_turn("second", label::kClean);
  for (int i = 0; i < 600; ++i) c.append(said("more"));
  EXPECT_EQ(c.messages().front().text, "second");
  EXPECT_EQ(c.messages().size(), 601u);
  EXPECT_FALSE(c.drop_first_turn());
}

TEST(Conversation, IsBoundedInBytesToo) {
  Conversation c;
  const std::string megabyte(1u << 20, 'x');
  for (int turn = 0; turn < 20; ++turn) {
    c.begin_turn(megabyte, label::kClean);
    EXPECT_LE(c.size_bytes(), Conversation::kBytes);
  }
  EXPECT_EQ(c.messages().size(), 8u);
}

TEST(Conversation, TakesBackTheLastTurnWhole) {
  Conversation c;
  c.begin_turn("first", label::kClean);
  c.append(said("answer"));
  c.begin_turn("second", label::kClean);
  EXPECT_FALSE(c.answered());
  c.drop_last_turn();
  ASSERT_EQ(c.messages().size(), 2u);
  EXPECT_EQ(c.size_bytes(), std::string("first").size() + std::string("answer").size());
  c.drop_last_turn();
  c.drop_last_turn();
  EXPECT_EQ(c.size_bytes(), 0u);
}

TEST(Conversation, ResetClearsConversationAndCount) {
  Conversation c;
  c.begin_turn("first", label::kClean);
  c.count_calls(3);
  c.reset();
  EXPECT_TRUE(c.messages().empty());
  EXPECT_EQ(c.calls(), 0u);
  EXPECT_EQ(c.size_bytes(), 0u);
}

TEST(Conversation, ItsLabelIsTheJoinOfItsMessages) {
  Labels labels;
  Conversation c;
  EXPECT_EQ(labels.text(c.label(labels)), wire::LabelText{});
  c.begin_turn("x", labels.said_by_user(true));
  Message m = said("y");
  m.label = labels.join(labels.from_model("local"), labels.from_model("mail"));
  c.append(std::move(m));
  const std::vector<std::string> expected = {"model:local", "model:mail", "user"};
  EXPECT_EQ(labels.text(c.label(labels)).origins, expected);
}

TEST(Labels, AMessageWithoutALabelIsMostRestricted) {
  Labels labels;
  EXPECT_FALSE(labels.text(Message{}.label).everyone);
}

TEST(Labels, WhatNoFrameCanSayIsMostRestricted) {
  Labels labels;
  label::LabelId joined = labels.said_by_user(false);
  for (int i = 0; i < 300; ++i) {
    joined = labels.join(joined, labels.from_model("tool" + std::to_string(i)));
  }
  const wire::LabelText text = labels.text(joined);
  EXPECT_FALSE(text.everyone);
  EXPECT_LE(text.origins.size(), base::limits::kLabelNames);
}

TEST(Labels, LongNamesStayNamesAndStayApart) {
  Labels labels;
  const std::string a(128, 'a');
  std::string b = a;
  b.back() = 'b';
  const auto one = labels.text(labels.from_model(a)).origins.at(0);
  const auto two = labels.text(labels.from_model(b)).origins.at(0);
  EXPECT_TRUE(wire::is_name(one));
  EXPECT_TRUE(wire::is_name(two));
  EXPECT_NE(one, two);
  EXPECT_EQ(one.rfind("model:aaa", 0), 0u);
}

}  // namespace
}  // namespace session
