// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "policy/decide.h"
#include "policy/parse.h"

namespace policy {
namespace {

PolicySet set_of(std::string_view source) {
  auto rules = parse(source);
  CHECK(rules.ok());
  return PolicySet(std::move(*rules), {});
}

Decision decide_on(std::string_view source, std::string_view tool) {
  return decide(set_of(source), {tool, {}, nullptr}, {"default", "alice", "terminal"});
}

struct Row {
  const char* source;
  Effect effect;
  base::Reason reason;
  std::uint32_t rule;
};

TEST(Decide, FollowsTheVerdictAlgorithm) {
  const Row rows[] = {
      {"", Effect::kDeny, base::Reason::kNoRule, 0},
      {"tool \"u\" { must allow always; }", Effect::kDeny, base::Reason::kNoRule, 0},
      {"tool \"t\" { must allow always; }", Effect::kAllow, base::Reason::kAllowedByRule, 1},
      {"tool \"t\" {\n must allow always;\n must deny always; }", Effect::kDeny,
       base::Reason::kDeniedByRule, 3},
      {"tool \"t\" { should deny always; }\ntool \"t\" { must allow always; }", Effect::kAllow,
       base::Reason::kAllowedByRule, 2},
      {"tool \"t\" { should deny always; }\ntool \"t\" { priority 5; soft allow always; }",
       Effect::kAllow, base::Reason::kAllowedByRule, 2},
      {"tool \"t\" { should allow always;\n should deny always; }", Effect::kAllow,
       base::Reason::kAllowedByRule, 1},
      {"tool \"t\" { priority 9; hard allow always; }\ntool \"t\" { hard deny always; }",
       Effect::kDeny, base::Reason::kDeniedByRule, 2},
  };
  for (const Row& row : rows) {
    const Decision d = decide_on(row.source, "t");
    EXPECT_EQ(d.effect, row.effect) << row.source;
    EXPECT_EQ(d.reason, row.reason) << row.source;
    EXPECT_EQ(d.rule, row.rule) << row.source;
  }
}

TEST(Decide, ToolIdsAreExact) {
  for (const char* other : {"T", "t ", "tt", "", "t\n"})
    EXPECT_EQ(decide_on("tool \"t\" { must allow always; }", other).effect, Effect::kDeny) << other;
}

TEST(Decide, AddingADenyNeverAllows) {
  const std::string parts[] = {"must allow always;", "should allow always;", "should deny always;",
                               ""};
  for (const auto& a : parts)
    for (const auto& b : parts) {
      const std::string more = "tool \"t\" { " + a + b + " must deny always; }";
      EXPECT_EQ(decide_on(more, "t").effect, Effect::kDeny) << more;
    }
}

TEST(Parse, NamesThePositionAndWhatWasExpected) {
  const std::pair<const char*, const char*> rows[] = {
      {"tool t {}", "line 1, column 6: found `t`, expected a tool id in double quotes"},
      {"tool \"t\" {\n  must permit always; }",
       "line 2, column 8: found `permit`, expected `allow` or `deny`"},
      {"tool \"t\" { must allow always }", "line 1, column 30: found `}`, expected `;`"},
      {"tool \"t\" { must allow when x; }",
       "line 1, column 23: found `when`, expected `always`: conditions come with a later version; "
       "a rule is never "
       "skipped silently"},
      {"tool \"t\" {",
       "line 1, column 11: found `end of file`, expected `must`, `hard`, `should`, `soft`, "
       "`priority` or `}`"},
      {"/* x", "line 1, column 1: found a comment without its end"},
      {"tool \"t", "line 1, column 6: found a string without its closing quote"},
      {"tool r\"t\" {}", "line 1, column 6: found `r`, expected a tool id in double quotes"},
      {"tool \"t\" { priority 99999999999; }",
       "line 1, column 21: found `99999999999`, expected a whole number"},
  };
  for (const auto& [source, message] : rows) {
    const auto got = parse(source);
    ASSERT_FALSE(got.ok()) << source;
    EXPECT_EQ(got.error().message, message);
  }
}

TEST(Parse, EveryPrefixOfAPolicyIsReadOrRefusedButNeverCrashes) {
  const std::string source =
      "// c\ntool \"t\" { priority -3; must allow always; /* x */ soft deny always; }\n";
  ASSERT_TRUE(parse(source).ok());
  for (std::size_t n = 0; n < source.size(); ++n) (void)parse(source.substr(0, n));
}

}  // namespace
}  // namespace policy
