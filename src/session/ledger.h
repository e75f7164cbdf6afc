// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The proposals that are open: one number each, never used twice, and what a verdict or a result
// under that number belongs to. Trust zone: session (reads hostile text, one channel).
#pragma once

#include <cstdint>
#include <map>

#include "base/result.h"
#include "wire/frames.h"

namespace session {

// kGivenUp: the turn has ended; what still comes under the number is dropped.
enum class Purpose : unsigned char { kModel, kTool, kDirect, kGivenUp };

struct Proposal {
  Purpose purpose = Purpose::kGivenUp;
  std::uint64_t place = 0;  // kTool: place in the batch; kDirect: the request
  bool allowed = false;
};

// INVARIANT: exactly one verdict a proposal, and after a verdict that allows exactly one result.
// Anything else from the monitor is a violation.
class Ledger {
 public:
  std::uint32_t open(Purpose purpose, std::uint64_t place);
  // The proposal that the verdict decides; a denied one is closed by it.
  base::Result<Proposal> decide(const wire::Verdict& verdict);
  // The allowed proposal that the delta belongs to.
  base::Result<Proposal> allowed(std::uint32_t number) const;
  // The proposal that the result closes.
  base::Result<Proposal> close(std::uint32_t number);
  void give_up(std::uint32_t number);
  std::size_t open_count() const { return open_.size(); }

 private:
  std::map<std::uint32_t, Proposal> open_;
  std::uint32_t last_ = 0;
};

}  // namespace session
