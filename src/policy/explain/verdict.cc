// SPDX-License-Identifier: Apache-2.0
#include "policy/explain/verdict.h"

#include <algorithm>
#include <set>

namespace policy::tracing {
namespace {

using base::Reason;
using Kind = Rule::Kind;
using RuleList = std::vector<Judged>;

bool is(const Judged& j, Kind kind, std::optional<Level> level = std::nullopt) {
  return j.rule->kind == kind && (!level || j.rule->level == level);
}
bool is_true(const Judged& j) { return j.truth == Truth::kTrue; }

template <class Test> const Judged* first(const RuleList& rules, Test test) {
  const auto found = std::ranges::find_if(rules, test);
  return found == rules.end() ? nullptr : &*found;
}

Verdict by(const Judged& j, Effect effect, Level level, Reason reason) {
  return {effect, level, reason, j.index};
}

// The first deny of `level` that holds or rule that is an error, if there is one.
std::optional<Verdict> denied(const RuleList& rules, std::optional<Level> level) {
  const Judged* const found = first(rules, [&](const Judged& j) {
    return j.truth == Truth::kError || (is_true(j) && is(j, Kind::kDeny, level));
  });
  if (found == nullptr) return std::nullopt;
  const Reason reason =
      found->truth == Truth::kError ? Reason::kDecisionFailed : Reason::kDeniedByRule;
  return by(*found, Effect::kDeny, Level::kHard, reason);
}

Verdict fallback(const Options& options) {
  if (options.default_allow)
    return {Effect::kAllow, options.default_level, Reason::kAllowedByRule, std::nullopt};
  return {Effect::kDeny, options.default_level, Reason::kNoRule, std::nullopt};
}

constexpr Verdict blocked(Level level) {
  return {Effect::kDeny, level, Reason::kDeniedByRule, std::nullopt};
}

Verdict sqrt_verdict(const RuleList& rules, const Options& options, bool llm_blocked) {
  const bool hard_block = llm_blocked && options.llm_blocked == Level::kHard;
  if (hard_block) return blocked(Level::kHard);
  if (const auto deny = denied(rules, Level::kHard)) return *deny;
  const auto hard_allow = [](const Judged& j) {
    return is_true(j) && is(j, Kind::kAllow, Level::kHard);
  };
  if (const Judged* j = first(rules, hard_allow))
    return by(*j, Effect::kAllow, Level::kHard, Reason::kAllowedByRule);
  if (llm_blocked) return blocked(Level::kSoft);
  const auto soft = [](const Judged& j) { return is_true(j) && j.rule->level == Level::kSoft; };
  if (const Judged* j = first(rules, soft)) {
    const bool allows = is(*j, Kind::kAllow);
    return by(*j, allows ? Effect::kAllow : Effect::kDeny, Level::kSoft,
              allows ? Reason::kAllowedByRule : Reason::kDeniedByRule);
  }
  for (const Level level : {Level::kHard, Level::kSoft}) {
    const auto unmet = [&](const Judged& j) { return is(j, Kind::kAllow, level); };
    if (const Judged* j = first(rules, unmet))
      return by(*j, Effect::kDeny, level, Reason::kUnmetRequirement);
  }
  return fallback(options);
}

Verdict yett_verdict(const RuleList& rules) {
  if (const auto deny = denied(rules, std::nullopt)) return *deny;
  const auto holds = [&](Kind kind) {
    return first(rules, [kind](const Judged& j) { return is_true(j) && is(j, kind); });
  };
  if (const Judged* j = holds(Kind::kAsk))
    return by(*j, Effect::kAsk, Level::kHard, Reason::kApprovalRequired);
  if (const Judged* j = holds(Kind::kAllow))
    return by(*j, Effect::kAllow, Level::kHard, Reason::kAllowedByRule);
  if (const Judged* j = first(rules, [](const Judged& r) { return is(r, Kind::kAllow); }))
    return by(*j, Effect::kDeny, Level::kHard, Reason::kUnmetRequirement);
  return {Effect::kDeny, Level::kHard, Reason::kNoRule, std::nullopt};
}

}  // namespace

Verdict verdict_of(const RuleList& rules, const Options& options, bool llm_blocked) {
  RuleList with_level;
  RuleList without;
  for (const Judged& j : rules) (j.rule->level ? with_level : without).push_back(j);
  const bool sqrt_counts = llm_blocked || !with_level.empty();
  if (!sqrt_counts && without.empty()) return fallback(options);
  if (without.empty()) return sqrt_verdict(with_level, options, llm_blocked);
  const Verdict yett = yett_verdict(without);
  if (!sqrt_counts) return yett;
  const Verdict sqrt = sqrt_verdict(with_level, options, llm_blocked);
  if (sqrt.effect != yett.effect) return sqrt.effect > yett.effect ? sqrt : yett;
  // Both say the same: the one whose rule comes first; a verdict without a rule comes last.
  return yett.index && (!sqrt.index || *yett.index < *sqrt.index) ? yett : sqrt;
}

Ask asked_of(const RuleList& rules) {
  Ask out;
  std::set<std::string> roles;
  std::optional<std::int64_t> within;
  for (const Judged& j : rules) {
    if (!is_true(j) || !is(j, Kind::kAsk)) continue;
    roles.insert(j.rule->ask.roles.begin(), j.rule->ask.roles.end());
    out.is_signed = out.is_signed || j.rule->ask.is_signed;
    within = std::min(within.value_or(j.rule->ask.within_s), j.rule->ask.within_s);
  }
  out.roles.assign(roles.begin(), roles.end());
  out.within_s = within.value_or(out.within_s);
  return out;
}

}  // namespace policy::tracing
