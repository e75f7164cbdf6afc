// SPDX-License-Identifier: Apache-2.0
#include "identity/quota/windows.h"

#include <algorithm>

namespace identity {
namespace {

constexpr std::uint32_t kExact = 64;
// Cells begin more than a grain apart, and the first is gone a window after its last call: 64
// grains, the one that is ending and the one that begins.
constexpr std::uint32_t kCells = kExact + 2;

}  // namespace

Windows::Windows(const RateLimit& limit, std::size_t most)
    : limit_(limit),
      grain_us_(limit.count <= kExact ? 0 : limit.window_us / kExact),
      ring_(std::min(limit.count, kCells)),
      table_(most) {
  CHECK(limit.count >= 1 && limit.window_us >= 1);
}

Windows::Cell& Windows::cell(Window& w, std::uint32_t i) const {
  const std::size_t at = std::size_t{w.begin} + i;
  return w.ring[at < w.ring.size() ? at : at - w.ring.size()];
}

// Forgets what is a window old.
void Windows::pass(Window& w, std::int64_t now_us) const {
  while (w.cells > 0 && cell(w, 0).last_us + limit_.window_us <= now_us) {
    w.total -= cell(w, 0).count;
    w.begin = w.begin + 1 < w.ring.size() ? w.begin + 1 : 0;
    --w.cells;
  }
}

std::int64_t Windows::wait_for(Window& w, std::uint32_t cost, std::int64_t now_us) const {
  std::uint64_t over = std::uint64_t{w.total} + cost - limit_.count;
  for (std::uint32_t i = 0; i < w.cells; ++i) {
    const Cell& c = cell(w, i);
    if (c.count >= over) return c.last_us + limit_.window_us - now_us;
    over -= c.count;
  }
  return 0;
}

void Windows::make_room(std::int64_t now_us) {
  // INVARIANT: the table's order is that of the last calls, so if the first is not old none is.
  const Place p = table_.oldest();
  if (p != kNoPlace && table_.at(p).last_us + limit_.window_us <= now_us) table_.erase(p);
}

Windows::Look Windows::look(const Key128& key, std::uint32_t cost, std::int64_t now_us) {
  if (cost > limit_.count) return {};
  const Place p = table_.find(key);
  if (p == kNoPlace) {
    if (table_.full()) make_room(now_us);
    if (!table_.full()) return {.admitted = true};
    const std::int64_t wait = table_.at(table_.oldest()).last_us + limit_.window_us - now_us;
    return {.full = true, .wait_us = wait};
  }
  Window& w = table_.at(p);
  pass(w, now_us);
  if (std::uint64_t{w.total} + cost <= limit_.count) return {.admitted = true, .place = p};
  return {.wait_us = wait_for(w, cost, now_us), .place = p};
}

void Windows::add(Window& w, std::uint32_t cost, std::int64_t now_us) const {
  w.total += cost;
  w.last_us = now_us;
  if (w.cells > 0) {
    Cell& newest = cell(w, w.cells - 1);
    if (now_us - newest.first_us <= grain_us_) {
      newest.count += cost;
      newest.last_us = now_us;
      return;
    }
  }
  if (w.cells == w.ring.size()) {
    CHECK(w.ring.size() < ring_);
    std::ranges::rotate(w.ring, w.ring.begin() + w.begin);
    w.begin = 0;
    w.ring.resize(std::min<std::size_t>(ring_, std::max<std::size_t>(2, w.ring.size() * 2)));
  }
  ++w.cells;
  cell(w, w.cells - 1) = {now_us, now_us, cost};
}

void Windows::charge(const Look& look, const Key128& key, std::uint32_t cost, std::int64_t now_us) {
  CHECK(look.admitted);
  const Place p = look.place != kNoPlace ? look.place : table_.insert(key);
  add(table_.at(p), cost, now_us);
  table_.touch(p);
}

}  // namespace identity
