// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Literals as a sorted array that is walked like a trie, byte by byte. Pure. Trust zone: broker.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "broker/scrub.h"

namespace broker {

// One literal of one secret, in the memory of its ScrubSet.
struct Pattern {
  std::string_view bytes;
  std::uint32_t secret = 0;
  Form form = Form::kPlain;
  bool caseless = false;  // `bytes` is lower case
};

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// A set of distinct patterns. Views `patterns`, which must outlive it and stay in place.
class PatternIndex {
 public:
  // The patterns that begin with the `depth` bytes taken so far: sorted_[first, last).
  struct Cursor {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    std::uint32_t depth = 0;
    friend bool operator==(const Cursor&, const Cursor&) = default;
  };
  static constexpr std::uint32_t kNone = 0xffffffff;

  PatternIndex() = default;
  // The patterns numbered `members`; with `caseless` bytes are compared in lower case.
  PatternIndex(const std::vector<Pattern>& patterns, std::vector<std::uint32_t> members,
               bool caseless);

  bool empty() const { return sorted_.empty(); }
  std::size_t longest() const { return longest_; }
  Cursor root() const { return {0, static_cast<std::uint32_t>(sorted_.size()), 0}; }
  // Moves on by one byte; false where no pattern goes on so (the cursor is then void).
  // O(log n), O(1) for the first byte and where one pattern is left.
  bool advance(Cursor& at, char byte) const;
  // The number of the pattern that is complete here, or kNone.
  std::uint32_t complete(const Cursor& at) const {
    return at.depth > 0 && bytes(at.first).size() == at.depth ? sorted_[at.first] : kNone;
  }
  // True where some pattern goes on from here.
  bool open(const Cursor& at) const {
    return at.first < at.last && bytes(at.last - 1).size() > at.depth;
  }

 private:
  std::string_view bytes(std::uint32_t place) const { return (*patterns_)[sorted_[place]].bytes; }
  template <class Key> bool narrow(Cursor& at, unsigned char wanted, Key key) const;

  const std::vector<Pattern>* patterns_ = nullptr;
  std::vector<std::uint32_t> sorted_;  // pattern numbers in the order of their bytes
  std::vector<std::uint32_t> heads_;   // of each its first four bytes, big-endian, zero-filled
  std::array<std::uint32_t, 257> first_byte_{};  // where the patterns with each first byte begin
  std::size_t longest_ = 0;
  bool caseless_ = false;
};

}  // namespace broker
