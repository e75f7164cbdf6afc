// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict.h"

#include <utility>

namespace policy {
namespace {

void first(RulePlace& slot, RulePlace place) {
  if (!slot.is_there()) slot = place;
}

RuleRef ref_of(const Linked& linked, RulePlace by) {
  if (by.rule == kNowhere) return {};
  const RuleCode& rule = linked.program.rules[by.rule];
  return {rule.file, rule.line};
}

// The stricter; of two that are alike the one whose rule comes first.
const Verdict& stricter(const Verdict& sqrt, const Verdict& yett) {
  if (!yett.counts) return sqrt;
  if (!sqrt.counts) return yett;
  if (sqrt.effect != yett.effect) return sqrt.effect > yett.effect ? sqrt : yett;
  return yett.by.at < sqrt.by.at ? yett : sqrt;
}

std::uint16_t plus_one(std::uint16_t n) {
  return n == 0xffff ? n : static_cast<std::uint16_t>(n + 1);
}

}  // namespace

void Tally::preset_denies(Level level) {
  has_sqrt_ = true;
  preset_ = level;
  denied_ = plus_one(denied_);
  stopped_ = compat_.fail_fast && level == Level::kHard;
}

void Tally::take(const RuleHead& head, RulePlace place, Says told) {
  if (told != Says::kFalse && taken_ < 64) results_ |= std::uint64_t{1} << taken_;
  ++taken_;
  if (is_marked(head.kind)) {
    const std::uint32_t mark = marks_taken_++;
    if (told == Says::kTrue && mark < kMarks) marks_ |= std::uint64_t{1} << mark;
    // LIMIT: what a decision cannot carry it cannot promise (only of tools that nobody declared).
    marks_lost_ = marks_lost_ || (told == Says::kTrue && mark >= kMarks);
  }
  if (is_obligation(head.kind)) {
    if (told == Says::kError) first(failed_obligation_, place);
  } else if (head.has_level) {
    take_sqrt(head, place, told);
  } else {
    take_yett(head, place, told);
  }
}

void Tally::count(const RuleHead& head, Says told) {
  if (stopped_) return;
  const bool allows = head.kind == RuleCode::Kind::kAllow;
  if (told == Says::kFalse) {
    if (allows) unmet_ = plus_one(unmet_);
    return;
  }
  if (told == Says::kTrue && allows) {
    allowed_ = plus_one(allowed_);
    return;
  }
  denied_ = plus_one(denied_);
  stopped_ = compat_.fail_fast && (told == Says::kError || head.level == Level::kHard);
}

void Tally::take_sqrt(const RuleHead& head, RulePlace place, Says told) {
  has_sqrt_ = true;
  count(head, told);
  const bool allows = head.kind == RuleCode::Kind::kAllow;
  const bool hard = head.level == Level::kHard;
  if (told == Says::kFalse) {
    if (allows) first(hard ? unmet_hard_ : unmet_soft_, place);
    return;
  }
  if (told == Says::kError || (hard && !allows)) {
    if (!hard_deny_.is_there()) hard_deny_is_error_ = told == Says::kError;
    first(hard_deny_, place);
  } else if (hard) {
    first(hard_allow_, place);
  } else {
    if (!soft_.is_there()) soft_allows_ = allows;
    first(soft_, place);
  }
}

void Tally::take_yett(const RuleHead& head, RulePlace place, Says told) {
  has_yett_ = true;
  const bool allows = head.kind == RuleCode::Kind::kAllow;
  if (told == Says::kFalse) {
    if (allows) first(unmet_allow_, place);
    return;
  }
  if (told == Says::kError || head.kind == RuleCode::Kind::kDeny) {
    if (!deny_.is_there()) deny_is_error_ = told == Says::kError;
    first(deny_, place);
  } else {
    first(allows ? allow_ : ask_, place);
  }
}

Verdict Tally::sqrt() const {
  using base::Reason;
  Verdict v{has_sqrt_, Effect::kDeny, Level::kHard, Reason::kDeniedByRule, {}};
  if (preset_ == Level::kHard) return v;
  if (hard_deny_.is_there()) {
    v.by = hard_deny_;
    if (hard_deny_is_error_) v.reason = Reason::kDecisionFailed;
    return v;
  }
  if (hard_allow_.is_there())
    return {has_sqrt_, Effect::kAllow, Level::kHard, Reason::kAllowedByRule, hard_allow_};
  v.level = Level::kSoft;
  if (preset_) return v;
  if (soft_.is_there()) {
    v.by = soft_;
    if (soft_allows_) v.effect = Effect::kAllow;
    if (soft_allows_) v.reason = Reason::kAllowedByRule;
    return v;
  }
  if (unmet_hard_.is_there())
    return {has_sqrt_, Effect::kDeny, Level::kHard, Reason::kUnmetRequirement, unmet_hard_};
  if (unmet_soft_.is_there())
    return {has_sqrt_, Effect::kDeny, Level::kSoft, Reason::kUnmetRequirement, unmet_soft_};
  v.level = compat_.default_level;
  v.effect = compat_.default_allow ? Effect::kAllow : Effect::kDeny;
  v.reason = compat_.default_allow ? Reason::kAllowedByRule : Reason::kNoRule;
  return v;
}

Verdict Tally::yett() const {
  using base::Reason;
  if (deny_.is_there())
    return {has_yett_, Effect::kDeny, Level::kHard,
            deny_is_error_ ? Reason::kDecisionFailed : Reason::kDeniedByRule, deny_};
  if (ask_.is_there())
    return {has_yett_, Effect::kAsk, Level::kHard, Reason::kApprovalRequired, ask_};
  if (allow_.is_there())
    return {has_yett_, Effect::kAllow, Level::kHard, Reason::kAllowedByRule, allow_};
  const Reason reason = unmet_allow_.is_there() ? Reason::kUnmetRequirement : Reason::kNoRule;
  return {has_yett_, Effect::kDeny, Level::kHard, reason, unmet_allow_};
}

Decision Tally::decision(const Linked& linked) const {
  const Verdict of_sqrt = sqrt();
  const Verdict of_yett = yett();
  Verdict v = stricter(of_sqrt, of_yett);
  if (v.effect != Effect::kDeny && (failed_obligation_.is_there() || marks_lost_))
    v = {true, Effect::kDeny, Level::kHard, base::Reason::kDecisionFailed, failed_obligation_};
  Decision d;
  d.effect = v.effect;
  d.level = v.level;
  d.reason = v.reason;
  d.rule = ref_of(linked, v.by);
  d.results = results_;
  d.marks = v.effect == Effect::kDeny ? 0 : marks_;
  d.allowed = compat_.default_allow ? plus_one(allowed_) : allowed_;
  const bool unmet = of_sqrt.reason == base::Reason::kUnmetRequirement;
  const auto denied = static_cast<std::uint16_t>(unmet ? denied_ + unmet_ : denied_);
  d.denied = compat_.default_allow ? denied : plus_one(denied);
  return d;
}

}  // namespace policy
