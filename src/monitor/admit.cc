// SPDX-License-Identifier: Apache-2.0
// What comes from the door: sessions are opened, turns and calls are admitted.
#include <algorithm>

#include "monitor/monitor.h"

namespace monitor {
namespace {

using base::Reason;
constexpr Peer kGateway{Side::kGateway, 0};

constexpr std::uint32_t kGuesses = 16;     // wrong handles of one gateway before it is ended
constexpr std::size_t kClosedKept = 1024;  // handles of closed sessions that are still known

Peer session_peer(std::uint64_t slot) { return {Side::kSession, slot}; }

}  // namespace

base::Status Monitor::on_gateway(const wire::Message& message) {
  switch (message.type) {
    case wire::FrameType::kReady: {
      TRY_AS(const wire::Ready ready, message.as<wire::Ready>());
      remember({ready.program, ready.level, ready.isolation});
      gateway_ready_ = true;
      return base::ok();
    }
    case wire::FrameType::kOpenSession: {
      TRY_AS(const wire::OpenSession asked, message.as<wire::OpenSession>());
      return open_session(asked);
    }
    case wire::FrameType::kUserTurn: {
      TRY_AS(wire::UserTurn asked, message.as<wire::UserTurn>());
      return user_turn(std::move(asked));
    }
    case wire::FrameType::kDirectCall: {
      TRY_AS(wire::DirectCall asked, message.as<wire::DirectCall>());
      return direct_call(std::move(asked));
    }
    case wire::FrameType::kCancel: {
      TRY_AS(const wire::Cancel asked, message.as<wire::Cancel>());
      return cancel(asked);
    }
    case wire::FrameType::kResetSession: {
      TRY_AS(const wire::ResetSession asked, message.as<wire::ResetSession>());
      return reset(asked);
    }
    case wire::FrameType::kCloseSession: {
      TRY_AS(const wire::CloseSession asked, message.as<wire::CloseSession>());
      close_session(asked.session, Reason::kCancelled);
      return base::ok();
    }
    default: return base::violation("frame that the monitor does not take from a door");
  }
}

base::Status Monitor::open_session(const wire::OpenSession& asked) {
  const auto refuse = [&](Reason reason) {
    journal_.session_refused(reason);
    outbox_.to(kGateway, wire::SessionOpened{asked.request, {}, reason});
    return base::ok();
  };
  // SECURITY: the credential of a unix door is the peer's uid as the kernel reports it. Anything
  // unclear is nobody; there is no default identity.
  if (asked.client_uid != start_.owner_uid && asked.client_uid != 0)
    return refuse(Reason::kNotAuthenticated);
  if (!asked.name.empty() && !wire::is_name(asked.name))
    return base::violation("session name is not a name");
  if (journal_.stopped()) return refuse(Reason::kLogStopped);
  if (weakest() < start_.min_isolation) return refuse(Reason::kDecisionFailed);
  for (const auto& [id, session] : sessions_) {
    if (asked.name.empty() || session.name != asked.name) continue;
    outbox_.to(kGateway, wire::SessionOpened{asked.request, id, Reason::kOk});
    return base::ok();
  }
  if (sessions_.size() + waiting_.size() >= base::limits::kSessions || draining_)
    return refuse(Reason::kTooManySessions);
  waiting_.push_back(asked);
  bind_waiting();
  fill_pool();
  return base::ok();
}

// Gives free sessions of the pool to those who wait, in order.
void Monitor::bind_waiting() {
  for (auto& [slot, state] : slots_) {
    if (waiting_.empty()) return;
    if (!state.ready || state.session) continue;
    const wire::OpenSession asked = waiting_.front();
    waiting_.erase(waiting_.begin());
    base::SessionId id{random_.u64()};
    while (sessions_.contains(id)) id = {random_.u64()};
    state.session = id;
    Session session;
    session.name = asked.name;
    session.slot = slot;
    session.facts = std::make_unique<Facts>(policy_);
    sessions_.emplace(id, std::move(session));
    journal_.session_opened(id);
    outbox_.to(kGateway, wire::SessionOpened{asked.request, id, Reason::kOk});
  }
}

void Monitor::fill_pool() {
  if (draining_) return;
  std::uint32_t free = spawning_;
  for (const auto& [slot, state] : slots_) free += state.session ? 0u : 1u;
  const auto wanted =
      start_.session_pool + static_cast<std::uint32_t>(waiting_.size() + resuming_.size());
  for (; free < wanted; ++free) {
    ++spawning_;
    outbox_.to({Side::kSupervisor, 0}, wire::SpawnSession{next_slot_++});
  }
}

void Monitor::session_spawned(std::uint64_t slot, bool spawned) {
  if (spawning_ > 0) --spawning_;
  if (spawned) {
    slots_.emplace(slot, Slot{});
    return;
  }
  // No session can be had: those who wait are told instead of left waiting.
  for (const base::SessionId id : std::exchange(resuming_, {}))
    close_session(id, Reason::kPeerLost);
  for (const auto& asked : std::exchange(waiting_, {}))
    outbox_.to(kGateway, wire::SessionOpened{asked.request, {}, Reason::kTooManySessions});
}

Session* Monitor::find_session(base::SessionId id) {
  const auto found = sessions_.find(id);
  return found == sessions_.end() ? nullptr : &found->second;
}

// One that was closed lately may still be in a client's hand. Any other a gateway of ours cannot
// have: each is logged, and one that goes on guessing is ended.
base::Status Monitor::unknown_handle(base::SessionId id) {
  if (std::ranges::find(closed_, id) != closed_.end()) return base::ok();
  if (++guesses_ > kGuesses) return base::violation("handles that were never given out");
  journal_.violation("gateway: handle of no session", id);
  return base::ok();
}

std::uint64_t Monitor::begin_turn(base::SessionId id, Session& session, base::RequestId client,
                                  bool direct) {
  const std::uint64_t number = next_turn_++;
  TurnState turn;
  turn.session = id;
  turn.client = client;
  turn.direct = direct;
  turn.number = ++session.turns;
  turns_.emplace(number, turn);
  if (!direct) session.active_turn = number;
  return number;
}

base::Result<Monitor::Admission> Monitor::admit(base::SessionId id) {
  Session* session = find_session(id);
  if (session == nullptr) {
    TRY(unknown_handle(id));
    return Admission{nullptr, Reason::kSessionUnknown};
  }
  if (journal_.stopped()) return Admission{session, Reason::kLogStopped};
  if (draining_) return Admission{session, Reason::kCancelled};
  return Admission{session, Reason::kNone};
}

base::Status Monitor::user_turn(wire::UserTurn&& asked) {
  const auto refuse = [&](Reason reason) {
    wire::TurnEnded ended;
    ended.session = asked.session;
    ended.request = asked.request;
    ended.reason = reason;
    ended.detail = std::string(base::sentence(reason));
    outbox_.to(kGateway, ended);
    return base::ok();
  };
  TRY_AS(const Admission admission, admit(asked.session));
  if (admission.refused != Reason::kNone) return refuse(admission.refused);
  Session* const session = admission.session;
  if (session->active_turn != 0) return refuse(Reason::kTooManyCalls);
  if (asked.mode == wire::TurnMode::kDefault) asked.mode = start_.mode;
  if (asked.mode == wire::TurnMode::kPlain && start_.dual_required)
    return refuse(Reason::kPlanRequired);
  const std::uint64_t number = begin_turn(asked.session, *session, asked.request, false);
  turns_.at(number).mode = asked.mode;
  turns_.at(number).trace = asked.trace;
  if (start_.authentic_door) session->facts->words.said(asked.text);
  wire::Turn turn;
  turn.turn = {number};
  turn.model = std::move(asked.model);
  turn.text = std::move(asked.text);
  turn.stream = asked.stream;
  turn.authentic = start_.authentic_door;
  turn.extra = std::move(asked.extra);
  turn.mode = asked.mode;
  turn.trace = asked.trace;
  outbox_.to(session_peer(session->slot), turn);
  return base::ok();
}

base::Status Monitor::direct_call(wire::DirectCall&& asked) {
  const auto refuse = [&](Reason reason) {
    wire::CallEnded ended;
    ended.session = asked.session;
    ended.request = asked.request;
    ended.reason = reason;
    ended.content = std::string(base::sentence(reason));
    outbox_.to(kGateway, ended);
    return base::ok();
  };
  TRY_AS(const Admission admission, admit(asked.session));
  if (admission.refused != Reason::kNone) return refuse(admission.refused);
  Session* const session = admission.session;
  if (turns_.size() >= base::limits::kCallsInFlight) return refuse(Reason::kTooManyCalls);
  if (session->slot == 0) return refuse(Reason::kPeerLost);
  const std::uint64_t number = begin_turn(asked.session, *session, asked.request, true);
  if (start_.authentic_door) session->facts->words.typed(asked.arguments);
  wire::Call call;
  call.turn = {number};
  call.tool = std::move(asked.tool);
  call.arguments = std::move(asked.arguments);
  call.authentic = start_.authentic_door;
  call.from = std::move(asked.from);
  outbox_.to(session_peer(session->slot), call);
  return base::ok();
}

base::Status Monitor::cancel(const wire::Cancel& asked) {
  const Session* session = find_session(asked.session);
  if (session == nullptr) return base::ok();  // it ended in the meantime
  for (const auto& [number, turn] : turns_) {
    if (turn.session != asked.session || turn.client != asked.request) continue;
    if (session->slot == 0) return close_session(asked.session, Reason::kCancelled), base::ok();
    cancel_calls_of(number);
    outbox_.to(session_peer(session->slot), wire::Stop{{number}});
    break;
  }
  return base::ok();
}

base::Status Monitor::reset(const wire::ResetSession& asked) {
  Session* session = find_session(asked.session);
  if (session == nullptr || session->active_turn != 0) return base::ok();
  session->calls = 0;
  outbox_.to(session_peer(session->slot), wire::Reset{});
  return base::ok();
}

void Monitor::close_session(base::SessionId id, Reason reason) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  const std::uint64_t slot = found->second.slot;
  std::vector<std::uint64_t> open;
  for (const auto& [number, turn] : turns_)
    if (turn.session == id) open.push_back(number);
  for (const std::uint64_t number : open)
    finish_turn(number, reason, std::string(base::sentence(reason)));
  sessions_.erase(found);
  judge_.forget(id);
  if (shadow_) shadow_->forget(id);
  closed_.push_back(id);
  if (closed_.size() > kClosedKept) closed_.pop_front();
  slots_.erase(slot);
  outbox_.end(session_peer(slot));  // single use: nothing of one session outlives it
  journal_.session_closed(id);
  fill_pool();
}

}  // namespace monitor
