// SPDX-License-Identifier: Apache-2.0
#include "audit/state.h"

#include <algorithm>

namespace audit {

void State::apply(const Entry& e) {
  largest_ = std::max(largest_, e.call);
  switch (e.kind) {
    case Kind::kIntent: return intent(e);
    case Kind::kStarted: {
      // A start without its intent cannot be; if it is there, something may have happened.
      CallState& call = calls_[e.call];
      if (call.phase != Phase::kDone) call.phase = Phase::kStarted;
      return;
    }
    case Kind::kNotStarted: return close(e.call, Phase::kNotStarted, e);
    case Kind::kOutcome: return close(e.call, Phase::kDone, e);
    case Kind::kApprovalExpired: {
      const auto at = calls_.find(e.call);
      if (at != calls_.end() && at->second.phase == Phase::kParked)
        close(e.call, Phase::kNotStarted, e);
      return;
    }
    case Kind::kSessionOpened:
    case Kind::kSessionRefused:
    case Kind::kSessionClosed:
    case Kind::kReplay:
    case Kind::kAlert:
    case Kind::kConfigLoaded:
    case Kind::kProgramStarted:
    case Kind::kProgramEnded:
    case Kind::kIsolation:
    case Kind::kApprovalAsked:
    case Kind::kApprovalAnswered:
    case Kind::kApprovalUsed:
    case Kind::kLogOpened:
    case Kind::kLogRecovered:
    case Kind::kPlan:
    case Kind::kEndorsed: return;
  }
}

void State::intent(const Entry& e) {
  if (e.effect == Effect::kDeny) {
    // A parked call that is denied in the end is over; nothing else holds its key.
    const auto at = calls_.find(e.call);
    if (at != calls_.end() && at->second.phase == Phase::kParked)
      close(e.call, Phase::kNotStarted, e);
    return;
  }
  const Phase phase = e.effect == Effect::kAllow ? Phase::kOpen : Phase::kParked;
  calls_[e.call] = {phase, e.session, e.tool, e.wall_us, e.idempotency_key, e.arguments, 0, {}};
  if (e.idempotency_key != base::Digest{}) keys_[e.idempotency_key] = e.call;
}

void State::close(base::CallId id, Phase phase, const Entry& e) {
  const auto at = calls_.find(id);
  if (at == calls_.end()) return;
  CallState& call = at->second;
  call.phase = phase;
  call.outcome = e.outcome;
  call.result = e.result;
  const auto key = keys_.find(call.idempotency_key);
  const bool holds = key != keys_.end() && key->second == id;
  if (phase == Phase::kNotStarted && holds) keys_.erase(key);
  if (phase == Phase::kNotStarted || !holds) calls_.erase(at);
}

std::vector<base::CallId> State::in_phase(bool (*wanted)(Phase)) const {
  std::vector<base::CallId> out;
  for (const auto& [id, call] : calls_)
    if (wanted(call.phase)) out.push_back(id);
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<base::CallId> State::unknown() const {
  return in_phase([](Phase p) { return p == Phase::kOpen || p == Phase::kStarted; });
}

std::vector<base::CallId> State::parked() const {
  return in_phase([](Phase p) { return p == Phase::kParked; });
}

const CallState* State::find(base::CallId call) const {
  const auto at = calls_.find(call);
  return at == calls_.end() ? nullptr : &at->second;
}

base::CallId State::holder(const base::Digest& idempotency_key) const {
  const auto at = keys_.find(idempotency_key);
  return at == keys_.end() ? base::CallId{} : at->second;
}

void State::forget_before(std::int64_t wall_us) {
  std::erase_if(calls_, [&](const auto& item) {
    const CallState& call = item.second;
    if (call.phase != Phase::kDone || call.wall_us >= wall_us) return false;
    const auto key = keys_.find(call.idempotency_key);
    if (key != keys_.end() && key->second == item.first) keys_.erase(key);
    return true;
  });
}

}  // namespace audit
