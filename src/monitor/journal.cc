// SPDX-License-Identifier: Apache-2.0
#include "monitor/journal.h"

#include <algorithm>

#include "audit/salted.h"
#include "base/bytes.h"

namespace monitor {
namespace {

std::uint16_t code(base::Reason reason) { return static_cast<std::uint16_t>(reason); }

audit::Effect effect_of(policy::Effect effect) {
  switch (effect) {
    case policy::Effect::kAllow: return audit::Effect::kAllow;
    case policy::Effect::kDeny: return audit::Effect::kDeny;
    case policy::Effect::kAsk: return audit::Effect::kAsk;
  }
  return audit::Effect::kDeny;
}

audit::Alert alert_of(wire::AlertKind kind) {
  switch (kind) {
    case wire::AlertKind::kSecretInAnswer: return audit::Alert::kScrubHit;
    case wire::AlertKind::kPeerViolation: return audit::Alert::kViolation;
    case wire::AlertKind::kSecretFailing: return audit::Alert::kVault;
    case wire::AlertKind::kQuotaLow: return audit::Alert::kQuota;
  }
  return audit::Alert::kViolation;
}

template <class Field> void gather(const std::vector<wire::LabelText>& labels, Field field,
                                   std::vector<std::string>& out, std::uint32_t& omitted) {
  std::vector<std::string_view> names;
  for (const auto& label : labels)
    for (const auto& name : label.*field) names.push_back(name);
  audit::put_names(std::move(names), out, omitted);
}

// "signal 31 (SIGSYS)" in the letters that a detail may hold: "signal-31-SIGSYS".
std::string handle_of(std::string_view how) {
  std::string out;
  for (const char c : how)
    if (c != '(' && c != ')') out += c == ' ' ? '-' : c;
  return out;
}

std::string printable_line(std::string_view text, std::size_t bytes) {
  return base::printable(text.substr(0, bytes)).substr(0, bytes);
}

}  // namespace

audit::Entry Journal::about(audit::Kind kind, const Whose& whose) const {
  audit::Entry e;
  e.kind = kind;
  e.wall_us = std::max<std::int64_t>(0, clock_.wall_us());
  e.session = whose.session;
  e.call = whose.call;
  e.turn = whose.turn;
  return e;
}

// INVARIANT: an entry that is refused is a bug of ours, except for text from a peer that may be
// taken over; both end in a stopped or incomplete record, never in a call without one: the
// caller of intent() goes by its answer.
bool Journal::write(audit::Entry entry) {
  catch_up();
  const auto appended = writer_.append(entry);
  if (appended.ok()) return true;
  const bool full = appended.error().code == base::Errc::kExhausted;
  return full && writer_.commit().ok() && writer_.append(entry).ok();
}

void Journal::catch_up() {
  for (Later& later : std::exchange(later_, {})) {
    const base::CallId call = later.entry.call;
    if (!salt_.empty() && !later.content.empty())
      later.entry.result = audit::salted_digest(salt_, later.content);
    (void)write(std::move(later.entry));
    if (values_ != nullptr && !later.content.empty())
      values_->put(call, ValueKind::kObservation, std::move(later.content));
  }
}

void Journal::set_data_key(std::string_view data_key) {
  salt_ = std::string(base::view(base::hmac_sha256(data_key, {"yett log salt 1"})));
  if (values_ == nullptr) return;
  if (const auto begun = values_->begin(data_key); !begun.ok()) values_stopped(begun.error());
}

void Journal::flush_values() {
  if (values_ == nullptr) return;
  if (const auto flushed = values_->flush(); !flushed.ok()) values_stopped(flushed.error());
}

void Journal::values_stopped(const base::Error& why) {
  audit::Entry e = about(audit::Kind::kAlert, {});
  e.alert = audit::Alert::kQuota;
  e.program = "monitor";
  const bool full = why.code == base::Errc::kExhausted;
  e.detail = audit::Detail("value store stopped").with("why", full ? "full" : "io");
  write(e);
}

void Journal::config_loaded() {
  audit::Entry e = about(audit::Kind::kConfigLoaded, {});
  e.config = start_.manifest;
  e.policy = start_.policy_digest;
  write(e);
}

void Journal::isolation(const wire::ProgramState& state) {
  audit::Entry e = about(audit::Kind::kIsolation, {});
  e.program = printable_line(state.program, base::limits::kNameBytes);
  e.isolation = "L" + std::to_string(state.level) + " " + printable_line(state.isolation, 400);
  write(e);
}

void Journal::program_ended(const std::string& program, const std::string& how) {
  audit::Entry e = about(audit::Kind::kProgramEnded, {});
  e.program = printable_line(program, base::limits::kNameBytes);
  e.detail = audit::Detail("ended").with("how", handle_of(how));
  write(e);
}

void Journal::session_opened(base::SessionId session) {
  audit::Entry e = about(audit::Kind::kSessionOpened, {session, {}, 0});
  e.tenant = start_.tenant;
  e.principal = start_.principal;
  e.door = start_.door;
  write(e);
}

void Journal::session_refused(base::Reason reason) {
  audit::Entry e = about(audit::Kind::kSessionRefused, {});
  e.door = start_.door;
  e.reasons = {code(reason)};
  write(e);
}

void Journal::session_closed(base::SessionId session) {
  write(about(audit::Kind::kSessionClosed, {session, {}, 0}));
}

bool Journal::intent(const Whose& whose, const wire::LabelledCall& call,
                     const policy::Decision& decision, std::uint64_t epoch, std::uint64_t warrant) {
  audit::Entry e = about(audit::Kind::kIntent, whose);
  e.tenant = start_.tenant;
  e.principal = start_.principal;
  e.door = start_.door;
  e.tool = call.tool;
  e.tool_hash = call.definition;
  e.effect = effect_of(decision.effect);
  e.rule = decision.rule;
  e.reasons = {code(decision.reason)};
  e.policy = decision.policy;
  if (!salt_.empty())
    e.arguments = audit::salted_digest(salt_, base::view(wire::arguments_digest(call.arguments)));
  e.argument_leaves = static_cast<std::uint32_t>(call.arguments.size());
  auto labels = call.labels;
  labels.push_back(call.control);
  gather(labels, &wire::LabelText::tags, e.tags, e.names_omitted);
  gather(labels, &wire::LabelText::producers, e.producers, e.names_omitted);
  gather(labels, &wire::LabelText::consumers, e.consumers, e.names_omitted);
  gather(labels, &wire::LabelText::origins, e.origins, e.names_omitted);
  e.warrant_epoch = epoch;
  e.warrant_sequence = warrant;
  const bool recorded = write(e);
  if (values_ != nullptr)
    values_->put(whose.call, ValueKind::kArguments, wire::encode(call.arguments));
  return recorded;
}

void Journal::started(const Whose& whose, std::uint64_t warrant) {
  audit::Entry e = about(audit::Kind::kStarted, whose);
  e.warrant_sequence = warrant;
  later_.push_back({std::move(e), {}});
}

void Journal::ended(const Whose& whose, const wire::Observation& seen, std::int64_t duration_us) {
  const bool sure = !seen.started && seen.reason != base::Reason::kOutcomeUnknown;
  audit::Entry e = about(sure ? audit::Kind::kNotStarted : audit::Kind::kOutcome, whose);
  e.warrant_sequence = seen.sequence;
  e.outcome = code(seen.reason);
  e.http_status = seen.http_status;
  e.response_bytes = seen.answer_bytes;
  e.scrub_hits = seen.scrubbed;
  e.duration_us = static_cast<std::uint64_t>(std::max<std::int64_t>(0, duration_us));
  later_.push_back({std::move(e), seen.content});
}

base::Status Journal::settle_past(const audit::State& past) {
  for (const base::CallId call : past.unknown()) outcome_unknown(call);
  return commit();
}

void Journal::outcome_unknown(base::CallId call) {
  audit::Entry e = about(audit::Kind::kOutcome, {{}, call, 0});
  e.outcome = code(base::Reason::kOutcomeUnknown);
  write(e);
}

void Journal::alert(const Whose& whose, const wire::Alert& alert) {
  audit::Entry e = about(audit::Kind::kAlert, whose);
  e.alert = alert_of(alert.kind);
  if (alert.kind == wire::AlertKind::kSecretInAnswer ||
      alert.kind == wire::AlertKind::kSecretFailing)
    e.credential = printable_line(alert.handle, base::limits::kNameBytes);
  e.scrub_hits = alert.kind == wire::AlertKind::kSecretInAnswer ? alert.count : 0;
  e.detail = audit::Detail("alert").with("from", alert.handle).with("form", alert.form);
  write(e);
}

void Journal::violation(const std::string& peer, base::SessionId session) {
  audit::Entry e = about(audit::Kind::kAlert, {session, {}, 0});
  e.alert = audit::Alert::kViolation;
  e.program = printable_line(peer, base::limits::kNameBytes);
  write(e);
}

}  // namespace monitor
