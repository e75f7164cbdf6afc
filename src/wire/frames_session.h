// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The messages between the monitor and a session. Identity is bound to the channel
// and is never sent again. Who may send which, and when: wire/permits.h. Trust zone: all programs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "wire/frame.h"
#include "wire/manifest.h"
#include "wire/value.h"

namespace wire {

// A call of a plan that its earlier session had got the result of.
struct RecordedStep {
  base::Digest call{};  // LabelledCall::identity()
  base::CallId id;
  base::Reason reason = base::Reason::kOk;
  std::uint16_t http_status = 0;
  std::string content;
  LabelText label;
  template <class V> void visit(V& v) { v(call, id, reason, http_status, content, label); }
};
// A plan that goes on in another session: it runs again, and what is recorded answers its calls.
struct RecordedPlan {
  std::uint32_t attempt = 1;
  std::string program;
  LabelText base;   // of the program itself
  LabelText given;  // the join of all that the earlier session was given
  std::vector<RecordedStep> steps;
  template <class V> void visit(V& v) { v(attempt, program, base, given, steps); }
};
struct Turn {  // monitor → session; closed by TurnDone
  static constexpr FrameType kType = FrameType::kTurn;
  static constexpr std::size_t kMaxBytes = base::limits::kBodyBytes;
  base::RequestId turn;  // the monitor's number, not the client's
  std::string model;
  std::string text;
  bool stream = true;
  bool authentic = false;  // the door is declared to carry the user's own words
  std::string extra;
  TurnMode mode = TurnMode::kPlain;
  bool trace = false;
  RecordedPlan resume{};  // program empty: the turn begins here
  template <class V> void visit(V& v) {
    v(turn, model, text, stream, authentic, extra, mode, trace, resume);
  }
  bool resumes() const { return !resume.program.empty(); }
  bool valid() const;
};
struct Call {  // monitor → session: a client's direct call; closed by CallDone
  static constexpr FrameType kType = FrameType::kCall;
  static constexpr std::size_t kMaxBytes = base::limits::kBodyBytes;
  base::RequestId turn;
  std::string tool;
  std::string arguments;
  bool authentic = false;
  std::vector<ResultRef> from;  // arguments that are results of this session
  template <class V> void visit(V& v) { v(turn, tool, arguments, authentic, from); }
};
// session → monitor: a labelled call. For a model endpoint the one leaf is `body`, the prompt.
// Answered by exactly one Verdict; if that allows, by ModelDeltas and exactly one CallResult.
struct LabelledCall {
  static constexpr FrameType kType = FrameType::kPropose;
  static constexpr std::size_t kMaxBytes = base::limits::kBodyBytes;
  base::RequestId turn;
  std::uint32_t proposal = 0;  // increasing in a session, so a replay is a violation
  std::string tool;
  base::Digest definition{};  // of the pinned tool; a stale one is denied
  std::vector<Leaf> arguments;
  std::vector<LabelText> labels;  // what Leaf::label indexes
  LabelText control;              // label of the control flow that led here
  std::uint32_t line = 0;         // of the plan that makes it; 0: none
  template <class V> void visit(V& v) {
    v(turn, proposal, tool, definition, arguments, labels, control, line);
  }
  // What the call is, whatever its number: tool, arguments and every label. A plan that runs again
  // makes calls of the same identity.
  base::Digest identity() const;
  bool valid() const;  // names are names, leaves within bounds, label indexes exist
};
struct Verdict {  // monitor → session
  static constexpr FrameType kType = FrameType::kVerdict;
  static constexpr std::size_t kMaxBytes = 256;
  std::uint32_t proposal = 0;
  bool allowed = false;
  base::Reason reason = base::Reason::kNone;
  base::CallId call;
  template <class V> void visit(V& v) { v(proposal, allowed, reason, call); }
};
struct ModelDelta {  // monitor → session
  static constexpr FrameType kType = FrameType::kModelDelta;
  static constexpr std::size_t kMaxBytes = base::limits::kBodyBytes;
  std::uint32_t proposal = 0;
  DeltaKind kind = DeltaKind::kText;
  std::uint32_t index = 0;
  std::string text;
  template <class V> void visit(V& v) { v(proposal, kind, index, text); }
};
struct CallResult {  // monitor → session
  static constexpr FrameType kType = FrameType::kCallResult;
  static constexpr std::size_t kMaxBytes = base::limits::kBodyBytes;
  std::uint32_t proposal = 0;
  base::Reason reason = base::Reason::kOk;
  std::uint16_t http_status = 0;
  std::string content;  // scrubbed; the kept fields as one JSON object, or text
  std::uint32_t scrubbed = 0;
  LabelText label;  // of `content`: what policy learnt from this call (policy.md §6), used as it is
  template <class V> void visit(V& v) {
    v(proposal, reason, http_status, content, scrubbed, label);
  }
  bool valid() const { return label.valid(); }
};
struct Stop {  // monitor → session: give up the turn; TurnDone or CallDone still follows
  static constexpr FrameType kType = FrameType::kStop;
  static constexpr std::size_t kMaxBytes = 64;
  base::RequestId turn;
  template <class V> void visit(V& v) { v(turn); }
};
struct Reset {  // monitor → session, between turns
  static constexpr FrameType kType = FrameType::kReset;
  static constexpr std::size_t kMaxBytes = 16;
  bool forget = true;
  template <class V> void visit(V& v) { v(forget); }
};
struct Spoken {  // session → monitor: text for the client
  static constexpr FrameType kType = FrameType::kSpoken;
  static constexpr std::size_t kMaxBytes = base::limits::kBodyBytes;
  base::RequestId turn;
  DeltaKind kind = DeltaKind::kText;
  std::string text;
  template <class V> void visit(V& v) { v(turn, kind, text); }
};
struct TurnDone {  // session → monitor
  static constexpr FrameType kType = FrameType::kTurnDone;
  static constexpr std::size_t kMaxBytes = base::limits::kBodyBytes;
  base::RequestId turn;
  base::Reason reason = base::Reason::kOk;
  std::string text;
  std::string detail;
  std::uint32_t calls = 0;
  PlanEnd plan{};
  template <class V> void visit(V& v) { v(turn, reason, text, detail, calls, plan); }
};
struct PlanShown {  // session → monitor
  static constexpr FrameType kType = FrameType::kPlanShown;
  static constexpr std::size_t kMaxBytes = 256 * 1024;
  base::RequestId turn;
  PlanText plan;
  LabelText base;  // kRunning: of the program itself
  template <class V> void visit(V& v) { v(turn, plan, base); }
  bool valid() const { return plan.valid() && base.valid(); }
};
// session → monitor: a value was picked out of trusted ones by data that is not (label/endorse.h).
struct Endorsed {
  static constexpr FrameType kType = FrameType::kEndorsed;
  static constexpr std::size_t kMaxBytes = 256;
  base::RequestId turn;
  base::CallId call;     // of the quarantined model's, which chose
  base::Digest value{};  // SHA-256 of its canonical JSON
  std::uint32_t index = 0;
  std::uint32_t options = 0;
  std::uint32_t line = 0;
  template <class V> void visit(V& v) { v(turn, call, value, index, options, line); }
};
struct CallDone {  // session → monitor: the end of a direct call
  static constexpr FrameType kType = FrameType::kCallDone;
  static constexpr std::size_t kMaxBytes = base::limits::kBodyBytes;
  base::RequestId turn;
  base::CallId call;  // 0: refused before it was proposed
  base::Reason reason = base::Reason::kOk;
  std::uint16_t http_status = 0;
  std::string content;
  std::uint32_t scrubbed = 0;
  template <class V> void visit(V& v) { v(turn, call, reason, http_status, content, scrubbed); }
};

}  // namespace wire
