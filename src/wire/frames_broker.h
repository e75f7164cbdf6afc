// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The messages between the monitor and the broker. Identity is bound to the channel
// and is never sent again. Who may send which, and when: wire/permits.h. Trust zone: all programs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "wire/frame.h"
#include "wire/manifest.h"
#include "wire/value.h"

namespace wire {

// The monitor's order to the broker: one decided call, once. Answered by Started or not, by any
// number of Deltas, and by exactly one Observation.
struct Warrant {
  static constexpr FrameType kType = FrameType::kWarrant;
  static constexpr std::size_t kMaxBytes = base::limits::kBodyBytes;
  std::uint64_t epoch = 0;     // the broker's, from BrokerReady; another one is a violation
  std::uint64_t sequence = 0;  // 1, 2, 3, ... without gap; anything else is a violation
  base::CallId call;
  base::SessionId session;
  std::string tenant;
  std::string tool;
  base::Digest definition{};
  std::vector<Leaf> arguments;
  std::int64_t deadline_us = 0;  // steady clock
  bool stream = false;
  std::vector<std::string> redact;  // kept fields of the tool that must not leave the egress
  template <class V> void visit(V& v) {
    v(epoch, sequence, call, session, tenant, tool, definition, arguments, deadline_us, stream,
      redact);
  }
  bool valid() const;
};
struct CancelWarrant {  // monitor → broker, legal in every phase; the Observation still follows
  static constexpr FrameType kType = FrameType::kCancelWarrant;
  static constexpr std::size_t kMaxBytes = 64;
  std::uint64_t sequence = 0;
  template <class V> void visit(V& v) { v(sequence); }
};
struct BrokerReady {  // broker → monitor, after its Ready: keys that the broker derives
  static constexpr FrameType kType = FrameType::kBrokerReady;
  static constexpr std::size_t kMaxBytes = 256;
  static constexpr bool kSensitive = true;
  std::uint64_t epoch = 0;
  base::Digest manifest{};  // SHA-256 of the manifest bytes it holds
  std::string data_key;     // 32 bytes: the tenant's argument store
  template <class V> void visit(V& v) { v(epoch, manifest, data_key); }
};
struct Started {  // broker → monitor: bytes may have left; from here `unknown` is possible
  static constexpr FrameType kType = FrameType::kStarted;
  static constexpr std::size_t kMaxBytes = 64;
  std::uint64_t sequence = 0;
  template <class V> void visit(V& v) { v(sequence); }
};
struct Delta {  // broker → monitor: scrubbed
  static constexpr FrameType kType = FrameType::kDelta;
  static constexpr std::size_t kMaxBytes = base::limits::kBodyBytes;
  std::uint64_t sequence = 0;
  DeltaKind kind = DeltaKind::kText;
  std::uint32_t index = 0;
  std::string text;
  template <class V> void visit(V& v) { v(sequence, kind, index, text); }
};
struct Observation {  // broker → monitor: the one closing reply of a Warrant
  static constexpr FrameType kType = FrameType::kObservation;
  static constexpr std::size_t kMaxBytes = base::limits::kBodyBytes;
  std::uint64_t sequence = 0;
  base::Reason reason = base::Reason::kOk;
  bool started = false;  // false: nothing left the machine; a durable NotStarted may be written
  std::uint16_t http_status = 0;
  std::string content;  // scrubbed
  std::uint32_t scrubbed = 0;
  std::uint64_t answer_bytes = 0;
  template <class V> void visit(V& v) {
    v(sequence, reason, started, http_status, content, scrubbed, answer_bytes);
  }
};
enum class AlertKind : std::uint8_t {
  kSecretInAnswer,  // the scrubber found a secret; `handle` names it, `form` how it was written
  kPeerViolation,   // a peer broke the protocol and was ended
  kSecretFailing,   // a secret could not be read; `form` is the classified error
  kQuotaLow,
  kLast = kQuotaLow,
};
struct Alert {  // broker → monitor: goes into the log
  static constexpr FrameType kType = FrameType::kAlert;
  static constexpr std::size_t kMaxBytes = 1024;
  AlertKind kind = AlertKind::kSecretInAnswer;
  std::uint64_t sequence = 0;  // of the warrant, 0 if none
  std::string handle;
  std::string form;
  std::uint32_t count = 1;
  template <class V> void visit(V& v) { v(kind, sequence, handle, form, count); }
};
struct PeerReady {  // broker → monitor: a program below it reported (egress, runner)
  static constexpr FrameType kType = FrameType::kPeerReady;
  static constexpr std::size_t kMaxBytes = 1024;
  ProgramState state;
  template <class V> void visit(V& v) { v(state); }
};

}  // namespace wire
