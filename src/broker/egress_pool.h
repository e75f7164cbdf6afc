// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The egress workers of one broker: one serves one origin with one set of credentials and one
// request at a time. Workers are asked of the supervisor, reused while they live, and ended when
// another key needs the room. Trust zone: broker; workers may be taken over by a hostile server.
#pragma once

#include <compare>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "wire/channel.h"
#include "wire/loop.h"

namespace broker {

// What a worker may carry. SECURITY: a worker never sees a request of another key, so a server that
// takes one over finds no other credential there.
struct EgressKey {
  std::uint32_t origin = 0;            // index into Manifest::origins
  std::vector<std::uint32_t> secrets;  // sorted indexes into Manifest::secrets
  friend auto operator<=>(const EgressKey&, const EgressKey&) = default;
};

class EgressPool {
 public:
  using Slot = std::uint64_t;  // 0: none
  using Job = std::uint64_t;   // whatever names the waiting call to the caller

  // Tokens of the workers' channels in the loop: kToken | slot.
  static constexpr std::uint64_t kToken = std::uint64_t{1} << 62;
  // LIMIT: more calls at once to one key wait for a free worker.
  static constexpr std::size_t kWorkersPerKey = 8;

  // A worker for a job. `slot` 0: none could be started. `reused`: it has served before, so it may
  // be ending itself just now.
  struct Grant {
    Job job = 0;
    Slot slot = 0;
    bool reused = false;
  };

  // LIMIT: a worker that has not said Ready for so long is given up.
  static constexpr std::int64_t kBirthUs = 10'000'000;

  // All outlive the pool.
  EgressPool(wire::Loop& loop, wire::Channel& supervisor, const base::Clock& clock)
      : loop_(loop), supervisor_(supervisor), clock_(clock) {}

  // Queues the job for a worker of `key`; next_grant() delivers.
  void want(const EgressKey& key, Job job);
  // Takes the job out of its queue; false if it does not wait.
  bool forget(Job job);
  std::optional<Grant> next_grant();

  // The supervisor's answer. kViolation if no such worker was asked for.
  base::Status spawned(const wire::EgressSpawned& answer, std::vector<base::Fd> descriptors);
  // The worker has sent its Ready.
  void ready(Slot slot);
  // The worker's job is done and it is sound: it serves the next.
  void release(Slot slot);
  // Ends the worker: its channel closes, and the supervisor ends its process.
  void end(Slot slot);

  // Null if there is no such worker, or not yet a channel.
  wire::Channel* channel(Slot slot);
  // The job that the worker serves; 0 if none.
  Job job_of(Slot slot) const;
  std::size_t size() const { return workers_.size(); }
  // Gives up workers that do not come up, and when to call it next (steady microseconds).
  void check_times();
  std::optional<std::int64_t> next_deadline_us() const;
  // Asks the loop for writability where something waits to be sent.
  void watch_writes();

 private:
  // kGivenUp: the supervisor's answer is still to come, and will be dropped.
  enum class State : std::uint8_t { kSpawning, kStarting, kIdle, kBusy, kGivenUp };
  struct Worker {
    EgressKey key;
    State state = State::kSpawning;
    Job job = 0;
    std::int64_t give_up_us = 0;  // unborn workers
    bool served = false;
    bool writing = false;
    std::unique_ptr<wire::Channel> channel;
  };
  static bool unborn(const Worker& worker) { return worker.state <= State::kStarting; }
  std::size_t count(const EgressKey& key, bool unborn_only) const;
  Slot idle_of(const EgressKey& key) const;
  void drop(std::map<Slot, Worker>::iterator worker);
  bool make_room();
  bool spawn(const EgressKey& key);
  void balance(const EgressKey& key);
  void balance_all();
  void fail_one(const EgressKey& key);

  wire::Loop& loop_;
  wire::Channel& supervisor_;
  const base::Clock& clock_;
  std::map<Slot, Worker> workers_;
  std::map<EgressKey, std::deque<Job>> waiting_;
  std::deque<Grant> grants_;
  Slot next_slot_ = 1;
};

}  // namespace broker
