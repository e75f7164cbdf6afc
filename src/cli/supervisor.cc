// SPDX-License-Identifier: Apache-2.0
#include "cli/supervisor.h"

#include <errno.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "cli/spawn.h"

namespace cli {
namespace {

enum Token : std::uint64_t { kSignals, kStop, kMonitor, kBroker };

// How long the programs have to finish what is in flight before they are ended.
constexpr std::int64_t kDrainUs = 10'000'000;

void say(std::string_view what) { fmt::print(stderr, "yett: {}\n", what); }

base::Fd block_signals() {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGCHLD);
  ::sigaddset(&set, SIGTERM);
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  return base::Fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

template <class T> base::Fd record(const char* name, const T& value) {
  // SECURITY: room for the largest record, so that no growth leaves a copy of a secret behind.
  wire::Encoder encoder;
  encoder.out().reserve(base::limits::kBodyBytes);
  encoder(value);
  std::string bytes = encoder.take();
  auto fd = wire::sealed_memfd(name, bytes);
  ::explicit_bzero(bytes.data(), bytes.size());
  CHECK(fd.ok());
  return std::move(*fd);
}

}  // namespace

std::optional<std::int64_t> Backoff::crashed(std::int64_t now_us) {
  std::erase_if(crashes_us_, [&](std::int64_t at) { return now_us - at > kWindowUs; });
  crashes_us_.push_back(now_us);
  if (crashes_us_.size() > kCrashes - 1u) return std::nullopt;
  return std::int64_t{100'000} << (2 * (crashes_us_.size() - 1));
}

Supervisor::Supervisor(Launch launch, const base::Clock& clock, int stop,
                       std::function<void(const wire::SystemReady&)> ready)
    : launch_(std::move(launch)),
      clock_(clock),
      stop_(stop),
      ready_(std::move(ready)),
      loop_([] {
        auto loop = wire::Loop::create();
        CHECK(loop.ok());
        return std::move(*loop);
      }()),
      signals_(block_signals()) {
  loop_.watch(signals_.get(), kSignals);
  if (stop_ >= 0) loop_.watch(stop_, kStop);
  prepare_records();
}

Supervisor::~Supervisor() { end_all(); }

void Supervisor::prepare_records() {
  launch_.monitor.manifest = base::sha256({wire::encode(launch_.broker.manifest)});
  gateway_start_ = record("yett-gateway", launch_.gateway);
  session_start_ = record("yett-session", launch_.session);
  monitor_start_ = record("yett-monitor", launch_.monitor);
  broker_start_ = record("yett-broker", launch_.broker);
  runner_start_ = record("yett-runner", launch_.runner);
  // SECURITY: what the broker alone needs does not stay readable in this process.
  launch_.forget_secrets();
}

base::Status Supervisor::start_program(Kind kind, const char* name, std::vector<Handed> descriptors,
                                       std::uint64_t slot) {
  TRY_AS(const pid_t pid,
         spawn({launch_.programs + "/" + name, {}, std::move(descriptors), launch_.environment}));
  children_.emplace(pid, Child{kind, slot});
  return base::ok();
}

base::Status Supervisor::start_gateway(base::Fd monitor_end) {
  return start_program(Kind::kGateway, "yett-gateway",
                       {{wire::kChannelFd, monitor_end.get()},
                        {wire::kStartFd, gateway_start_.get()},
                        {wire::StartGateway::kListenFd, launch_.listen.get()}},
                       doors_);
}

base::Status Supervisor::start_all() {
  TRY_AS(auto monitor, wire::socket_pair());
  TRY_AS(auto monitor_broker, wire::socket_pair());
  TRY_AS(auto monitor_gateway, wire::socket_pair());
  TRY_AS(auto broker, wire::socket_pair());
  TRY_AS(auto broker_runner, wire::socket_pair());
  TRY_AS(auto spawner, wire::socket_pair());
  // First of all: it clones itself again and again, and what it has then it has in every sandbox.
  if (launch_.runner.spawner)
    TRY(start_program(Kind::kSpawner, "yett-spawner", {{wire::kChannelFd, spawner.second.get()}}));
  TRY(start_program(
      Kind::kRunner, "yett-runner",
      {{wire::kChannelFd, broker_runner.second.get()},
       {wire::kStartFd, runner_start_.get()},
       {wire::StartRunner::kSpawnerFd, launch_.runner.spawner ? spawner.first.get() : -1}}));
  // The earlier broker read the key from this very open file; a terminal or pipe does not mind.
  (void)::lseek(launch_.vault_key.get(), 0, SEEK_SET);
  TRY(start_program(Kind::kBroker, "yett-broker",
                    {{wire::kChannelFd, monitor_broker.second.get()},
                     {wire::kStartFd, broker_start_.get()},
                     {wire::StartBroker::kSupervisorFd, broker.second.get()},
                     {wire::StartBroker::kRunnerFd, broker_runner.first.get()},
                     {wire::StartBroker::kVaultFd, launch_.vault.get()},
                     {wire::StartBroker::kVaultKeyFd, launch_.vault_key.get()}}));
  TRY(start_program(Kind::kMonitor, "yett-monitor",
                    {{wire::kChannelFd, monitor.second.get()},
                     {wire::kStartFd, monitor_start_.get()},
                     {wire::StartMonitor::kBrokerFd, monitor_broker.first.get()},
                     {wire::StartMonitor::kGatewayFd, monitor_gateway.first.get()},
                     {wire::StartMonitor::kLogFd, launch_.log.get()},
                     {wire::StartMonitor::kValuesFd, launch_.values.get()}}));
  TRY(start_gateway(std::move(monitor_gateway.second)));
  monitor_.emplace(std::move(monitor.first), wire::kMonitorToSupervisor, "monitor");
  broker_.emplace(std::move(broker.first), wire::kBrokerToSupervisor, "broker");
  broker_->enter(wire::Phase::kRunning);
  watch_channels();
  return base::ok();
}

void Supervisor::watch_channels() {
  loop_.watch(monitor_->fd(), kMonitor);
  loop_.watch(broker_->fd(), kBroker);
}

void Supervisor::end_all() {
  for (const auto& [pid, child] : children_) ::kill(pid, SIGKILL);
  for (const auto& [pid, child] : children_) ::waitpid(pid, nullptr, 0);
  children_.clear();
  for (auto* channel : {&monitor_, &broker_}) {
    if (*channel && (*channel)->open()) loop_.unwatch((*channel)->fd());
    channel->reset();
  }
}

std::int64_t Supervisor::wait_ms() const {
  std::int64_t next = 0;
  for (const std::int64_t at : {restart_all_at_us_, restart_gateway_at_us_, stop_by_us_})
    if (at != 0 && (next == 0 || at < next)) next = at;
  return next == 0 ? -1 : std::max<std::int64_t>(0, (next - clock_.steady_us() + 999) / 1000);
}

int Supervisor::run() {
  if (const auto started = start_all(); !started.ok()) {
    say(started.error().message);
    return 2;
  }
  while (!over_) {
    for (const auto& event : loop_.wait(wait_ms())) {
      switch (event.token) {
        case kSignals: reap(); break;
        case kStop: begin_stop(); break;
        case kMonitor: from_monitor(); break;
        case kBroker: from_broker(); break;
        default: break;
      }
    }
    const std::int64_t now = clock_.steady_us();
    if (restart_all_at_us_ != 0 && now >= restart_all_at_us_) restart_all();
    if (restart_gateway_at_us_ != 0 && now >= restart_gateway_at_us_) start_gateway_again();
    if (stop_by_us_ != 0 && now >= stop_by_us_) over_ = true, result_ = 1;
  }
  end_all();
  return result_;
}

void Supervisor::reap() {
  signalfd_siginfo info{};
  while (::read(signals_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info))
    if (info.ssi_signo == SIGTERM) begin_stop();
  int status = 0;
  for (pid_t pid = 0; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) {
    const auto found = children_.find(pid);
    if (found == children_.end()) continue;
    const Child child = found->second;
    children_.erase(found);
    ended(child, status);
  }
}

void Supervisor::ended(const Child& child, int status) {
  if (stopping_ || restart_all_at_us_ != 0) return;
  const bool normal = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  static constexpr const char* kNames[] = {"gateway", "session", "monitor", "broker",
                                           "egress",  "runner",  "spawner"};
  const char* const name = kNames[static_cast<std::size_t>(child.kind)];
  const bool worker = child.kind == Kind::kSession || child.kind == Kind::kEgress;
  if (worker && child.told_to_end && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) return;
  if (!normal) say(fmt::format("{} ended by {}", name, how_it_ended(status)));
  if ((!worker || !normal) && monitor_ && monitor_->open())
    (void)monitor_->send(wire::PeerEnded{name, how_it_ended(status)});
  if (worker) return;  // the monitor or the broker asks for another
  // Without it no sandbox is made, and what needs one is refused.
  if (child.kind == Kind::kSpawner) return;
  const bool door = child.kind == Kind::kGateway;
  const auto delay = (door ? gateway_crashes_ : system_crashes_).crashed(clock_.steady_us());
  if (!delay) {
    say(fmt::format("{} ended {} times within a minute and stays shut", name, Backoff::kCrashes));
    if (!door || children_.empty()) over_ = true, result_ = 2;
    return;
  }
  (door ? restart_gateway_at_us_ : restart_all_at_us_) = clock_.steady_us() + *delay;
}

void Supervisor::restart_all() {
  restart_all_at_us_ = 0;
  restart_gateway_at_us_ = 0;
  doors_ = 0;
  end_all();
  if (const auto started = start_all(); !started.ok()) {
    say(started.error().message);
    over_ = true;
    result_ = 2;
  }
}

void Supervisor::start_gateway_again() {
  restart_gateway_at_us_ = 0;
  ++doors_;
  auto pair = wire::socket_pair();
  if (!pair.ok() || !start_gateway(std::move(pair->second)).ok()) {
    over_ = true;
    result_ = 2;
    return;
  }
  std::vector<base::Fd> channel;
  channel.push_back(std::move(pair->first));
  (void)monitor_->send(wire::DoorSpawned{launch_.gateway.door}, std::move(channel));
}

void Supervisor::from_monitor() {
  while (monitor_ && monitor_->open() && !over_) {
    auto got = monitor_->receive();
    if (got.ok() && !got->has_value()) return;
    if (!got.ok()) {
      if (got.error().code == base::Errc::kViolation)
        say("monitor broke the protocol: " + got.error().message);
      loop_.unwatch(monitor_->fd());
      monitor_->close();
      if (stopping_)
        over_ = true, result_ = 1;  // it ended before it had drained: nobody will say so
      return;                       // its end is seen by reap()
    }
    const wire::Message& message = **got;
    if (message.type == wire::FrameType::kReady) monitor_->enter(wire::Phase::kRunning);
    if (const auto wanted = message.as<wire::SpawnSession>(); wanted.ok())
      spawn_session(wanted->slot);
    if (const auto ended = message.as<wire::EndPeer>(); ended.ok())
      end_worker(ended->door ? Kind::kGateway : Kind::kSession, ended->slot);
    if (const auto state = message.as<wire::SystemReady>(); state.ok() && ready_) ready_(*state);
    if (const auto drained = message.as<wire::Drained>(); drained.ok()) {
      over_ = true;
      result_ = drained->clean ? 0 : 1;
    }
  }
}

void Supervisor::from_broker() {
  while (broker_ && broker_->open()) {
    auto got = broker_->receive();
    if (got.ok() && !got->has_value()) return;
    if (const auto worker =
            got.ok() ? (*got)->as<wire::EndPeer>() : base::Result<wire::EndPeer>(got.error());
        worker.ok()) {
      if (!worker->door) end_worker(Kind::kEgress, worker->slot);
      continue;
    }
    const auto wanted =
        got.ok() ? (*got)->as<wire::SpawnEgress>() : base::Result<wire::SpawnEgress>(got.error());
    if (!wanted.ok()) {
      if (wanted.error().code == base::Errc::kViolation)
        say("broker broke the protocol: " + wanted.error().message);
      loop_.unwatch(broker_->fd());
      broker_->close();
      return;
    }
    spawn_egress(*wanted);
  }
}

// Its end is seen by reap(). A worker is not reported again: who asked knows why.
void Supervisor::end_worker(Kind kind, std::uint64_t slot) {
  for (auto& [pid, child] : children_) {
    if (child.kind != kind || child.slot != slot) continue;
    siginfo_t info{};
    const bool ended =
        ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
        info.si_pid == pid;
    if (ended) continue;  // by itself: that is worth a word
    child.told_to_end = true;
    ::kill(pid, SIGKILL);
  }
}

void Supervisor::spawn_session(std::uint64_t slot) {
  auto pair = wire::socket_pair();
  const bool started =
      pair.ok() && !stopping_ &&
      start_program(
          Kind::kSession, "yett-session",
          {{wire::kChannelFd, pair->second.get()}, {wire::kStartFd, session_start_.get()}}, slot)
          .ok();
  std::vector<base::Fd> channel;
  if (started) channel.push_back(std::move(pair->first));
  (void)monitor_->send(wire::SessionSpawned{slot, started}, std::move(channel));
}

void Supervisor::spawn_egress(const wire::SpawnEgress& wanted) {
  const auto& origins = launch_.broker.manifest.origins;
  std::vector<base::Fd> channel;
  bool started = false;
  if (wanted.origin < origins.size() && !stopping_) {
    auto pair = wire::socket_pair();
    const base::Fd start =
        record("yett-egress", wire::StartEgress{origins[wanted.origin], launch_.egress_idle_ms});
    started = pair.ok() &&
              start_program(Kind::kEgress, "yett-egress",
                            {{wire::kChannelFd, pair->second.get()}, {wire::kStartFd, start.get()}},
                            wanted.slot)
                  .ok();
    if (started) channel.push_back(std::move(pair->first));
  }
  (void)broker_->send(wire::EgressSpawned{wanted.slot, started}, std::move(channel));
}

void Supervisor::begin_stop() {
  if (stop_ >= 0) loop_.unwatch(stop_);
  stop_ = -1;
  if (stopping_) return;
  stopping_ = true;
  restart_all_at_us_ = restart_gateway_at_us_ = 0;
  stop_by_us_ = clock_.steady_us() + kDrainUs;
  const bool asked = monitor_ && monitor_->open() && monitor_->send(wire::Shutdown{true}).ok();
  if (!asked) over_ = true;
}

}  // namespace cli
