// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The `vault` profile: children for the 1Password CLI. The runner hands the token and the output
// pipes on by descriptor and never reads them. Trust zone: runner.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/fd.h"
#include "wire/frames.h"
#include "wire/start.h"

namespace runner {

// Children of the vault's program, each in a process group of its own with a time limit.
class VaultRuns {
 public:
  // LIMIT: runs at one time; single flight in the broker keeps the real number near one.
  static constexpr std::size_t kRuns = 8;

  VaultRuns(const wire::StartRunner& start, const base::Clock& clock)
      : start_(start), clock_(clock) {}

  // Starts a run. `descriptors`: the token (readable), standard output, standard error, as in
  // RunVault. Returns a descriptor that becomes readable at its end, to be watched; the frame that
  // answers if it could not be started.
  struct Begun {
    int watch = -1;
    wire::RunEnded failed;
  };
  Begun begin(const wire::RunVault& wanted, std::vector<base::Fd> descriptors);

  // The run behind a readable watch has ended: its answer. The watch is closed.
  wire::RunEnded end(int watch);

  // Ends a run early; its answer still comes through its watch.
  void cancel(base::RequestId request);
  // Ends the runs whose time is over, and says when the next one's is (steady µs; 0: none runs).
  std::int64_t expire();
  void end_all();

 private:
  struct Run {
    base::RequestId request;
    pid_t pid = -1;
    base::Fd watch;  // pidfd
    std::int64_t deadline_us = 0;
    bool timed_out = false;
  };
  const wire::StartRunner& start_;
  const base::Clock& clock_;
  std::map<int, Run> runs_;  // by watch
};

}  // namespace runner
