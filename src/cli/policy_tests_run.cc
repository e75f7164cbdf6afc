// SPDX-License-Identifier: Apache-2.0
// Policy tests: running a case, and which rules it reached.
#include <fmt/format.h>

#include <algorithm>

#include "cli/policy_leaves.h"
#include "cli/policy_tests.h"
#include "policy/syntax/print.h"

namespace cli {
namespace {

using policy::Answer;
using policy::Effect;
using policy::Number;
using policy::Question;

// What the counters of a policy have counted in one case.
class Counted {
 public:
  Counted(const policy::PolicySet& set, const std::map<std::string, Number>& start)
      : set_(set), start_(start), events_(set.counters().size()) {}

  std::map<std::string, Number> at(policy::Instant now) const {
    std::map<std::string, Number> out = start_;
    for (std::size_t i = 0; i < events_.size(); ++i) {
      const policy::CounterSpec& spec = set_.counters()[i];
      for (const Event& event : events_[i])
        if (event.at.us > now.us - spec.within_s * 1'000'000) add(out[spec.name], event.amount);
    }
    return out;
  }

  // An allowed call.
  void note(const Question& question) {
    for (std::size_t i = 0; i < events_.size(); ++i)
      if (set_.counts(i, question.tool))
        events_[i].push_back({question.now, amount_of(set_.counters()[i], question)});
  }

 private:
  struct Event {
    policy::Instant at;
    Number amount;
  };
  static Number amount_of(const policy::CounterSpec& spec, const Question& question) {
    if (spec.sum_of.empty()) return {true, 1, 0};
    const auto leaf = std::ranges::find(question.leaves, spec.sum_of, &policy::LeafValue::path);
    if (leaf == question.leaves.end()) return {};
    return policy::number_of(leaf->text).value_or(Number{});
  }
  static void add(Number& to, const Number& amount) {
    if (to.whole && amount.whole) {
      to.integer += amount.integer;
      return;
    }
    const auto real = [](const Number& n) {
      return n.whole ? static_cast<double>(n.integer) : n.decimal;
    };
    to = {false, 0, real(to) + real(amount)};
  }

  const policy::PolicySet& set_;
  const std::map<std::string, Number>& start_;
  std::vector<std::vector<Event>> events_;  // by counter
};

void check(const PolicyStep& step, const PolicyGround& ground, PolicyResult& result) {
  const Answer& got = result.got;
  const std::string_view reason = base::slug(got.reason);
  if (got.effect != step.expect)
    result.failures.push_back(
        fmt::format("expected {}, got {} ({})", name_of(step.expect), name_of(got.effect), reason));
  if (!step.reason.empty() && step.reason != reason)
    result.failures.push_back(fmt::format("expected reason {}, got {}", step.reason, reason));
  if (step.rule != 0 && got.rule.line != step.rule)
    result.failures.push_back(fmt::format("expected the rule of line {}, got {}", step.rule,
                                          rule_text(ground.loaded, got.rule, got.effect)));
}

// The label of each argument that comes from an earlier step; false if that step did not run.
bool take_from(const PolicyStep& step, const std::vector<std::optional<label::Sets>>& results,
               PolicyResult& result) {
  for (const auto& [argument, from] : step.from) {
    if (!results[from]) {
      result.failures.push_back(
          fmt::format("argument `{}` is from step {}, which was not allowed", argument, from));
      return false;
    }
    for (policy::LeafValue& leaf : result.asked.leaves)
      if (is_under(leaf.path, argument)) leaf.label = label::join(leaf.label, *results[from]);
  }
  return true;
}

}  // namespace

PolicyResult run_case(const PolicyCase& of, const PolicyGround& ground, PolicyCoverage* coverage) {
  PolicyResult result;
  result.of = &of;
  policy::SessionState session = of.session;
  Counted counted(ground.set, of.counters);
  std::vector<std::optional<label::Sets>> results;
  for (std::size_t i = 0; i < of.steps.size(); ++i) {
    const PolicyStep& step = of.steps[i];
    result.step = i;
    result.asked = step.question;
    result.asked.session = session;
    result.asked.counters = counted.at(step.question.now);
    if (take_from(step, results, result)) {
      result.got = policy::answer(ground.set, result.asked);
      if (coverage != nullptr) coverage->add(policy::explain(ground.loaded, result.asked, false));
      check(step, ground, result);
    }
    result.passed = result.failures.empty();
    if (!result.passed) return result;
    session = result.got.before;
    results.emplace_back();
    if (result.got.effect != Effect::kAllow) continue;
    counted.note(result.asked);
    Question ran = result.asked;
    ran.session = session;
    policy::Learnt learnt = policy::learn(ground.set, ran, step.result);
    results.back() = std::move(learnt.result);
    session = std::move(learnt.session);
  }
  return result;
}

PolicyCoverage::PolicyCoverage(const policy::Loaded& loaded) {
  for (const policy::Tree& tree : loaded.trees)
    for (const auto& declaration : tree.declarations) {
      const auto* tool = std::get_if<policy::ToolPolicy>(&declaration);
      if (tool == nullptr) continue;
      for (const auto& member : tool->members) {
        const auto* rule = std::get_if<policy::Rule>(&member);
        if (rule == nullptr) continue;
        if (find(rule->span) == nullptr)
          rules_.push_back(
              {{rule->span.file, rule->span.line}, rule->span.column, policy::print(*rule)});
      }
    }
}

RuleCount* PolicyCoverage::find(const policy::Span& span) {
  const auto found = std::ranges::find_if(rules_, [&](const RuleCount& rule) {
    return rule.rule == policy::RuleRef{span.file, span.line} && rule.column == span.column;
  });
  return found == rules_.end() ? nullptr : &*found;
}

void PolicyCoverage::add(const policy::Explanation& explanation) {
  for (const policy::TracedRule& traced : explanation.rules) {
    RuleCount* found = find(traced.span);
    if (found == nullptr) continue;
    ++found->hit;
    switch (traced.truth) {
      case policy::Truth::kTrue: ++found->as_true; break;
      case policy::Truth::kFalse: ++found->as_false; break;
      case policy::Truth::kError: ++found->as_error; break;
    }
  }
}

std::size_t PolicyCoverage::hit() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(rules_, [](const RuleCount& rule) { return rule.hit > 0; }));
}

}  // namespace cli
