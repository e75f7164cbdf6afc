// SPDX-License-Identifier: Apache-2.0
#include "base/reason.h"

#include <array>

namespace base {
namespace {

struct Row {
  Reason reason;
  std::string_view slug;
  std::string_view sentence;
};

constexpr std::array kRows{
    Row{Reason::kAllowedByRule, "allowed_by_rule", "The call is allowed."},
    Row{Reason::kDeniedByRule, "denied_by_rule", "The call is denied by policy."},
    Row{Reason::kNoRule, "no_rule", "The call is denied: no rule allows it."},
    Row{Reason::kUnknownTool, "unknown_tool", "There is no such tool."},
    Row{Reason::kToolNotAllowed, "tool_not_allowed", "The tool is not allowed here."},
    Row{Reason::kInvalidArguments, "invalid_arguments", "The arguments do not fit the tool."},
    Row{Reason::kTurnLimit, "turn_limit", "Too many tool calls in one turn."},
    Row{Reason::kConversationLimit, "conversation_limit", "Tool call limit exceeded."},
    Row{Reason::kSessionUnknown, "session_unknown", "There is no such session."},
    Row{Reason::kDecisionFailed, "decision_failed", "The call could not be decided and is denied."},
    Row{Reason::kTooManyCalls, "too_many_calls", "Too many calls are in flight; try again later."},
    Row{Reason::kTooManySessions, "too_many_sessions",
        "Too many sessions are open; try again later."},
    Row{Reason::kStaleDefinition, "stale_definition", "The tool's definition has changed."},
    Row{Reason::kUnmetRequirement, "unmet_requirement", "The call is denied by policy."},
    Row{Reason::kNotAuthenticated, "not_authenticated", "The caller is not known."},
    Row{Reason::kApprovalRequired, "approval_required", "The call needs a person's approval."},
    Row{Reason::kReaderNotAdmitted, "reader_not_admitted",
        "The answer is withheld: what it was made of is not for this reader."},
    Row{Reason::kPlanRequired, "plan_required", "Turns without a plan are not taken here."},
    Row{Reason::kOk, "ok", "The call succeeded."},
    Row{Reason::kUpstreamStatus, "upstream_status", "The tool answered with an error."},
    Row{Reason::kTimeout, "timeout", "The tool did not answer in time."},
    Row{Reason::kConnectFailed, "connect_failed", "The tool could not be reached."},
    Row{Reason::kAddressRefused, "address_refused", "The tool's address may not be reached."},
    Row{Reason::kRedirectRefused, "redirect_refused",
        "The tool tried to redirect; it was not followed."},
    Row{Reason::kTooLarge, "too_large", "The tool's answer was too large."},
    Row{Reason::kBadResponse, "bad_response", "The tool's answer could not be understood."},
    Row{Reason::kTlsFailed, "tls_failed", "The tool's identity could not be verified."},
    Row{Reason::kCancelled, "cancelled", "The call was cancelled."},
    Row{Reason::kSecretUnavailable, "secret_unavailable",
        "A credential of the tool is unavailable."},
    Row{Reason::kWarrantRefused, "warrant_refused", "The call was refused before it was sent."},
    Row{Reason::kOutcomeUnknown, "outcome_unknown",
        "It is not known whether the call took effect."},
    Row{Reason::kLogStopped, "log_stopped", "The log cannot be written, so no call is made."},
    Row{Reason::kPeerLost, "peer_lost", "The call was interrupted."},
    Row{Reason::kModelProtocol, "model_protocol", "The model's answer could not be understood."},
    Row{Reason::kNameNotResolved, "name_not_resolved",
        "The tool's host name could not be resolved."},
    Row{Reason::kNotStarted, "not_started", "The call was ended before anything was sent."},
    Row{Reason::kPlanRejected, "plan_rejected", "No plan that can run was written."},
    Row{Reason::kPlanFailed, "plan_failed", "The plan ended with an error."},
    Row{Reason::kPlanLimit, "plan_limit", "The plan reached a limit."},
    Row{Reason::kNotResumed, "not_resumed", "The plan could not go on where it was interrupted."},
};

const Row* find(Reason reason) {
  for (const Row& row : kRows)
    if (row.reason == reason) return &row;
  return nullptr;
}

}  // namespace

std::string_view slug(Reason reason) {
  const Row* row = find(reason);
  return row == nullptr ? std::string_view() : row->slug;
}

std::string_view sentence(Reason reason) {
  const Row* row = find(reason);
  return row == nullptr ? std::string_view("The call ended for an unknown reason.") : row->sentence;
}

Reason reason_of(std::uint16_t number) {
  const Row* row = find(static_cast<Reason>(number));
  return row == nullptr ? Reason::kNone : row->reason;
}

}  // namespace base
