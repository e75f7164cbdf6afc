// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Starts the programs over socketpairs, closes its own ends, and keeps them running: a door or a
// worker that ends is started again with back-off; three crashes in a minute keep it shut. If the
// monitor, the broker or the runner ends, all are started anew, as none can go on with another's
// old state. Trust zone: supervisor.
#pragma once

#include <functional>
#include <map>
#include <optional>

#include "base/clock.h"
#include "cli/launch.h"
#include "cli/spawn.h"
#include "wire/channel.h"
#include "wire/loop.h"

namespace cli {

// How often something may end within a minute before it stays shut, and how long to wait before
// the n-th new start.
class Backoff {
 public:
  static constexpr int kCrashes = 3;
  static constexpr std::int64_t kWindowUs = 60'000'000;
  // Counts a crash at `now_us`. The delay before the next start in microseconds; nothing: stay
  // shut.
  std::optional<std::int64_t> crashed(std::int64_t now_us);

 private:
  std::vector<std::int64_t> crashes_us_;
};

class Supervisor {
 public:
  // `ready` is called once, when every program has reported. `stop` is a descriptor: readable or
  // hung up means: drain and end.
  Supervisor(Launch launch, const base::Clock& clock, int stop,
             std::function<void(const wire::SystemReady&)> ready);
  ~Supervisor();

  // Runs until asked to stop or until nothing can be kept running. 0: drained; 1: the log had
  // stopped or the programs did not end in time; 2: could not be kept running.
  int run();

 private:
  enum class Kind : unsigned char {
    kGateway,
    kSession,
    kMonitor,
    kBroker,
    kEgress,
    kRunner,
    kSpawner
  };
  struct Child {
    Kind kind;
    std::uint64_t slot = 0;
    bool told_to_end = false;
  };

  base::Status start_all();
  void prepare_records();
  base::Status start_program(Kind kind, const char* name, std::vector<Handed> descriptors,
                             std::uint64_t slot = 0);
  base::Status start_gateway(base::Fd monitor_end);
  void end_all();
  void reap();
  void ended(const Child& child, int status);
  void start_gateway_again();
  void restart_all();
  void from_monitor();
  void from_broker();
  void end_worker(Kind kind, std::uint64_t slot);
  void spawn_session(std::uint64_t slot);
  void spawn_egress(const wire::SpawnEgress& wanted);
  void begin_stop();
  void watch_channels();
  std::int64_t wait_ms() const;

  Launch launch_;
  const base::Clock& clock_;
  int stop_;
  std::function<void(const wire::SystemReady&)> ready_;
  wire::Loop loop_;
  base::Fd signals_;
  std::optional<wire::Channel> monitor_;
  std::optional<wire::Channel> broker_;
  std::map<pid_t, Child> children_;
  base::Fd gateway_start_, session_start_, monitor_start_, broker_start_, runner_start_;
  Backoff system_crashes_, gateway_crashes_;
  std::uint64_t doors_ = 0;  // starts of the gateway since all were started
  std::int64_t restart_all_at_us_ = 0;
  std::int64_t restart_gateway_at_us_ = 0;
  std::int64_t stop_by_us_ = 0;
  bool stopping_ = false;
  bool over_ = false;
  int result_ = 0;
};

}  // namespace cli
