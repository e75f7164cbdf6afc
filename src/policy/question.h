// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A call and its decision as owned, complete values: what tests, spec/, prove, explain, replay and
// the conformance runner ask and compare. The monitor's hot path uses decide.h, whose answers are
// the same. Trust zone: supervisor, monitor, tests.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/reason.h"
#include "label/sets.h"
#include "policy/words.h"

namespace policy {

enum class LeafKind : std::uint8_t { kString, kInteger, kNumber, kBoolean, kNull };

struct LeafValue {
  std::string path;  // "to", "to/0"
  LeafKind kind = LeafKind::kString;
  std::string text;
  label::Sets label;
  bool named = false;  // stands whole in the user's own words
  friend bool operator==(const LeafValue&, const LeafValue&) = default;
};

// What the session has learnt: its label and SQRT's undocumented string slot.
struct SessionState {
  label::Sets label;
  std::optional<std::string> value;
  friend bool operator==(const SessionState&, const SessionState&) = default;
};

struct Asker {
  std::string principal;
  std::string tenant;
  std::string door;
  std::string environment;
  label::Names roles;
  label::Names scopes;
  friend bool operator==(const Asker&, const Asker&) = default;
};

struct Question {
  std::string tool;
  std::vector<LeafValue> leaves;  // in the order of the call
  label::Sets control;
  Asker asker;
  Instant now;
  SessionState session;
  std::map<std::string, Number> counters;  // by name; one that is not there is 0
};

enum class Effect : std::uint8_t { kAllow, kAsk, kDeny };  // from loose to strict

// Which rule: the span of it in the loaded sources. file 0xffffffff: none (a default, an error
// without a rule, a preset).
struct RuleRef {
  std::uint32_t file = 0xffffffff;
  std::uint32_t line = 0;
  friend bool operator==(const RuleRef&, const RuleRef&) = default;
};

struct Answer {
  Effect effect = Effect::kDeny;
  Level level = Level::kHard;  // of the SQRT verdict if that decided; else hard
  base::Reason reason = base::Reason::kDecisionFailed;
  RuleRef rule;
  Ask ask;                          // kAsk
  std::vector<std::string> redact;  // sorted, without repetition; empty if denied
  std::vector<std::string> log;     // texts of `oblige log` in order; empty if denied
  SessionState before;              // after the `session before` blocks, denied or not
  friend bool operator==(const Answer&, const Answer&) = default;
};

// What came back of a call that ran.
struct Observed {
  enum class Combine : std::uint8_t { kMerge, kReplace, kIgnore };
  std::string text;                  // @result.value
  std::optional<label::Sets> label;  // came with the result
  Combine combine = Combine::kMerge;
};

struct Learnt {
  label::Sets result;
  SessionState session;
  friend bool operator==(const Learnt&, const Learnt&) = default;
};

// Reasons: kAllowedByRule; kNoRule (default deny); kDeniedByRule; kUnmetRequirement (allow rules
// and none true); kDecisionFailed (an error in a rule or obligation); kApprovalRequired (ask). An
// allow by default_allow is kAllowedByRule without a rule.

}  // namespace policy
