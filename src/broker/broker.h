// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The broker's loop: channels to monitor, supervisor, runner and the workers, and what each event
// sets in motion. It keeps the secrets and performs what warrants order; it decides nothing, opens
// no socket and starts no process. Trust zone: broker.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.h"
#include "broker/egress_pool.h"
#include "broker/op_source.h"
#include "broker/perform.h"
#include "broker/secret_desk.h"
#include "wire/channel.h"
#include "wire/loop.h"

namespace broker {

// What a broker is made of; filled before its lockdown.
struct Sealed {
  explicit Sealed(ManifestView manifest, const base::Clock& clock)
      : view(std::move(manifest)), desk(view, clock) {}
  ManifestView view;
  SecretDesk desk;
  std::string data_key;  // 32 bytes: the tenant's argument store; wiped when it has been sent
  OpToken token;         // of the 1Password service account; empty: none
};

class Broker {
 public:
  // The other ends belong to monitor, supervisor and runner; `runner` may be empty.
  struct Sockets {
    base::Fd monitor;
    base::Fd supervisor;
    base::Fd runner;
  };

  // `sealed`, `clock` and `random` outlive the broker.
  static base::Result<std::unique_ptr<Broker>> create(Sealed& sealed, Sockets sockets,
                                                      const base::Clock& clock,
                                                      base::Random& random);

  // Sends Ready and BrokerReady: from then on warrants are taken.
  base::Status start(const wire::Ready& ready);

  // Waits at most `timeout_ms` (-1: as long as no time is up) and handles what is ready. Fails when
  // the broker has to end: kViolation if the monitor or the supervisor broke the protocol,
  // kUnavailable if one of them is gone (that is also how an orderly shutdown ends).
  base::Status turn(std::int64_t timeout_ms);

  std::size_t in_flight() const { return performer_.in_flight(); }
  std::uint64_t epoch() const { return epoch_; }

 private:
  Broker(Sealed& sealed, Sockets sockets, wire::Loop loop, const base::Clock& clock,
         base::Random& random);
  void watch_all();
  void watch_writes();
  std::int64_t patience_ms(std::int64_t timeout_ms) const;
  base::Status on_ready(const wire::Loop::Ready& ready);
  base::Status read_monitor();
  base::Status monitor_frame(const wire::Message& message);
  base::Status read_supervisor();
  void read_runner();
  base::Status runner_frame(const wire::Message& message);
  void lose_runner(bool violated);
  base::Status go_on();
  void fetch_secrets();
  void say_failing(std::uint32_t secret);

  Sealed& sealed_;
  const base::Clock& clock_;
  wire::Loop loop_;
  wire::Channel monitor_;
  wire::Channel supervisor_;
  wire::Channel runner_;
  std::uint64_t epoch_;
  EgressPool pool_;
  OpSource op_;
  Performer performer_;
  bool monitor_writing_ = false;
  bool supervisor_writing_ = false;
  bool runner_writing_ = false;
};

}  // namespace broker
