// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Labels interned per session: a label is a 32-bit id, a join a memoised look-up of about a
// nanosecond. Every bound that is reached answers the most restrictive label. Trust zone: session,
// monitor. One thread.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "base/limits.h"
#include "label/sets.h"
#include "label/store.h"

namespace label {

// An interned label of one TableOf<Owner>. 0 is the clean label, 1 the most restrictive one. Ids of
// tables of different owners do not mix: that does not compile.
template <class Owner> struct IdOf {
  std::uint32_t value =
      1;  // SECURITY: a label nobody set is the most restrictive, not the clean one
  friend auto operator<=>(const IdOf&, const IdOf&) = default;
};

// The labels of one owner, by content: equal sets have equal ids, and ids are never reused.
template <class Owner> class TableOf {
 public:
  using Id = IdOf<Owner>;
  static constexpr Id kClean{0};
  static constexpr Id kMostRestrictive{1};

  explicit TableOf(const Bounds& bounds = {}) : store_(bounds) {}
  explicit TableOf(std::size_t labels) : TableOf(Bounds{.labels = labels}) {}

  // The id of `sets`. LIMIT: a bound that is reached answers kMostRestrictive.
  [[nodiscard]] Id intern(const Sets& sets) { return {store_.intern(sets)}; }
  // Lives as long as the table. An id that the table did not hand out is a bug (CHECK).
  const Sets& sets(Id id) const { return store_.sets(id.value); }

  // The id of the join of both sets: nothing is copied but for a label never seen before. The
  // same LIMIT and CHECK.
  [[nodiscard]] Id join(Id a, Id b) {
    if (a == b || b == kClean) return a;
    if (a == kClean) return b;
    const std::uint32_t low = a.value < b.value ? a.value : b.value;
    const std::uint32_t high = a.value < b.value ? b.value : a.value;
    return {store_.join(low, high)};
  }

  std::size_t size() const { return store_.size(); }

 private:
  Store store_;
};

// What a session keeps: the table most code means.
using Table = TableOf<struct SessionOwned>;
using LabelId = Table::Id;
inline constexpr LabelId kClean = Table::kClean;
inline constexpr LabelId kMostRestrictive = Table::kMostRestrictive;

}  // namespace label
