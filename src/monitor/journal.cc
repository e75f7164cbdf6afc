// SPDX-License-Identifier: Apache-2.0
#include "monitor/journal.h"

#include <algorithm>

#include "audit/salted.h"
#include "base/bytes.h"
#include "monitor/asked.h"

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

void put_label(const std::vector<wire::LabelText>& labels, audit::Entry& e) {
  gather(labels, &wire::LabelText::tags, e.tags, e.names_omitted);
  gather(labels, &wire::LabelText::producers, e.producers, e.names_omitted);
  gather(labels, &wire::LabelText::consumers, e.consumers, e.names_omitted);
  gather(labels, &wire::LabelText::origins, e.origins, e.names_omitted);
}

// Which leaves the user named, as bits from the first (of the first 64), and what `session before`
// declassified. Empty where there is neither.
audit::Detail detail_of(const Case& asked, const Ruling& ruling, const Journal::PlanLine& plan) {
  std::uint64_t named = 0;
  for (std::size_t i = 0; i < asked.named.size() && i < 64; ++i)
    if (asked.named[i]) named |= std::uint64_t{1} << i;
  if (named == 0 && ruling.lowered == 0 && plan.line == 0) return {};
  audit::Detail out("policy");
  if (named != 0) out.with("named", named);
  if (ruling.lowered != 0) out.with("session_declassified", ruling.lowered);
  if (plan.line != 0) out.with("plan", plan.plan.value).with("line", plan.line);
  return out;
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

bool Journal::intent(const Whose& whose, const wire::LabelledCall& call, const Case& asked,
                     const Ruling& ruling, const PlanLine& plan, std::uint64_t epoch,
                     std::uint64_t warrant) {
  audit::Entry e = about(audit::Kind::kIntent, whose);
  e.tenant = start_.tenant;
  e.principal = start_.principal;
  e.door = start_.door;
  e.tool = call.tool;
  e.tool_hash = call.definition;
  e.effect = effect_of(ruling.effect);
  e.rule = audit::rule_number(ruling.rule.file, ruling.rule.line);
  e.reasons = {code(ruling.reason)};
  e.policy = start_.policy_digest;
  e.detail = detail_of(asked, ruling, plan);
  if (!salt_.empty())
    e.arguments = audit::salted_digest(salt_, base::view(wire::arguments_digest(asked.leaves)));
  e.argument_leaves = static_cast<std::uint32_t>(asked.leaves.size());
  auto labels = call.labels;
  labels.push_back(call.control);
  put_label(labels, e);
  e.warrant_epoch = epoch;
  e.warrant_sequence = warrant;
  const bool recorded = write(e);
  if (values_ != nullptr && ruling.question)
    values_->put(whose.call, ValueKind::kQuestion, encode(*ruling.question));
  else if (values_ != nullptr)
    values_->put(whose.call, ValueKind::kArguments, wire::encode(asked.leaves));
  for (const std::string& text : ruling.log) obliged(whose, call.tool, text);
  return recorded;
}

void Journal::tried(const Whose& whose, const std::string& tool, const base::Digest& policy,
                    const ShadowTrial::Opinion& opinion) {
  const policy::RuleRef& rule = opinion.answer.rule;
  audit::Entry e = about(audit::Kind::kAlert, whose);
  e.alert = audit::Alert::kPolicy;
  e.tool = tool;
  e.policy = policy;
  e.detail = audit::Detail("shadow")
                 .with("says", slug(opinion.trial))
                 .with("reason", base::slug(opinion.answer.reason))
                 .with("file", rule.line == 0 ? 0 : rule.file)
                 .with("line", rule.line);
  write(e);
}

void Journal::started(const Whose& whose, std::uint64_t warrant) {
  audit::Entry e = about(audit::Kind::kStarted, whose);
  e.warrant_sequence = warrant;
  later_.push_back({std::move(e), {}});
}

void Journal::obliged(const Whose& whose, const std::string& tool, const std::string& text) {
  audit::Entry e = about(audit::Kind::kAlert, whose);
  e.alert = audit::Alert::kPolicy;
  e.tool = tool;
  e.policy = start_.policy_digest;
  e.detail = audit::Detail::of_policy(text);
  write(e);
}

std::uint64_t Journal::plan(const Whose& whose, const wire::PlanText& plan,
                            const wire::LabelText& base) {
  audit::Entry e = about(audit::Kind::kPlan, whose);
  if (!salt_.empty()) e.arguments = audit::salted_digest(salt_, plan.program);
  e.detail = audit::Detail("plan").with("attempt", plan.attempt);
  put_label({base}, e);
  write(e);
  return values_ == nullptr ? 0 : values_->keep(whose.call, ValueKind::kPlan, plan.program);
}

void Journal::plan_resumed(const Whose& whose, std::size_t steps) {
  audit::Entry e = about(audit::Kind::kPlan, whose);
  e.detail = audit::Detail("plan resumed").with("steps", steps);
  write(e);
}

std::uint64_t Journal::keep_step(base::CallId call, const wire::RecordedStep& step) {
  return values_ == nullptr ? 0 : values_->keep(call, ValueKind::kStep, wire::encode(step));
}

std::optional<std::string> Journal::recall(std::uint64_t place) {
  if (values_ == nullptr) return std::nullopt;
  auto text = values_->recall(place);
  if (text.ok()) return std::move(*text);
  values_stopped(text.error());
  return std::nullopt;
}

void Journal::forget(std::uint64_t place) {
  if (values_ != nullptr) values_->forget(place);
}

void Journal::endorsed(const Whose& whose, const wire::Endorsed& event) {
  audit::Entry e = about(audit::Kind::kEndorsed, whose);
  if (!salt_.empty()) e.result = audit::salted_digest(salt_, base::view(event.value));
  e.detail = audit::Detail("choice")
                 .with("index", event.index)
                 .with("options", event.options)
                 .with("line", event.line);
  write(e);
}

void Journal::withheld(const Whose& whose) {
  audit::Entry e = about(audit::Kind::kAlert, whose);
  e.alert = audit::Alert::kPolicy;
  e.policy = start_.policy_digest;
  e.detail = audit::Detail("words withheld").with("reader", "reply:" + start_.principal);
  write(e);
}

void Journal::ended(const Whose& whose, const wire::Observation& seen, std::int64_t duration_us,
                    const wire::LabelText& label, const Lesson& lesson) {
  const bool sure = !seen.started && seen.reason != base::Reason::kOutcomeUnknown;
  audit::Entry e = about(sure ? audit::Kind::kNotStarted : audit::Kind::kOutcome, whose);
  e.warrant_sequence = seen.sequence;
  e.outcome = code(seen.reason);
  e.http_status = seen.http_status;
  e.response_bytes = seen.answer_bytes;
  e.scrub_hits = seen.scrubbed;
  e.duration_us = static_cast<std::uint64_t>(std::max<std::int64_t>(0, duration_us));
  if (!sure) put_label({label}, e);
  if (lesson.lowered + lesson.session_lowered > 0)
    e.detail = audit::Detail("declassified")
                   .with("result", lesson.lowered)
                   .with("session", lesson.session_lowered);
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
