// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// How many calls may run at one time, by key, principal, tenant, tool and in all; all or nothing.
// Trust zone: monitor.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "identity/quota/quotas.h"

namespace identity {

struct RunningLimit {
  std::uint32_t count = 1;
  LimitScope scope = LimitScope::kPrincipal;
};

class Concurrency {
 public:
  // `running`: the most calls in all, whoever makes them.
  Concurrency(std::vector<RunningLimit> limits, std::size_t running, base::Random& random);

  // A call that runs. 0 is none. Used once.
  struct Ticket {
    std::uint64_t id = 0;
  };
  struct Answer {
    Ticket ticket;          // id 0: denied
    bool full = false;      // `running` calls run
    std::size_t limit = 0;  // the first that refuses
  };
  Answer begin(const Caller& caller);
  // The call has ended. False, and nothing changes: no such ticket runs, such as one that has ended
  // already.
  bool end(Ticket ticket);

  std::size_t running() const { return running_; }

 private:
  struct Held {
    std::uint64_t id = 0;
    std::vector<Key128> keys;  // one for each limit
  };
  struct Count {
    std::uint32_t running = 0;
  };

  std::vector<RunningLimit> limits_;
  KeyedHash hash_;
  std::vector<KeyTable<Count>> tables_;  // INVARIANT: an entry runs at least one call
  std::vector<Held> held_;
  std::vector<std::uint32_t> free_;
  std::size_t running_ = 0;
  std::uint32_t generation_ = 0;
};

}  // namespace identity
