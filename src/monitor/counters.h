// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The counters of a policy set (policy.md §7): how many calls were allowed, or what an argument of
// theirs adds up to, within a sliding window, by session, principal or tenant. Exact, or the call
// is denied: a sum never rounds and a window never forgets. LIMIT: they count from the start of the
// programs. Trust zone: monitor.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "policy/decide.h"
#include "wire/value.h"

namespace monitor {

__extension__ typedef __int128 Wide;

class Counters {
 public:
  // LIMIT: calls remembered in one window, and in all. A call beyond is denied.
  static constexpr std::size_t kInWindow = 65'536;
  static constexpr std::size_t kInAll = 1u << 20;

  // `set` is borrowed. One principal and one tenant: those of this monitor.
  explicit Counters(const policy::PolicySet& set) : set_(set) {}

  // What each counter stands at, in the order of the set.
  std::vector<policy::Number> values(base::SessionId session, std::int64_t now_us);

  // What a call adds to each counter that counts it. kInvalid: the argument of a sum is not there
  // once, is no number, has more than nine decimals, or it or the sum is beyond 2^53. kExhausted:
  // too many calls in a window.
  struct Addition {
    std::size_t counter = 0;
    Wide amount = 0;  // in thousand-millionths
  };
  base::Result<std::vector<Addition>> weigh(base::SessionId session, const std::string& tool,
                                            const std::vector<wire::Leaf>& arguments,
                                            std::int64_t now_us);
  // The call was allowed.
  void add(base::SessionId session, const std::vector<Addition>& additions, std::int64_t now_us);
  void forget(base::SessionId session);
  std::size_t remembered() const { return remembered_; }

 private:
  struct Event {
    std::int64_t at_us = 0;
    Wide amount = 0;
  };
  struct Window {
    std::deque<Event> events;
    Wide sum = 0;
  };
  using Key = std::pair<std::size_t, std::uint64_t>;  // counter, session (0: shared)

  Key key_of(std::size_t counter, base::SessionId session) const;
  void pass(std::size_t counter, Window& w, std::int64_t now_us);
  void make_room(std::int64_t now_us);
  Window& window(std::size_t counter, base::SessionId session, std::int64_t now_us);

  const policy::PolicySet& set_;
  std::map<Key, Window> windows_;
  std::size_t remembered_ = 0;
};

}  // namespace monitor
