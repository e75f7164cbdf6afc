// SPDX-License-Identifier: Apache-2.0
#include "lang/heap.h"

#include <re2/re2.h>

#include <charconv>
#include <cstring>

namespace lang {

int decimal(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  int out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

std::size_t count_points(std::string_view text) {
  std::size_t count = 0;
  constexpr std::uint64_t kHigh = 0x8080808080808080;
  for (std::uint64_t word = 0; text.size() >= sizeof word; text.remove_prefix(sizeof word)) {
    std::memcpy(&word, text.data(), sizeof word);
    if ((word & kHigh) != 0) break;
    count += sizeof word;
  }
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xc0) != 0x80 ? 1 : 0;
  return count;
}

std::size_t point_offset(std::string_view text, std::size_t index) {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if ((static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) continue;
    if (index-- == 0) return at;
  }
  return at;
}

void append_point(std::uint32_t point, std::string& out) {
  const auto add = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (point < 0x80) return add(point);
  if (point < 0x800) {
    add(0xc0 | point >> 6);
    return add(0x80 | (point & 0x3f));
  }
  if (point < 0x10000) {
    add(0xe0 | point >> 12);
  } else {
    add(0xf0 | point >> 18);
    add(0x80 | (point >> 12 & 0x3f));
  }
  add(0x80 | (point >> 6 & 0x3f));
  add(0x80 | (point & 0x3f));
}

std::uint32_t decode_point(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) -> std::uint32_t {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
  };
  const std::uint32_t first = byte(at);
  const std::size_t more = first < 0x80 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
  std::uint32_t point = more == 0 ? first : first & (0x3fu >> more);
  for (std::size_t i = 1; i <= more; ++i) point = point << 6 | (byte(at + i) & 0x3f);
  at += more + 1;
  return point;
}

String::String(std::string t)
    : Object(Kind::kString), text(std::move(t)), length(count_points(text)) {}

std::size_t Range::size() const {
  if (step > 0 ? begin >= end : begin <= end) return 0;
  const auto low = static_cast<std::uint64_t>(step > 0 ? begin : end);
  const auto high = static_cast<std::uint64_t>(step > 0 ? end : begin);
  const std::uint64_t width =
      step > 0 ? static_cast<std::uint64_t>(step) : ~static_cast<std::uint64_t>(step) + 1;
  return (high - low - 1) / width + 1;
}

Pattern::Pattern() : Object(Kind::kPattern) {}
Pattern::~Pattern() = default;

}  // namespace lang
