// SPDX-License-Identifier: Apache-2.0
#include "audit/kind.h"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace audit {
namespace {

constexpr std::uint64_t set(std::initializer_list<Field> fields) {
  std::uint64_t bits = 0;
  for (const Field f : fields) bits |= bit(f);
  return bits;
}

using F = Field;
constexpr std::uint64_t kWho = set({F::kSession, F::kCall, F::kTurn, F::kTenant, F::kPrincipal,
                                    F::kDoor, F::kTraceparent, F::kDetail, F::kReasons});
constexpr std::uint64_t kWhat = set({F::kTool, F::kToolHash, F::kArguments, F::kArgumentLeaves,
                                     F::kIdempotencyKey, F::kCredential});
constexpr std::uint64_t kLabel =
    set({F::kTags, F::kProducers, F::kConsumers, F::kOrigins, F::kNamesOmitted});
constexpr std::uint64_t kDecision =
    set({F::kEffect, F::kRule, F::kPolicy, F::kGeneration, F::kApproval, F::kApprover});
constexpr std::uint64_t kWarrant = set({F::kWarrantEpoch, F::kWarrantSequence});
constexpr std::uint64_t kDone =
    set({F::kOutcome, F::kHttpStatus, F::kRequestBytes, F::kResponseBytes, F::kDurationUs,
         F::kScrubHits, F::kResult, F::kTokensIn, F::kTokensOut});
constexpr std::uint64_t kMachine = set({F::kProgram, F::kWaitStatus, F::kIsolation, F::kConfig,
                                        F::kGeneration, F::kPolicy, F::kDurationUs});
constexpr std::uint64_t kApprovalAll = kWho | kWhat | kLabel | kDecision | set({F::kAnswer});
constexpr std::uint64_t kLogAll =
    set({F::kDetail, F::kPriorHead, F::kPriorEntries, F::kDroppedBytes, F::kDurationUs});

constexpr auto kRules = std::to_array<KindRule>({
    {Kind::kSessionOpened, "session_opened", set({F::kSession, F::kDoor}), kWho | kMachine},
    {Kind::kSessionRefused, "session_refused", set({F::kDoor}), kWho},
    {Kind::kSessionClosed, "session_closed", set({F::kSession}), kWho | kMachine},
    {Kind::kIntent, "intent", set({F::kSession, F::kCall, F::kTool, F::kEffect}),
     kWho | kWhat | kLabel | kDecision | kWarrant},
    {Kind::kStarted, "started", set({F::kCall}), kWho | kWhat | kWarrant},
    {Kind::kNotStarted, "not_started", set({F::kCall}), kWho | kWhat | kWarrant | kDone},
    {Kind::kOutcome, "outcome", set({F::kCall, F::kOutcome}),
     kWho | kWhat | kLabel | kWarrant | kDone},
    {Kind::kReplay, "replay", set({F::kCall, F::kEarlierCall}),
     kWho | kWhat | kDone | set({F::kEarlierCall})},
    {Kind::kAlert, "alert", set({F::kAlert}),
     kWho | kWhat | kWarrant | kDone | kMachine | set({F::kAlert})},
    {Kind::kConfigLoaded, "config_loaded", set({F::kConfig}), kWho | kMachine},
    {Kind::kProgramStarted, "program_started", set({F::kProgram}), kWho | kMachine},
    {Kind::kProgramEnded, "program_ended", set({F::kProgram}), kWho | kMachine},
    {Kind::kIsolation, "isolation", set({F::kProgram, F::kIsolation}), kWho | kMachine},
    {Kind::kApprovalAsked, "approval_asked", set({F::kCall, F::kApproval}), kApprovalAll},
    {Kind::kApprovalAnswered, "approval_answered", set({F::kCall, F::kApproval, F::kAnswer}),
     kApprovalAll},
    {Kind::kApprovalUsed, "approval_used", set({F::kCall, F::kApproval}), kApprovalAll},
    {Kind::kApprovalExpired, "approval_expired", set({F::kCall, F::kApproval}), kApprovalAll},
    {Kind::kLogOpened, "log_opened", 0, kLogAll},
    {Kind::kLogRecovered, "log_recovered", 0, kLogAll},
    {Kind::kPlan, "plan", set({F::kSession, F::kCall}), kWho | kWhat | kLabel},
    {Kind::kEndorsed, "endorsed", set({F::kSession, F::kCall}), kWho | kDone},
});

static_assert(static_cast<unsigned>(Field::kCount_) <= 64, "one presence bit for each field");

constexpr std::array<std::string_view, 3> kEffects = {"allow", "deny", "ask"};
constexpr std::array<std::string_view, 3> kAnswers = {"yes", "no", "timeout"};
constexpr std::array<std::string_view, 9> kAlerts = {"scrub_hit", "violation",    "crash",
                                                     "replayed",  "weak_walls",   "quota",
                                                     "vault",     "tool_changed", "policy"};

template <class Enum, std::size_t N>
std::string_view pick(Enum value, const std::array<std::string_view, N>& names) {
  const auto n = static_cast<std::size_t>(value);
  return n >= 1 && n <= N ? names[n - 1] : "?";
}

}  // namespace

const KindRule* rule_of(Kind kind) {
  const auto at = static_cast<std::size_t>(kind);
  if (at < 1 || at > kRules.size()) return nullptr;
  return kRules[at - 1].kind == kind ? &kRules[at - 1] : nullptr;
}

std::string_view name_of(Kind kind) {
  const KindRule* rule = rule_of(kind);
  return rule == nullptr ? "?" : rule->name;
}
std::string_view name_of(Effect effect) { return pick(effect, kEffects); }
std::string_view name_of(Answer answer) { return pick(answer, kAnswers); }
std::string_view name_of(Alert alert) { return pick(alert, kAlerts); }

}  // namespace audit
