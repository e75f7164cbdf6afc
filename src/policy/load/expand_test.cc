// SPDX-License-Identifier: Apache-2.0
//
// What blocks of effects and roles read like for each tool, as `policy show --expanded` prints it.
#include "policy/load/expand.h"

#include <gtest/gtest.h>

#include "policy/load/load.h"
#include "policy/load/packs.h"
#include "policy/load/sample_tools.h"
#include "policy/load/walk.h"
#include "policy/syntax/parse.h"
#include "policy/syntax/print.h"

namespace policy {
namespace {

Loaded loaded(const std::string& text, Options options = {}, Tools tools = sample_tools()) {
  Outcome out = load({{"p.sqrt", "language yett 1;\n" + text}}, tools, options, built_in_pack);
  for (const Diagnostic& d : out.diagnostics)
    if (d.severity == Diagnostic::Severity::kError) ADD_FAILURE() << render(d, out.sources);
  return out.loaded ? std::move(*out.loaded) : Loaded{};
}

// White space does not count.
std::string squeezed(std::string_view text) {
  std::string out;
  bool space = false;
  for (char c : text) {
    const bool is_space = c == ' ' || c == '\n';
    if (!is_space && space && !out.empty()) out += ' ';
    if (!is_space) out += c;
    space = is_space;
  }
  return out;
}

// The file's own tree without built-in rules, after its first line.
std::string expanded(const std::string& text) {
  Options options;
  options.check_consumers = false;
  const Loaded set = loaded(text, options);
  std::string all;
  for (const Tree& tree : set.trees) all += print(tree);
  all = squeezed(all);
  const std::string_view first = "language yett 1; ";
  return all.starts_with(first) ? all.substr(first.size()) : all == "language yett 1;" ? "" : all;
}

struct Case {
  std::string text;
  std::string plain;
};

void expect(const std::vector<Case>& cases) {
  for (const Case& c : cases) EXPECT_EQ(expanded(c.text), c.plain) << c.text;
}

TEST(Expand, ABlockOfEffectsBecomesABlockForEachTool) {
  expect({
      {"tools with effect destroy { ask always; }", "tool \"delete_file\" { ask always; }"},
      {"tools with effect destroy, pay { ask always; }",
       "tool \"delete_file\" { ask always; } tool \"issue_refund\" { ask always; }"},
      // A url makes a read a send.
      {"tools with effect send { deny always; }",
       "tool \"send_email\" { deny always; } tool \"fetch\" { deny always; }"},
      {"tools with effect pay { priority 7; deny always; result { @tags |= {\"a\"}; } }",
       "tool \"issue_refund\" { priority 7; deny always; result { @tags |= {\"a\"}; } }"},
      {"tool \"run\" { deny always; }", "tool \"run\" { deny always; }"},
  });
}

TEST(Expand, OnlyABlockWithoutEffectsMeansModels) {
  EXPECT_EQ(expanded("tools with effect read { allow always; }").find("model:big"),
            std::string::npos);
  EXPECT_NE(expanded("tools { allow always; }").find("model:big"), std::string::npos);
}

TEST(Expand, OtherIsWhatHasNoRole) {
  expect({
      {"tool \"send_email\" { deny when all @role.other.origins is empty; }",
       "tool \"send_email\" { deny when copies is absent or copies.origins is empty; }"},
      {"tool \"run\" { deny when any @role.other.tags overlaps {\"a\"}; }",
       "tool \"run\" { deny when dry is present and dry.tags overlaps {\"a\"} or env is present "
       "and "
       "env.tags overlaps {\"a\"}; }"},
      {"tools with effect read { deny when all @role.other.tags is empty; }",
       "tool \"read_file\" { deny always; } tool \"parse_with_ai\" { deny when query.tags is "
       "empty; }"},
  });
}

TEST(Expand, ARoleBecomesItsArguments) {
  expect({
      {"tool \"send_email\" { deny when all @role.recipient.value in {\"a\"}; }",
       "tool \"send_email\" { deny when all to[*].value in {\"a\"} and (cc is absent or cc.value "
       "in "
       "{\"a\"}); }"},
      {"tool \"send_email\" { deny when any @role.recipient.value in {\"a\"}; }",
       "tool \"send_email\" { deny when any to[*].value in {\"a\"} or cc is present and cc.value "
       "in "
       "{\"a\"}; }"},
      {"tool \"send_email\" { deny when any @role.content.tags overlaps {\"a\"}; }",
       "tool \"send_email\" { deny when body.tags overlaps {\"a\"}; }"},
      {"tool \"send_email\" { deny when not all @role.recipient is named; }",
       "tool \"send_email\" { deny when not (all to[*] is named and (cc is absent or cc is "
       "named)); "
       "}"},
      {"tool \"send_email\" { deny when any @role.recipient is present; }",
       "tool \"send_email\" { deny when to is present or cc is present; }"},
      {"tool \"issue_refund\" { ask when any @role.amount.value > 100; }",
       "tool \"issue_refund\" { ask when amount.value > 100; }"},
      {"tool r\"^(fetch|run)$\" { deny when any @role.url is named; }",
       "tool \"fetch\" { deny when url is named; }"},
  });
}

TEST(Expand, WhatIsVacuousIsFolded) {
  const auto pay = [](const std::string& members) {
    return "tools with effect pay { " + members + " }";
  };
  const auto plain = [](const std::string& members) {
    return members.empty() ? std::string() : "tool \"issue_refund\" { " + members + " }";
  };
  const std::string all = "all @role.path is named";
  const std::string any = "any @role.path is named";
  const std::string x = "order.value == \"A\"";
  expect({
      {pay("deny when " + all + ";"), plain("deny always;")},
      {pay("deny when " + any + ";"), ""},
      {pay("deny when not " + any + ";"), plain("deny always;")},
      {pay("deny when " + all + " and " + x + ";"), plain("deny when " + x + ";")},
      {pay("deny when " + any + " or " + x + ";"), plain("deny when " + x + ";")},
      {pay("deny when " + any + " and " + x + ";"), ""},
      {pay("deny when " + all + " or " + x + ";"), plain("deny always;")},
      // What may be an error stays: an error denies.
      {pay("deny when " + x + " and " + any + ";"),
       plain("deny when " + x + " and true == false;")},
      {pay("deny when " + x + " or " + all + ";"), plain("deny when " + x + " or true == true;")},
      {pay("deny when order is named and " + any + ";"), ""},
      {pay("deny when @args.consumers is universal or " + all + ";"), plain("deny always;")},
      {pay("oblige log \"x\" when " + any + ";"), ""},
      {pay("result { when " + any + " { @tags |= {\"a\"}; } }"), ""},
      {pay("result { when " + all + " { @tags |= {\"a\"}; @tags |= {\"b\"}; } }"),
       plain("result { @tags |= {\"a\"}; @tags |= {\"b\"}; }")},
      {"let p = " + any + "; let q = p; let r = " + x + "; " + pay("deny when q or r;"),
       "let r = " + x + "; " + plain("deny when r;")},
  });
}

// A block whose allow can never hold must not read as if it said nothing.
TEST(Expand, LeavingARuleOutNeverLoosensTheVerdict) {
  const auto pay = [](const std::string& members) {
    return expanded("tools with effect pay { " + members + " }");
  };
  EXPECT_EQ(pay("allow when any @role.path is named;"),
            "tool \"issue_refund\" { allow when true == false; }");
  EXPECT_EQ(pay("ask when any @role.path is named;"),
            "tool \"issue_refund\" { ask when true == false; }");
  EXPECT_EQ(pay("allow when any @role.path is named; ask always;"),
            "tool \"issue_refund\" { ask always; }");
  EXPECT_EQ(pay("must allow when any @role.path is named; ask always;"),
            "tool \"issue_refund\" { must allow when true == false; ask always; }");
}

TEST(Expand, AnArgumentThatAToolLacksIsAbsent) {
  const std::string two = "tools with effect pay, destroy ";
  expect({
      {two + "{ deny when order is present and order.value == \"A\"; }",
       "tool \"issue_refund\" { deny when order is present and order.value == \"A\"; }"},
      {two + "{ ask when order.value == \"A\"; allow always; }",
       "tool \"delete_file\" { allow always; } "
       "tool \"issue_refund\" { ask when order.value == \"A\"; allow always; }"},
      // Reading it is an error, and an error denies: the stricter reading stays.
      {two + "{ deny when order.value == \"A\"; }",
       "tool \"delete_file\" { deny when order.value == \"A\"; } "
       "tool \"issue_refund\" { deny when order.value == \"A\"; }"},
  });
}

TEST(Expand, AToolIsAskedToRedactOnlyWhatItKeeps) {
  Tools tools = sample_tools();
  for (ToolShape& tool : tools) tool.kept = {"id"};
  tools[0].kept = {"id", "card"};
  const Loaded set = loaded("tools with effect send { oblige redact \"card\", \"id\" always; }",
                            {.check_consumers = false}, tools);
  std::string all;
  for (const Tree& tree : set.trees) all += print(tree);
  EXPECT_NE(squeezed(all).find("tool \"send_email\" { oblige redact \"card\", \"id\" always; }"),
            std::string::npos);
  EXPECT_NE(squeezed(all).find("tool \"fetch\" { oblige redact \"id\" always; }"),
            std::string::npos);
}

// Neither `use`, nor effects, nor roles.
class Plain : public Walk {
 public:
  bool ok = true;

 private:
  void on_path(const Path& path) override { ok = ok && !path.role; }
};

bool plain(const Tree& tree) {
  Plain walk;
  for (const auto& declaration : tree.declarations) {
    if (std::holds_alternative<Use>(declaration)) return false;
    if (const auto* let = std::get_if<Let>(&declaration)) walk.let(*let);
    const auto* block = std::get_if<ToolPolicy>(&declaration);
    if (block == nullptr) continue;
    if (block->id.kind == ToolId::Kind::kEffects) return false;
    for (const auto& member : block->members) walk.member(member);
  }
  return walk.ok;
}

TEST(Expand, EveryPackBecomesPlainTextThatParsesAgain) {
  std::string uses;
  for (const std::string& pack : built_in_packs())
    if (pack != "control-plane") uses += "use \"" + pack + "\";\n";
  const Loaded set = loaded(uses + "let site_contacts = {\"ann@corp.example\"};");
  ASSERT_GE(set.trees.size(), 6U);
  for (const Tree& tree : set.trees) {
    EXPECT_TRUE(plain(tree)) << tree.name;
    const std::string text = print(tree);
    const auto again = parse({tree.name, text});
    ASSERT_TRUE(std::holds_alternative<Tree>(again)) << text;
    EXPECT_EQ(print(std::get<Tree>(again)), text);
  }
}

std::string built_in_of(const std::string& text, const Options& options = {}) {
  const Loaded set = loaded(text, options);
  std::string all;
  for (const Tree& tree : set.trees)
    if (tree.name == "<built-in>") all += squeezed(print(tree)) + "\n";
  return all;
}

TEST(BuiltIn, ConsumersAreCheckedAtSinks) {
  const std::string all = built_in_of("tools { allow always; }");
  EXPECT_NE(
      all.find("tool \"send_email\" { deny when not @args.consumers.intersect is universal and "
               "not (all to[*].value in @args.consumers.intersect and"),
      std::string::npos)
      << all;
  EXPECT_NE(all.find("tool \"model:big\" { deny when not \"llm:big\" in @args.consumers.intersect"),
            std::string::npos)
      << all;
  EXPECT_EQ(all.find("\"fetch\""), std::string::npos);
  EXPECT_EQ(built_in_of("tools { allow always; }", {.check_consumers = false}).find("consumers"),
            std::string::npos);
}

// policy.md §5.4: otherwise the rule would make a verdict count for which the files have no rule.
TEST(BuiltIn, ARuleIsOfTheKindThatTheToolHas) {
  const std::string sqrt = built_in_of("tool \"send_email\" { should allow always; }");
  EXPECT_NE(sqrt.find("tool \"send_email\" { must deny when"), std::string::npos) << sqrt;
  // A deny that can never hold for a tool is no rule of it.
  const std::string vacuous = built_in_of(
      "tools { deny when any @role.path is named; } tool \"send_email\" { should allow always; }");
  EXPECT_NE(vacuous.find("tool \"send_email\" { must deny when"), std::string::npos) << vacuous;
}

TEST(BuiltIn, APureSqrtSetHasNone) {
  const Outcome out =
      load({{"p", "tool r\"^.*$\" { should allow always; }"}}, sample_tools(), {}, {});
  ASSERT_TRUE(out.loaded);
  EXPECT_FALSE(out.loaded->yett);
  EXPECT_EQ(out.loaded->trees.size(), 1U);
}

TEST(BuiltIn, SpansPointIntoTheirSource) {
  const Loaded set = loaded("tools { allow always; }");
  for (const Tree& tree : set.trees) {
    if (tree.name != "<built-in>") continue;
    for (const auto& declaration : tree.declarations) {
      const auto& block = std::get<ToolPolicy>(declaration);
      const Rule& rule = std::get<Rule>(block.members.at(0));
      const std::string& text = set.sources.at(rule.span.file).text;
      std::size_t at = 0;
      for (std::uint32_t line = 1; line < rule.span.line; ++line) at = text.find('\n', at) + 1;
      EXPECT_EQ(text.substr(at + rule.span.column - 1, 4), "deny") << block.id.text;
    }
  }
}

}  // namespace
}  // namespace policy
