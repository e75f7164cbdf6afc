// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A table of a fixed most size from hashed names to entries, in the order of their last touch: what
// can be forgotten stands at the front. Memory grows with use up to the bound and no further.
// Trust zone: monitor.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "identity/quota/keyed_hash.h"

namespace identity {

// Places of entries; kNone: there is none.
using Place = std::uint32_t;
inline constexpr Place kNoPlace = UINT32_MAX;

template <class Entry> class KeyTable {
 public:
  // `most`: 1..2^24 entries.
  explicit KeyTable(std::size_t most) : most_(most) {
    CHECK(most >= 1 && most <= (std::size_t{1} << 24));
    buckets_.assign(16, kNoPlace);
  }

  std::size_t size() const { return used_; }
  bool full() const { return used_ == most_; }
  Entry& at(Place p) { return nodes_[p].entry; }
  // The place that was touched longest ago; kNoPlace: the table is empty.
  Place oldest() const { return head_; }

  Place find(const Key128& key) const {
    for (std::size_t b = key.low & mask();; b = (b + 1) & mask()) {
      const Place p = buckets_[b];
      if (p == kNoPlace || nodes_[p].key == key) return p;
    }
  }

  // A new entry for a key that is not there; the table must not be full (CHECK). Touched.
  Place insert(const Key128& key) {
    CHECK(!full());
    if ((used_ + 1) * 2 > buckets_.size()) grow();
    Place p = free_;
    if (p != kNoPlace) {
      free_ = nodes_[p].next;
      nodes_[p] = {};
    } else {
      p = static_cast<Place>(nodes_.size());
      nodes_.emplace_back();
    }
    nodes_[p].key = key;
    put(p);
    link_last(p);
    ++used_;
    return p;
  }

  // The entry becomes the one that was touched last.
  void touch(Place p) {
    if (p == tail_) return;
    unlink(p);
    link_last(p);
  }

  void erase(Place p) {
    unlink(p);
    take_out(bucket_of(p));
    nodes_[p].next = free_;
    free_ = p;
    --used_;
  }

 private:
  struct Node {
    Key128 key;
    Place previous = kNoPlace;
    Place next = kNoPlace;
    Entry entry{};
  };

  std::size_t mask() const { return buckets_.size() - 1; }

  void put(Place p) {
    std::size_t b = nodes_[p].key.low & mask();
    while (buckets_[b] != kNoPlace) b = (b + 1) & mask();
    buckets_[b] = p;
  }

  std::size_t bucket_of(Place p) const {
    std::size_t b = nodes_[p].key.low & mask();
    while (buckets_[b] != p) b = (b + 1) & mask();
    return b;
  }

  // Closes the gap, so that no search ends before its place (Knuth 6.4, Algorithm R).
  void take_out(std::size_t gap) {
    buckets_[gap] = kNoPlace;
    for (std::size_t b = (gap + 1) & mask(); buckets_[b] != kNoPlace; b = (b + 1) & mask()) {
      const std::size_t home = nodes_[buckets_[b]].key.low & mask();
      if (((b - home) & mask()) < ((b - gap) & mask())) continue;
      buckets_[gap] = buckets_[b];
      buckets_[b] = kNoPlace;
      gap = b;
    }
  }

  void grow() {
    const std::size_t old = buckets_.size();
    std::vector<Place> places;
    for (const Place p : buckets_)
      if (p != kNoPlace) places.push_back(p);
    buckets_.assign(old * 2, kNoPlace);
    for (const Place p : places) put(p);
  }

  void link_last(Place p) {
    nodes_[p].previous = tail_;
    nodes_[p].next = kNoPlace;
    (tail_ == kNoPlace ? head_ : nodes_[tail_].next) = p;
    tail_ = p;
  }

  void unlink(Place p) {
    const Node& n = nodes_[p];
    (n.previous == kNoPlace ? head_ : nodes_[n.previous].next) = n.next;
    (n.next == kNoPlace ? tail_ : nodes_[n.next].previous) = n.previous;
  }

  std::size_t most_;
  std::size_t used_ = 0;
  std::vector<Node> nodes_;
  std::vector<Place> buckets_;  // INVARIANT: at most half full
  Place head_ = kNoPlace;
  Place tail_ = kNoPlace;
  Place free_ = kNoPlace;
};

}  // namespace identity
