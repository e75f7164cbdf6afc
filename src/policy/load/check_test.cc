// SPDX-License-Identifier: Apache-2.0
//
// Each load check by its name: what it finds, and the near miss that it leaves alone.
#include <fmt/format.h>

#include <gtest/gtest.h>

#include <algorithm>

#include "policy/load/check.h"
#include "policy/load/load.h"
#include "policy/load/packs.h"
#include "policy/load/sample_tools.h"

namespace policy {
namespace {

// Names that most texts of one tool bring with them and no case is about.
bool beside(const std::string& name) { return name == "tool-without-rule"; }

std::vector<std::string> names_of(const std::string& text, const Options& options = {}) {
  const Outcome out = load({{"p.sqrt", text}}, sample_tools(), options, built_in_pack);
  std::vector<std::string> names;
  for (const Diagnostic& d : out.diagnostics)
    if (!beside(d.name)) names.push_back(d.name);
  EXPECT_EQ(out.loaded.has_value(), !has_errors(out.diagnostics));
  return names;
}

struct Case {
  std::string text;                // of a yett file
  std::vector<std::string> names;  // what is found, in order
};

std::string shown(const std::string& text) {
  const Outcome out = load({{"p.sqrt", text}}, sample_tools(), {}, built_in_pack);
  std::string all = text + "\n";
  for (const Diagnostic& d : out.diagnostics) all += render(d, out.sources) + "\n";
  return all;
}

void expect(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    const std::string text = "language yett 1;\n" + c.text;
    EXPECT_EQ(names_of(text), c.names) << shown(text);
  }
}

std::string mail(const std::string& rule, const std::string& name = "send_email") {
  return fmt::format("tool \"{}\" {{ {} }}", name, rule);
}

TEST(Check, NamesAreBoundOnceAndNotToThemselves) {
  expect({
      {mail("deny when p;"), {"unknown-name"}},
      {"let p = body.value == \"x\"; " + mail("deny when p;"), {}},
      {mail("deny when p;") + " let p = body.value == \"x\";", {}},
      {mail("deny when body.tags overlaps secret;"), {"unknown-name"}},
      {"let s = {\"a\"} | t;", {"unknown-name"}},
      {"let a = {\"x\"}; let a = {\"y\"};", {"duplicate-name"}},
      {"let a = a;", {"circle"}},
      {"let a = b; let b = a;", {"circle"}},
      {"let a = {\"x\"} | b; let b = c & {\"y\"}; let c = a;", {"circle"}},
      {"let a = b; let b = c; let c = {\"x\"};", {}},
      {"counter n = calls of \"run\" per session within 1h; "
       "counter n = calls of \"run\" per tenant within 1h;",
       {"duplicate-name"}},
  });
}

TEST(Check, AKindIsNotTakenForAnother) {
  expect({
      {"let s = {\"a\"}; " + mail("deny when s;"), {"kind-mismatch"}},
      {"let p = body.value == \"x\"; " + mail("deny when body.value in p;"), {"kind-mismatch"}},
      {"let p = body.value == \"x\"; let q = p; " + mail("deny when q;"), {}},
      {"let s = {\"a\"}; let t = s; " + mail("deny when t;"), {"kind-mismatch"}},
      {"let s = {\"a\"}; let t = s; " + mail("deny when body.value in t;"), {}},
      {"let p = body.value == \"x\"; let s = p | {\"a\"};", {"kind-mismatch"}},
      {"let d = int 1..5; " + mail("deny when copies.value in d;"), {}},
  });
}

TEST(Check, AMatcherStandsWhereItIsUnderstood) {
  expect({
      {mail("deny when body.tags overlaps {w\"a*\"};"), {}},
      {mail("deny when body.tags subset of {w\"a*\"};"), {}},
      {mail("deny when body.tags superset of {w\"a*\"};"), {"matcher-misuse"}},
      {mail("deny when body.tags == {w\"a*\"};"), {"matcher-misuse"}},
      {mail("deny when body.tags subset of (body.tags - {w\"a*\"}) | {\"b\"};"), {}},
      {mail("deny when body.tags subset of {w\"a*\"} - {\"b\"};"), {"matcher-misuse"}},
      {mail("deny when body.tags subset of {\"b\"} & {w\"a*\"};"), {}},
      {mail("deny when body.tags subset of {w\"a*\"} & {\"b\"};"), {"matcher-misuse"}},
      {mail("deny when body.tags subset of {\"b\"} ^ {w\"a*\"};"), {"matcher-misuse"}},
      {mail("deny when body.tags overlaps {\"b\"} | {w\"a*\"};"), {}},
      {mail("deny when body.tags overlaps {\"b\"} with w\"a*\";"), {}},
      {mail("deny when body.tags overlaps body.tags without w\"a*\";"), {}},
      {"let m = {w\"a*\"}; let n = m; " + mail("deny when body.tags superset of n;"),
       {"matcher-misuse"}},
      {mail("result { @tags |= {w\"a*\"}; }"), {"matcher-misuse"}},
      {mail("result { @tags -= {w\"a*\"}; }"), {"declassifies", "matcher-misuse"}},
      {mail("result { @tags = @tags - {w\"a*\"}; }"), {}},
  });
}

TEST(Check, EverybodyStandsAlone) {
  expect({
      {mail("deny when body.consumers superset of {\"*\"};"), {}},
      {mail("deny when body.value in {\"*\", \"a\"};"), {"universal-misuse"}},
      {mail("deny when body.tags overlaps {\"a\"} with \"*\";"), {"universal-misuse"}},
      {mail("result { @tags = {\"*\"}; }"), {"universal-misuse"}},
      {mail("result { @producers |= {\"*\"}; }"), {"universal-misuse"}},
      {"let all = {\"*\"}; " + mail("result { @tags |= {\"a\"} | all; }"), {"universal-misuse"}},
      {mail("result { @consumers = {\"*\"}; }"), {}},
      {mail("result { @consumers &= {\"a\"}; }"), {}},
  });
}

TEST(Check, AContextIsThere) {
  expect({
      {mail("deny when @tags overlaps {\"a\"};"), {"context-misuse"}},
      {mail("deny when @result.tags overlaps {\"a\"};"), {"context-misuse"}},
      {mail("deny when @result.value == \"a\";"), {"context-misuse"}},
      {mail("deny when @session.tags overlaps {\"a\"};"), {}},
      {mail("deny when @session.value == \"a\";"), {}},
      {mail("oblige log \"x\" when @tags overlaps {\"a\"};"), {"context-misuse"}},
      {mail("result { when @tags overlaps {\"a\"} { @tags |= {\"b\"}; } }"), {}},
      {mail("session before { when @result.value == \"a\" { @tags |= {\"b\"}; } }"),
       {"context-misuse"}},
      {mail("session before { when @tags overlaps {\"a\"} { @tags |= {\"b\"}; } }"), {}},
      {mail("session after { when @result.value == \"a\" { @tags |= {\"b\"}; } }"), {}},
      {mail("session before { @tags |= @result.tags; }"), {"context-misuse"}},
      {"let p = @result.value == \"a\"; " + mail("deny when p;"), {"context-misuse"}},
      {"let p = @result.value == \"a\"; " + mail("result { when p { @tags |= {\"b\"}; } }"), {}},
      {"let t = @tags | {\"a\"}; let p = body.tags overlaps t; " + mail("deny when p;"),
       {"context-misuse"}},
  });
}

TEST(Check, AQuantifierHasOnePathToGoOver) {
  expect({
      {mail("deny when any to[*].value in {\"a\"};"), {}},
      {mail("deny when all to[*] is named;"), {}},
      {mail("deny when to[*].value in {\"a\"};"), {"quantifier-misuse"}},
      {mail("deny when any body.value in {\"a\"};"), {"quantifier-misuse"}},
      {mail("deny when @role.recipient is named;"), {"quantifier-misuse"}},
      {mail("deny when any @role.recipient.value in {\"a\"};"), {}},
      {mail("deny when any env[*][*].value in {\"a\"};", "run"), {"quantifier-misuse"}},
      {mail("deny when any to[*].value in to[*].tags;"), {"quantifier-misuse"}},
      {mail("result { @tags |= to[*].tags; }"), {"quantifier-misuse"}},
  });
}

TEST(Check, PatternsCompileAndSayWhatTheyMatch) {
  expect({
      {mail("deny when body.value in {r\"^(a$\"};"), {"bad-pattern"}},
      {mail("deny when body.value in {r\"^(?=a)b$\"};"), {"bad-pattern"}},
      {mail("deny when body.value in {r\"^((a{1000}){1000}){1000}$\"};"), {"bad-pattern"}},
      {mail("deny when body.value in {r\"^a.*$\"};"), {}},
      {mail("deny when body.value in {r\".*a.*\"};"), {}},
      {mail("deny when body.value in {r\"a\"};"), {"search-differs"}},
      {mail("deny when body.value in {r\"^a\"};"), {"search-differs"}},
      {mail("deny when body.value in {r\"^a|b$\"};"), {"search-differs"}},
      {mail("deny when body.value in {r\"^a$|^b$\"};"), {}},
      {mail("deny when body.value in {r\"^(a|b)$\"};"), {}},
      {mail("deny when body.value in {r\"^a\\$\"};"), {"search-differs"}},
      {mail("deny when body.value in {r\"^[|]$\"};"), {}},
      {"tool r\"^send_(email$\" { deny always; }", {"bad-pattern"}},
      {"tool r\"send_.*\" { deny always; }", {"search-differs"}},
  });
}

TEST(Check, DomainsHoldTextsOfTheirKind) {
  const auto in = [](const std::string& set) {
    return mail("deny when body.value in {" + set + "};");
  };
  expect({
      {in("path under \"/a\""), {}},
      {in("path under \"a\""), {"bad-domain"}},
      {in("path \"/a/../..\""), {"bad-domain"}},
      {in("host under \"x.org\""), {}},
      {in("host under \"x..org\""), {"bad-domain"}},
      {in("email domain \"x.org\""), {}},
      {in("email domain \"@x.org\""), {"bad-domain"}},
      {in("email \"a@x.org\""), {}},
      {in("email \"a\""), {"bad-domain"}},
      {in("cidr \"10.0.0.0/8\""), {}},
      {in("cidr \"10.0.0.0/33\""), {"bad-domain"}},
      {in("url scheme \"https\" host \"x.org\""), {}},
      {in("url host \"x org\""), {"bad-domain"}},
      {in("url path under \"a\""), {"bad-domain"}},
  });
}

TEST(Check, UpdatesChangeWhatAPolicyMayChange) {
  expect({
      {mail("result { @session.tags |= {\"a\"}; }"), {"update-target"}},
      {mail("session after { @result.tags |= {\"a\"}; }"), {"update-target"}},
      {mail("session after { @session.tags |= {\"a\"}; }"), {}},
      {mail("result { body.tags |= {\"a\"}; }"), {"update-target"}},
      {mail("result { @tags |= {\"a\"}; }"), {}},
      {mail("result { @tags |= {\"__a\"}; }"), {"reserved-tag"}},
      {mail("result { @tags |= {\"__llm_blocked\"}; }"), {}},
      {"let hidden = {\"__a\"}; " + mail("result { @tags |= {\"b\"} | hidden; }"),
       {"reserved-tag"}},
      {mail("deny when body.tags overlaps {\"__a\"};"), {}},
      {mail("result { @consumers |= {\"a\"}; }"), {"consumers-update"}},
      {mail("result { @consumers -= {\"a\"}; }"), {"consumers-update"}},
      {mail("result { @consumers &= {\"a\"}; }"), {}},
      {mail("result { @tags -= {\"a\"}; }"), {"declassifies"}},
      {mail("result { @tags = {}; }"), {"declassifies"}},
      {mail("result { @producers &= {\"a\"}; }"), {"declassifies"}},
      {mail("result { @tags = {\"a\"}; }"), {}},
  });
}

TEST(Check, ToolsAndArgumentsExist) {
  expect({
      {"tool \"send_emial\" { deny always; }", {"unknown-tool"}},
      {"tool \"s\xd0\xb5nd_email\" { deny always; }", {"non-ascii-tool", "unknown-tool"}},
      {"tool r\"^s\xd0\xb5nd_.*$\" { deny always; }", {"non-ascii-tool", "matches-no-tool"}},
      {"tool r\"^nothing$\" { deny always; }", {"matches-no-tool"}},
      {mail("deny when bdy.value == \"a\";"), {"unknown-argument"}},
      {mail("deny when bdy is present;"), {"unknown-argument"}},
      {mail("deny when bdy.tags overlaps {\"a\"};"), {"unknown-argument"}},
      {"let p = bdy.value == \"a\"; " + mail("deny when p;"), {"unknown-argument"}},
      {"let p = bdy.value == \"a\";", {}},
      {"tool r\"^(send_email|read_file)$\" { deny when body.value == \"a\"; }",
       {"argument-missing"}},
      {"tool r\"^(send_email|read_file)$\" { deny when body is present and body.value == \"a\"; }",
       {}},
      {"tool r\"^(send_email|read_file)$\" { ask when body.value == \"a\"; }", {}},
      {"tool r\"^(send_email|read_file)$\" { deny when query.value == \"a\"; }",
       {"unknown-argument"}},
      {"tools with effect write { deny when body.value == \"a\"; }", {"unknown-argument"}},
      {"tool \"read_file\" { deny when any @role.recipient is named; }", {"unknown-role"}},
      {"tools with effect read { deny when any @role.recipient is named; }", {}},
      {"tool \"issue_refund\" { oblige redact \"card\" always; }", {}},
      {"tool \"issue_refund\" { oblige redact \"cord\" always; }", {"unknown-field"}},
      {"use \"cors\";", {"unknown-pack"}},
      {mail("deny when @counter.sent > 3;"), {"unknown-counter"}},
      {"counter sent = calls of \"send_email\" per session within 1h; " +
           mail("deny when @counter.sent > 3;"),
       {}},
      {"counter sent = calls of \"send_mail\" per session within 1h;", {"unknown-tool"}},
      {"counter sum1 = sum of amount of \"issue_refund\" per tenant within 1d;", {}},
      {"counter sum1 = sum of amont of \"issue_refund\" per tenant within 1d;",
       {"unknown-argument"}},
      {"counter sum1 = sum of order of \"issue_refund\" per tenant within 1d;", {"never-kind"}},
  });
}

TEST(Check, ValuesAreOfAKindTheArgumentHas) {
  const auto refund = [](const std::string& p) {
    return "tool \"issue_refund\" { deny when " + p + "; }";
  };
  const auto run = [](const std::string& p) { return "tool \"run\" { deny when " + p + "; }"; };
  expect({
      {refund("amount.value > 5"), {}},
      {refund("amount.value > \"5\""), {"never-kind"}},
      {refund("amount.value == \"5\""), {"never-kind"}},
      {refund("amount.value in {\"5\"}"), {"never-kind"}},
      {refund("amount.value in {\"5\", 5}"), {}},
      {refund("amount.value in {int 1..5}"), {}},
      {refund("order.value > 5"), {"never-kind"}},
      {refund("order.value > d\"2026-01-01\""), {}},
      {refund("order.value > @time.now"), {}},
      {refund("@time.hour > 5"), {}},
      {refund("@time.hour == \"5\""), {"never-kind"}},
      {refund("@principal.id == 5"), {"never-kind"}},
      {mail("deny when to.value in {\"a\"};"), {"never-kind"}},
      {mail("deny when to[0].value in {\"a\"};"), {}},
      {mail("deny when to.address.value in {\"a\"};"), {"never-kind"}},
      {mail("deny when body[0].value in {\"a\"};"), {"never-kind"}},
      {mail("deny when copies.value in {\"two\"};"), {"never-kind"}},
      {run("dry.value == true"), {}},
      {run("dry.value == \"true\""), {"never-kind"}},
      {run("dry.value in {bool true}"), {}},
      {run("env.home.value == \"x\""), {}},
      {run("env.value == \"x\""), {"never-kind"}},
      {run("env[0].value == \"x\""), {"never-kind"}},
      {run("any env[*].value in {\"x\"}"), {}},
      {run("any @role.command.value in {5}"), {"never-kind"}},
  });
}

TEST(Check, ConditionsThatNeverOrAlwaysHold) {
  expect({
      {mail("deny when body.value in {};"), {"never-true"}},
      {mail("deny when body.tags overlaps {};"), {"never-true"}},
      {mail("deny when body.tags subset of {};"), {}},
      {mail("deny when body.tags superset of {};"), {"always-true"}},
      {mail("deny when body.tags subset of {\"*\"};"), {"always-true"}},
      {mail("deny when body.tags is universal;"), {"never-true"}},
      {mail("deny when body.consumers is universal;"), {}},
      {mail("deny when body.tags superset of {\"*\"};"), {"never-true"}},
      {mail("deny when body.tags overlaps {5};"), {"never-true"}},
      {mail("deny when copies.value in {int 5..1};"), {"never-true"}},
      {mail("deny when copies.value in {int 5<..5};"), {"never-true"}},
      {mail("deny when copies.value in {int 5..5};"), {}},
      {"tool \"issue_refund\" { deny when order.value in {\"C\"}; }", {"never-true"}},
      {"tool \"issue_refund\" { deny when order.value in {\"C\", w\"B*\"}; }", {}},
      {mail("deny when 1 == 1.0;"), {"always-true"}},
      {mail("deny when true == false;"), {"never-true"}},
      {mail("deny when \"a\" in {\"b\"};"), {"never-true"}},
  });
}

TEST(Check, RulesThatNeverMatter) {
  expect({
      {mail("deny always; allow always;"), {"unreachable-rule"}},
      {mail("allow always; deny when body.value == \"a\";"), {}},
      {mail("allow always; ask when body.value == \"a\";"), {}},
      {mail("allow always; allow when body.value == \"a\";"), {"unreachable-rule"}},
      {mail("ask always; allow when body.value == \"a\";"), {"unreachable-rule"}},
      {mail("ask always; ask role \"boss\" when body.value == \"a\";"), {}},
      {mail("must deny always; should allow always;"), {"unreachable-rule"}},
      {mail("should deny always; should allow always;"), {"unreachable-rule"}},
      {mail("should deny always; must allow when body.value == \"a\";"), {}},
      {mail("must allow always; should deny always; must deny when body.value == \"a\";"),
       {"unreachable-rule"}},
      {mail("should allow always;") + mail("priority 5; should deny always;"),
       {"unreachable-rule"}},
      {mail("should allow always;") + "tool \"run\" { should deny always; }", {}},
      {mail("deny always;") + "tool r\"^(send_email|run)$\" { allow always; }", {}},
      {"tool r\"^(send_email|run)$\" { deny always; }" + mail("allow always;"),
       {"unreachable-rule"}},
      {mail("priority 5; priority 6; deny always;"), {"priority-twice"}},
      {mail("priority 5; priority 5; deny always;"), {}},
  });
}

TEST(Check, LetsThatAreNotWhatTheySeem) {
  expect({
      {"let body = {\"a\"}; " + mail("deny when body.value in body;"), {"shadowed-let"}},
      {"let path = {\"a\"}; " + mail("deny when body.value in path;"), {}},
      {"use \"confidential\"; let confidential = {\"mine\"};", {"shadowed-let"}},
      {"use \"confidential\"; let mine = {\"mine\"};", {}},
  });
}

TEST(Check, ToolsWithoutARuleAreNamed) {
  const Outcome out =
      load({{"p.sqrt", "tool r\"^[a-q].*$\" { must deny always; }"}}, sample_tools(), {}, {});
  ASSERT_EQ(out.diagnostics.size(), 1U);
  EXPECT_EQ(out.diagnostics[0].name, "tool-without-rule");
  for (const char* name : {"send_email", "read_file", "write_file", "run"})
    EXPECT_NE(out.diagnostics[0].message.find(name), std::string::npos) << name;
  EXPECT_EQ(out.diagnostics[0].message.find("issue_refund"), std::string::npos);
}

TEST(Check, OpenToolsMakesWarningsOfWhatIsUnknown) {
  Options open;
  open.open_tools = true;
  const std::string text =
      "tool \"later\" { must deny when x.value == 5; }"
      "tool \"run\" { must deny when later.value == 5; }";
  EXPECT_EQ(names_of(text), (std::vector<std::string>{"unknown-tool", "unknown-argument"}));
  EXPECT_EQ(names_of(text, open), (std::vector<std::string>{"unknown-tool", "unknown-argument"}));
  EXPECT_TRUE(load({{"p", text}}, sample_tools(), open, {}).loaded);
  EXPECT_FALSE(load({{"p", text}}, sample_tools(), {}, {}).loaded);
  // What a role means for a tool that nobody knows cannot be said.
  EXPECT_EQ(
      names_of("language yett 1; tool \"later\" { deny when any @role.path is named; }", open),
      (std::vector<std::string>{"unknown-tool", "unknown-role"}));
}

TEST(Check, HintsNameTheNearestRightName) {
  const auto hint = [](const std::string& text) {
    const Outcome out =
        load({{"p", "language yett 1; " + text}}, sample_tools(), {}, built_in_pack);
    return out.diagnostics.empty() ? std::string() : out.diagnostics[0].hint;
  };
  EXPECT_EQ(hint("tool \"send_emial\" { deny always; }"), "did you mean `send_email`?");
  EXPECT_EQ(hint(mail("deny when bdy.value == \"a\";")), "did you mean `body`?");
  EXPECT_EQ(hint("let secrets = {\"a\"}; " + mail("deny when body.tags overlaps secret;")),
            "did you mean `secrets`?");
  EXPECT_EQ(hint("use \"confidental\";"), "did you mean `confidential`?");
  EXPECT_EQ(hint("tool \"s\xd0\xb5nd_email\" { deny always; }"), "did you mean `send_email`?");
}

TEST(Check, ErrorsComeTogetherInOrderAndAreBounded) {
  const std::string three =
      mail("deny when a;\n deny when bdy.value == 5;\n result { @tags = {\"*\"}; }");
  EXPECT_EQ(names_of("language yett 1;\n" + three),
            (std::vector<std::string>{"unknown-name", "unknown-argument", "universal-misuse"}));
  std::string many = "language yett 1;\n";
  for (int i = 0; i < 500; ++i) many += fmt::format("tool \"t{}\" {{ deny always; }}\n", i);
  EXPECT_EQ(load({{"p", many}}, sample_tools(), {}, {}).diagnostics.size(), 64U);
}

TEST(Check, ASetIsNeverHalfLoaded) {
  const Outcome out = load({{"good", "tool \"run\" { must deny always; }"},
                            {"bad", "tool \"run\" { must deny when x; }"}},
                           sample_tools(), {}, {});
  EXPECT_FALSE(out.loaded);
  ASSERT_FALSE(out.diagnostics.empty());
  EXPECT_EQ(out.diagnostics[0].span.file, 1U);
}

}  // namespace
}  // namespace policy
