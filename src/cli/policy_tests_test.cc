// SPDX-License-Identifier: Apache-2.0
#include "cli/policy_tests.h"

#include "cli/policy_testing.h"

namespace cli {
namespace {

std::vector<PolicyCase> cases(const std::string& text) {
  Problems problems;
  auto out = read_cases(text, some_tools(), false, problems);
  EXPECT_TRUE(problems.empty()) << problems.text("t");
  return out;
}

std::string problem(const std::string& text) {
  Problems problems;
  (void)read_test_file(text, "t", problems);
  (void)read_cases(text, some_tools(), false, problems);
  EXPECT_FALSE(problems.empty()) << text;
  return problems.text("t");
}

constexpr const char* kPolicy = R"(language yett 1;
counter refunds = calls of "issue_refund" per session within 1h;
counter spent = sum of amount of "issue_refund" per session within 24h;
tool "send_email" {
  deny when body.tags overlaps {"pii"};
  deny when @session.tags overlaps {"seen"};
  ask when not to is named;
  allow when @principal.roles grants "mail";
}
tool "issue_refund" {
  deny when @counter.refunds >= 2;
  deny when @counter.spent > 100;
  allow always;
  result { @tags |= {"pii"}; }
  session after { @tags |= {"seen"}; }
}
)";

struct Row {
  const char* name;
  const char* text;
  bool passes;
};

TEST(PolicyTests, SayWhetherThePolicyAnswersSo) {
  const PolicyGround ground = ground_for(kPolicy);
  const Row rows[] = {
      {"allowed", R"(args = { to = ["a"], body = "x" }
                     named = ["to"]
                     roles = ["mail"]
                     expect = "allow"
                     reason = "allowed_by_rule")",
       true},
      {"labels", R"(args = { to = ["a"], body = { value = "x", tags = ["pii"] } }
                    named = ["to"]
                    roles = ["mail"]
                    expect = "deny"
                    line = 5)",
       true},
      {"another line", R"(args = { to = ["a"], body = { value = "x", tags = ["pii"] } }
                    expect = "deny"
                    line = 6)",
       false},
      {"session", R"(args = { to = ["a"], body = "x" }
                     session = { tags = ["seen"] }
                     expect = "deny"
                     reason = "denied_by_rule")",
       true},
      {"another effect", R"(args = { to = ["a"], body = "x" }
                     roles = ["mail"]
                     expect = "allow")",
       false},
      {"another reason", R"(args = { to = ["a"], body = "x" }
                     named = ["to"]
                     expect = "deny"
                     reason = "denied_by_rule")",
       false},
  };
  for (const Row& row : rows) {
    const auto all = cases(std::string("[[case]]\ntool = \"send_email\"\n") + row.text);
    ASSERT_EQ(all.size(), 1u) << row.name;
    const PolicyResult result = run_case(all[0], ground, nullptr);
    EXPECT_EQ(result.passed, row.passes)
        << row.name << (result.failures.empty() ? "" : ": " + result.failures[0]);
    EXPECT_EQ(result.failures.empty(), row.passes) << row.name;
  }
}

TEST(PolicyTests, StepsShareASessionItsCountersAndWhatResultsAreMadeOf) {
  const PolicyGround ground = ground_for(kPolicy);
  const auto run = [&](const std::string& steps) {
    return run_case(cases("[[case]]\nroles = [\"mail\"]\nsteps = [" + steps + "]").at(0), ground,
                    nullptr);
  };
  const std::string refund =
      R"({ tool = "issue_refund", args = { amount = 10.0 }, expect = "allow" })";
  const std::string third =
      R"({ tool = "issue_refund", args = { amount = 10.0 }, expect = "deny", line = 11 })";
  EXPECT_TRUE(run(refund + "," + refund + "," + third).passed);
  // Two hours later the window has moved on.
  const std::string later =
      R"({ tool = "issue_refund", args = { amount = 10.0 }, now = "2026-01-01T02:00:00Z",)"
      R"( expect = "allow" })";
  EXPECT_TRUE(run(refund + "," + refund + "," + later).passed);
  const std::string large =
      R"({ tool = "issue_refund", args = { amount = 101.0 }, expect = "allow" })";
  const std::string after =
      R"({ tool = "issue_refund", args = { amount = 1.0 }, expect = "deny", line = 12 })";
  EXPECT_TRUE(run(large + "," + after).passed);
  const std::string mail =
      R"({ tool = "send_email", args = { to = ["a"], body = "x" }, named = ["to"], )";
  // The session has learnt `seen`, and the body carries `pii`, which is judged first.
  EXPECT_TRUE(run(refund + "," + mail + R"(expect = "deny", line = 6 })").passed);
  EXPECT_TRUE(
      run(refund + "," + mail + R"(from = { body = 0 }, expect = "deny", line = 5 })").passed);
  const PolicyResult failed = run(refund + "," + third);
  EXPECT_FALSE(failed.passed);
  EXPECT_EQ(failed.step, 1u);
}

TEST(PolicyTests, AnArgumentFromAStepThatDidNotRunIsAFailure) {
  const PolicyGround ground = ground_for(kPolicy);
  const auto all = cases(R"([[case]]
    counters = { refunds = 2 }
    steps = [ { tool = "issue_refund", args = { amount = 1 }, expect = "deny" },
              { tool = "send_email", args = { to = ["a"], body = "x" }, from = { body = 0 },)"
                         R"( expect = "deny" } ])");
  const PolicyResult result = run_case(all.at(0), ground, nullptr);
  EXPECT_FALSE(result.passed);
  EXPECT_EQ(result.failures.at(0), "argument `body` is from step 0, which was not allowed");
}

TEST(PolicyTests, ResultsBringTheirOwnLabel) {
  const PolicyGround ground = ground_for(
      "language yett 1; tool \"issue_refund\" { allow always; }"
      "tool \"send_email\" { deny when body.tags overlaps {\"x\"}; allow always; }");
  const auto all = cases(R"([[case]]
    steps = [ { tool = "issue_refund", args = { amount = 1 }, expect = "allow",)"
                         R"( result = { value = "v", tags = ["x"], combine = "merge" } },
              { tool = "send_email", args = { to = ["a"], body = "x" }, from = { body = 0 },)"
                         R"( expect = "deny" } ])");
  EXPECT_TRUE(run_case(all.at(0), ground, nullptr).passed);
}

TEST(PolicyTests, CoverageCountsEachRule) {
  const PolicyGround ground = ground_for(kPolicy);
  PolicyCoverage coverage(ground.loaded);
  for (const PolicyCase& one : cases(R"([[case]]
    tool = "send_email"
    args = { to = ["a"], body = { value = "x", tags = ["pii"] } }
    expect = "deny")"))
    EXPECT_TRUE(run_case(one, ground, &coverage).passed);
  std::uint32_t as_true = 0;
  for (const RuleCount& rule : coverage.rules()) {
    if (rule.text.find("issue_refund") != std::string::npos) continue;
    as_true += rule.as_true;
    if (rule.rule.line >= 11 && rule.rule.file == 0) {
      EXPECT_EQ(rule.hit, 0u) << rule.text;
    }
    if (rule.rule.line == 5 && rule.rule.file == 0) {
      EXPECT_EQ(rule.as_true, 1u) << rule.text;
    }
  }
  EXPECT_GT(as_true, 0u);
  EXPECT_LT(coverage.hit(), coverage.rules().size());
}

TEST(PolicyTests, WhatIsWrongInAFileIsSaidWithItsPlace) {
  const auto says = [](const std::string& text, std::string_view what) {
    const std::string found = problem(text);
    EXPECT_NE(found.find(what), std::string::npos) << found;
  };
  const std::string head =
      "[[case]]\ntool = \"send_email\"\nargs = { to = [\"a\"], body = \"x\" }\n";
  says("", "there is no [[case]]");
  says("[[case]", "t:1:");
  says(head, "`expect` is missing");
  says(head + "expect = \"maybe\"\n", "expected one of allow, ask, deny");
  says(head + "expect = \"deny\"\nreason = \"because\"\n", "no reason of a decision");
  says(head + "expect = \"deny\"\nnamed = [\"cc\"]\n", "there is no argument `cc`");
  says(head + "expect = \"deny\"\nexpected = \"x\"\n", "did you mean `expect`");
  says(head + "expect = \"deny\"\nnow = \"noon\"\n", "no instant");
  says("[[case]]\ntool = \"send_mail\"\nexpect = \"deny\"\n", "did you mean `send_email`");
  says("[[case]]\ntool = \"send_email\"\nargs = { bdy = \"x\" }\nexpect = \"deny\"\n",
       "did you mean `body`");
  says("[[case]]\nsteps = []\n", "`steps` is empty");
  says(
      "[[case]]\nsteps = [ { tool = \"send_email\", args = { body = \"x\" }, from = { body = 0 }, "
      "expect = \"deny\" } ]\n",
      "no earlier step");
}

TEST(PolicyTests, AHeadMayBringPolicyToolsAndChoices) {
  Problems problems;
  const PolicyTestFile head = read_test_file(R"(
policy = ["a.sqrt", "b.sqrt"]
[compat]
default_allow = true
[tool.second]
effect = "pay"
args = { n = { type = "integer", enum = [1, 2] }, who = { role = "recipient", required = false } }
[tool."model:local"]
[[case]]
)",
                                             "t", problems);
  EXPECT_TRUE(problems.empty()) << problems.text("t");
  EXPECT_EQ(head.policy, (std::vector<std::string>{"a.sqrt", "b.sqrt"}));
  EXPECT_TRUE(head.options->default_allow);
  ASSERT_EQ(head.tools->size(), 2u);
  const policy::ToolShape& tool = head.tools->front();
  EXPECT_EQ(tool.effect, policy::ToolEffect::kPay);
  EXPECT_EQ(tool.arguments[0].choices, (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(tool.arguments[1].role, policy::Role::kRecipient);
  EXPECT_FALSE(tool.arguments[1].required);
  EXPECT_TRUE(head.tools->back().model);
}

}  // namespace
}  // namespace cli
