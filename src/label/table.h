// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Labels interned per session: a label is a 32-bit id, a join a memoised look-up.
// Trust zone: session, monitor. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "base/limits.h"
#include "label/sets.h"

namespace label {

// An interned label of one Table. 0 is the clean label, 1 the most restrictive one.
struct LabelId {
  std::uint32_t value =
      1;  // SECURITY: a label nobody set is the most restrictive, not the clean one
  friend auto operator<=>(const LabelId&, const LabelId&) = default;
};
inline constexpr LabelId kClean{0};
inline constexpr LabelId kMostRestrictive{1};

class Table {
 public:
  explicit Table(std::size_t capacity = base::limits::kLabels);

  // The id of `sets`. LIMIT: a full table answers kMostRestrictive.
  LabelId intern(const Sets& sets);
  const Sets& sets(LabelId id) const;

  // Constant time where memoised. Join with an id of another table is a bug (CHECK).
  LabelId join(LabelId a, LabelId b);
  std::size_t size() const { return sets_.size(); }

 private:
  struct Memo {
    std::uint64_t pair = ~std::uint64_t{0};
    LabelId joined;
  };
  struct Less {
    bool operator()(const Sets& a, const Sets& b) const;
  };
  static constexpr std::size_t kMemos = 1024;  // direct-mapped; a clash only costs a recomputation

  std::size_t capacity_;
  std::vector<Sets> sets_;
  std::map<Sets, LabelId, Less> ids_;
  std::vector<Memo> memos_;
};

}  // namespace label
