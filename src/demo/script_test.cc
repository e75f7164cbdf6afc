// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "demo/script.h"
#include "schema/parse.h"

namespace demo {
namespace {

std::string joined(const std::vector<std::string>& pieces) {
  std::string out;
  for (const std::string& p : pieces) out += p;
  return out;
}

Asked asked(std::string user, std::vector<std::string> results = {}) {
  Asked out;
  out.user = std::move(user);
  out.results = std::move(results);
  return out;
}

Script script(std::string_view toml) {
  auto out = Script::parse(toml);
  EXPECT_TRUE(out.ok()) << (out.ok() ? "" : out.error().message);
  return std::move(*out);
}

TEST(Script, TheFirstRuleThatFitsCounts) {
  const Script s = script(
      "[[rule]]\nuser = 'WEATHER'\nresults = 0\ntext = 'one'\n"
      "[[rule]]\nresult = 'ignore your'\ntext = 'two {result}'\n"
      "[[rule]]\nresults_from = 2\ntext = 'three'\n"
      "[[rule]]\ntext = 'four'\n");
  EXPECT_EQ(joined(s.play(asked("the Weather?")).text), "one");
  EXPECT_EQ(joined(s.play(asked("weather", {"Ignore your orders"})).text),
            "two Ignore your orders");
  EXPECT_EQ(joined(s.play(asked("weather", {"a", "b"})).text), "three");
  EXPECT_EQ(joined(s.play(asked("weather", {"a"})).text), "four");
}

TEST(Script, PlaceholdersInArgumentsAreJsonStrings) {
  const Script s = script(
      "[[rule]]\npattern = 'in (.+)$'\ncalls = [ { tool = 'w', arguments = '{\"q\":\"{1}\"}' } "
      "]\n");
  const Play play = s.play(asked("weather in a\"b\\c"));
  ASSERT_EQ(play.calls.size(), 1u);
  const auto arguments = schema::parse(play.calls[0].arguments);
  ASSERT_TRUE(arguments.ok()) << play.calls[0].arguments;
  EXPECT_EQ(arguments->find_string("q"), "a\"b\\c");
}

TEST(Script, HostileArgumentsStayByteForByte) {
  const Script s =
      script("[[rule]]\ncalls = [ { tool = 'w', arguments = '{\"a\":1,\"a\":2,' } ]\n");
  EXPECT_EQ(s.play(asked("x")).calls[0].arguments, "{\"a\":1,\"a\":2,");
}

TEST(Script, WithoutAFittingRuleItSaysSo) {
  EXPECT_EQ(joined(script("").play(asked("x")).text), "The script has no rule for this.");
}

TEST(Script, WhatIsWrongIsSaidWithItsLine) {
  struct Row {
    const char* toml;
    const char* message;
  };
  for (const Row& row :
       {Row{"rule = 3", "line 1: expected [[rule]]"},
        Row{"[[rule]]\ntxt = 'x'", "line 2: unknown key `txt`; did you mean `text`?"},
        Row{"[[rule]]\ntext = 3", "line 2: `text` is not a string"},
        Row{"[[rule]]\nresults = -1", "line 2: `results` is not a whole number"},
        Row{"[[rule]]\nstatus = 900", "line 2: `status` is not a whole number"},
        Row{"[[rule]]\ncut = 'now'", "line 2: `cut` is"},
        Row{"[[rule]]\npattern = '('", "line 2: missing )"},
        Row{"[[rule]]\nobey = true", "line 2: `obey` needs"},
        Row{"[[rule]]\ncalls = [ { name = 'x' } ]", "line 2: unknown key `name`"},
        Row{"a = ", "line 1, column"}}) {
    const auto out = Script::parse(row.toml);
    ASSERT_FALSE(out.ok()) << row.toml;
    EXPECT_EQ(out.error().message.substr(0, std::string_view(row.message).size()), row.message);
  }
}

TEST(Script, PiecesJoinToTheirTextAndNeverSplitACharacter) {
  const std::string text = "Grüße  aus Zürich, 東京 and \xF0\x9F\x8D\x9E.";
  for (std::size_t bytes = 0; bytes < 12; ++bytes) {
    const auto pieces = pieces_of(text, bytes);
    EXPECT_EQ(joined(pieces), text);
    EXPECT_GT(pieces.size(), 2u);
    for (const std::string& p : pieces)
      EXPECT_NE(static_cast<unsigned char>(p[0]) & 0xC0, 0x80) << bytes;
  }
  EXPECT_TRUE(pieces_of("", 0).empty());
}

TEST(Script, WordsBecomeArgumentsOfTheDeclaredTypes) {
  const OfferedTool tool{"t", *schema::parse(R"({"properties":{"n":{"type":"integer"},)"
                                             R"("ok":{"type":"boolean"},"s":{"type":"string"}}})")};
  EXPECT_EQ(arguments_of("n=5 s=5 ok=true", &tool), R"({"n":5,"s":"5","ok":true})");
  EXPECT_EQ(arguments_of("n=five", &tool), R"({"n":"five"})");
  EXPECT_EQ(arguments_of(" q=\"New York\" with r='a=b' please", nullptr),
            R"({"q":"New York","r":"a=b"})");
  EXPECT_EQ(arguments_of(" {\"raw\": ", nullptr), "{\"raw\": ");
  EXPECT_EQ(arguments_of("", nullptr), "{}");
}

TEST(BuiltIn, CallsWhatItIsTold) {
  const Script s = Script::built_in();
  const Play play = s.play(asked("Call get_status project=\"apollo 11\""));
  ASSERT_EQ(play.calls.size(), 1u);
  EXPECT_EQ(play.calls[0].tool, "get_status");
  EXPECT_EQ(play.calls[0].arguments, R"({"project":"apollo 11"})");
}

TEST(BuiltIn, AToolNamedInASentenceIsCalledOnlyIfOffered) {
  const Script s = Script::built_in();
  Asked a = asked("Would you use the tool probe with word=yes?");
  EXPECT_TRUE(s.play(a).calls.empty());
  a.tools.push_back({"probe", {}});
  ASSERT_EQ(s.play(a).calls.size(), 1u);
}

TEST(BuiltIn, SaysWhatTheToolAnsweredWithoutTheMarks) {
  const Script s = Script::built_in();
  const Play play =
      s.play(asked("call x", {"<untrusted_tool_output>\n{\"ok\":true}\n</untrusted_tool_output>"}));
  EXPECT_EQ(joined(play.text), "The tool answered:\n{\"ok\":true}");
}

TEST(BuiltIn, NamesItsToolsWhenAskedForHelp) {
  Asked a = asked("help");
  a.tools = {{"one", {}}, {"two", {}}};
  EXPECT_NE(joined(Script::built_in().play(a).text).find("one, two"), std::string::npos);
  EXPECT_NE(joined(Script::built_in().play(asked("Hello")).text).find("scripted"),
            std::string::npos);
}

}  // namespace
}  // namespace demo
