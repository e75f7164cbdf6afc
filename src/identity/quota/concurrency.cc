// SPDX-License-Identifier: Apache-2.0
#include "identity/quota/concurrency.h"

#include "identity/quota/caller_key.h"

namespace identity {

Concurrency::Concurrency(std::vector<RunningLimit> limits, std::size_t running,
                         base::Random& random)
    : limits_(std::move(limits)), hash_(random) {
  // A call has one entry in each table, so no table ever needs more than there are calls.
  tables_.assign(limits_.size(), KeyTable<Count>(running));
  held_.resize(running);
  for (std::size_t i = running; i > 0; --i) free_.push_back(static_cast<std::uint32_t>(i - 1));
}

Concurrency::Answer Concurrency::begin(const Caller& caller) {
  if (free_.empty()) return {{}, true, 0};
  std::string text;
  std::vector<Key128> keys;
  for (std::size_t i = 0; i < limits_.size(); ++i) {
    write_key(text, limits_[i].scope, caller);
    keys.push_back(hash_(text));
    const Place p = tables_[i].find(keys.back());
    const std::uint32_t now = p == kNoPlace ? 0 : tables_[i].at(p).running;
    if (now >= limits_[i].count) return {{}, false, i};
  }
  for (std::size_t i = 0; i < keys.size(); ++i) {
    Place p = tables_[i].find(keys[i]);
    if (p == kNoPlace) p = tables_[i].insert(keys[i]);
    ++tables_[i].at(p).running;
  }
  const std::uint32_t place = free_.back();
  free_.pop_back();
  held_[place] = {std::uint64_t{++generation_} << 32 | (place + 1), std::move(keys)};
  ++running_;
  return {{held_[place].id}, false, 0};
}

bool Concurrency::end(Ticket ticket) {
  const std::uint64_t place = (ticket.id & UINT32_MAX) - 1;
  if (ticket.id == 0 || place >= held_.size() || held_[place].id != ticket.id) return false;
  for (std::size_t i = 0; i < tables_.size(); ++i) {
    const Place p = tables_[i].find(held_[place].keys[i]);
    CHECK(p != kNoPlace);
    if (--tables_[i].at(p).running == 0) tables_[i].erase(p);
  }
  held_[place] = {};
  free_.push_back(static_cast<std::uint32_t>(place));
  --running_;
  return true;
}

}  // namespace identity
