// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A user turn under way, as the session's machine sees it: of a model that calls tools (turn.h) or
// of a plan (plan_turn.h). Trust zone: session (reads hostile text, one channel).
#pragma once

#include "base/clock.h"
#include "session/conversation.h"
#include "session/event.h"
#include "session/ledger.h"
#include "session/results.h"
#include "session/setup.h"

namespace session {

// What a turn works on; lives longer than the turn.
struct Around {
  const Setup& setup;
  const base::Clock& clock;
  Conversation& conversation;
  Labels& labels;
  Ledger& ledger;
  Results& results;
  // Bits that planners of this conversation were told about what their plans have met.
  std::uint32_t& planner_bits;
};

// INVARIANT: exactly one TurnDone, as the last action, after which done() is true.
class RunningTurn {
 public:
  virtual ~RunningTurn() = default;
  virtual void on_model_verdict(const wire::Verdict& verdict, Actions& out) = 0;
  virtual void on_model_delta(const wire::ModelDelta& delta, Actions& out) = 0;
  virtual void on_model_result(const wire::CallResult& result, Actions& out) = 0;
  // `place`: of the call in its batch, as it was given to the ledger.
  virtual void on_tool_verdict(std::uint64_t place, const wire::Verdict& verdict, Actions& out) = 0;
  virtual void on_tool_result(std::uint64_t place, const wire::CallResult& result,
                              Actions& out) = 0;
  // Gives everything up; calls that were allowed may still take effect.
  virtual void stop(Actions& out) = 0;

  virtual base::RequestId id() const = 0;
  virtual bool done() const = 0;
  // Of all that was read for the answer: what the client has read with it.
  virtual label::LabelId read() const = 0;
};

}  // namespace session
