// SPDX-License-Identifier: Apache-2.0
#include "lang/frame.h"

#include <algorithm>

namespace lang {

void Registers::grow(std::size_t count) {
  const std::size_t size = std::max(count, pieces_.empty() ? kFirst : 4 * kFirst);
  Piece& made = pieces_.emplace_back();
  made.memory = std::make_unique_for_overwrite<std::byte[]>(size * sizeof(Value));
  begin_ = top_ = made.begin();
  end_ = made.end = begin_ + size;
}

// `taken` was the first of its piece or lies in a piece before.
void Registers::shrink(Value* taken) {
  while (pieces_.size() > 1 && (taken < pieces_.back().begin() || taken > pieces_.back().end))
    pieces_.pop_back();
  begin_ = pieces_.back().begin();
  top_ = taken;
  end_ = pieces_.back().end;
}

}  // namespace lang
