// SPDX-License-Identifier: Apache-2.0
// What comes from the broker and the supervisor: outcomes are recorded and handed on.
#include <algorithm>

#include "monitor/monitor.h"

namespace monitor {
namespace {

using base::Reason;
constexpr Peer kGateway{Side::kGateway, 0};
constexpr Peer kBroker{Side::kBroker, 0};

}  // namespace

Monitor::Monitor(const wire::StartMonitor& start, const policy::PolicySet& policy, Journal& journal,
                 Outbox& outbox, const base::Clock& clock, base::Random& random,
                 base::CallId largest_call)
    : start_(start),
      policy_(policy),
      journal_(journal),
      outbox_(outbox),
      clock_(clock),
      random_(random),
      judge_(policy, start, clock),
      last_call_(largest_call) {
  for (const auto& tool : start_.tools) tools_.emplace(tool.name, &tool);
}

base::Status Monitor::on(const Peer& from, const wire::Message& message) {
  switch (from.side) {
    case Side::kGateway: return on_gateway(message);
    case Side::kSession: return on_session(from.slot, message);
    case Side::kBroker: return on_broker(message);
    case Side::kSupervisor: return on_supervisor(message);
  }
  return base::violation("frame of nobody");
}

void Monitor::remember(const wire::ProgramState& state) {
  const auto same = std::ranges::find(programs_, state.program, &wire::ProgramState::program);
  const bool known =
      same != programs_.end() && same->isolation == state.isolation && same->level == state.level;
  if (same == programs_.end()) programs_.push_back(state);
  else *same = state;
  if (!known) journal_.isolation(state);
}

void Monitor::own_state(const wire::ProgramState& state, std::size_t unknown_calls) {
  unknown_calls_ = unknown_calls;
  remember(state);
}

std::uint8_t Monitor::weakest() const {
  std::uint8_t level = 255;
  for (const auto& program : programs_) level = std::min(level, program.level);
  return programs_.empty() ? std::uint8_t{0} : level;
}

base::Status Monitor::on_broker(const wire::Message& message) {
  switch (message.type) {
    case wire::FrameType::kReady: {
      TRY_AS(const wire::Ready ready, message.as<wire::Ready>());
      remember({ready.program, ready.level, ready.isolation});
      return base::ok();
    }
    case wire::FrameType::kBrokerReady: {
      TRY_AS(const wire::BrokerReady keys, message.as<wire::BrokerReady>());
      return broker_keys(keys);
    }
    case wire::FrameType::kStarted: {
      TRY_AS(const wire::Started started, message.as<wire::Started>());
      const auto call = calls_.find(started.sequence);
      if (call == calls_.end() || call->second.started)
        return base::violation("start of no open call");
      call->second.started = true;
      journal_.started(call->second.whose, started.sequence);
      return base::ok();
    }
    case wire::FrameType::kDelta: {
      TRY_AS(wire::Delta delta, message.as<wire::Delta>());
      const auto call = calls_.find(delta.sequence);
      if (call == calls_.end() || !call->second.tool->model)
        return base::violation("delta of no model call");
      record_words(call->second, delta);
      outbox_.to(
          {Side::kSession, call->second.slot},
          wire::ModelDelta{call->second.proposal, delta.kind, delta.index, std::move(delta.text)});
      return base::ok();
    }
    case wire::FrameType::kObservation: {
      TRY_AS(const wire::Observation seen, message.as<wire::Observation>());
      return observe(seen);
    }
    case wire::FrameType::kAlert: {
      TRY_AS(const wire::Alert alert, message.as<wire::Alert>());
      const auto call = calls_.find(alert.sequence);
      journal_.alert(call == calls_.end() ? Whose{} : call->second.whose, alert);
      return base::ok();
    }
    case wire::FrameType::kPeerReady: {
      TRY_AS(const wire::PeerReady ready, message.as<wire::PeerReady>());
      remember(ready.state);
      return base::ok();
    }
    default: return base::violation("frame that the monitor does not take from the broker");
  }
}

base::Status Monitor::broker_keys(const wire::BrokerReady& keys) {
  if (epoch_ != 0 || keys.epoch == 0) return base::violation("epoch that is none or the second");
  if (keys.manifest != start_.manifest) return base::violation("broker holds another manifest");
  epoch_ = keys.epoch;
  journal_.set_data_key(keys.data_key);
  return base::ok();
}

base::Status Monitor::observe(const wire::Observation& seen) {
  const auto call = calls_.find(seen.sequence);
  if (call == calls_.end()) return base::violation("observation of no open call");
  if (seen.started != call->second.started)
    return base::violation("observation that contradicts its start");
  close_call(seen.sequence, seen);
  if (!resuming_.empty()) bind_resuming();
  return base::ok();
}

// Also where its turn was given up: what a call taught its session does not hang on who waits. The
// label of the result, and as its session is told it; of a session that is gone the most
// restrictive one.
label::LabelId Monitor::learn(const CallState& call, const wire::Observation& seen,
                              wire::LabelText& told) {
  const std::int64_t duration_us = clock_.steady_us() - call.began_us;
  Session* const session = find_session(call.whose.session);
  if (session == nullptr) {
    journal_.ended(call.whose, seen, duration_us, {}, {});
    told.everyone = false;
    return label::kMostRestrictive;
  }
  Facts& facts = *session->facts;
  const Lesson lesson = judge_.learn(call.whose.session, facts, call.asked, seen);
  facts.given = facts.labels.join(facts.given, lesson.result);
  if (shadow_ && call.tried && seen.reason == base::Reason::kOk)
    shadow_->learn(call.whose.session, *call.tried, seen.content);
  told = facts.labels.text(lesson.result);
  journal_.ended(call.whose, seen, duration_us, told, lesson);
  return lesson.result;
}

// Records the end of a call and tells its session and its client.
void Monitor::close_call(std::uint64_t sequence, const wire::Observation& seen) {
  const auto found = calls_.find(sequence);
  CHECK(found != calls_.end());
  const CallState call = std::move(found->second);
  calls_.erase(found);
  open_bytes_ -= call.asked.bytes();
  wire::LabelText label;
  const label::LabelId id = learn(call, seen, label);
  const auto turn = turns_.find(call.turn);
  if (turn == turns_.end()) return;  // its turn was given up; the outcome is recorded all the same
  record_step(call, seen, label);
  if (turn->second.direct && start_.check_readers)
    turn->second.answered = {base::sha256({seen.content}), id};
  if (slots_.contains(call.slot)) {
    outbox_.to({Side::kSession, call.slot},
               wire::CallResult{call.proposal, seen.reason, seen.http_status, seen.content,
                                seen.scrubbed, label});
  }
  if (turn->second.direct || call.tool->model) return;
  outbox_.to(kGateway, wire::CallNotice{turn->second.session, turn->second.client, call.whose.call,
                                        call.tool->name, wire::CallState::kEnded, seen.reason,
                                        seen.answer_bytes, seen.scrubbed, call.line});
}

void Monitor::cancel_calls_of(std::uint64_t turn) {
  for (const auto& [sequence, call] : calls_)
    if (call.turn == turn) outbox_.to(kBroker, wire::CancelWarrant{sequence});
}

base::Status Monitor::on_supervisor(const wire::Message& message) {
  switch (message.type) {
    case wire::FrameType::kSessionSpawned: {
      TRY_AS(const wire::SessionSpawned spawned, message.as<wire::SessionSpawned>());
      session_spawned(spawned.slot, spawned.spawned);
      return base::ok();
    }
    case wire::FrameType::kPeerEnded: {
      TRY_AS(const wire::PeerEnded ended, message.as<wire::PeerEnded>());
      journal_.program_ended(ended.program, ended.how);
      return base::ok();
    }
    case wire::FrameType::kShutdown: {
      TRY_AS(const wire::Shutdown shutdown, message.as<wire::Shutdown>());
      draining_ = true;
      if (!shutdown.now) return base::ok();
      for (const auto& [number, turn] : turns_) cancel_calls_of(number);
      return base::ok();
    }
    case wire::FrameType::kDoorSpawned: return base::ok();  // the program around holds the channel
    default: return base::violation("frame that the monitor does not take from the supervisor");
  }
}

void Monitor::lost(const Peer& peer, bool violated) {
  if (violated) {
    const auto slot = slots_.find(peer.slot);
    const bool session = peer.side == Side::kSession;
    const base::SessionId id =
        session && slot != slots_.end() ? slot->second.session : base::SessionId{};
    const char* const name = session                       ? "session"
                             : peer.side == Side::kGateway ? "gateway"
                                                           : "broker";
    journal_.violation(name, id);
  }
  if (peer.side == Side::kSession) {
    const auto slot = slots_.find(peer.slot);
    if (slot == slots_.end()) return;
    const base::SessionId id = slot->second.session;
    if (!id) slots_.erase(slot);
    else if (violated || !take_away(id)) close_session(id, Reason::kPeerLost);
    fill_pool();
  } else if (peer.side == Side::kGateway) {
    gateway_ready_ = false;
    std::vector<base::SessionId> all;
    for (const auto& [id, session] : sessions_) all.push_back(id);
    for (const base::SessionId id : all) close_session(id, Reason::kPeerLost);
    waiting_.clear();
  } else if (peer.side == Side::kBroker) {
    epoch_ = 0;
    while (!calls_.empty()) {
      wire::Observation unknown;
      unknown.sequence = calls_.begin()->first;
      unknown.started = true;
      unknown.reason = Reason::kOutcomeUnknown;
      close_call(unknown.sequence, unknown);
    }
  }
}

// SECURITY: nothing that rests on an intent which may not be on the disk is sent; each such call is
// answered with a denial instead.
void Monitor::log_stopped(const std::vector<Letter>& unsent) {
  for (const Letter& letter : unsent) {
    if (letter.type != wire::FrameType::kWarrant) continue;
    const auto call = calls_.find(letter.warrant);
    if (call == calls_.end()) continue;
    const CallState state = std::move(call->second);
    calls_.erase(call);
    open_bytes_ -= state.asked.bytes();
    outbox_.to({Side::kSession, state.slot},
               wire::Verdict{state.proposal, false, Reason::kLogStopped, state.whose.call});
  }
}

}  // namespace monitor
