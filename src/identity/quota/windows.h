// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The sliding windows of one limit, one for each key that used it. Never more than `count` in any
// stretch of `window`; up to 64 a window exact, above that a call may have to wait up to a 64th of
// the window longer than it would have to, so that a window takes 1 KiB at most. Trust zone:
// monitor.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "identity/quota/key_table.h"
#include "identity/quota/rate_limit.h"

namespace identity {

class Windows {
 public:
  // `most`: windows held at a time.
  Windows(const RateLimit& limit, std::size_t most);

  struct Look {
    bool admitted = false;
    bool full = false;         // no room to count this key in: denied
    std::int64_t wait_us = 0;  // until it may be admitted, if nothing else is; 0: never
    Place place = kNoPlace;
  };
  // Whether `cost` more fits now. Counts nothing.
  Look look(const Key128& key, std::uint32_t cost, std::int64_t now_us);
  // Counts what `look` has just admitted (CHECK).
  void charge(const Look& look, const Key128& key, std::uint32_t cost, std::int64_t now_us);

  std::size_t size() const { return table_.size(); }
  const RateLimit& limit() const { return limit_; }

 private:
  // Calls that are counted together, gone when the last of them is a window old.
  struct Cell {
    std::int64_t first_us = 0;
    std::int64_t last_us = 0;
    std::uint32_t count = 0;
  };
  struct Window {
    std::vector<Cell> ring;  // grows to ring_ cells
    std::uint32_t begin = 0;
    std::uint32_t cells = 0;
    std::uint32_t total = 0;
    std::int64_t last_us = 0;
  };
  Cell& cell(Window& w, std::uint32_t i) const;
  void pass(Window& w, std::int64_t now_us) const;
  void add(Window& w, std::uint32_t cost, std::int64_t now_us) const;
  void make_room(std::int64_t now_us);
  std::int64_t wait_for(Window& w, std::uint32_t cost, std::int64_t now_us) const;

  RateLimit limit_;
  std::int64_t grain_us_;
  std::uint32_t ring_;
  KeyTable<Window> table_;
};

}  // namespace identity
