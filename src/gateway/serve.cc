// SPDX-License-Identifier: Apache-2.0
#include "gateway/serve.h"

#include <errno.h>
#include <sys/socket.h>

#include <vector>

namespace gateway {
namespace {

constexpr std::uint64_t kMonitorToken = 1;
constexpr std::uint64_t kListenerToken = 2;
constexpr ClientId kFirstClient = 16;
constexpr std::int64_t kTickMs = 1000;  // how often slow lines are looked for

template <class F> base::Result<FromMonitor> frame_as(const wire::Message& message) {
  TRY_AS(F frame, message.as<F>());
  return FromMonitor(std::move(frame));
}

base::Result<FromMonitor> frame_of(const wire::Message& message) {
  switch (message.type) {
    case wire::FrameType::kSessionOpened: return frame_as<wire::SessionOpened>(message);
    case wire::FrameType::kSay: return frame_as<wire::Say>(message);
    case wire::FrameType::kCallNotice: return frame_as<wire::CallNotice>(message);
    case wire::FrameType::kTurnEnded: return frame_as<wire::TurnEnded>(message);
    case wire::FrameType::kPlanNotice: return frame_as<wire::PlanNotice>(message);
    case wire::FrameType::kCallEnded: return frame_as<wire::CallEnded>(message);
    default: return base::violation("frame that a gateway does not know");
  }
}

// Who is on the other end (unix(7), SO_PEERCRED); nothing if the kernel does not say.
std::optional<std::uint32_t> uid_of(int socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return std::nullopt;
  return peer.uid;
}

}  // namespace

Server::Server(wire::Channel& monitor, int listener, std::uint32_t owner_uid,
               const base::Clock& clock, wire::Loop loop)
    : monitor_(monitor),
      listener_(listener),
      owner_uid_(owner_uid),
      clock_(clock),
      loop_(std::move(loop)),
      last_client_(kFirstClient) {}

base::Result<std::unique_ptr<Server>> Server::create(wire::Channel& monitor, int listener,
                                                     std::uint32_t owner_uid,
                                                     const base::Clock& clock) {
  TRY_AS(wire::Loop loop, wire::Loop::create());
  std::unique_ptr<Server> server(new Server(monitor, listener, owner_uid, clock, std::move(loop)));
  server->loop_.watch(monitor.fd(), kMonitorToken);
  server->watch_accepting(true);
  return server;
}

base::Status Server::run() {
  while (true) {
    TRY_AS(const bool there, round(kTickMs));
    if (!there) return base::ok();
  }
}

base::Result<bool> Server::round(std::int64_t timeout_ms) {
  hold_back_while_monitor_is_slow();
  const auto events = loop_.wait(timeout_ms);
  for (const wire::Loop::Ready& ready : std::vector(events.begin(), events.end())) {
    if (ready.token == kMonitorToken) {
      if (ready.writable) TRY(monitor_.flush());
      if (!ready.readable) continue;
      TRY_AS(const bool there, take_frame());
      if (!there) return false;
    } else if (ready.token == kListenerToken) {
      accept_all();
    } else {
      const auto client = clients_.find(ready.token);
      if (client == clients_.end()) continue;  // ended earlier in this round
      if (ready.writable && !client->second.flush().ok()) {
        TRY(end_client(ready.token));
      } else if (ready.readable) {
        TRY(take_lines(ready.token));
      }
    }
  }
  TRY(end_slow_clients());
  return true;
}

// Nothing is read from clients while the monitor has not taken what they said before: it is they
// who wait, not our memory that grows.
void Server::hold_back_while_monitor_is_slow() {
  loop_.rewatch(monitor_.fd(), kMonitorToken, monitor_.wants_write());
  const bool reading = !monitor_.wants_write();
  for (const auto& [id, client] : clients_) {
    if (reading && !reading_) loop_.watch(client.fd(), id, client.wants_write());
    if (reading && reading_) loop_.rewatch(client.fd(), id, client.wants_write());
    if (!reading && reading_) loop_.unwatch(client.fd());
  }
  reading_ = reading;
}

void Server::watch_accepting(bool accepting) {
  if (accepting == accepting_) return;
  if (accepting) loop_.watch(listener_, kListenerToken);
  if (!accepting) loop_.unwatch(listener_);
  accepting_ = accepting;
}

void Server::accept_all() {
  while (true) {
    base::Fd socket(::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (socket) {
      admit(std::move(socket));
      continue;
    }
    if (errno == EINTR || errno == ECONNABORTED) continue;
    // Out of descriptors or memory: wait until a client has ended, instead of spinning.
    if (errno != EAGAIN && errno != EWOULDBLOCK) watch_accepting(clients_.empty());
    return;
  }
}

void Server::admit(base::Fd socket) {
  const auto uid = uid_of(socket.get());
  if (!uid || (*uid != owner_uid_ && *uid != 0) || clients_.size() >= kClients) return;
  const ClientId id = ++last_client_;
  if (reading_) loop_.watch(socket.get(), id);
  clients_.emplace(id, Client(std::move(socket)));
  door_.connected(id, *uid);
}

base::Result<bool> Server::take_frame() {
  auto received = monitor_.receive();
  if (!received.ok() && received.error().code == base::Errc::kUnavailable) return false;
  if (!received.ok()) return std::move(received).error();
  if (!received->has_value()) return true;
  TRY_AS(const FromMonitor frame, frame_of(**received));
  Effects effects;
  door_.frame(frame, effects);
  TRY(carry_out(std::move(effects)));
  return true;
}

base::Status Server::take_lines(ClientId id) {
  Client& client = clients_.at(id);
  if (!client.read(clock_.steady_us()).ok()) return end_client(id);
  while (clients_.contains(id)) {
    const auto line = client.next_line();
    if (!line) break;
    Effects effects;
    door_.line(id, *line, effects);
    TRY(carry_out(std::move(effects)));
  }
  if (clients_.contains(id) && client.waiting_bytes() > 0 && waiting_bytes() > kWaitingBytes) {
    return end_client(id);
  }
  return base::ok();
}

// INVARIANT: ends, for a client can be ended once.
base::Status Server::end_client(ClientId id) {
  const auto client = clients_.find(id);
  if (client == clients_.end()) return base::ok();
  if (reading_) loop_.unwatch(client->second.fd());
  clients_.erase(client);
  watch_accepting(true);
  Effects effects;
  door_.gone(id, effects);
  return carry_out(std::move(effects));
}

base::Status Server::carry_out(Effects effects) {
  for (const ToMonitor& frame : effects.frames) {
    TRY(std::visit([&](const auto& f) { return monitor_.send(f); }, frame));
  }
  for (const ToClient& to : effects.lines) {
    const auto client = clients_.find(to.client);
    if (client == clients_.end()) continue;
    const bool written = client->second.write(to.line).ok();
    if (!written || to.ends_connection) TRY(end_client(to.client));
  }
  return base::ok();
}

base::Status Server::end_slow_clients() {
  const std::int64_t now = clock_.steady_us();
  std::vector<ClientId> slow;
  for (const auto& [id, client] : clients_) {
    if (client.too_slow(now)) slow.push_back(id);
  }
  for (const ClientId id : slow) TRY(end_client(id));
  return base::ok();
}

std::size_t Server::waiting_bytes() const {
  std::size_t bytes = 0;
  for (const auto& [id, client] : clients_) bytes += client.waiting_bytes();
  return bytes;
}

}  // namespace gateway
