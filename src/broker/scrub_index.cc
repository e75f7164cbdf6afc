// SPDX-License-Identifier: Apache-2.0
#include "broker/scrub_index.h"

#include <algorithm>

namespace broker {

namespace {

std::uint32_t head_of(std::string_view bytes) {
  std::uint32_t head = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    head = head << 8 | (i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0u);
  }
  return head;
}

}  // namespace

PatternIndex::PatternIndex(const std::vector<Pattern>& patterns, std::vector<std::uint32_t> members,
                           bool caseless)
    : patterns_(&patterns), sorted_(std::move(members)), caseless_(caseless) {
  std::sort(sorted_.begin(), sorted_.end(), [&](std::uint32_t a, std::uint32_t b) {
    return patterns[a].bytes < patterns[b].bytes;  // as unsigned bytes (char_traits)
  });
  for (std::uint32_t place = 0; place < sorted_.size(); ++place) {
    longest_ = std::max(longest_, bytes(place).size());
    ++first_byte_[static_cast<unsigned char>(bytes(place)[0]) + 1u];
    heads_.push_back(head_of(bytes(place)));
  }
  for (std::size_t i = 1; i < first_byte_.size(); ++i) first_byte_[i] += first_byte_[i - 1];
}

bool PatternIndex::advance(Cursor& at, char byte) const {
  if (caseless_) byte = lower(byte);
  const auto wanted = static_cast<unsigned char>(byte);
  const std::uint32_t depth = at.depth++;
  if (depth == 0) {
    at.first = first_byte_[wanted];
    at.last = first_byte_[wanted + 1u];
    return at.first < at.last;
  }
  if (bytes(at.first).size() == depth) ++at.first;  // complete here: the shortest comes first
  if (at.last - at.first <= 1) {
    return at.first < at.last && bytes(at.first)[depth] == byte;
  }
  if (depth < 4) {  // without a look at the patterns themselves, which are spread over memory
    const unsigned shift = 24 - 8 * depth;
    return narrow(at, wanted, [&](auto place) { return (heads_[place] >> shift) & 0xffu; });
  }
  return narrow(at, wanted,
                [&](auto place) { return static_cast<unsigned char>(bytes(place)[depth]); });
}

// Leaves the places whose `key` is `wanted`. They are sorted by it.
template <class Key> bool PatternIndex::narrow(Cursor& at, unsigned char wanted, Key key) const {
  const auto first_not = [&](std::uint32_t first, auto before) {
    std::uint32_t last = at.last;
    while (first < last) {
      const std::uint32_t middle = first + (last - first) / 2;
      if (before(key(middle))) first = middle + 1;
      else last = middle;
    }
    return first;
  };
  at.first = first_not(at.first, [&](auto value) { return value < wanted; });
  at.last = first_not(at.first, [&](auto value) { return value <= wanted; });
  return at.first < at.last;
}

}  // namespace broker
