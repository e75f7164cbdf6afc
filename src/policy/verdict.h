// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// From what the rules of a tool say to the verdicts (docs/reference/policy.md §5). Trust zone:
// monitor.
#pragma once

#include <cstdint>

#include "policy/evaluation.h"

namespace policy {

inline constexpr std::uint32_t kNowhere = 0xffffffff;

// A rule where it stands: its number among the tool's and in the program.
struct RulePlace {
  std::uint32_t at = kNowhere;
  std::uint32_t rule = kNowhere;
  bool is_there() const { return at != kNowhere; }
};

// One verdict, and the first rule that makes it so.
struct Verdict {
  bool counts = false;
  Effect effect = Effect::kDeny;
  Level level = Level::kHard;
  base::Reason reason = base::Reason::kNoRule;
  RulePlace by;
};

// Takes in the rules of a tool one after the other, in order.
class Tally {
 public:
  explicit Tally(const CompatCode& compat) : compat_(compat) {}

  void preset_denies(Level level);
  void take(const RuleHead& head, RulePlace place, Says told);
  Decision decision(const Linked& linked) const;

 private:
  void take_sqrt(const RuleHead& head, RulePlace place, Says told);
  void take_yett(const RuleHead& head, RulePlace place, Says told);
  void count(const RuleHead& head, Says told);
  Verdict sqrt() const;
  Verdict yett() const;

  const CompatCode& compat_;
  bool has_sqrt_ = false;
  bool has_yett_ = false;
  bool stopped_ = false;  // fail_fast: the counts stand
  std::uint16_t allowed_ = 0;
  std::uint16_t denied_ = 0;
  std::uint16_t unmet_ = 0;
  std::optional<Level> preset_;
  RulePlace hard_deny_;  // or an error
  bool hard_deny_is_error_ = false;
  RulePlace hard_allow_;
  RulePlace soft_;
  bool soft_allows_ = false;
  RulePlace unmet_hard_;
  RulePlace unmet_soft_;
  RulePlace deny_;
  bool deny_is_error_ = false;
  RulePlace ask_;
  RulePlace allow_;
  RulePlace unmet_allow_;
  RulePlace failed_obligation_;
  std::uint32_t taken_ = 0;
  std::uint32_t marks_taken_ = 0;
  std::uint64_t results_ = 0;
  std::uint64_t marks_ = 0;
  bool marks_lost_ = false;

 public:
  // Another rule of the same tool that does not apply to this call: its mark is passed over.
  void pass_marks(std::uint32_t count) { marks_taken_ += count; }
};

}  // namespace policy
