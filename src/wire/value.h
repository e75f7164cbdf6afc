// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Values that several frames share: argument leaves, labels as text, outcomes.
// Trust zone: all programs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/id.h"
#include "base/limits.h"
#include "base/reason.h"

namespace wire {

// 1..128 bytes of printable ASCII without space: what a tool, argument, secret, model, origin or
// session may be called. Homoglyphs and controls cannot occur in a name (V32).
inline bool is_name(std::string_view s) {
  if (s.empty() || s.size() > base::limits::kNameBytes) return false;
  for (const char c : s)
    if (c <= ' ' || c > '~') return false;
  return true;
}

// 1..128 bytes without control characters: what a tag, producer, consumer or origin may be called.
// Policies write such names, so they may be words of any language.
inline bool is_label_name(std::string_view s) {
  if (s.empty() || s.size() > base::limits::kNameBytes) return false;
  for (const char c : s)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
  return true;
}

// A label as it crosses a channel: each set sorted and without repetition.
struct LabelText {
  std::vector<std::string> tags;
  std::vector<std::string> producers;
  bool everyone = true;  // consumers is the universal set; `consumers` is empty
  std::vector<std::string> consumers;
  std::vector<std::string> origins;  // user, client, planner, quarantined, tool:N, model:N
  template <class V> void visit(V& v) { v(tags, producers, everyone, consumers, origins); }
  friend bool operator==(const LabelText&, const LabelText&) = default;
  bool valid() const;  // names are label names, within limits::kLabelNames a set
};

// An argument of a direct call that is the result of an earlier call of the same session, or one
// kept field of it: the value comes with exactly that result's label.
struct ResultRef {
  std::string argument;
  base::CallId call;
  std::string field;  // empty: the whole result
  template <class V> void visit(V& v) { v(argument, call, field); }
};

enum class LeafKind : std::uint8_t { kString, kInteger, kNumber, kBoolean, kNull, kLast = kNull };

// One scalar of a call's arguments. `path` is the parameter's name, or NAME/INDEX for an item of an
// array. `text` is the value: a string's bytes, or the canonical spelling of a number (RFC 8785),
// or "true"/"false". `label` indexes LabelledCall::labels.
struct Leaf {
  std::string path;
  LeafKind kind = LeafKind::kString;
  std::string text;
  std::uint16_t label = 0;
  template <class V> void visit(V& v) { v(path, kind, text, label); }
};

// The digest that binds a call's arguments: leaves sorted by path, each as length-prefixed path,
// kind and text; labels take no part. The same in session, monitor and broker.
base::Digest arguments_digest(const std::vector<Leaf>& leaves);

// A plan as it is shown to its user: the program, or what came of it.
enum class PlanState : std::uint8_t {
  kRejected,  // it cannot run; message: what is wrong, at line and column
  kRunning,   // the whole of it can run: from here it may call
  kFailed,    // it ended with an error of its own at line, and another one follows
  kTraced,    // program: the trace, a line each
  kLast = kTraced,
};
struct PlanText {
  static constexpr std::size_t kBytes = 64u * 1024;
  std::uint32_t attempt = 1;  // of the turn
  PlanState state = PlanState::kRejected;
  std::string program;
  std::uint32_t line = 0;
  std::uint32_t column = 0;  // from 1, in bytes
  std::string message;
  template <class V> void visit(V& v) { v(attempt, state, program, line, column, message); }
  bool valid() const { return program.size() <= kBytes && message.size() <= 4096; }
};
// What a plan leaves beside its answer; empty where there was none.
struct PlanEnd {
  std::uint32_t line = 0;  // where it ended, if not in order
  std::string metadata;    // one JSON object, of final_return_value
  std::string output;      // of print
  template <class V> void visit(V& v) { v(line, metadata, output); }
};

// How a user turn is carried out.
enum class TurnMode : std::uint8_t {
  kDefault,  // as the configuration says; never in a Turn
  kPlain,    // the model calls tools
  kDual,     // the model writes a plan, which runs; it never sees data
  kPlan,     // the text is the plan: the operator's own
  kLast = kPlan,
};

enum class DeltaKind : std::uint8_t {
  kText,       // words for the user
  kThinking,   // a model's reasoning
  kToolName,   // a model's tool call: `index` says which, text is the name
  kToolId,     // ... its id as the model named it
  kToolInput,  // ... a piece of its arguments as JSON text
  kFinish,     // why the model stopped: stop, length, tool_calls, ...
  kUsage,      // "PROMPT COMPLETION" token counts, decimal
  kLast = kUsage,
};

}  // namespace wire
