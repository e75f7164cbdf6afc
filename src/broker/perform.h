// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// One warrant after the other becomes one effect or none: check, secrets, render, egress, scrub,
// observe. Every warrant is closed by exactly one Observation, and
// INVARIANT: `Started` reaches the monitor before any outcome of a call whose bytes may have left.
// Trust zone: broker; it reads typed frames of the monitor and of workers that may be taken over.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "broker/answer_scrub.h"
#include "broker/check.h"
#include "broker/egress_pool.h"
#include "broker/secret_desk.h"
#include "wire/channel.h"

namespace broker {

class Performer {
 public:
  // All outlive the performer.
  struct Parts {
    const ManifestView& view;
    SecretDesk& desk;
    EgressPool& pool;
    wire::Channel& monitor;
    const base::Clock& clock;
  };
  Performer(Parts parts, std::uint64_t epoch) : p_(parts), gate_(parts.view, epoch) {}

  // An order of the monitor. kViolation: epoch, sequence or tenant is wrong, and the monitor's
  // channel must end. Everything else is answered by an Observation.
  base::Status warrant(wire::Warrant warrant);
  void cancel(std::uint64_t sequence);
  // Takes nothing new; with `now`, cancels what is in flight.
  void shut_down(bool now);

  // The next frame of a worker, or its end. False: there is no more.
  bool read_one(EgressPool::Slot slot);
  // Goes on where a secret has come, a worker is free or a time is up. Call after every event.
  void go_on();
  // When go_on() has to be called at the latest; steady microseconds, or nothing.
  std::optional<std::int64_t> next_deadline_us() const;

  std::size_t in_flight() const { return jobs_.size(); }
  // The first failure of the channel to the monitor; the broker ends then.
  const base::Status& status() const { return status_; }

 private:
  // What the egress may do after a cancel or a deadline before it is ended.
  static constexpr std::int64_t kGraceUs = 1'000'000;
  // The egress knows the deadline itself and says more about it: it goes first.
  static constexpr std::int64_t kSlackUs = 250'000;

  enum class Stage : std::uint8_t { kSecrets, kEgress, kRequested, kSent };
  struct Job {
    wire::Warrant warrant;
    const wire::ToolSpec* tool = nullptr;
    Stage stage = Stage::kSecrets;
    EgressPool::Slot slot = 0;
    bool reused_worker = false;
    bool retried = false;
    bool stopping = false;  // a CancelRequest is out
    base::Reason stop_reason = base::Reason::kCancelled;
    std::int64_t give_up_us = 0;  // deadline, then the end of the grace
    std::uint64_t delta_bytes = 0;
    std::optional<AnswerScrub> scrub;
  };
  using Jobs = std::map<std::uint64_t, Job>;

  template <class F> void say(const F& frame);
  void refuse(std::uint64_t sequence, base::Reason reason);
  void seek_secrets(Job& job);
  void grant(const EgressPool::Grant& grant);
  base::Status request(Job& job);
  void stop(Job& job, base::Reason reason);
  void time_up(Job& job);
  void started(Job& job);
  void finish(Job& job, wire::Observation observation);
  void close(Job& job, base::Reason reason);
  void say_found(const Job& job);
  void say_delta(const Job& job, wire::DeltaKind kind, std::uint32_t index, std::string text);

  base::Status worker_frame(EgressPool::Slot slot, const wire::Message& message);
  base::Status worker_ready(EgressPool::Slot slot, const wire::Message& message);
  base::Result<Job*> job_of(EgressPool::Slot slot, base::RequestId request);
  base::Status sent(EgressPool::Slot slot, const wire::Message& message);
  base::Status answer_delta(EgressPool::Slot slot, const wire::Message& message);
  base::Status answer(EgressPool::Slot slot, const wire::Message& message);
  void worker_lost(EgressPool::Slot slot, bool violated);

  Parts p_;
  WarrantGate gate_;
  Jobs jobs_;
  bool draining_ = false;
  base::Status status_ = base::ok();
};

}  // namespace broker
