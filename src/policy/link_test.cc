// SPDX-License-Identifier: Apache-2.0
// Programs that compile() does not make are refused, whatever is wrong with them.
#include <gtest/gtest.h>

#include <functional>

#include "policy/compile/compile.h"
#include "policy/decide.h"
#include "policy/syntax/parse.h"

namespace policy {
namespace {

Program program_of(const std::string& text) {
  Loaded loaded;
  auto parsed = parse({"p", text}, 0);
  EXPECT_TRUE(std::holds_alternative<Tree>(parsed)) << text;
  loaded.trees.push_back(std::get<Tree>(parsed));
  auto program = compile(loaded);
  EXPECT_TRUE(program.ok());
  return program.ok() ? std::move(*program) : Program{};
}

Program good() {
  return program_of(
      "language yett 1; counter n = calls of \"send\" per session within 1h;"
      "tool \"send\" { allow when (to.value in {r\"a.*\", \"b\"} or @counter.n < 3)"
      " and all list[*].x.value in {\"a\"} and to.tags overlaps {\"pii\"} | @control.tags"
      " and @tool.name == \"send\" and ip.value in {cidr \"10.0.0.0/8\", url host \"x.org\"};"
      " ask role \"boss\" within 1h when to is named; oblige log \"seen\" always;"
      " session before { when to is present { @tags |= {\"x\"}; } } }"
      "tool r\"s.*\" { priority 3; deny when n.value in {int 1..5}; }");
}

TEST(Link, TakesWhatTheCompilerMakes) { EXPECT_TRUE(PolicySet::link(good()).ok()); }

// Test `i` of the rule that allows; the block with the higher priority and its one test stand
// first.
TestCode& allow_test(Program& p, std::uint32_t i) { return p.tests[p.rules[1].when.first + i]; }

using Damage = std::function<void(Program&)>;

void expect_refused(const std::vector<std::pair<const char*, Damage>>& rows) {
  for (const auto& [what, damage] : rows) {
    Program program = good();
    damage(program);
    EXPECT_FALSE(PolicySet::link(std::move(program)).ok()) << what;
  }
}

TEST(Link, RefusesValuesAndElementsThatTheCompilerDoesNotWrite) {
  expect_refused({
      {"a path without a segment", [](Program& p) { p.paths[0].segments.clear(); }},
      {"a path with an empty name", [](Program& p) { p.paths[0].segments[0].clear(); }},
      {"an operand's path", [](Program& p) { p.operands[0].path = 99; }},
      {"a path of an operand that has none",
       [](Program& p) {
         for (OperandCode& o : p.operands)
           if (o.scope != OperandCode::Scope::kArgument) o.path = 99;
       }},
      {"a value's path", [](Program& p) { p.values[0].index = 99; }},
      {"an attribute",
       [](Program& p) {
         for (ValueCode& v : p.values)
           if (v.kind == ValueCode::Kind::kAttribute) v.index = 99;
       }},
      {"a counter", [](Program& p) { p.counters.clear(); }},
      {"a text", [](Program& p) { p.texts.clear(); }},
      {"a text that is no UTF-8", [](Program& p) { p.texts[0] = "\xff"; }},
      {"a pattern",
       [](Program& p) {
         for (ElementCode& e : p.elements)
           if (e.kind == ElementCode::Kind::kPattern) e.text = "(";
       }},
      {"a block of addresses",
       [](Program& p) {
         for (ElementCode& e : p.elements)
           if (e.kind == ElementCode::Kind::kCidr) e.text = "10.0.0.0/99";
       }},
      {"a URL without parts",
       [](Program& p) {
         for (ElementCode& e : p.elements) e.url.reset();
       }},
      {"a number without a range",
       [](Program& p) {
         for (ElementCode& e : p.elements) e.range.reset();
       }},
      {"a range of instants for numbers",
       [](Program& p) {
         for (ElementCode& e : p.elements)
           if (e.range && e.range->low) e.range->low->kind = BoundCode::Kind::kInstant;
       }},
      {"a literal beyond the elements", [](Program& p) { p.sets[0].b = 99; }},
      {"a literal that wraps around", [](Program& p) { p.sets[0].a = 0xffffffff; }},
  });
}

TEST(Link, RefusesSetsTestsAndRulesThatTheCompilerDoesNotWrite) {
  expect_refused({
      {"a set that is its own part",
       [](Program& p) {
         p.sets.back() = {SetCode::Kind::kUnion, static_cast<std::uint32_t>(p.sets.size() - 1), 0};
       }},
      {"a jump backwards", [](Program& p) { allow_test(p, 2).target = 1; }},
      {"a jump to itself", [](Program& p) { allow_test(p, 2).target = 2; }},
      {"a jump out of the condition", [](Program& p) { allow_test(p, 0).target = 50; }},
      {"a last test that goes on",
       [](Program& p) { allow_test(p, p.rules[1].when.count - 1).target = 1; }},
      {"a condition beyond the tests", [](Program& p) { p.rules[0].when.count = 999; }},
      {"a condition that wraps around", [](Program& p) { p.rules[0].when.first = 0xffffffff; }},
      {"an inner test", [](Program& p) { p.inner.clear(); }},
      {"a quantifier inside a quantifier",
       [](Program& p) { p.inner[0].kind = TestCode::Kind::kAll; }},
      {"a quantifier of another path",
       [](Program& p) {
         for (TestCode& t : p.tests)
           if (t.kind == TestCode::Kind::kAll) t.a = 0;
       }},
      {"a path with [*] outside a quantifier",
       [](Program& p) {
         for (PathCode& path : p.paths) path.segments.emplace_back();
       }},
      {"a level of an ask", [](Program& p) { p.rules[2].level = Level::kHard; }},
      {"a time below zero", [](Program& p) { p.rules[2].within_s = -1; }},
      {"an update of origins",
       [](Program& p) {
         p.policies[1].blocks[0].statements[0].updates[0].field = Field::kOrigins;
       }},
      {"an update's set",
       [](Program& p) { p.policies[1].blocks[0].statements[0].updates[0].set = 99; }},
      {"rules of two policies", [](Program& p) { p.policies[1].first_rule = 0; }},
      {"rules of no policy", [](Program& p) { p.policies[1].rules = 1; }},
      {"a pattern of a tool", [](Program& p) { p.policies[0].id = "["; }},
      {"a tool twice", [](Program& p) { p.tools.push_back(p.tools[0]); }},
      {"a counter of nobody", [](Program& p) { p.counters[0].per = 9; }},
  });
}

TEST(Link, RefusesSetsThatWouldTakeForever) {
  Program deep = good();
  for (std::uint32_t i = 0; i < 40; ++i) {
    const auto last = static_cast<std::uint32_t>(deep.sets.size() - 1);
    deep.sets.push_back({SetCode::Kind::kUnion, last, last});  // 2^40 nodes to ask
  }
  EXPECT_FALSE(PolicySet::link(std::move(deep)).ok());
}

TEST(Link, RefusesMoreAsksThanADecisionCanCarry) {
  std::string text = "language yett 1; tool \"send\" {";
  for (int i = 0; i < 65; ++i) text += " oblige log \"a\" always;";
  const auto set = PolicySet::link(program_of(text + "}"));
  ASSERT_FALSE(set.ok());
  EXPECT_EQ(set.error().code, base::Errc::kExhausted);
}

TEST(Link, AFlippedSenseIsAnotherPolicy) {  // what a test does that seeds a mutation
  const char* text = "tool \"send\" { must allow when to.value in {\"a\"}; }";
  Question q;
  q.tool = "send";
  q.leaves = {{"to", LeafKind::kString, "a", {}, false}};
  Program program = program_of(text);
  EXPECT_EQ(answer(*PolicySet::link(program), q).effect, Effect::kAllow);
  program.tests[0].sense = !program.tests[0].sense;
  EXPECT_EQ(answer(*PolicySet::link(program), q).effect, Effect::kDeny);
}

TEST(Compile, RefusesNamesThatFillInBeyondTheBound) {
  std::string text = "language yett 1; let x0 = a.value == 1;";
  for (int i = 1; i < 40; ++i) {
    const std::string before = "x" + std::to_string(i - 1);
    text += "let x" + std::to_string(i) + " = " + before + " and " + before + ";";
  }
  Loaded loaded;
  auto parsed = parse({"p", text + "tool \"t\" { allow when x39; }"}, 0);
  loaded.trees.push_back(std::get<Tree>(parsed));
  const auto program = compile(loaded);
  ASSERT_FALSE(program.ok());
  EXPECT_EQ(program.error().code, base::Errc::kExhausted);
}

}  // namespace
}  // namespace policy
