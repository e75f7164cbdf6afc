// SPDX-License-Identifier: Apache-2.0
// What random pairs reach: every kind of node with every outcome it can have.
#include <gtest/gtest.h>

#include <map>

#include "spec/decide.h"
#include "tests/policy/generate.h"

namespace policy_test {
namespace {

using policy::Element;
using policy::Predicate;
using policy::SetExpr;
using spec::Truth;

constexpr const char* kPredicates[] = {
    "and",      "or",         "not",       "name",     "in",       "compare",
    "overlaps", "subset",     "superset",  "==",       "is empty", "is universal",
    "grants",   "is present", "is absent", "is named", "any",      "all"};
constexpr const char* kSets[] = {"{}", "domain", "operand", "name", "|",
                                 "&",  "-",      "^",       "with", "without"};
constexpr const char* kElements[] = {
    "string",     "pattern",   "wildcard", "number",       "bool",      "int",
    "float",      "datetime",  "path is",  "path under",   "path like", "host is",
    "host under", "host like", "email is", "email domain", "cidr",      "url"};
using Row = std::array<std::uint64_t, 3>;  // false, true, error

// Evaluates every node of a policy by itself and counts the outcomes.
struct Tally {
  std::map<std::string, Row> rows;
  spec::Evaluator& evaluator;
  spec::Scene& scene;

  void count(const std::string& name, Truth truth) {
    ++rows[name][static_cast<std::size_t>(truth)];
  }
  void walk(const Predicate& p) {
    count(kPredicates[static_cast<std::size_t>(p.kind)], evaluator.holds(p, scene));
    const bool is_quantified = p.kind == Predicate::Kind::kAny || p.kind == Predicate::Kind::kAll;
    if (!is_quantified)
      for (const Predicate& part : p.parts) walk(part);
    if (p.kind == Predicate::Kind::kIn) judge(p);
    if (p.kind >= Predicate::Kind::kIn && p.kind <= Predicate::Kind::kSetEqual &&
        p.kind != Predicate::Kind::kCompare)
      walk(p.set);
  }
  void walk(const SetExpr& set) {
    const auto read = evaluator.group(set, scene);
    const auto* group = std::get_if<spec::Group>(&read);
    const bool filled =
        group != nullptr && (group->plain != spec::Set{} || !group->matchers.empty());
    count(kSets[static_cast<std::size_t>(set.kind)], group == nullptr ? Truth::kError
                                                     : filled         ? Truth::kTrue
                                                                      : Truth::kFalse);
    for (const SetExpr& part : set.parts) walk(part);
  }
  // Each element by itself against the value.
  void judge(const Predicate& p) {
    for (const Element& element : p.set.elements) {
      Predicate alone = p;
      alone.set = SetExpr{};
      alone.set.elements = {element};
      count(std::string("element ") + kElements[static_cast<std::size_t>(element.kind)],
            evaluator.holds(alone, scene));
    }
  }
};

void walk(const policy::Tree& tree, Tally& tally) {
  tally.scene.file = &tree;
  for (const auto& declaration : tree.declarations) {
    if (const auto* let = std::get_if<policy::Let>(&declaration))
      if (const auto* set = std::get_if<SetExpr>(&let->value)) tally.walk(*set);
    const auto* block = std::get_if<policy::ToolPolicy>(&declaration);
    if (block == nullptr) continue;
    for (const auto& member : block->members) {
      const auto* rule = std::get_if<policy::Rule>(&member);
      if (rule != nullptr && rule->when) tally.walk(*rule->when);
    }
  }
}

TEST(Generator, EveryNodeIsReachedWithEveryOutcomeItCanHave) {
  std::map<std::string, Row> rows;
  std::map<std::string, std::uint64_t> answers;
  for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
    Dice dice(seed);
    const policy::Loaded loaded = make_loaded(dice);
    spec::Evaluator evaluator(loaded);
    spec::Model model(loaded);
    for (int i = 0; i < 10; ++i) {
      const policy::Question question = make_question(dice, loaded);
      spec::Scene scene{question, nullptr, question.session, {}, {}, {}, {}};
      Tally tally{std::move(rows), evaluator, scene};
      for (const policy::Tree& tree : loaded.trees) walk(tree, tally);
      rows = std::move(tally.rows);
      const policy::Answer answer = model.decide(question);
      constexpr const char* kEffects[] = {"allow", "ask", "deny"};
      ++answers[std::string(kEffects[static_cast<std::size_t>(answer.effect)]) + " " +
                std::string(base::slug(answer.reason)) +
                (answer.level == policy::Level::kHard ? " hard" : " soft") +
                (answer.rule == policy::RuleRef{} ? " by no rule" : "")];
    }
  }
  for (const auto& [name, row] : rows)
    fmt::print("  {:20} false {:7} true {:7} error {:7}\n", name, row[0], row[1], row[2]);
  for (const auto& [name, count] : answers) fmt::print("  {:50} {:7}\n", name, count);
  for (const char* name : kPredicates)
    for (std::size_t truth = 0; truth < 3; ++truth) {
      const bool never_errs = std::string_view(name).starts_with("is present") ||
                              std::string_view(name) == "is absent" ||
                              std::string_view(name) == "is named";
      if (never_errs && truth == 2) {
        EXPECT_EQ(rows[name][truth], 0U) << name;
      } else {
        EXPECT_GT(rows[name][truth], 20U) << name << " " << truth;
      }
    }
  for (const char* name : kSets) {
    EXPECT_GT(rows[name][1], 20U) << name;
    const bool never_errs = std::string_view(name) == "{}" || std::string_view(name) == "domain";
    if (!never_errs) {
      EXPECT_GT(rows[name][2], 20U) << name;
    }
  }
  for (const char* name : kElements)
    for (std::size_t truth = 0; truth < 3; ++truth)
      EXPECT_GT(rows[std::string("element ") + name][truth], 5U) << name << " " << truth;
  EXPECT_GE(answers.size(), 14U);
}

TEST(Generator, ASeedRepeatsWhatItMade) {
  for (std::uint64_t seed = 1; seed < 50; ++seed) {
    Dice a(seed);
    Dice b(seed);
    const policy::Loaded one = make_loaded(a);
    const policy::Loaded other = make_loaded(b);
    EXPECT_EQ(one.trees, other.trees);
    EXPECT_EQ(make_question(a, one).leaves, make_question(b, other).leaves);
  }
}

}  // namespace
}  // namespace policy_test
