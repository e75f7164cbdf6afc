// SPDX-License-Identifier: Apache-2.0
#include "broker/broker.h"

#include <algorithm>
#include <utility>

#include "base/bytes.h"

namespace broker {
namespace {

constexpr std::uint64_t kMonitor = 1;
constexpr std::uint64_t kSupervisor = 2;
constexpr std::uint64_t kRunner = 3;

// Watches a channel for writing exactly while something waits to be sent.
void follow(wire::Loop& loop, const wire::Channel& channel, std::uint64_t token, bool& writing) {
  if (!channel.open() || writing == channel.wants_write()) return;
  writing = !writing;
  loop.rewatch(channel.fd(), token, writing);
}

}  // namespace

base::Result<std::unique_ptr<Broker>> Broker::create(Sealed& sealed, Sockets sockets,
                                                     const base::Clock& clock,
                                                     base::Random& random) {
  TRY_AS(wire::Loop loop, wire::Loop::create());
  return std::unique_ptr<Broker>(
      new Broker(sealed, std::move(sockets), std::move(loop), clock, random));
}

Broker::Broker(Sealed& sealed, Sockets sockets, wire::Loop loop, const base::Clock& clock,
               base::Random& random)
    : sealed_(sealed),
      clock_(clock),
      loop_(std::move(loop)),
      monitor_(std::move(sockets.monitor), wire::kMonitorToBroker, "monitor"),
      supervisor_(std::move(sockets.supervisor), wire::kSupervisorToBroker, "supervisor"),
      runner_(std::move(sockets.runner), wire::kRunnerToBroker, "runner"),
      epoch_(random.u64()),
      pool_(loop_, supervisor_, clock),
      op_(loop_, runner_, clock),
      performer_({sealed.view, sealed.desk, pool_, monitor_, clock}, epoch_) {
  // Neither sends a Ready: they are above the broker and were there before it.
  monitor_.enter(wire::Phase::kRunning);
  supervisor_.enter(wire::Phase::kRunning);
  watch_all();
}

void Broker::watch_all() {
  loop_.watch(monitor_.fd(), kMonitor);
  loop_.watch(supervisor_.fd(), kSupervisor);
  if (runner_.open()) loop_.watch(runner_.fd(), kRunner);
}

base::Status Broker::start(const wire::Ready& ready) {
  TRY(monitor_.send(ready));
  wire::BrokerReady keys{epoch_, sealed_.view.digest(), std::move(sealed_.data_key)};
  base::Status sent = monitor_.send(keys);
  base::wipe(keys.data_key);
  watch_writes();
  return sent;
}

base::Status Broker::turn(std::int64_t timeout_ms) {
  for (const wire::Loop::Ready& ready : loop_.wait(patience_ms(timeout_ms))) TRY(on_ready(ready));
  TRY(go_on());
  watch_writes();
  return performer_.status();
}

std::int64_t Broker::patience_ms(std::int64_t timeout_ms) const {
  std::optional<std::int64_t> next;
  for (const auto& due :
       {performer_.next_deadline_us(), pool_.next_deadline_us(), op_.next_deadline_us()})
    if (due) next = std::min(next.value_or(*due), *due);
  if (!next) return timeout_ms;
  const std::int64_t left = std::max<std::int64_t>(0, (*next - clock_.steady_us() + 999) / 1000);
  return timeout_ms < 0 ? left : std::min(left, timeout_ms);
}

base::Status Broker::on_ready(const wire::Loop::Ready& ready) {
  const std::uint64_t token = ready.token;
  if (token == kMonitor) {
    if (ready.writable) TRY(monitor_.flush());
    return ready.readable ? read_monitor() : base::ok();
  }
  if (token == kSupervisor) {
    if (ready.writable) TRY(supervisor_.flush());
    return ready.readable ? read_supervisor() : base::ok();
  }
  if (token == kRunner) {
    if (ready.writable) (void)runner_.flush();
    if (ready.readable) read_runner();
  } else if ((token & EgressPool::kToken) != 0) {
    const EgressPool::Slot slot = token & ~EgressPool::kToken;
    wire::Channel* const channel = pool_.channel(slot);
    if (channel != nullptr && ready.writable) (void)channel->flush();
    if (ready.readable) performer_.read_one(slot);
  } else {
    op_.read_pipe(token);
  }
  return base::ok();
}

base::Status Broker::read_monitor() {
  TRY_AS(auto message, monitor_.receive());  // one a turn: the loop is level-triggered
  return message ? monitor_frame(*message) : base::ok();
}

base::Status Broker::monitor_frame(const wire::Message& message) {
  switch (message.type) {
    case wire::FrameType::kWarrant: {
      TRY_AS(wire::Warrant warrant, message.as<wire::Warrant>());
      return performer_.warrant(std::move(warrant));
    }
    case wire::FrameType::kCancelWarrant: {
      TRY_AS(const wire::CancelWarrant cancel, message.as<wire::CancelWarrant>());
      performer_.cancel(cancel.sequence);
      return base::ok();
    }
    case wire::FrameType::kShutdown: {
      TRY_AS(const wire::Shutdown shutdown, message.as<wire::Shutdown>());
      performer_.shut_down(shutdown.now);
      return base::ok();
    }
    default: return base::violation("unexpected frame");
  }
}

base::Status Broker::read_supervisor() {
  while (true) {
    TRY_AS(auto message, supervisor_.receive());
    if (!message) return base::ok();
    TRY_AS(const wire::EgressSpawned answer, message->as<wire::EgressSpawned>());
    TRY(pool_.spawned(answer, std::move(message->descriptors)));
  }
}

void Broker::read_runner() {
  while (runner_.open()) {
    auto message = runner_.receive();
    if (!message.ok()) return lose_runner(message.error().code == base::Errc::kViolation);
    if (!*message) return;
    if (!runner_frame(**message).ok()) return lose_runner(true);
  }
}

base::Status Broker::runner_frame(const wire::Message& message) {
  if (message.type == wire::FrameType::kReady) {
    TRY_AS(const wire::Ready ready, message.as<wire::Ready>());
    if (ready.program != "runner") return base::violation("another program");
    runner_.enter(wire::Phase::kRunning);
    return monitor_.send(
        wire::PeerReady{{ready.program, ready.level, ready.isolation.substr(0, 512)}});
  }
  TRY_AS(const wire::RunEnded ended, message.as<wire::RunEnded>());
  return op_.ended(ended);
}

void Broker::lose_runner(bool violated) {
  loop_.unwatch(runner_.fd());
  runner_.close();
  op_.runner_lost();
  if (violated)
    (void)monitor_.send(wire::Alert{wire::AlertKind::kPeerViolation, 0, "runner", "", 1});
}

base::Status Broker::go_on() {
  op_.check_times();
  fetch_secrets();
  performer_.go_on();
  pool_.check_times();
  // A call may have asked for a secret just now, and its fetch may have failed at once.
  fetch_secrets();
  performer_.go_on();
  return base::ok();
}

void Broker::fetch_secrets() {
  while (const auto secret = sealed_.desk.next_fetch())
    op_.fetch(*secret, sealed_.view.get().secrets[*secret].reference, sealed_.token);
  while (auto fetched = op_.take_fetched()) {
    if (fetched->value) sealed_.desk.fetched(fetched->secret, std::move(*fetched->value));
    else sealed_.desk.failed(fetched->secret, fetched->error);
    if (!fetched->value) say_failing(fetched->secret);
  }
  if (sealed_.desk.cache().take_quota_low(clock_.steady_us()))
    (void)monitor_.send(wire::Alert{wire::AlertKind::kQuotaLow, 0, "1password", "", 1});
}

void Broker::say_failing(std::uint32_t secret) {
  const std::string& name = sealed_.view.get().secrets[secret].name;
  const std::string form(slug(sealed_.desk.cache().last_error(secret)));
  (void)monitor_.send(wire::Alert{wire::AlertKind::kSecretFailing, 0, name, form, 1});
}

void Broker::watch_writes() {
  follow(loop_, monitor_, kMonitor, monitor_writing_);
  follow(loop_, supervisor_, kSupervisor, supervisor_writing_);
  follow(loop_, runner_, kRunner, runner_writing_);
  pool_.watch_writes();
}

}  // namespace broker
