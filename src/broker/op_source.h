// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Secrets from 1Password: each fetch is one run of `op read` in the runner's vault profile. The
// token goes in a sealed memfd, the value comes back through a pipe that the runner never reads.
// Trust zone: broker; what the pipes carry is another program's output.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "broker/op_errors.h"
#include "broker/secret.h"
#include "wire/channel.h"
#include "wire/loop.h"

namespace broker {

using OpToken = std::optional<Secret>;

class OpSource {
 public:
  // Tokens of the pipes in the loop: kToken | run << 1 | (0: output, 1: errors).
  static constexpr std::uint64_t kToken = std::uint64_t{1} << 61;

  // A fetch that has come to its end; without a value `error` says why.
  struct Fetched {
    std::uint32_t secret = 0;
    OpError error = OpError::kOther;
    std::optional<Secret> value;
  };

  // All outlive the source.
  OpSource(wire::Loop& loop, wire::Channel& runner, const base::Clock& clock)
      : loop_(loop), runner_(runner), clock_(clock) {}

  // Starts a run for the manifest's secret `secret`, or queues it. On failure take_fetched() tells
  // of it. `token` outlives the run.
  void fetch(std::uint32_t secret, const std::string& reference, const OpToken& token);
  // Bytes wait in a pipe.
  void read_pipe(std::uint64_t token);
  // The runner says that a run is over. kViolation if there is no such run.
  base::Status ended(const wire::RunEnded& ended);
  // The runner is gone: every run has failed.
  void runner_lost();
  // Ends what takes too long.
  void check_times();
  std::optional<std::int64_t> next_deadline_us() const;

  std::optional<Fetched> take_fetched();

 private:
  // LIMIT: runs at one time; the runner hosts eight. Others wait.
  static constexpr std::size_t kRuns = 6;
  // What the runner may need beyond the child's own time.
  static constexpr std::int64_t kSlackUs = 2'000'000;
  static constexpr std::size_t kErrorBytes = 64 * 1024;

  struct Run {
    std::uint32_t secret = 0;
    std::array<base::Fd, 2> pipes;
    std::array<std::string, 2> text;
    bool overflow = false;
    std::int64_t give_up_us = 0;
  };
  struct Pipe {
    base::Fd read;
    base::Fd write;
  };
  struct Order {
    std::uint32_t secret = 0;
    std::string reference;
    const OpToken* token = nullptr;
  };
  static base::Result<Pipe> make_pipe();
  void start_waiting();
  base::Status start(const Order& order);
  void drain(Run& run, std::size_t which);
  void close_pipe(Run& run, std::size_t which);
  void end(std::uint64_t id, OpError error, std::optional<Secret> value);
  static Fetched judge(Run& run, const wire::RunEnded& ended);

  wire::Loop& loop_;
  wire::Channel& runner_;
  const base::Clock& clock_;
  std::map<std::uint64_t, Run> runs_;
  std::deque<Order> waiting_;
  std::vector<Fetched> done_;
  std::uint64_t next_ = 1;
};

}  // namespace broker
