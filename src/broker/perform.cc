// SPDX-License-Identifier: Apache-2.0
#include "broker/perform.h"

#include <algorithm>

#include "base/limits.h"
#include "broker/render.h"

namespace broker {
namespace {

using base::Reason;

// A Delta is cut into frames of at most so much text.
constexpr std::size_t kDeltaBytes = 1u << 20;
// Room for the fields around the content of an Observation.
constexpr std::size_t kContentBytes = base::limits::kBodyBytes - 1024;

wire::Observation observation(std::uint64_t sequence, Reason reason, bool started) {
  wire::Observation out;
  out.sequence = sequence;
  out.reason = reason;
  out.started = started;
  return out;
}

// How a request can end as far as an egress can tell. SECURITY: other reasons are the broker's or
// the monitor's to give.
bool is_ending_of_request(Reason reason) {
  switch (reason) {
    case Reason::kOk:
    case Reason::kUpstreamStatus:
    case Reason::kTimeout:
    case Reason::kConnectFailed:
    case Reason::kAddressRefused:
    case Reason::kRedirectRefused:
    case Reason::kTooLarge:
    case Reason::kBadResponse:
    case Reason::kTlsFailed:
    case Reason::kCancelled:
    case Reason::kOutcomeUnknown:
    case Reason::kModelProtocol:
    case Reason::kNameNotResolved:
    case Reason::kNotStarted:
    case Reason::kTooManyCalls:
    case Reason::kWarrantRefused: return true;
    default: return false;
  }
}

EgressKey key_of(const wire::ToolSpec& tool) {
  EgressKey key{tool.origin, tool.secrets};
  std::ranges::sort(key.secrets);
  return key;
}

}  // namespace

template <class F> void Performer::say(const F& frame) {
  base::Status sent = p_.monitor.send(frame);
  if (!sent.ok() && status_.ok()) status_ = std::move(sent);
}

base::Status Performer::warrant(wire::Warrant warrant) {
  const std::int64_t now = p_.clock.steady_us();
  const Checked checked = gate_.check(warrant, now);
  if (const auto* broken = std::get_if<Broken>(&checked)) return base::violation(broken->why);
  const std::uint64_t sequence = warrant.sequence;
  const auto* accepted = std::get_if<Accepted>(&checked);
  if (accepted == nullptr) {
    refuse(sequence, Reason::kWarrantRefused);
  } else if (draining_) {
    refuse(sequence, Reason::kNotStarted);
  } else if (jobs_.size() >= base::limits::kCallsInFlight) {
    refuse(sequence, Reason::kTooManyCalls);
  } else {
    Job& job = jobs_[sequence];
    job.give_up_us =
        std::min(warrant.deadline_us, now + std::int64_t{accepted->tool->timeout_ms} * 1000);
    job.warrant = std::move(warrant);
    job.tool = accepted->tool;
    seek_secrets(job);
  }
  return base::ok();
}

void Performer::refuse(std::uint64_t sequence, Reason reason) {
  say(observation(sequence, reason, false));
}

void Performer::cancel(std::uint64_t sequence) {
  const auto found = jobs_.find(sequence);
  // A cancel may cross the Observation on its way: not knowing the call is no violation.
  if (found != jobs_.end()) stop(found->second, Reason::kCancelled);
}

void Performer::shut_down(bool now) {
  draining_ = true;
  p_.monitor.enter(wire::Phase::kDraining);
  if (!now) return;
  std::vector<std::uint64_t> all;
  for (const auto& [sequence, job] : jobs_) all.push_back(sequence);
  for (const std::uint64_t sequence : all) cancel(sequence);
}

// All secrets there: on to a worker. One failed: the end. Otherwise it waits.
void Performer::seek_secrets(Job& job) {
  bool waiting = false;
  for (const std::uint32_t index : job.tool->secrets) {
    const SecretDesk::State state = p_.desk.want(index);
    if (state == SecretDesk::State::kFailed) return close(job, Reason::kSecretUnavailable);
    waiting = waiting || state == SecretDesk::State::kWaiting;
  }
  if (waiting) return;
  job.stage = Stage::kEgress;
  p_.pool.want(key_of(*job.tool), job.warrant.sequence);
}

void Performer::go_on() {
  if (p_.desk.take_settled()) {
    std::vector<std::uint64_t> waiting;
    for (const auto& [sequence, job] : jobs_)
      if (job.stage == Stage::kSecrets) waiting.push_back(sequence);
    for (const std::uint64_t sequence : waiting) seek_secrets(jobs_.at(sequence));
  }
  while (const auto granted = p_.pool.next_grant()) grant(*granted);
  const std::int64_t now = p_.clock.steady_us();
  std::vector<std::uint64_t> late;
  for (const auto& [sequence, job] : jobs_)
    if (job.give_up_us <= now) late.push_back(sequence);
  for (const std::uint64_t sequence : late) time_up(jobs_.at(sequence));
  while (const auto granted = p_.pool.next_grant()) grant(*granted);
}

std::optional<std::int64_t> Performer::next_deadline_us() const {
  std::optional<std::int64_t> next;
  for (const auto& [sequence, job] : jobs_)
    next = std::min(next.value_or(job.give_up_us), job.give_up_us);
  return next;
}

void Performer::grant(const EgressPool::Grant& grant) {
  const auto found = jobs_.find(grant.job);
  if (found == jobs_.end() || found->second.stage != Stage::kEgress) {
    p_.pool.release(grant.slot);
    return;
  }
  Job& job = found->second;
  if (grant.slot == 0) return close(job, Reason::kNotStarted);
  job.slot = grant.slot;
  job.reused_worker = grant.reused;
  const base::Status done = request(job);
  if (done.ok()) return;
  // The request could not be made; the worker is free.
  p_.pool.release(grant.slot);
  job.slot = 0;
  close(job, done.error().code == base::Errc::kUnavailable ? Reason::kSecretUnavailable
                                                           : Reason::kWarrantRefused);
}

base::Status Performer::request(Job& job) {
  const auto secrets = [this](std::uint32_t index) { return p_.desk.value(index); };
  TRY_AS(wire::Request out, render(p_.view, *job.tool, job.warrant.arguments, secrets));
  const std::int64_t left_ms = (job.give_up_us - p_.clock.steady_us()) / 1000;
  out.request = {job.warrant.sequence};
  out.stream = job.warrant.stream;
  // SECURITY: what policy redacts is not even selected: it does not leave the egress.
  out.select = !out.keep.empty();
  std::erase_if(out.keep, [&](const wire::KeptField& field) {
    return std::ranges::find(job.warrant.redact, field.name) != job.warrant.redact.end();
  });
  out.timeout_ms = static_cast<std::uint32_t>(std::max<std::int64_t>(1, left_ms));
  // INVARIANT: the set holds every secret of this request, for they were loaded before it.
  job.scrub.emplace(p_.desk.scrub_set());
  job.stage = Stage::kRequested;
  job.give_up_us += kSlackUs;
  const base::Status done = p_.pool.channel(job.slot)->send(out);
  wipe(out);
  if (!done.ok()) worker_lost(job.slot, false);
  return base::ok();
}

// Cancel or deadline. Before a request is out nothing has happened; after it the egress is asked to
// stop and says how far it came.
void Performer::stop(Job& job, Reason reason) {
  if (job.stage == Stage::kSecrets || job.stage == Stage::kEgress) {
    p_.pool.forget(job.warrant.sequence);
    return close(job, reason);
  }
  if (job.stopping) return;
  job.stopping = true;
  job.stop_reason = reason;
  job.give_up_us = p_.clock.steady_us() + kGraceUs;
  (void)p_.pool.channel(job.slot)->send(wire::CancelRequest{{job.warrant.sequence}});
}

void Performer::time_up(Job& job) {
  if (!job.stopping) return stop(job, Reason::kTimeout);
  // What the egress said last is read first: its Sent may lie in the socket.
  const EgressPool::Slot slot = job.slot;
  const std::uint64_t sequence = job.warrant.sequence;
  while (read_one(slot)) {}
  const auto still = jobs_.find(sequence);
  if (still == jobs_.end()) return;
  p_.pool.end(slot);
  still->second.slot = 0;
  close(still->second,
        still->second.stage == Stage::kSent ? Reason::kOutcomeUnknown : still->second.stop_reason);
}

void Performer::started(Job& job) {
  if (job.stage == Stage::kSent) return;
  job.stage = Stage::kSent;
  say(wire::Started{job.warrant.sequence});
}

// The one end of every call.
void Performer::finish(Job& job, wire::Observation out) {
  const std::uint64_t sequence = job.warrant.sequence;
  const EgressPool::Slot slot = job.slot;
  if (job.scrub) {
    for (auto& rest : job.scrub->finish())
      say_delta(job, rest.kind, rest.index, std::move(rest.text));
    out.scrubbed = job.scrub->total();
    say_found(job);
  }
  say(out);
  for (wire::Leaf& leaf : job.warrant.arguments) leaf.text.clear();
  jobs_.erase(sequence);
  if (slot != 0) p_.pool.release(slot);
}

void Performer::close(Job& job, Reason reason) {
  finish(job, observation(job.warrant.sequence, reason, job.stage == Stage::kSent));
}

void Performer::say_found(const Job& job) {
  constexpr std::size_t kAlerts = 16;  // LIMIT: the count in the Observation is of all
  std::size_t n = 0;
  for (const AnswerScrub::Found& found : job.scrub->found()) {
    if (++n > kAlerts) return;
    say(wire::Alert{wire::AlertKind::kSecretInAnswer, job.warrant.sequence, found.handle,
                    found.form, found.count});
  }
}

void Performer::say_delta(const Job& job, wire::DeltaKind kind, std::uint32_t index,
                          std::string text) {
  for (std::size_t at = 0; at < text.size(); at += kDeltaBytes)
    say(wire::Delta{job.warrant.sequence, kind, index, text.substr(at, kDeltaBytes)});
}

// ---- what workers say ---------------------------------------------------------------------------

bool Performer::read_one(EgressPool::Slot slot) {
  wire::Channel* const channel = p_.pool.channel(slot);
  if (channel == nullptr) return false;
  auto received = channel->receive();
  const bool violated = !received.ok() && received.error().code == base::Errc::kViolation;
  if (!received.ok()) return worker_lost(slot, violated), false;
  if (!*received) return false;
  if (worker_frame(slot, **received).ok()) return true;
  worker_lost(slot, true);
  return false;
}

base::Status Performer::worker_frame(EgressPool::Slot slot, const wire::Message& message) {
  switch (message.type) {
    case wire::FrameType::kReady: return worker_ready(slot, message);
    case wire::FrameType::kSent: return sent(slot, message);
    case wire::FrameType::kAnswerDelta: return answer_delta(slot, message);
    case wire::FrameType::kAnswer: return answer(slot, message);
    default: return base::violation("unexpected frame");
  }
}

base::Status Performer::worker_ready(EgressPool::Slot slot, const wire::Message& message) {
  TRY_AS(const wire::Ready ready, message.as<wire::Ready>());
  if (ready.program != "egress") return base::violation("another program");
  say(wire::PeerReady{{ready.program, ready.level, ready.isolation.substr(0, 512)}});
  p_.pool.ready(slot);
  return base::ok();
}

base::Result<Performer::Job*> Performer::job_of(EgressPool::Slot slot, base::RequestId request) {
  const EgressPool::Job sequence = p_.pool.job_of(slot);
  const auto found = jobs_.find(sequence);
  if (sequence == 0 || request.value != sequence || found == jobs_.end() ||
      found->second.slot != slot)
    return base::violation("a frame for another request");
  return &found->second;
}

base::Status Performer::sent(EgressPool::Slot slot, const wire::Message& message) {
  TRY_AS(const wire::Sent frame, message.as<wire::Sent>());
  TRY_AS(Job* const job, job_of(slot, frame.request));
  if (job->stage == Stage::kSent) return base::violation("sent twice");
  started(*job);
  return base::ok();
}

base::Status Performer::answer_delta(EgressPool::Slot slot, const wire::Message& message) {
  TRY_AS(const wire::AnswerDelta frame, message.as<wire::AnswerDelta>());
  TRY_AS(Job* const job, job_of(slot, frame.request));
  if (job->stage != Stage::kSent) return base::violation("an answer before it was sent");
  job->delta_bytes += frame.text.size();
  if (job->delta_bytes > std::uint64_t{job->tool->max_answer_bytes} + 4096)
    return base::violation("more text than the tool may answer");
  job->scrub->renew(p_.desk.scrub_set());
  TRY_AS(std::string clean, job->scrub->feed(frame.kind, frame.index, frame.text));
  say_delta(*job, frame.kind, frame.index, std::move(clean));
  return base::ok();
}

base::Status Performer::answer(EgressPool::Slot slot, const wire::Message& message) {
  TRY_AS(const wire::Answer frame, message.as<wire::Answer>());
  TRY_AS(Job* const job, job_of(slot, frame.request));
  if (job->stage != Stage::kSent && (frame.sent || frame.reason == Reason::kOk))
    return base::violation("an answer before it was sent");
  if (!is_ending_of_request(frame.reason))
    return base::violation("an answer with another's reason");
  job->scrub->renew(p_.desk.scrub_set());
  wire::Observation out =
      observation(job->warrant.sequence, frame.reason, job->stage == Stage::kSent);
  out.http_status = frame.http_status;
  out.answer_bytes = frame.answer_bytes;
  // An answer that is not selected from may hold what is redacted.
  const bool shown = frame.reason == Reason::kOk || job->warrant.redact.empty();
  if (shown) out.content = job->scrub->whole(frame.content);
  if (out.content.size() > kContentBytes) {
    out.content.clear();
    out.reason = Reason::kTooLarge;
  }
  if (job->stopping && out.reason == Reason::kCancelled) out.reason = job->stop_reason;
  finish(*job, std::move(out));
  return base::ok();
}

// The worker is gone or has to go.
void Performer::worker_lost(EgressPool::Slot slot, bool violated) {
  const auto found = jobs_.find(p_.pool.job_of(slot));
  Job* const job = found != jobs_.end() && found->second.slot == slot ? &found->second : nullptr;
  p_.pool.end(slot);
  if (violated) {
    const std::uint64_t sequence = job == nullptr ? 0 : job->warrant.sequence;
    say(wire::Alert{wire::AlertKind::kPeerViolation, sequence, "egress", "", 1});
  }
  if (job == nullptr) return;
  job->slot = 0;
  // A worker that lied holds the request and may have sent it, whatever it said.
  if (violated) started(*job);
  if (job->stage == Stage::kSent) return close(*job, Reason::kOutcomeUnknown);
  if (job->stopping) return close(*job, job->stop_reason);
  // Its Sent never came, so nothing has left. A worker that had served before was perhaps ending
  // itself for idleness: another gets one try.
  if (!job->reused_worker || job->retried) return close(*job, Reason::kNotStarted);
  job->retried = true;
  job->scrub.reset();
  job->stage = Stage::kEgress;
  p_.pool.want(key_of(*job->tool), job->warrant.sequence);
}

}  // namespace broker
