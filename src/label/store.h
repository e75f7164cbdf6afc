// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The memory behind table.h: names interned to numbers, labels as sorted runs of such numbers in
// one array, found by hash; a memo of joins. Trust zone: session, monitor. One thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "label/sets.h"

namespace label {

// What one table may hold. Reaching any of them yields the most restrictive label.
struct Bounds {
  std::size_t labels = base::limits::kLabels;
  std::size_t names_per_set = base::limits::kLabelNames;
  std::size_t names = base::limits::kLabelNamesInAll;
  std::size_t name_bytes = base::limits::kLabelNameBytesInAll;
  std::size_t members = base::limits::kLabelMembers;
};

// An open-addressed set of numbers of things kept elsewhere; the caller says what equals what.
class HashIndex {
 public:
  HashIndex() : slots_(kFirst) {}
  // The number under `hash` for which `same(number)`, or kNone.
  template <class Same> std::uint32_t find(std::uint64_t hash, Same same) const {
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = hash & mask; slots_[at].number != kNone; at = (at + 1) & mask)
      if (slots_[at].hash == hash && same(slots_[at].number)) return slots_[at].number;
    return kNone;
  }
  void insert(std::uint64_t hash, std::uint32_t number);
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

 private:
  struct Slot {
    std::uint64_t hash = 0;
    std::uint32_t number = kNone;
  };
  static constexpr std::size_t kFirst = 64;  // a power of two, as every size after it
  std::vector<Slot> slots_;
  std::size_t used_ = 0;
};

class Store {
 public:
  static constexpr std::uint32_t kClean = 0;
  static constexpr std::uint32_t kMostRestrictive = 1;

  explicit Store(const Bounds& bounds);
  std::uint32_t intern(const Sets& sets);
  const Sets& sets(std::uint32_t id) const;
  std::size_t size() const { return labels_.size(); }

  // The join of two different labels, `low` < `high`, neither of them clean.
  std::uint32_t join(std::uint32_t low, std::uint32_t high) {
    const std::uint64_t pair = std::uint64_t{low} << 32 | high;
    const Memo* const way = &memos_[place(pair)];
    if (way[0].pair == pair) return way[0].joined;
    if (way[1].pair == pair) return way[1].joined;
    return join_anew(low, high);
  }

 private:
  using Run = std::vector<std::uint32_t>;  // numbers of names, ascending
  static constexpr std::size_t kRuns = 4;  // tags, producers, origins, consumers

  struct Memo {
    std::uint64_t pair = 0;  // the clean label is in no pair: 0 is none
    std::uint32_t joined = kMostRestrictive;
  };
  // Where the runs of one label stand in members_: run i from starts[i] to starts[i + 1].
  struct Label {
    std::array<std::uint32_t, kRuns + 1> starts{};
    bool everyone = true;
    std::uint64_t hash = 0;
  };
  struct Scratch {  // the label being looked up; kept for its memory
    std::array<Run, kRuns> runs;
    bool everyone = true;
  };

  // The memo: each pair has one place of two ways, the newer first. A clash only costs a
  // recomputation. The multiplier is 2^64 over the golden ratio: neighbours spread (Knuth 6.4).
  static constexpr int kPlaceBits = 10;
  static std::size_t place(std::uint64_t pair) {
    return (pair * 0x9e3779b97f4a7c15ULL >> (64 - kPlaceBits)) * 2;
  }

  std::uint32_t join_anew(std::uint32_t low, std::uint32_t high);
  std::uint32_t number_of(std::string_view name);  // HashIndex::kNone: no room
  bool read(const Names& names, Run& out);
  void unite(std::size_t run, const Label& a, const Label& b);
  void intersect_consumers(const Label& a, const Label& b);
  std::uint32_t find_or_add();  // scratch_
  std::uint64_t hash_of_scratch() const;
  bool scratch_is(const Label& label) const;
  bool scratch_fits() const;
  std::span<const std::uint32_t> run(const Label& label, std::size_t i) const;
  Names names(const Label& label, std::size_t i) const;

  Bounds bounds_;
  std::deque<std::string> names_;
  std::size_t name_bytes_ = 0;
  HashIndex name_index_;
  std::vector<Label> labels_;
  Run members_;
  HashIndex label_index_;
  std::vector<Memo> memos_;
  Scratch scratch_;
  // Labels written out as sets when first asked for. INVARIANT: what is here stays where it is.
  mutable std::vector<std::unique_ptr<const Sets>> written_out_;
};

}  // namespace label
