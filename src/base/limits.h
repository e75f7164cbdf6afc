// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Every bound of the system, each with its reason. A bound that users may move is a key of the
// configuration whose default and maximum stand here. Trust zone: all programs.
#pragma once

#include <cstddef>
#include <cstdint>

namespace base::limits {

// One SEQPACKET message. The kernel's default socket buffer is 208 KiB; larger bodies travel as
// sealed memfds beside the frame.
inline constexpr std::size_t kFrameBytes = 128 * 1024;
// A text of a frame above this many bytes is moved into a memfd, so that a frame always fits.
inline constexpr std::size_t kInlineBodyBytes = 32 * 1024;
// The largest body in a memfd: one answer or one prompt. A model context of a million tokens is
// about 4 MiB of text; 16 MiB leaves room without letting one call exhaust a 60 MB process set.
inline constexpr std::size_t kBodyBytes = 16u * 1024 * 1024;
inline constexpr std::size_t kDescriptorsPerFrame = 4;
// A start record. The largest is the monitor's with its policy; a set of 100,000 rules takes about
// 20 MiB.
inline constexpr std::size_t kStartBytes = 64u * 1024 * 1024;
inline constexpr std::size_t kPolicyBytes = 48u * 1024 * 1024;  // a compiled policy in it

inline constexpr std::size_t kNameBytes = 128;  // tool, argument, secret and origin names
inline constexpr std::size_t kTools = 4096;     // tools in one manifest
inline constexpr std::size_t kArguments = 256;  // leaves of one call
inline constexpr std::size_t kArgumentBytes = 256 * 1024;  // one argument value, before encoding
inline constexpr std::size_t kLabelNames = 256;            // names in one set of one label
inline constexpr std::size_t kLabels = 1u << 16;           // labels interned in one session
// Distinct names in all labels of one session, and their bytes; names that stand in labels, counted
// once a label (four a label): a hostile session costs its process about 30 MiB and no more.
inline constexpr std::size_t kLabelNamesInAll = 1u << 14;
inline constexpr std::size_t kLabelNameBytesInAll = 1u << 20;
inline constexpr std::size_t kLabelMembers = 1u << 18;
inline constexpr std::size_t kHeaders = 64;  // headers of one rendered request

inline constexpr std::size_t kSessions = 256;        // live sessions of one monitor
inline constexpr std::size_t kCallsInFlight = 1024;  // warrants out at one time
inline constexpr std::size_t kEgresses = 64;         // live egress workers of one broker

inline constexpr std::uint32_t kToolCallsPerConversation = 10;  // default; runaway guard (STR-012)
inline constexpr std::uint32_t kToolCallsPerTurn = 10;          // default
inline constexpr std::uint32_t kModelTurnsPerUserTurn = 32;     // model replies in one user turn
inline constexpr std::uint32_t kHistoryMessages = 512;  // before the oldest turns are dropped

inline constexpr std::int64_t kToolTimeoutMs = 10'000;    // default of one tool call
inline constexpr std::int64_t kModelTimeoutMs = 120'000;  // default of one model call (STR-030)
inline constexpr std::int64_t kTimeoutMaxMs = 600'000;    // the most a configuration may ask
inline constexpr std::int64_t kSecretTimeoutMs = 30'000;  // one run of `op` (STR-017)
inline constexpr std::int64_t kSecretLifetimeS = 300;     // default cache lifetime of a secret
inline constexpr std::int64_t kEgressIdleMs = 60'000;     // an idle worker ends itself

inline constexpr std::size_t kSecretMinBytes = 8;  // shorter ones need --short (DESIGN 10.15)
inline constexpr std::size_t kSecretMaxBytes = 16 * 1024;
inline constexpr std::size_t kSecrets = 4096;

static_assert(kInlineBodyBytes * 2 < kFrameBytes);
static_assert(kArgumentBytes < kBodyBytes);

}  // namespace base::limits
