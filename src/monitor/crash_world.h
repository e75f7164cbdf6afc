// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The shipped monitor, journal, batch and log over a disk that fails on demand, with a door, a
// session and a broker that play their parts in a random order. What left the monitor, and what
// came of it, outlives its crashes. Trust zone: tests.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "audit/fault_file.h"
#include "audit/recover.h"
#include "monitor/batch.h"

namespace monitor::crash {

using Chance = std::mt19937_64;

class StillClock final : public base::Clock {
 public:
  std::int64_t wall_us() const override { return 1'700'000'000'000'000 + now; }
  std::int64_t steady_us() const override { return now; }
  std::int64_t now = 1'000'000;
};

class SeededRandom final : public base::Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : chance_(seed) {}
  void fill(std::span<std::byte> out) override {
    for (std::byte& b : out) b = static_cast<std::byte>(chance_());
  }

 private:
  Chance chance_;
};

// What the world outside saw, whatever became of the monitor.
struct Outside {
  std::set<std::uint64_t> warranted;             // calls whose warrant has left
  std::map<std::uint64_t, int> effects;          // how often each was carried out
  std::map<std::uint64_t, int> answers;          // closing frames by request
  std::map<std::uint64_t, base::Reason> reason;  // of the last one
  std::uint64_t asked = 0;                       // requests so far; their numbers are 1, 2, ...
  std::string broken;                            // the first promise that was not kept
  void breaks(std::string what) {
    if (broken.empty()) broken = std::move(what);
  }
};

// One life of the monitor, from opening its log to its crash.
class Life {
 public:
  // `file` and `outside` outlive it.
  Life(audit::FaultFile& file, Outside& outside, std::uint64_t seed);

  // False: the log could not be opened or what was open could not be settled.
  bool began() const { return batch_.has_value(); }
  // Calls that the log left open, as this life found them.
  const std::set<std::uint64_t>& found_unknown() const { return found_unknown_; }

  // A random step: the client asks, or some peer's frame arrives; then the batch is settled.
  void step();
  // Steps without new questions until nobody has anything to say.
  void drain();
  // From now on nothing leaves it any more: it has crashed.
  void die() { dead_ = true; }
  bool dead() const { return dead_; }
  bool log_stopped() const { return journal_->stopped(); }

 private:
  void start();
  void ask();
  void deliver(const Peer& from);
  template <class F> void hand(const Peer& from, const F& frame);
  void settle();
  void carry(const Letter& letter);
  void to_session(const Letter& letter);
  void to_broker(const Letter& letter);
  void to_gateway(const Letter& letter);

  audit::FaultFile& file_;
  Outside& outside_;
  Chance chance_;
  StillClock clock_;
  SeededRandom random_;
  wire::StartMonitor start_;
  policy::PolicySet policy_;
  std::optional<audit::Opened> log_;
  std::optional<Journal> journal_;
  Outbox outbox_;
  std::optional<Monitor> monitor_;
  std::optional<Batch> batch_;
  std::set<std::uint64_t> found_unknown_;
  std::deque<wire::Message> from_session_, from_broker_;
  base::SessionId session_;
  std::map<std::uint32_t, base::RequestId> turns_;  // by proposal
  std::map<std::uint32_t, base::CallId> calls_;     // by proposal
  std::uint32_t proposal_ = 0;
  std::uint64_t last_warrant_ = 0;
  bool failed_before_ = false;  // the log had stopped before this batch
  bool dead_ = false;
};

}  // namespace monitor::crash
