// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The reference monitor: admits, decides, records, mints warrants. One thread and no I/O of its
// own: it is handed messages, and answers with frames in an Outbox and entries in a Journal; the
// program around it syncs the log between the two. Trust zone: monitor.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "monitor/journal.h"
#include "monitor/judge.h"
#include "monitor/outbox.h"
#include "monitor/under_way.h"

namespace monitor {

class Monitor {
 public:
  // LIMIT: bytes of arguments of calls under way, which policy sees again when they end.
  static constexpr std::size_t kOpenBytes = 64u << 20;

  // Everything is borrowed and outlives the monitor.
  Monitor(const wire::StartMonitor& start, const policy::PolicySet& policy, Journal& journal,
          Outbox& outbox, const base::Clock& clock, base::Random& random,
          base::CallId largest_call);

  // Asks this policy too from now on, and logs what it would have said otherwise.
  void set_shadow(policy::PolicySet set, policy::Instant until) {
    shadow_.emplace(std::move(set), until, clock_);
  }

  // One received frame of `from`. kViolation: the peer sent what it may not; the caller ends it
  // and calls lost().
  base::Status on(const Peer& from, const wire::Message& message);

  // A peer is gone. What hung on it is closed: turns are answered, calls become unknown or not
  // started.
  void lost(const Peer& peer, bool violated);

  // Asks for sessions until the pool is as large as the configuration says.
  void fill_pool();
  // A session's channel stands (its descriptor is with the caller); nothing: it could not be
  // spawned.
  void session_spawned(std::uint64_t slot, bool spawned);
  void gateway_started() { gateway_ready_ = false, guesses_ = 0; }

  // The log cannot be written: every warrant of this batch is void. Called before anything is sent.
  void log_stopped(const std::vector<Letter>& unsent);

  // What the monitor itself achieved, and how many calls of earlier runs it found open.
  void own_state(const wire::ProgramState& state, std::size_t unknown_calls);
  std::size_t unknown_calls() const { return unknown_calls_; }

  bool broker_ready() const { return epoch_ != 0; }
  bool ready() const { return gateway_ready_ && broker_ready(); }
  bool idle() const { return calls_.empty() && turns_.empty(); }
  bool draining() const { return draining_; }
  const std::vector<wire::ProgramState>& programs() const { return programs_; }
  std::uint8_t weakest() const;

 private:
  // gateway (admit.cc)
  base::Status on_gateway(const wire::Message& message);
  base::Status open_session(const wire::OpenSession& asked);
  void bind_waiting();
  // Where a request of a client goes, or the reason with which it is answered at once.
  struct Admission {
    Session* session = nullptr;
    base::Reason refused = base::Reason::kNone;
  };
  // kViolation: a gateway that goes on guessing handles.
  base::Result<Admission> admit(base::SessionId id);
  base::Status user_turn(wire::UserTurn&& asked);
  base::Status direct_call(wire::DirectCall&& asked);
  base::Status cancel(const wire::Cancel& asked);
  base::Status reset(const wire::ResetSession& asked);
  void close_session(base::SessionId id, base::Reason reason);
  Session* find_session(base::SessionId id);
  base::Status unknown_handle(base::SessionId id);
  std::uint64_t begin_turn(base::SessionId id, Session& session, base::RequestId client,
                           bool direct);

  // session (propose.cc)
  base::Status on_session(std::uint64_t slot, const wire::Message& message);
  base::Status propose(std::uint64_t slot, wire::LabelledCall&& call);
  // The reason for which policy is not even asked, or kNone.
  base::Reason refusal(const wire::KnownTool* tool, const TurnState& turn, const Session& session,
                       const Case& asked) const;
  Ruling decide(const wire::LabelledCall& call, const wire::KnownTool* tool, const TurnState& turn,
                Session& session, const Case& asked);
  // What a policy on trial says to it.
  void try_also(const Whose& whose, const Case& asked, const Ruling& ruling, bool minted);
  void mint(const wire::LabelledCall& call, const CallState& state, const Ruling& ruling,
            std::uint64_t sequence);
  void spoken(TurnState& turn, wire::Spoken&& spoken);
  void turn_done(std::uint64_t number, wire::TurnDone&& done);

  // plans (plans.cc)
  void plan_shown(TurnState& turn, wire::PlanShown&& shown);
  void record_words(CallState& call, const wire::Delta& delta);
  void record_step(const CallState& call, const wire::Observation& seen,
                   const wire::LabelText& label);
  void drop_record(TurnState& turn);
  bool take_away(base::SessionId id);  // the session's process: true if its plan can go on
  void bind_resuming();
  bool resume(base::SessionId id, std::uint64_t slot);
  bool may_speak(TurnState& turn);
  void finish_turn(std::uint64_t turn, base::Reason reason, const std::string& detail);
  void forget_turn(std::uint64_t turn);
  base::Result<std::uint64_t> turn_of(std::uint64_t slot, base::RequestId turn) const;

  // broker (observe.cc)
  base::Status on_broker(const wire::Message& message);
  base::Status on_supervisor(const wire::Message& message);
  base::Status broker_keys(const wire::BrokerReady& keys);
  base::Status observe(const wire::Observation& seen);
  void close_call(std::uint64_t sequence, const wire::Observation& seen);
  label::LabelId learn(const CallState& call, const wire::Observation& seen, wire::LabelText& told);
  void call_done(std::uint64_t number, wire::CallDone&& done);
  bool may_answer(const TurnState& turn, const std::string& content) const;
  void cancel_calls_of(std::uint64_t turn);
  void remember(const wire::ProgramState& state);

  const wire::StartMonitor& start_;
  const policy::PolicySet& policy_;
  std::optional<ShadowTrial> shadow_;
  Journal& journal_;
  Outbox& outbox_;
  const base::Clock& clock_;
  base::Random& random_;
  Judge judge_;

  std::unordered_map<std::string, const wire::KnownTool*> tools_;
  std::map<std::uint64_t, Slot> slots_;
  std::uint64_t next_slot_ = 1;
  std::uint32_t spawning_ = 0;
  std::vector<wire::OpenSession> waiting_;  // for a slot
  std::vector<base::SessionId> resuming_;   // whose plan waits for one, and for its open calls
  std::unordered_map<base::SessionId, Session> sessions_;
  std::deque<base::SessionId> closed_;  // lately
  std::uint32_t guesses_ = 0;           // handles that the gateway cannot have
  std::unordered_map<std::uint64_t, TurnState> turns_;
  std::uint64_t next_turn_ = 1;
  std::unordered_map<std::uint64_t, CallState> calls_;  // by warrant sequence
  std::uint64_t next_warrant_ = 1;
  std::size_t open_bytes_ = 0;  // of the arguments of calls_
  base::CallId last_call_;
  std::uint64_t epoch_ = 0;
  std::vector<wire::ProgramState> programs_;
  std::size_t unknown_calls_ = 0;
  bool gateway_ready_ = false;
  bool draining_ = false;
};

}  // namespace monitor
