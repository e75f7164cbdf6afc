// SPDX-License-Identifier: Apache-2.0
#include "cli/exit_code.h"

namespace cli {

Exit exit_of(base::Reason reason) {
  using base::Reason;
  switch (reason) {
    case Reason::kOk:
    case Reason::kAllowedByRule: return Exit::kOk;
    case Reason::kDeniedByRule:
    case Reason::kNoRule:
    case Reason::kUnknownTool:
    case Reason::kToolNotAllowed:
    case Reason::kTurnLimit:
    case Reason::kConversationLimit:
    case Reason::kSessionUnknown:
    case Reason::kDecisionFailed:
    case Reason::kTooManyCalls:
    case Reason::kTooManySessions:
    case Reason::kStaleDefinition:
    case Reason::kUnmetRequirement:
    case Reason::kNotAuthenticated:
    case Reason::kApprovalRequired:
    case Reason::kReaderNotAdmitted:
    case Reason::kPlanRequired: return Exit::kDenied;
    case Reason::kInvalidArguments: return Exit::kUsage;
    case Reason::kUpstreamStatus:
    case Reason::kTimeout:
    case Reason::kConnectFailed:
    case Reason::kAddressRefused:
    case Reason::kRedirectRefused:
    case Reason::kTooLarge:
    case Reason::kBadResponse:
    case Reason::kTlsFailed:
    case Reason::kSecretUnavailable:
    case Reason::kModelProtocol:
    case Reason::kNameNotResolved: return Exit::kUpstream;
    case Reason::kOutcomeUnknown: return Exit::kUnknownOutcome;
    case Reason::kCancelled: return Exit::kCancelled;
    case Reason::kNone:
    case Reason::kWarrantRefused:
    case Reason::kLogStopped:
    case Reason::kPeerLost:
    case Reason::kNotStarted:
    case Reason::kPlanRejected:
    case Reason::kPlanFailed:
    case Reason::kPlanLimit:
    case Reason::kNotResumed: return Exit::kFailed;
  }
  return Exit::kFailed;
}

}  // namespace cli
