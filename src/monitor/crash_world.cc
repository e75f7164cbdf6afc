// SPDX-License-Identifier: Apache-2.0
#include "monitor/crash_world.h"

#include <fmt/format.h>

#include "monitor/policy_testing.h"

namespace monitor::crash {
namespace {

using base::Reason;
constexpr Peer kGateway{Side::kGateway, 0};
constexpr Peer kBroker{Side::kBroker, 0};
constexpr Peer kSupervisor{Side::kSupervisor, 0};
constexpr Peer kSession{Side::kSession, 1};

// A few batches fit into a step, so that histories meet the growing of the file.
constexpr std::uint64_t kStepBytes = 16 * audit::kSectorBytes;

wire::StartMonitor start_record() {
  wire::StartMonitor s;
  s.tenant = "default";
  s.door = "terminal";
  s.principal = "alice";
  s.owner_uid = 1000;
  s.session_pool = 1;
  s.tools = {wire::KnownTool{"pay", {}, false, wire::Effect::kPay, false, 1000}};
  return s;
}

template <class F> wire::Message message(const F& frame) {
  return {F::kType, wire::encode(frame), {}};
}

}  // namespace

Life::Life(audit::FaultFile& file, Outside& outside, std::uint64_t seed)
    : file_(file),
      outside_(outside),
      chance_(seed),
      random_(seed),
      start_(start_record()),
      policy_(testing::set_of("tool \"pay\" { must allow always; }\n", {testing::tool("pay")})) {
  start();
}

// As main() does it.
void Life::start() {
  auto opened =
      audit::open(file_, clock_, random_, {.origin = "yett/default", .step_bytes = kStepBytes});
  if (!opened.ok()) return;
  log_.emplace(std::move(*opened));
  journal_.emplace(log_->writer, clock_, start_);
  for (const base::CallId call : log_->state.unknown()) found_unknown_.insert(call.value);
  journal_->config_loaded();
  if (!journal_->settle_past(log_->state).ok()) return;
  monitor_.emplace(start_, policy_, *journal_, outbox_, clock_, random_,
                   log_->state.largest_call());
  monitor_->own_state({"monitor", 3, "x"}, found_unknown_.size());
  batch_.emplace(*monitor_, *journal_, outbox_, clock_);
  monitor_->fill_pool();
  hand(kBroker, wire::Ready{"broker", 3, "x"});
  hand(kBroker, wire::BrokerReady{random_.u64(), start_.manifest, std::string(32, 'k')});
  hand(kGateway, wire::Ready{"gateway", 3, "x"});
  hand(kSupervisor, wire::SessionSpawned{1, true});
  hand(kSession, wire::Ready{"session", 3, "x"});
  hand(kGateway, wire::OpenSession{{1u << 30}, 1000, ""});
  settle();
}

template <class F> void Life::hand(const Peer& from, const F& frame) {
  if (!monitor_->on(from, message(frame)).ok())
    outside_.breaks(fmt::format("frame {} refused", int(F::kType)));
}

void Life::ask() {
  wire::DirectCall call;
  call.session = session_;
  call.request = {++outside_.asked};
  call.tool = chance_() % 5 == 0 ? "unruled" : "pay";
  call.arguments = "{}";
  hand(kGateway, call);
}

void Life::deliver(const Peer& from) {
  auto& queue = from == kSession ? from_session_ : from_broker_;
  if (queue.empty()) return;
  const wire::Message next = std::move(queue.front());
  queue.pop_front();
  if (!monitor_->on(from, next).ok())
    outside_.breaks(fmt::format("frame {} refused", int(next.type)));
}

void Life::step() {
  if (dead_) return;
  clock_.now += static_cast<std::int64_t>(chance_() % 3000);
  for (std::uint64_t frames = chance_() % 4; frames-- > 0;) {
    const auto dice = chance_() % 10;
    if (dice < 3) ask();
    else deliver(dice < 7 ? kSession : kBroker);
  }
  settle();
  if (!dead_ && chance_() % 8 == 0 && !journal_->pending()) (void)journal_->prepare();
}

void Life::drain() {
  for (int quiet = 0; quiet < 4 && !dead_;) {
    clock_.now += 3000;
    quiet = from_session_.empty() && from_broker_.empty() ? quiet + 1 : 0;
    deliver(kSession);
    deliver(kBroker);
    settle();
  }
}

void Life::settle() {
  failed_before_ = journal_->stopped();
  batch_->settle([this](const Letter& letter) { carry(letter); });
}

void Life::carry(const Letter& letter) {
  if (dead_) return;
  switch (letter.to.side) {
    case Side::kGateway: return to_gateway(letter);
    case Side::kSession: return to_session(letter);
    case Side::kBroker: return to_broker(letter);
    case Side::kSupervisor: return;
  }
}

void Life::to_session(const Letter& letter) {
  if (letter.type == wire::FrameType::kCall) {
    const auto call = wire::decode<wire::Call>(letter.payload);
    wire::LabelledCall out;
    out.turn = call->turn;
    out.proposal = ++proposal_;
    out.tool = call->tool;
    turns_[proposal_] = call->turn;
    from_session_.push_back(message(out));
  } else if (letter.type == wire::FrameType::kVerdict) {
    const auto verdict = wire::decode<wire::Verdict>(letter.payload);
    calls_[verdict->proposal] = verdict->call;
    if (verdict->allowed) return;
    from_session_.push_back(message(
        wire::CallDone{turns_.at(verdict->proposal), verdict->call, verdict->reason, 0, "", 0}));
  } else if (letter.type == wire::FrameType::kCallResult) {
    const auto result = wire::decode<wire::CallResult>(letter.payload);
    from_session_.push_back(
        message(wire::CallDone{turns_.at(result->proposal), calls_[result->proposal],
                               result->reason, result->http_status, result->content, 0}));
  }
}

// The broker's gate (sequence without gap, each once), and at once the effect: the worst moment.
void Life::to_broker(const Letter& letter) {
  if (letter.type != wire::FrameType::kWarrant) return;
  const auto warrant = wire::decode<wire::Warrant>(letter.payload);
  if (warrant->sequence != ++last_warrant_) outside_.breaks("a warrant out of its sequence");
  if (failed_before_ || journal_->stopped())
    outside_.breaks("a warrant left after the log had stopped");
  if (!outside_.warranted.insert(warrant->call.value).second)
    outside_.breaks("a second warrant for a call");
  wire::Observation seen;
  seen.sequence = warrant->sequence;
  if (chance_() % 6 == 0) {
    seen.reason = Reason::kConnectFailed;
  } else {
    if (++outside_.effects[warrant->call.value] > 1) outside_.breaks("an effect twice");
    seen.started = true;
    seen.content = "paid";
    from_broker_.push_back(message(wire::Started{warrant->sequence}));
  }
  if (chance_() % 5 != 0) from_broker_.push_back(message(seen));  // others never end
}

void Life::to_gateway(const Letter& letter) {
  if (letter.type == wire::FrameType::kSessionOpened)
    session_ = wire::decode<wire::SessionOpened>(letter.payload)->session;
  if (letter.type != wire::FrameType::kCallEnded) return;
  const auto ended = wire::decode<wire::CallEnded>(letter.payload);
  if (++outside_.answers[ended->request.value] > 1) outside_.breaks("a request answered twice");
  outside_.reason[ended->request.value] = ended->reason;
  const bool acted = outside_.effects.contains(ended->call.value);
  if (ended->reason == Reason::kOk && !acted) outside_.breaks("an answer without its effect");
  if (ended->reason == Reason::kLogStopped && acted)
    outside_.breaks("denied, but it was carried out");
}

}  // namespace monitor::crash
