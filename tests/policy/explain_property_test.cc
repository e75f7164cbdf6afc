// SPDX-License-Identifier: Apache-2.0
// The tracer against the reference model and the compiled decision over random policies and
// questions: the same answer in every field; and no text of a call in any note unless it was asked
// for.
#include <gtest/gtest.h>

#include "policy/compile/compile.h"
#include "policy/decide.h"
#include "policy/explain/explain.h"
#include "spec/decide.h"
#include "tests/policy/generate.h"

namespace policy_test {
namespace {

constexpr std::uint64_t kPolicies = 3'000;
constexpr int kQuestions = 10;

std::string shown(const policy::Answer& a) {
  return std::to_string(static_cast<int>(a.effect)) + " level " +
         std::to_string(static_cast<int>(a.level)) + " " + std::string(slug(a.reason)) + " rule " +
         std::to_string(a.rule.file) + ":" + std::to_string(a.rule.line);
}

TEST(ExplainProperty, TheAnswerIsThatOfTheReferenceModel) {
  std::size_t effects[3] = {};
  for (std::uint64_t seed = 0; seed < kPolicies; ++seed) {
    Dice dice(seed);
    const policy::Loaded loaded = make_loaded(dice);
    for (int i = 0; i < kQuestions; ++i) {
      const policy::Question question = make_question(dice, loaded);
      const policy::Answer want = spec::decide(loaded, question);
      const policy::Explanation got = policy::explain(loaded, question, false);
      ASSERT_TRUE(got.answer == want) << "seed " << seed << " question " << i << "\nwant "
                                      << shown(want) << "\ngot  " << shown(got.answer) << "\n"
                                      << policy::render(got, loaded);
      ++effects[static_cast<std::size_t>(want.effect)];
    }
  }
  for (const std::size_t n : effects) EXPECT_GT(n, kPolicies * kQuestions / 100);
}

void gather(const policy::Traced& part, std::string& out) {
  out += part.text + "\n" + part.note + "\n";
  for (const policy::Traced& p : part.parts) gather(p, out);
}

std::string all_texts(const policy::Explanation& e, const policy::Loaded& loaded) {
  std::string out = policy::render(e, loaded);
  for (const std::string& line : e.before) out += line + "\n";
  for (const std::string& line : e.arguments) out += line + "\n";
  for (const policy::TracedRule& rule : e.rules)
    for (const policy::Traced& part : rule.parts) gather(part, out);
  return out;
}

constexpr const char* kCanary = "zqcanaryqz";

TEST(ExplainProperty, TheAnswerIsThatOfTheCompiledDecision) {
  for (std::uint64_t seed = kPolicies; seed < 2 * kPolicies; ++seed) {
    Dice dice(seed);
    const policy::Loaded loaded = make_loaded(dice);
    auto program = policy::compile(loaded);
    ASSERT_TRUE(program.ok()) << program.error().message;
    const auto set = policy::PolicySet::link(std::move(*program));
    ASSERT_TRUE(set.ok()) << set.error().message;
    for (int i = 0; i < kQuestions; ++i) {
      const policy::Question question = make_question(dice, loaded);
      const policy::Answer want = policy::answer(*set, question);
      const policy::Explanation got = policy::explain(loaded, question, false);
      ASSERT_TRUE(got.answer == want) << "seed " << seed << " question " << i << "\nwant "
                                      << shown(want) << "\ngot  " << shown(got.answer) << "\n"
                                      << policy::render(got, loaded);
    }
  }
}

TEST(ExplainProperty, NoTextOfTheCallIsInAnyNoteUnlessAskedFor) {
  std::size_t shown_on_request = 0;
  for (std::uint64_t seed = 0; seed < kPolicies; ++seed) {
    Dice dice(seed);
    const policy::Loaded loaded = make_loaded(dice);
    policy::Question question = make_question(dice, loaded);
    for (policy::LeafValue& leaf : question.leaves)
      if (leaf.kind == policy::LeafKind::kString) leaf.text = kCanary + leaf.text;
    if (question.session.value) question.session.value = kCanary;
    const std::string hidden = all_texts(policy::explain(loaded, question, false), loaded);
    ASSERT_EQ(hidden.find(kCanary), std::string::npos) << "seed " << seed << "\n" << hidden;
    const std::string open = all_texts(policy::explain(loaded, question, true), loaded);
    shown_on_request += open.find(kCanary) != std::string::npos ? 1 : 0;
  }
  EXPECT_GT(shown_on_request, kPolicies / 20);
}

}  // namespace
}  // namespace policy_test
