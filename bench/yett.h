// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The real programs with one declared HTTP tool, and a client at their unix door. Trust zone:
// benchmarks.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "audit/entry.h"
#include "cli/start.h"

namespace bench {

// One call as the client saw it; wall clock.
struct Seen {
  std::int64_t asked_us = 0;
  std::int64_t answered_us = 0;
};

struct ProgramCost {
  std::string name;
  double cpu_us = 0;   // so far, all its processes together
  double pss_mb = -1;  // -1: the kernel does not tell us
};

class Yett {
 public:
  // `folder`: for configuration and log. `upstream`: where the tool is. `programs`: their
  // directory.
  Yett(const std::string& folder, const std::string& upstream, const std::string& programs);

  // One call of the tool; ends the bench if it is not answered with the tool's content.
  void call();
  const std::vector<Seen>& seen() const { return seen_; }

  std::string log_path() const { return folder_ + "/state/log"; }
  std::string isolation() const;
  std::vector<ProgramCost> costs() const;
  // Ends the programs; then what the log says about the calls, in their order.
  void stop() { running_.reset(); }

 private:
  std::string line();

  std::string folder_;
  std::unique_ptr<cli::Running> running_;
  std::string session_;
  std::string buffer_;
  std::int64_t next_id_ = 2;
  std::vector<Seen> seen_;
};

// The moments of one call by the log's wall clock; microseconds.
struct Recorded {
  std::int64_t intent_us = 0;
  std::int64_t started_us = 0;
  std::int64_t outcome_us = 0;
};
// Allowed calls, ascending by call id.
std::vector<Recorded> recorded(const std::string& log_path);
// Bytes of the log without the zeros written ahead.
std::uint64_t log_bytes(const std::string& log_path);

}  // namespace bench
