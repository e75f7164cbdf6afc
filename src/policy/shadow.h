// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A policy on trial beside the one that rules: what it would have said is compared and written
// down, and nothing it says takes effect. Pure. Trust zone: monitor.
#pragma once

#include <cstdint>
#include <string_view>

#include "policy/decide.h"
#include "policy/question.h"

namespace policy {

// True if a policy gave this reason; else a limit or the like decided before it was asked.
constexpr bool is_of_policy(base::Reason reason) {
  switch (reason) {
    case base::Reason::kAllowedByRule:
    case base::Reason::kDeniedByRule:
    case base::Reason::kNoRule:
    case base::Reason::kUnmetRequirement:
    case base::Reason::kDecisionFailed:
    case base::Reason::kApprovalRequired: return true;
    default: return false;
  }
}

// How the shadow's effect stands to the one that rules.
enum class Trial : std::uint8_t {
  kAgrees,
  kWouldDeny,    // stricter: it would have denied
  kWouldAsk,     // stricter: it would have asked
  kWouldLoosen,  // SECURITY: looser, so it is only noted: a new allow never takes effect
};

// A shadow policy ends by itself: from `until` on it is not asked any more.
constexpr bool shadow_runs(Instant now, Instant until) { return now < until; }

constexpr Trial trial_of(Effect ruling, Effect shadow) {
  if (shadow == ruling) return Trial::kAgrees;
  if (shadow < ruling) return Trial::kWouldLoosen;
  return shadow == Effect::kDeny ? Trial::kWouldDeny : Trial::kWouldAsk;
}

// For the log: "agrees", "would_deny", "would_ask", "would_loosen".
constexpr std::string_view slug(Trial trial) {
  switch (trial) {
    case Trial::kAgrees: return "agrees";
    case Trial::kWouldDeny: return "would_deny";
    case Trial::kWouldAsk: return "would_ask";
    case Trial::kWouldLoosen: return "would_loosen";
  }
  return "";
}

// What happens, and what to note of the shadow. D is Decision or Answer.
// INVARIANT: `ruling` is handed back as it came, whatever `shadow` is: level, rule, obligations,
// session state and all. Each policy has a session state of its own; they never mix.
template <class D> struct Tried {
  D decision;
  Trial trial = Trial::kAgrees;
};
template <class D> Tried<D> combine(D ruling, const D& shadow) {
  const Trial trial = trial_of(ruling.effect, shadow.effect);
  return {static_cast<D&&>(ruling), trial};
}

}  // namespace policy
