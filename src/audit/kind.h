// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What a log entry can be about, which fields it may carry, and which it must carry. The numbers
// are part of the format (docs/reference/log.md) and never change. Trust zone: monitor; readers.
#pragma once

#include <cstdint>
#include <string_view>

namespace audit {

enum class Kind : std::uint8_t {
  kSessionOpened = 1,
  kSessionRefused = 2,
  kSessionClosed = 3,
  kIntent =
      4,  // a call and the decision on it; with `allow` nothing may happen before it is durable
  kStarted = 5,     // the broker is about to send
  kNotStarted = 6,  // the broker is sure that nothing was sent
  kOutcome = 7,
  kReplay = 8,  // an earlier call answered this one; nothing was done
  kAlert = 9,
  kConfigLoaded = 10,
  kProgramStarted = 11,
  kProgramEnded = 12,
  kIsolation = 13,  // what a program could and could not have of its walls
  kApprovalAsked = 14,
  kApprovalAnswered = 15,
  kApprovalUsed = 16,
  kApprovalExpired = 17,
  kLogOpened = 18,     // always and only the first entry of a log
  kLogRecovered = 19,  // the log was read back at a start
  kPlan = 20,          // a plan is about to run; `arguments`: of its text
  kEndorsed = 21,      // a value was chosen out of trusted ones; `result`: of it
};

// What was decided.
enum class Effect : std::uint8_t { kAllow = 1, kDeny = 2, kAsk = 3 };

// Which way an approval was answered.
enum class Answer : std::uint8_t { kYes = 1, kNo = 2, kTimeout = 3 };

// What an alert is about.
enum class Alert : std::uint8_t {
  kScrubHit = 1,     // a secret stood in what came back, and was taken out
  kViolation = 2,    // a peer broke the protocol and was ended
  kCrash = 3,        // a program ended without being asked to
  kReplayed = 4,     // a warrant, id or handle was used twice
  kWeakWalls = 5,    // a program runs with less isolation than it should
  kQuota = 6,        // a limit was reached
  kVault = 7,        // a secret store fails or refuses
  kToolChanged = 8,  // a pinned definition is no longer the one that was reviewed
  kPolicy = 9,       // a rule obliged to note this, or kept words from a reader
};

// The fields of an entry, in the order of their encoding; the number is the presence bit.
enum class Field : std::uint8_t {
  kSession,
  kCall,
  kTurn,
  kTenant,
  kPrincipal,
  kDoor,
  kTraceparent,
  kDetail,
  kTool,
  kToolHash,
  kEffect,
  kRule,
  kReasons,
  kPolicy,
  kIdempotencyKey,
  kArguments,
  kArgumentLeaves,
  kTags,
  kProducers,
  kConsumers,
  kOrigins,
  kNamesOmitted,
  kWarrantEpoch,
  kWarrantSequence,
  kCredential,
  kOutcome,
  kHttpStatus,
  kRequestBytes,
  kResponseBytes,
  kDurationUs,
  kScrubHits,
  kResult,
  kTokensIn,
  kTokensOut,
  kEarlierCall,
  kAlert,
  kProgram,
  kWaitStatus,
  kIsolation,
  kConfig,
  kGeneration,
  kApproval,
  kApprover,
  kAnswer,
  kPriorHead,
  kPriorEntries,
  kDroppedBytes,
  kCount_,
};

constexpr std::uint64_t bit(Field f) { return std::uint64_t{1} << static_cast<unsigned>(f); }

// One row of the table of kinds.
struct KindRule {
  Kind kind;
  std::string_view name;   // snake_case, as `yett log tail --json` prints it
  std::uint64_t required;  // fields that must be there
  std::uint64_t allowed;   // fields that may be there (required ones included)
};

// The row of `kind`; nullptr if there is none.
const KindRule* rule_of(Kind kind);

// Names for people and JSON; "?" for a number that means nothing.
std::string_view name_of(Kind kind);
std::string_view name_of(Effect effect);
std::string_view name_of(Answer answer);
std::string_view name_of(Alert alert);

}  // namespace audit
