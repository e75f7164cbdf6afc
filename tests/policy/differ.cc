// SPDX-License-Identifier: Apache-2.0
#include "tests/policy/differ.h"

#include <fmt/format.h>

#include "policy/compile/compile.h"
#include "policy/syntax/parse.h"
#include "policy/syntax/print.h"
#include "tests/policy/generate.h"
#include "tests/policy/show.h"

namespace policy_test {
namespace {

using policy::Effect;

// `let x = y;` is a set expression to the parser, whatever y is.
policy::Tree as_parsed(policy::Tree tree) {
  for (auto& declaration : tree.declarations) {
    auto* const let = std::get_if<policy::Let>(&declaration);
    auto* const p = let != nullptr ? std::get_if<policy::Predicate>(&let->value) : nullptr;
    if (p == nullptr || p->kind != policy::Predicate::Kind::kName) continue;
    policy::SetExpr alias;
    alias.kind = policy::SetExpr::Kind::kName;
    alias.name = p->name;
    let->value = std::move(alias);
  }
  return tree;
}

bool has_learning_block(const policy::Loaded& loaded) {
  for (const policy::Tree& tree : loaded.trees)
    for (const auto& declaration : tree.declarations)
      if (const auto* tool = std::get_if<policy::ToolPolicy>(&declaration))
        for (const auto& member : tool->members)
          if (const auto* block = std::get_if<policy::Block>(&member);
              block != nullptr && block->kind != policy::Block::Kind::kBefore)
            return true;
  return false;
}

template <class T>
std::optional<std::string> compared(const char* what, const T& spec, const T& compiled) {
  if (spec == compiled) return std::nullopt;
  return fmt::format("{}\n  spec:     {}\n  compiled: {}\n", what, show(spec), show(compiled));
}

}  // namespace

Forms::Forms(const policy::Loaded& loaded, policy::PolicySet set)
    : model_(loaded), set_(std::move(set)), learns_(has_learning_block(loaded)) {}

std::unique_ptr<Forms> Forms::make(const policy::Loaded& loaded, std::string& fault) {
  auto program = policy::compile(loaded);
  if (program) return make(loaded, std::move(*program), fault);
  fault = "compile: " + program.error().message;
  return nullptr;
}

std::unique_ptr<Forms> Forms::make(const policy::Loaded& loaded, policy::Program program,
                                   std::string& fault) {
  auto set = policy::PolicySet::link(std::move(program));
  if (set) return std::unique_ptr<Forms>(new Forms(loaded, std::move(*set)));
  fault = "link: " + set.error().message;
  return nullptr;
}

std::optional<std::string> Forms::difference(policy::Question& question,
                                             const policy::Observed& observed) {
  policy::Answer answer = model_.decide(question);
  auto fault = compared("answer", answer, policy::answer(set_, question));
  // Without blocks that learn, what is learnt is a join: not asked each time.
  if (fault || (!learns_ && ++asked_ % 8 != 0)) return fault;
  std::swap(question.session, answer.before);
  fault =
      compared("learnt", model_.learn(question, observed), policy::learn(set_, question, observed));
  std::swap(question.session, answer.before);
  return fault;
}

std::optional<std::string> difference(const Trial& trial) {
  std::string fault;
  const auto forms = Forms::make(trial.loaded, fault);
  if (!forms) return fault;
  policy::Question question = trial.question;
  for (int i = 0; i < 8; ++i)
    if (auto found = forms->difference(question, trial.observed)) return found;
  return std::nullopt;
}

std::optional<std::string> round_trip(const policy::Loaded& loaded) {
  for (const policy::Tree& made : loaded.trees) {
    const policy::Tree tree = as_parsed(made);
    const std::string text = policy::print(tree);
    auto parsed = policy::parse({tree.name, text});
    if (const auto* fault = std::get_if<policy::Diagnostic>(&parsed))
      return fmt::format("print made what parse refuses at line {}: {}\n{}", fault->span.line,
                         fault->message, text);
    if (std::get<policy::Tree>(parsed) != tree)
      return fmt::format("parse(print(tree)) is another tree; printed once and twice:\n{}\n{}",
                         text, policy::print(std::get<policy::Tree>(parsed)));
  }
  return std::nullopt;
}

policy::Loaded with_deny(Dice& dice, policy::Loaded loaded) {
  const bool leveled = !loaded.yett || dice.one_in(2);
  std::vector<policy::ToolPolicy*> blocks;
  for (policy::Tree& tree : loaded.trees)
    for (auto& declaration : tree.declarations)
      if (auto* const block = std::get_if<policy::ToolPolicy>(&declaration))
        blocks.push_back(block);
  if (blocks.empty()) return loaded;
  auto& members = dice.from(blocks)->members;
  const auto at = static_cast<std::ptrdiff_t>(dice.below(members.size() + 1));
  members.insert(members.begin() + at, make_deny(dice, loaded, leveled));
  return loaded;
}

std::string report(const Trial& trial) {
  std::string out;
  for (const policy::Tree& tree : trial.loaded.trees)
    if (!tree.declarations.empty()) out += "// " + tree.name + "\n" + policy::print(tree);
  out += show(trial.loaded.options) + "\n" + show(trial.question) + show(trial.observed) + "\n";
  return out + difference(trial).value_or("no difference\n");
}

}  // namespace policy_test
