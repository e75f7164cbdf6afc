// SPDX-License-Identifier: Apache-2.0
#include "schema/fold.h"

#include <algorithm>
#include <cstddef>

namespace schema {
namespace {

// The next folded byte of `s` at `at`, which moves behind it. `at` is inside `s`.
unsigned char next_folded(std::string_view s, std::size_t& at) {
  const auto byte = static_cast<unsigned char>(s[at]);
  if (byte < 0x80) {
    ++at;
    return byte >= 'A' && byte <= 'Z' ? static_cast<unsigned char>(byte | 0x20) : byte;
  }
  if (byte == 0xC5 && s.substr(at, 2) == "\xC5\xBF") return at += 2, 's';
  if (byte == 0xE2 && s.substr(at, 3) == "\xE2\x84\xAA") return at += 3, 'k';
  return ++at, byte;
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// How many bytes both begin with, back to the beginning of a character: they fold alike.
std::size_t same_head(std::string_view a, std::string_view b) {
  const auto [i, j] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  auto n = static_cast<std::size_t>(i - a.begin());
  while (n > 0 &&
         ((n < a.size() && is_continuation(a[n])) || (n < b.size() && is_continuation(b[n])))) {
    --n;
  }
  return n;
}

}  // namespace

int compare_folded(std::string_view a, std::string_view b) {
  std::size_t i = same_head(a, b);
  std::size_t j = i;
  while (i < a.size() && j < b.size()) {
    const int difference = next_folded(a, i) - next_folded(b, j);
    if (difference != 0) return difference;
  }
  return static_cast<int>(i < a.size()) - static_cast<int>(j < b.size());
}

int compare_keys(std::string_view a, std::string_view b) {
  const int folded = compare_folded(a, b);
  return folded != 0 ? folded : a.compare(b);
}

}  // namespace schema
