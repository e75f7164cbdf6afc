// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The loop of yett-gateway: the listening socket, the clients, the channel to the monitor.
// Trust zone: gateway (reads hostile text, holds nothing).
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>

#include "base/clock.h"
#include "base/fd.h"
#include "base/result.h"
#include "gateway/client.h"
#include "gateway/door.h"
#include "wire/channel.h"
#include "wire/loop.h"

namespace gateway {

class Server {
 public:
  // LIMIT: connections at one time; further ones are closed at once.
  static constexpr std::size_t kClients = 256;
  // LIMIT: lines that have not ended, of all clients together; whoever goes above it is closed.
  static constexpr std::size_t kWaitingBytes = 64u * 1024 * 1024;

  // `listener` is a listening unix stream socket. All are borrowed for the life of the Server.
  // Clients are processes of `owner_uid` and of root.
  static base::Result<std::unique_ptr<Server>> create(wire::Channel& monitor, int listener,
                                                      std::uint32_t owner_uid,
                                                      const base::Clock& clock);

  // Works until the monitor has closed the channel (ok). kViolation: the monitor broke the
  // protocol; kUnavailable: it does not read any more.
  base::Status run();
  // One round: waits at most `timeout_ms`, takes all that is ready. False: the monitor is gone.
  base::Result<bool> round(std::int64_t timeout_ms);

  std::size_t client_count() const { return clients_.size(); }

 private:
  Server(wire::Channel& monitor, int listener, std::uint32_t owner_uid, const base::Clock& clock,
         wire::Loop loop);

  void accept_all();
  void admit(base::Fd socket);
  void hold_back_while_monitor_is_slow();
  void watch_accepting(bool accepting);
  base::Result<bool> take_frame();
  base::Status take_lines(ClientId id);
  base::Status end_client(ClientId id);
  base::Status carry_out(Effects effects);
  base::Status end_slow_clients();
  std::size_t waiting_bytes() const;

  wire::Channel& monitor_;
  int listener_;
  std::uint32_t owner_uid_;
  const base::Clock& clock_;
  wire::Loop loop_;
  Door door_;
  std::unordered_map<ClientId, Client> clients_;
  ClientId last_client_ = 0;
  bool accepting_ = false;  // the listener is watched
  bool reading_ = true;     // the clients are watched
};

}  // namespace gateway
