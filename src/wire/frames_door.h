// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The messages between the gateway and the monitor. Identity is bound to the channel
// and is never sent again. Who may send which, and when: wire/permits.h. Trust zone: all programs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "wire/frame.h"
#include "wire/manifest.h"
#include "wire/value.h"

namespace wire {

struct OpenSession {  // gateway → monitor; answered by SessionOpened
  static constexpr FrameType kType = FrameType::kOpenSession;
  static constexpr std::size_t kMaxBytes = 1024;
  base::RequestId request;
  std::uint32_t client_uid = 0;  // SO_PEERCRED of the client: the credential of a unix door
  std::string name;  // the client's name for it; same door, principal and name: same session
  template <class V> void visit(V& v) { v(request, client_uid, name); }
};
struct SessionOpened {  // monitor → gateway
  static constexpr FrameType kType = FrameType::kSessionOpened;
  static constexpr std::size_t kMaxBytes = 1024;
  base::RequestId request;
  base::SessionId session;  // 0: refused
  base::Reason reason = base::Reason::kNone;
  template <class V> void visit(V& v) { v(request, session, reason); }
};
struct UserTurn {  // gateway → monitor; closed by TurnEnded
  static constexpr FrameType kType = FrameType::kUserTurn;
  static constexpr std::size_t kMaxBytes = base::limits::kBodyBytes;
  base::SessionId session;
  base::RequestId request;
  std::string model;  // name of a model of the configuration; empty: the default
  std::string text;
  bool stream = true;
  std::string extra;  // unknown fields of the client's request, one JSON object or empty
  TurnMode mode = TurnMode::kDefault;
  bool trace = false;  // of a plan: tell which lines bound what under which labels
  template <class V> void visit(V& v) {
    v(session, request, model, text, stream, extra, mode, trace);
  }
};
struct DirectCall {  // gateway → monitor; closed by CallEnded
  static constexpr FrameType kType = FrameType::kDirectCall;
  static constexpr std::size_t kMaxBytes = base::limits::kBodyBytes;
  base::SessionId session;
  base::RequestId request;
  std::string tool;
  std::string arguments;  // JSON text, unparsed: only the session reads it
  std::vector<ResultRef> from;
  template <class V> void visit(V& v) { v(session, request, tool, arguments, from); }
  bool valid() const { return from.size() < base::limits::kArguments; }
};
struct Cancel {  // gateway → monitor, legal in every phase
  static constexpr FrameType kType = FrameType::kCancel;
  static constexpr std::size_t kMaxBytes = 64;
  base::SessionId session;
  base::RequestId request;
  template <class V> void visit(V& v) { v(session, request); }
};
struct ResetSession {  // gateway → monitor: forget the conversation and its counts
  static constexpr FrameType kType = FrameType::kResetSession;
  static constexpr std::size_t kMaxBytes = 64;
  base::SessionId session;
  template <class V> void visit(V& v) { v(session); }
};
struct CloseSession {
  static constexpr FrameType kType = FrameType::kCloseSession;
  static constexpr std::size_t kMaxBytes = 64;
  base::SessionId session;
  template <class V> void visit(V& v) { v(session); }
};
struct Say {  // monitor → gateway: text of a streaming reply
  static constexpr FrameType kType = FrameType::kSay;
  static constexpr std::size_t kMaxBytes = base::limits::kBodyBytes;
  base::SessionId session;
  base::RequestId request;
  DeltaKind kind = DeltaKind::kText;  // kText or kThinking
  std::string text;
  template <class V> void visit(V& v) { v(session, request, kind, text); }
};
enum class CallState : std::uint8_t { kAllowed, kDenied, kEnded, kLast = kEnded };
struct CallNotice {  // monitor → gateway: what the model's calls came to, for the user's eyes
  static constexpr FrameType kType = FrameType::kCallNotice;
  static constexpr std::size_t kMaxBytes = 1024;
  base::SessionId session;
  base::RequestId request;
  base::CallId call;
  std::string tool;
  CallState state = CallState::kAllowed;
  base::Reason reason = base::Reason::kNone;
  std::uint64_t answer_bytes = 0;
  std::uint32_t scrubbed = 0;  // secrets removed from the answer
  std::uint32_t line = 0;      // of the plan that made the call; 0: none
  template <class V> void visit(V& v) {
    v(session, request, call, tool, state, reason, answer_bytes, scrubbed, line);
  }
};
struct PlanNotice {  // monitor → gateway: a plan of the turn, for the user's eyes
  static constexpr FrameType kType = FrameType::kPlanNotice;
  static constexpr std::size_t kMaxBytes = 256 * 1024;
  base::SessionId session;
  base::RequestId request;
  base::CallId call;  // under which log and argument store know it; 0: rejected, so not kept
  PlanText plan;
  template <class V> void visit(V& v) { v(session, request, call, plan); }
};
struct TurnEnded {  // monitor → gateway: the one closing reply of a UserTurn
  static constexpr FrameType kType = FrameType::kTurnEnded;
  static constexpr std::size_t kMaxBytes = base::limits::kBodyBytes;
  base::SessionId session;
  base::RequestId request;
  base::Reason reason = base::Reason::kOk;
  std::string text;    // the whole reply; also when it was streamed before
  std::string detail;  // for people: what went wrong and what to do; no values
  std::uint32_t calls = 0;
  PlanEnd plan{};
  template <class V> void visit(V& v) { v(session, request, reason, text, detail, calls, plan); }
};
struct CallEnded {  // monitor → gateway: the one closing reply of a DirectCall
  static constexpr FrameType kType = FrameType::kCallEnded;
  static constexpr std::size_t kMaxBytes = base::limits::kBodyBytes;
  base::SessionId session;
  base::RequestId request;
  base::CallId call;  // 0: refused before it was a call
  base::Reason reason = base::Reason::kOk;
  std::uint16_t http_status = 0;
  std::string content;  // the answer, or the sentence to the model
  std::uint32_t scrubbed = 0;
  template <class V> void visit(V& v) {
    v(session, request, call, reason, http_status, content, scrubbed);
  }
};

}  // namespace wire
