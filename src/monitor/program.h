// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The monitor's loop: drain frames, decide all, one write and sync, send all. Trust zone: monitor.
#pragma once

#include <map>
#include <memory>

#include "monitor/batch.h"
#include "wire/loop.h"

namespace monitor {

// The channels and the log that the program was started with.
struct Ends {
  wire::Channel supervisor;
  wire::Channel broker;
  wire::Channel gateway;
};

class Program {
 public:
  Program(wire::Loop loop, Ends ends, Monitor& monitor, Journal& journal, Outbox& outbox,
          const base::Clock& clock);

  // Runs until the supervisor is gone or asked for the end. 0: drained and synced; 1: the log had
  // stopped.
  int run();

 private:
  wire::Channel* channel_of(const Peer& peer);
  void watch(const Peer& peer, const wire::Channel& channel);
  bool take_ready(std::int64_t timeout_ms);
  void take_one(const Peer& peer);
  void flush(const Peer& peer);
  base::Status take(const Peer& peer, wire::Message message);
  void drop(const Peer& peer, bool violated);
  void hold_back_while_door_is_slow();
  void end_process(const Peer& peer);
  void settle();
  void send(const Letter& letter);
  void after_events();
  std::int64_t wait_ms() const;

  wire::Loop loop_;
  Ends ends_;
  std::map<std::uint64_t, wire::Channel> sessions_;
  Monitor& monitor_;
  Journal& journal_;
  Outbox& outbox_;
  const base::Clock& clock_;
  Batch batch_;
  std::uint64_t doors_ = 0;  // that were started again
  bool holding_ = false;     // sessions are not read
  bool announced_ = false;
  bool over_ = false;
};

}  // namespace monitor
