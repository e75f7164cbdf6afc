// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Reason codes: why a call was allowed, refused, or ended as it did. The numbers are final: they
// stand in the log for good. A new reason gets a new number; none is reused. Trust zone: all
// programs.
#pragma once

#include <cstdint>
#include <string_view>

namespace base {

enum class Reason : std::uint16_t {
  kNone = 0,
  // decisions (1..99)
  kAllowedByRule = 1,
  kDeniedByRule = 2,
  kNoRule = 3,  // deny by default
  kUnknownTool = 4,
  kToolNotAllowed = 5,  // exists, but this principal is not offered it
  kInvalidArguments = 6,
  kTurnLimit = 7,
  kConversationLimit = 8,
  kSessionUnknown = 9,   // no such session for this door and principal
  kDecisionFailed = 10,  // an error while deciding: denies
  kTooManyCalls = 11,    // calls in flight
  kTooManySessions = 12,
  kStaleDefinition = 13,   // the tool's definition is not the one the manifest holds
  kUnmetRequirement = 14,  // allow rules exist for the tool and none matched
  kNotAuthenticated = 15,
  kApprovalRequired = 16,   // a rule asks for a person's answer
  kReaderNotAdmitted = 17,  // a label of what was read does not admit who would read the answer
  kPlanRequired = 18,       // this door takes no turn without a plan
  // endings (100..199)
  kOk = 100,
  kUpstreamStatus = 101,  // answered with a status of 400 or above
  kTimeout = 102,
  kConnectFailed = 103,
  kAddressRefused = 104,  // resolves to an address that may not be reached
  kRedirectRefused = 105,
  kTooLarge = 106,
  kBadResponse = 107,  // not what the tool declares: syntax, encoding, missing fields
  kTlsFailed = 108,
  kCancelled = 109,
  kSecretUnavailable = 110,
  kWarrantRefused = 111,  // the broker's own re-check failed
  kOutcomeUnknown = 112,  // may or may not have taken effect; never retried by itself
  kLogStopped = 113,      // the log can no longer be written: everything is denied
  kPeerLost = 114,        // a program of ours ended while it held the call
  kModelProtocol = 115,   // the model's answer could not be understood
  kNameNotResolved = 116,
  kNotStarted = 117,    // ended before any byte left
  kPlanRejected = 118,  // no plan that can run was written
  kPlanFailed = 119,    // the plan ended with an error of its own
  kPlanLimit = 120,     // the plan reached a limit of the language
  kNotResumed = 121,    // the plan cannot go on in another session: its record does not fit
};

// A fixed short name for machines, such as "no_rule". Empty for numbers that are not assigned.
std::string_view slug(Reason reason);

// One sentence fit for a model or a user: no values, no names, no hint at policy text.
std::string_view sentence(Reason reason);

// The reason with that number, or kNone.
Reason reason_of(std::uint16_t number);

}  // namespace base
