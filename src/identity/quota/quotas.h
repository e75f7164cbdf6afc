// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Several limits at once, all or nothing: a call that one limit refuses is counted by none.
// Memory is bounded: a limit that has no room for another caller denies, and says so.
// LIMIT: what was counted is forgotten when the process ends. Trust zone: monitor.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "identity/quota/windows.h"

namespace identity {

// Whom and what a call is counted under. Views need to live as long as the call of ask().
struct Caller {
  std::string_view tenant;
  std::string_view principal;  // Principal::key()
  std::string_view key;        // the credential; empty: counted by its principal instead
  std::string_view tool;
};

class Quotas {
 public:
  // `callers`: the most that one limit keeps apart. `random` keys the hash and is not kept.
  Quotas(const std::vector<RateLimit>& limits, std::size_t callers, base::Random& random);

  struct Answer {
    bool admitted = false;
    bool full = false;          // the limit has no room for this caller
    std::size_t limit = 0;      // the refusing one that takes longest
    std::int64_t retry_us = 0;  // when all would admit it, if nothing else is; 0: never
    // Retry-After in whole seconds, at least 1 (RFC 9110 §10.2.3); 0: never.
    std::int64_t retry_after_s() const { return (retry_us + 999'999) / 1'000'000; }
  };
  // `cost`: calls, or tokens; at least 1 (CHECK). `now_us`: a clock; one that goes back is taken as
  // one that stands still.
  Answer ask(const Caller& caller, std::uint32_t cost, std::int64_t now_us);

  const RateLimit& limit(std::size_t i) const { return windows_[i].limit(); }

 private:
  Key128 key_of(LimitScope scope, const Caller& caller);

  KeyedHash hash_;
  std::vector<Windows> windows_;
  struct Pending {
    Key128 key;
    Windows::Look look;
  };
  std::vector<Pending> pending_;  // of one ask(), kept for its memory
  std::string text_;              // likewise
  std::int64_t last_us_ = 0;
};

}  // namespace identity
