// SPDX-License-Identifier: Apache-2.0
#include "session/toolset.h"

#include <gtest/gtest.h>

#include "session/play.h"

namespace session {
namespace {

Toolset example_tools() { return std::move(*Toolset::create(example_start().tools)); }

std::string refusal(const std::string& tool, std::string_view arguments) {
  const auto checked = check_call(example_tools(), tool, arguments);
  const auto* refused = std::get_if<Refusal>(&checked.outcome);
  return refused == nullptr ? "" : refused->text;
}

TEST(CheckCall, MakesCanonicalLeaves) {
  const auto checked = check_call(example_tools(), "add_note",
                                  R"({ "tags":["b","a"], "level":5.0, "text":"\u0041\n" })");
  const auto* ready = std::get_if<Proposable>(&checked.outcome);
  ASSERT_NE(ready, nullptr);
  EXPECT_TRUE(ready->offered);
  EXPECT_EQ(ready->definition, digest_of("note"));
  ASSERT_EQ(ready->leaves.size(), 4u);
  EXPECT_EQ(ready->leaves[0].path, "text");
  EXPECT_EQ(ready->leaves[0].text, "A\n");
  EXPECT_EQ(ready->leaves[1].path, "tags/0");
  EXPECT_EQ(ready->leaves[1].text, "b");
  EXPECT_EQ(ready->leaves[2].path, "tags/1");
  EXPECT_EQ(ready->leaves[3].path, "level");
  EXPECT_EQ(ready->leaves[3].kind, wire::LeafKind::kInteger);
  EXPECT_EQ(ready->leaves[3].text, "5");
}

TEST(CheckCall, SaysWhatIsWrongWithArguments) {
  constexpr std::string_view weather = "get_current_weather";
  struct Row {
    std::string_view arguments;
    std::string_view contains;
  };
  const Row rows[] = {
      {R"({"location":"Paris"})",
       "Missing required parameter 'format' for tool 'get_current_weather'"},
      {R"({"location":"Paris","format":"kelvin"})", "must be one of 'celsius', 'fahrenheit'"},
      {R"({"location":5,"format":"celsius"})", "must be a string, not a number"},
      {R"({"location":"P","format":"celsius","key":"x"})", "Unknown parameter 'key'"},
      {R"({"location":"a","location":"b","format":"celsius"})", "not valid JSON"},
      {R"({"location":"a","Location":"b","format":"celsius"})", "not valid JSON"},
      {R"({"location":"a","format":"celsius"} {})", "not valid JSON"},
      {R"({"location":"a",)", "not valid JSON"},
      {R"(["location"])", "must be an object, not an array"},
      {R"("{}")", "must be an object, not a string"},
      {"null", "must be an object, not null"},
      {R"({"location":{"a":1},"format":"celsius"})", "must be a string, not an object"},
      {"", "Missing required parameter 'location'"},
  };
  for (const Row& row : rows) {
    const std::string got = refusal(std::string(weather), row.arguments);
    EXPECT_NE(got.find(row.contains), std::string::npos) << row.arguments << "\n" << got;
  }
}

TEST(CheckCall, RefusalsShowNoValue) {
  const std::string canary = "CANARY-VALUE-81";
  for (const std::string& arguments : {R"({"location":"a","format":")" + canary + "\"}",
                                       R"({"location":[")" + canary + R"("],"format":"celsius"})",
                                       "{\"location\":\"" + canary + "\",}"}) {
    EXPECT_EQ(refusal("get_current_weather", arguments).find(canary), std::string::npos)
        << arguments;
  }
}

TEST(CheckCall, LongValuesAreRefusedAndNotRepeated) {
  wire::StartSession start = example_start();
  start.tools[1].parameters[0].spec.max_bytes = 10;
  const Toolset tools = std::move(*Toolset::create(start.tools));
  const auto checked = check_call(tools, "add_note", R"({"text":"12345678901"})");
  EXPECT_NE(std::get<Refusal>(checked.outcome).text.find("at most 10 bytes"), std::string::npos);
  const std::string huge(base::limits::kArgumentBytes + 1, 'x');
  const auto large = check_call(example_tools(), "add_note", R"({"text":")" + huge + "\"}");
  EXPECT_TRUE(std::holds_alternative<Refusal>(large.outcome));
  EXPECT_EQ(large.arguments, "{}");
  EXPECT_NE(refusal("add_note", std::string(kArgumentsBytes + 1, ' ') + "1").find("not valid JSON"),
            std::string::npos);
}

TEST(CheckCall, WhatIsRepeatedToTheModelIsAlwaysOneJsonObject) {
  for (const std::string_view bad : {"", "[", "[]", "5", "{\"a\":1,\"a\":2}", "{}{}"}) {
    EXPECT_EQ(check_call(example_tools(), "add_note", bad).arguments, "{}") << bad;
  }
  EXPECT_EQ(check_call(example_tools(), "add_note", " {\"x\": 1}").arguments, "{\"x\":1}");
}

TEST(CheckCall, AnUnknownNameIsProposedBareAndANoNameIsRefused) {
  const auto checked = check_call(example_tools(), "run_shell", R"({"cmd":"id"})");
  const auto& bare = std::get<Proposable>(checked.outcome);
  EXPECT_FALSE(bare.offered);
  EXPECT_TRUE(bare.leaves.empty());
  EXPECT_EQ(bare.definition, base::Digest{});
  EXPECT_EQ(refusal("", "{}"), "Unknown tool requested: (no name)");
  EXPECT_EQ(refusal("add note", "{}"), "Unknown tool requested: add note");
  EXPECT_EQ(refusal("add_note\n", "{}"), "Unknown tool requested: add_note\\u{a}");
  EXPECT_LT(refusal(std::string(5000, 'x'), "{}").size(), 200u);
  EXPECT_EQ(refusal("\xd0\xb0"
                    "dd_note",
                    "{}")
                .rfind("Unknown tool requested: ", 0),
            0u);  // Cyrillic a
}

TEST(Toolset, RefusesWhatItCannotCheck) {
  auto start = example_start();
  start.tools.push_back(start.tools[0]);
  EXPECT_FALSE(Toolset::create(start.tools).ok());
  start = example_start();
  start.tools[0].parameters[0].pattern = "(";
  EXPECT_FALSE(Toolset::create(start.tools).ok());
  start = example_start();
  start.tools[1].parameters[2].spec.minimum = "five";
  EXPECT_FALSE(Toolset::create(start.tools).ok());
}

TEST(Toolset, BoundsOfNumbersArrive) {
  auto start = example_start();
  auto& level = start.tools[1].parameters[2].spec;
  level.minimum = "1";
  level.maximum = "9";
  auto& tags = start.tools[1].parameters[1];
  tags.spec.max_items = 1;
  tags.min_items = 1;
  const Toolset tools = std::move(*Toolset::create(start.tools));
  const auto fits = [&](const char* a) {
    return std::holds_alternative<Proposable>(check_call(tools, "add_note", a).outcome);
  };
  EXPECT_TRUE(fits(R"({"text":"x","level":9,"tags":["a"]})"));
  EXPECT_FALSE(fits(R"({"text":"x","level":10})"));
  EXPECT_FALSE(fits(R"({"text":"x","level":0})"));
  EXPECT_FALSE(fits(R"({"text":"x","tags":["a","b"]})"));
  EXPECT_FALSE(fits(R"({"text":"x","tags":[]})"));
}

}  // namespace
}  // namespace session
