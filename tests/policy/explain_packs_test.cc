// SPDX-License-Identifier: Apache-2.0
// The packs that come with Yett, loaded for a set of tools as the command does it: the tracer, the
// compiled decision and the reference model say the same of random calls, and each line of an
// explanation names a place that exists.
#include <gtest/gtest.h>

#include "policy/compile/compile.h"
#include "policy/decide.h"
#include "policy/explain/explain.h"
#include "policy/load/load.h"
#include "policy/load/packs.h"
#include "policy/load/sample_tools.h"
#include "spec/decide.h"
#include "tests/policy/generate.h"
#include "tests/policy/vocabulary.h"

namespace policy_test {
namespace {

using policy::ArgumentShape;
using policy::LeafKind;
using policy::LeafValue;
using policy::Loaded;
using policy::Question;

Family family_of(const ArgumentShape& argument) {
  if (!argument.role) return Family::kText;
  switch (*argument.role) {
    case policy::Role::kRecipient: return Family::kEmail;
    case policy::Role::kPath: return Family::kPath;
    case policy::Role::kHost: return Family::kHost;
    case policy::Role::kUrl: return Family::kUrl;
    default: return Family::kText;
  }
}

label::Sets some_label(Dice& dice) {
  if (dice.one_in(4)) return {};
  label::Sets out = make_label(dice);
  constexpr std::string_view kOrigins[] = {"user", "planner", "tool:inbox", "model:big"};
  out.origins = label::Names{dice.of(kOrigins)};
  return out;
}

LeafValue some_leaf(Dice& dice, const std::string& path, const ArgumentShape& argument) {
  LeafValue out{path, LeafKind::kString, text_of(dice, family_of(argument)), some_label(dice),
                dice.one_in(2)};
  const bool number = argument.kind == ArgumentShape::Kind::kNumber ||
                      argument.kind == ArgumentShape::Kind::kInteger;
  if (number) out.kind = LeafKind::kInteger;
  if (number) out.text = std::to_string(dice.between(0, 200));
  if (argument.kind == ArgumentShape::Kind::kBoolean) out.kind = LeafKind::kBoolean;
  if (argument.kind == ArgumentShape::Kind::kBoolean) out.text = dice.one_in(2) ? "true" : "false";
  return out;
}

Question some_call(Dice& dice, const Loaded& loaded) {
  const policy::ToolShape& tool = dice.from(loaded.tools);
  Question out = make_question(dice, loaded);
  out.tool = tool.name;
  out.leaves.clear();
  for (const ArgumentShape& argument : tool.arguments) {
    if (dice.one_in(argument.required ? 20 : 3)) continue;
    if (argument.kind != ArgumentShape::Kind::kArray) {
      out.leaves.push_back(some_leaf(dice, argument.name, argument));
      continue;
    }
    for (int i = dice.between(0, 3); i > 0; --i)
      out.leaves.push_back(some_leaf(dice, argument.name + "/" + std::to_string(i), argument));
  }
  return out;
}

// One pack is about tools of its own, which are not among the samples.
Loaded loaded_with(const std::string& packs) {
  policy::Options options;
  options.open_tools = true;
  const policy::Outcome outcome =
      policy::load({{"site.sqrt", "language yett 1;\n" + packs}}, policy::sample_tools(), options,
                   policy::built_in_pack);
  for (const policy::Diagnostic& d : outcome.diagnostics)
    if (d.severity == policy::Diagnostic::Severity::kError)
      ADD_FAILURE() << render(d, outcome.sources);
  return outcome.loaded ? *outcome.loaded : Loaded{};
}

void expect_places(const policy::Explanation& e, const Loaded& loaded) {
  for (const policy::TracedRule& rule : e.rules)
    EXPECT_LT(rule.span.file, loaded.sources.size()) << rule.text;
}

void hold_against_all(const Loaded& loaded, std::uint64_t seed, std::size_t* effects) {
  auto program = policy::compile(loaded);
  ASSERT_TRUE(program.ok()) << program.error().message;
  const auto set = policy::PolicySet::link(std::move(*program));
  ASSERT_TRUE(set.ok()) << set.error().message;
  Dice dice(seed);
  for (int i = 0; i < 3'000; ++i) {
    const Question question = some_call(dice, loaded);
    const policy::Explanation got = policy::explain(loaded, question, false);
    ASSERT_TRUE(got.answer == policy::answer(*set, question)) << render(got, loaded);
    ASSERT_TRUE(got.answer == spec::decide(loaded, question)) << render(got, loaded);
    expect_places(got, loaded);
    ++effects[static_cast<std::size_t>(got.answer.effect)];
  }
}

TEST(ExplainPacks, EachPackIsExplainedAsItDecides) {
  std::size_t effects[3] = {};
  std::uint64_t seed = 0;
  for (const std::string& pack : policy::built_in_packs()) {
    SCOPED_TRACE(pack);
    const Loaded loaded = loaded_with("use \"" + pack + "\";\n");
    hold_against_all(loaded, ++seed, effects);
  }
  for (const std::size_t n : effects) EXPECT_GT(n, 100u);
}

TEST(ExplainPacks, TwoPacksTogetherAreExplainedAsTheyDecide) {
  std::size_t effects[3] = {};
  hold_against_all(loaded_with("use \"core\";\nuse \"untrusted-out\";\nuse \"confidential\";\n"),
                   99, effects);
  EXPECT_GT(effects[static_cast<std::size_t>(policy::Effect::kDeny)], 100u);
}

}  // namespace
}  // namespace policy_test
