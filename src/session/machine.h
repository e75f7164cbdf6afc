// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The whole of a session as one state machine: step(event) → actions. No I/O; one thread. Turns run
// one after the other, for they share a conversation; direct calls run beside them and beside each
// other. Trust zone: session (reads hostile text, one channel).
#pragma once

#include <deque>
#include <map>
#include <memory>

#include "session/plan_turn.h"
#include "session/turn.h"

namespace session {

class Machine {
 public:
  // LIMIT: turns that wait for the one that runs; a further one is refused.
  static constexpr std::size_t kWaitingTurns = 64;

  Machine(Setup setup, const base::Clock& clock) : setup_(std::move(setup)), clock_(clock) {}
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  // Takes one frame of the monitor and appends what is to be sent, in order. kViolation: the
  // monitor said what it may not say at this point; the session must end. Nothing that a model or a
  // tool writes can cause that.
  base::Status step(Event event, Actions& out);

  const Conversation& conversation() const { return conversation_; }
  // Whether nothing is under way: every Turn and every Call has been closed.
  bool idle() const { return !turn_ && waiting_.empty() && direct_.empty(); }

 private:
  struct Direct {
    std::string tool;
    std::uint32_t proposal = 0;
    bool offered = false;
    base::CallId call;
  };

  base::Status on(wire::Turn turn, Actions& out);
  base::Status on(wire::Call call, Actions& out);
  base::Status on(wire::Verdict verdict, Actions& out);
  base::Status on(wire::ModelDelta delta, Actions& out);
  base::Status on(wire::CallResult result, Actions& out);
  base::Status on(wire::Stop stop, Actions& out);
  base::Status on(wire::Reset reset, Actions& out);

  bool known(base::RequestId id) const;
  void advance(Actions& out);
  void forget();
  Around around();
  void start(wire::Turn turn, Actions& out);
  void start_plan(wire::Turn turn, const Model* planner, Actions& out);
  void propose_direct(const wire::Call& call, const Results::Filled& filled, Proposable proposable,
                      Actions& out);
  label::LabelId read_by_client();
  void returned(label::LabelId label) { returned_ = labels_.join(returned_, label); }
  void on_direct_verdict(std::uint64_t id, const wire::Verdict& verdict, Actions& out);
  void on_direct_result(std::uint64_t id, wire::CallResult result, Actions& out);
  void close_direct(wire::CallDone done, Actions& out);

  Setup setup_;
  const base::Clock& clock_;
  Conversation conversation_;
  Labels labels_;
  Ledger ledger_;
  Results results_;
  // The join of all that was handed to the client: it has read it, so whatever it writes into a
  // direct call may be made of it. INVARIANT: grows until the session ends, resets included.
  label::LabelId returned_ = label::kClean;
  std::uint32_t planner_bits_ = 0;
  std::unique_ptr<RunningTurn> turn_;
  std::deque<wire::Turn> waiting_;
  std::map<std::uint64_t, Direct> direct_;  // by request
  bool reset_waits_ = false;
};

}  // namespace session
