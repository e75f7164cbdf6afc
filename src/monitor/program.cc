// SPDX-License-Identifier: Apache-2.0
#include "monitor/program.h"

#include <algorithm>

namespace monitor {
namespace {

// Before a sync everybody is asked for more at most so often.
constexpr int kRoundsPerBatch = 64;

// Tokens of the loop: the side in the low bits, a session's slot above.
std::uint64_t token_of(const Peer& peer) {
  return peer.slot << 2 | static_cast<std::uint64_t>(peer.side);
}
Peer peer_of(std::uint64_t token) { return {static_cast<Side>(token & 3), token >> 2}; }

}  // namespace

Program::Program(wire::Loop loop, Ends ends, Monitor& monitor, Journal& journal, Outbox& outbox,
                 const base::Clock& clock)
    : loop_(std::move(loop)),
      ends_(std::move(ends)),
      monitor_(monitor),
      journal_(journal),
      outbox_(outbox),
      clock_(clock),
      batch_(monitor, journal, outbox, clock) {
  watch({Side::kSupervisor, 0}, ends_.supervisor);
  watch({Side::kBroker, 0}, ends_.broker);
  watch({Side::kGateway, 0}, ends_.gateway);
}

void Program::watch(const Peer& peer, const wire::Channel& channel) {
  loop_.watch(channel.fd(), token_of(peer), channel.wants_write());
}

wire::Channel* Program::channel_of(const Peer& peer) {
  switch (peer.side) {
    case Side::kSupervisor: return &ends_.supervisor;
    case Side::kBroker: return &ends_.broker;
    case Side::kGateway: return &ends_.gateway;
    case Side::kSession: {
      const auto found = sessions_.find(peer.slot);
      return found == sessions_.end() ? nullptr : &found->second;
    }
  }
  return nullptr;
}

int Program::run() {
  monitor_.fill_pool();
  settle();
  while (!over_) {
    (void)take_ready(wait_ms());
    // A sync costs more than anything else here: whoever has something to say by now shares it.
    for (int i = 0; i < kRoundsPerBatch && outbox_.gated() && !over_ && take_ready(0); ++i) {}
    settle();
    after_events();
    hold_back_while_door_is_slow();
  }
  return batch_.clean() ? 0 : 1;
}

// One frame of each peer that has one: the loop is level-triggered, so a read that finds nothing
// would only cost the peer that waits for the answer. False if nobody was ready.
bool Program::take_ready(std::int64_t timeout_ms) {
  const auto events = loop_.wait(timeout_ms);
  for (const auto& ready : events) {
    const Peer peer = peer_of(ready.token);
    if (ready.readable) take_one(peer);
    if (ready.writable) flush(peer);
  }
  return !events.empty();
}

void Program::take_one(const Peer& peer) {
  wire::Channel* channel = channel_of(peer);
  if (over_ || channel == nullptr || !channel->open()) return;
  auto got = channel->receive();
  if (!got.ok()) return drop(peer, got.error().code == base::Errc::kViolation);
  if (got->has_value() && !take(peer, std::move(**got)).ok()) drop(peer, true);
}

void Program::flush(const Peer& peer) {
  wire::Channel* channel = channel_of(peer);
  if (channel == nullptr || !channel->open()) return;
  if (!channel->flush().ok()) drop(peer, false);
  else if (!channel->wants_write()) loop_.rewatch(channel->fd(), token_of(peer), false);
}

std::int64_t Program::wait_ms() const {
  const std::int64_t by = batch_.wake_by_us();
  if (by == 0) return -1;
  return std::max<std::int64_t>(0, (by - clock_.steady_us() + 999) / 1000);
}

base::Status Program::take(const Peer& peer, wire::Message message) {
  if (message.type == wire::FrameType::kReady) channel_of(peer)->enter(wire::Phase::kRunning);
  base::Fd descriptor;
  if (!message.descriptors.empty()) descriptor = std::move(message.descriptors.front());
  message.descriptors.clear();
  if (message.type == wire::FrameType::kSessionSpawned) {
    TRY_AS(wire::SessionSpawned spawned, message.as<wire::SessionSpawned>());
    if (spawned.spawned != static_cast<bool>(descriptor))
      return base::violation("session without its channel");
    if (descriptor) {
      const Peer session{Side::kSession, spawned.slot};
      const auto [place, fresh] =
          sessions_.try_emplace(spawned.slot, std::move(descriptor),
                                wire::Permits(wire::kSessionToMonitor), std::string("session"));
      if (!fresh) return base::violation("slot that is taken");
      if (!holding_) watch(session, place->second);
    }
  } else if (message.type == wire::FrameType::kDoorSpawned && descriptor) {
    if (ends_.gateway.open()) drop({Side::kGateway, 0}, false);
    ends_.gateway = wire::Channel(std::move(descriptor), wire::kGatewayToMonitor, "gateway");
    watch({Side::kGateway, 0}, ends_.gateway);
    ++doors_;
    monitor_.gateway_started();
  }
  return monitor_.on(peer, message);
}

void Program::drop(const Peer& peer, bool violated) {
  wire::Channel* channel = channel_of(peer);
  if (channel == nullptr || !channel->open()) return;
  loop_.unwatch(channel->fd());
  channel->close();
  if (peer.side == Side::kSession) sessions_.erase(peer.slot);
  end_process(peer);
  monitor_.lost(peer, violated);
  // Without its supervisor or its broker the monitor is of no use: the supervisor starts all anew.
  if (peer.side == Side::kSupervisor || peer.side == Side::kBroker) over_ = true;
}

// What sessions say is not read while the door has not taken what they said before: a session that
// floods its client must not fill our memory or cost the door its channel.
void Program::hold_back_while_door_is_slow() {
  const bool slow = ends_.gateway.open() && ends_.gateway.wants_write();
  if (slow == holding_) return;
  holding_ = slow;
  for (const auto& [slot, channel] : sessions_) {
    if (slow) loop_.unwatch(channel.fd());
    else watch({Side::kSession, slot}, channel);
  }
}

// What is cut off need not notice, or care: the supervisor ends its process.
void Program::end_process(const Peer& peer) {
  if (!ends_.supervisor.open()) return;
  if (peer.side == Side::kSession) (void)ends_.supervisor.send(wire::EndPeer{false, peer.slot});
  if (peer.side == Side::kGateway) (void)ends_.supervisor.send(wire::EndPeer{true, doors_});
}

void Program::settle() {
  batch_.settle([this](const Letter& letter) { send(letter); }, over_);
  for (const Peer& peer : outbox_.take_ended()) {
    wire::Channel* channel = channel_of(peer);
    if (channel == nullptr || !channel->open()) continue;
    loop_.unwatch(channel->fd());
    channel->close();
    if (peer.side == Side::kSession) sessions_.erase(peer.slot);
    end_process(peer);
  }
}

void Program::send(const Letter& letter) {
  wire::Channel* channel = channel_of(letter.to);
  if (channel == nullptr || !channel->open()) return;
  const bool waited = channel->wants_write();
  if (!channel->send_bytes(letter.type, letter.payload, {}, false).ok())
    return drop(letter.to, false);
  const bool watched = !holding_ || letter.to.side != Side::kSession;
  if (watched && !waited && channel->wants_write())
    loop_.rewatch(channel->fd(), token_of(letter.to), true);
}

void Program::after_events() {
  // The runner too: what it says of the sandboxes is part of what the host gives.
  const bool told = std::ranges::any_of(
      monitor_.programs(), [](const auto& state) { return state.program == "runner"; });
  if (!announced_ && monitor_.ready() && told) {
    announced_ = true;
    wire::SystemReady ready;
    ready.programs = monitor_.programs();
    ready.log_entries = journal_.entries();
    ready.unknown_calls = monitor_.unknown_calls();
    outbox_.to({Side::kSupervisor, 0}, ready);
    settle();
  }
  if (monitor_.draining() && monitor_.idle() && !over_) {
    over_ = true;
    settle();
    (void)ends_.supervisor.send(wire::Drained{batch_.clean() && !journal_.stopped()});
  }
  if (batch_.wake_by_us() == 0 && !journal_.pending() && !journal_.stopped())
    (void)journal_.prepare();
}

}  // namespace monitor
