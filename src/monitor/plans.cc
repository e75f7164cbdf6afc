// SPDX-License-Identifier: Apache-2.0
// Plans of a session: what was shown is told and recorded, and goes on in another session where the
// first one died.
#include <algorithm>

#include "monitor/monitor.h"

namespace monitor {
namespace {

using base::Reason;
constexpr Peer kGateway{Side::kGateway, 0};

// LIMIT: of one record; a plan that got more does not go on elsewhere.
constexpr std::size_t kRecordBytes = 8u << 20;
constexpr std::size_t kRecordSteps = 256;
constexpr std::size_t kWordsBytes = 4u << 20;  // of one model's reply, as in a session
// A plan that ends its session each time is not tried for ever.
constexpr std::uint32_t kResumes = 3;

}  // namespace

// The program is a model's words, or made of what its session was given if that was taken over: it
// is shown as such words are.
void Monitor::plan_shown(TurnState& turn, wire::PlanShown&& shown) {
  Whose whose{turn.session, {}, turn.number};
  if (shown.plan.state == wire::PlanState::kRunning) {
    drop_record(turn);
    turn.plan = whose.call = {++last_call_.value};
    const std::uint64_t place = journal_.plan(whose, shown.plan, shown.base);
    if (place != 0)
      turn.record = PlanRecord{whose.call, shown.plan.attempt, shown.base, place, {}, 0};
  }
  if (!may_speak(turn)) return;
  if (!start_.include_program) shown.plan.program.clear();
  outbox_.to(kGateway,
             wire::PlanNotice{turn.session, turn.client, whose.call, std::move(shown.plan)});
}

void Monitor::drop_record(TurnState& turn) {
  if (!turn.record) return;
  journal_.forget(turn.record->program);
  for (const std::uint64_t step : turn.record->steps) journal_.forget(step);
  turn.record.reset();
}

void Monitor::record_words(CallState& call, const wire::Delta& delta) {
  const auto turn = turns_.find(call.turn);
  if (delta.kind != wire::DeltaKind::kText || turn == turns_.end() || !turn->second.record) return;
  if (call.said.size() + delta.text.size() > kWordsBytes) return drop_record(turn->second);
  call.said += delta.text;
}

void Monitor::record_step(const CallState& call, const wire::Observation& seen,
                          const wire::LabelText& label) {
  const auto found = turns_.find(call.turn);
  if (found == turns_.end() || !found->second.record) return;
  TurnState& turn = found->second;
  wire::RecordedStep step;
  step.call = call.identity;
  step.id = call.whose.call;
  step.reason = seen.reason;
  step.http_status = seen.http_status;
  step.content = call.said.empty() ? seen.content : call.said;
  step.label = label;
  turn.record->bytes += step.content.size();
  const bool fits = turn.record->bytes <= kRecordBytes && turn.record->steps.size() < kRecordSteps;
  const std::uint64_t place = fits ? journal_.keep_step(call.whose.call, step) : 0;
  if (place == 0) return drop_record(turn);
  turn.record->steps.push_back(place);
}

// A session's process has died in the middle of a plan. Its direct calls are over; the plan waits
// for another process, and for the calls that are under way.
bool Monitor::take_away(base::SessionId id) {
  Session* const session = find_session(id);
  if (session == nullptr || draining_ || session->active_turn == 0) return false;
  TurnState& turn = turns_.at(session->active_turn);
  if (!turn.record || turn.resumed >= kResumes) return false;
  ++turn.resumed;
  std::vector<std::uint64_t> direct;
  for (const auto& [number, other] : turns_)
    if (other.session == id && other.direct) direct.push_back(number);
  for (const std::uint64_t number : direct)
    finish_turn(number, Reason::kPeerLost, std::string(base::sentence(Reason::kPeerLost)));
  slots_.erase(session->slot);
  session->slot = 0;
  resuming_.push_back(id);
  bind_resuming();
  fill_pool();
  return true;
}

void Monitor::bind_resuming() {
  for (const base::SessionId id : std::vector(resuming_)) {
    const Session* const session = find_session(id);
    const auto open = [&](const auto& call) { return call.second.turn == session->active_turn; };
    if (session != nullptr && std::ranges::any_of(calls_, open)) continue;
    const auto free = std::ranges::find_if(
        slots_, [](const auto& slot) { return slot.second.ready && !slot.second.session; });
    if (session != nullptr && free == slots_.end()) return;
    std::erase(resuming_, id);
    if (session == nullptr) continue;
    if (!resume(id, free->first)) close_session(id, Reason::kNotResumed);
  }
}

// Hands the plan and all that it was answered to the session in `slot`. False: the record cannot be
// read back as it was written.
bool Monitor::resume(base::SessionId id, std::uint64_t slot) {
  Session& session = *find_session(id);
  TurnState& state = turns_.at(session.active_turn);
  if (!state.record) return false;
  const PlanRecord& record = *state.record;
  wire::Turn turn;
  turn.turn = {session.active_turn};
  turn.authentic = start_.authentic_door;
  turn.mode = state.mode;
  turn.trace = state.trace;
  turn.resume.attempt = record.attempt;
  turn.resume.base = record.base;
  turn.resume.given = session.facts->labels.text(session.facts->given);
  auto program = journal_.recall(record.program);
  if (!program) return false;
  turn.resume.program = std::move(*program);
  for (const std::uint64_t place : record.steps) {
    const auto text = journal_.recall(place);
    if (!text) return false;
    auto step = wire::decode<wire::RecordedStep>(*text);
    if (!step.ok()) return false;
    turn.resume.steps.push_back(std::move(*step));
  }
  session.slot = slot;
  slots_.at(slot).session = id;
  journal_.plan_resumed({id, record.plan, state.number}, record.steps.size());
  outbox_.to({Side::kSession, slot}, turn);
  return true;
}

}  // namespace monitor
