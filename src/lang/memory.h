// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Memory that runs hand on to each other: fresh pages cost more than most plans. Trust zone:
// session.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <vector>

namespace lang {

// Pieces of one size. One thread. SECURITY: a piece holds what the run before left in it until it
// is written again; every object is constructed before it is read. LIMIT: kKept pieces are kept,
// 32 MiB.
class Memory {
 public:
  static constexpr std::size_t kPiece = 16 * 1024;
  using Piece = std::unique_ptr<std::byte[]>;

  Piece take() {
    if (free_.empty()) return std::make_unique_for_overwrite<std::byte[]>(kPiece);
    Piece piece = std::move(free_.back());
    free_.pop_back();
    return piece;
  }
  void give(Piece piece) {
    if (free_.size() < kKept) free_.push_back(std::move(piece));
  }

 private:
  static constexpr std::size_t kKept = 2048;
  std::vector<Piece> free_;
};

}  // namespace lang
