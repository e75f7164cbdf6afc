// SPDX-License-Identifier: Apache-2.0
#include "policy/decide.h"

#include <algorithm>

namespace policy {
namespace {

using base::Reason;

const Rule* first(const std::vector<Rule>& rules, Level level, RuleEffect effect) {
  const auto found = std::ranges::find_if(
      rules, [&](const Rule& r) { return r.level == level && r.effect == effect; });
  return found == rules.end() ? nullptr : &*found;
}

// The rule that decides, or none: all rules here are `always`, so each of them matches.
const Rule* deciding(const std::vector<Rule>& rules) {
  if (const Rule* r = first(rules, Level::kHard, RuleEffect::kDeny)) return r;
  if (const Rule* r = first(rules, Level::kHard, RuleEffect::kAllow)) return r;
  return rules.empty() ? nullptr : &rules.front();
}

}  // namespace

PolicySet::PolicySet(std::vector<Rule> rules, base::Digest digest) : digest_(digest) {
  std::ranges::stable_sort(rules, std::greater<>(), &Rule::priority);
  for (Rule& rule : rules) by_tool_[rule.tool].push_back(std::move(rule));
}

const std::vector<Rule>& PolicySet::rules_on(std::string_view tool) const {
  static const std::vector<Rule> none;
  const auto found = by_tool_.find(tool);
  return found == by_tool_.end() ? none : found->second;
}

Decision decide(const PolicySet& policy, const Call& call, const Context&) {
  const Rule* rule = deciding(policy.rules_on(call.tool));
  if (rule == nullptr) return {Effect::kDeny, Reason::kNoRule, 0, policy.digest()};
  if (rule->effect == RuleEffect::kDeny)
    return {Effect::kDeny, Reason::kDeniedByRule, rule->line, policy.digest()};
  return {Effect::kAllow, Reason::kAllowedByRule, rule->line, policy.digest()};
}

}  // namespace policy
