// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What one position of a text can stand for when escapes are read, up to two levels deep: itself,
// and each character that an escape there spells. Pure. Trust zone: broker.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace broker {

// How often an escape may be escaped again: 2 reads %2573, \\u0073 and &amp;#115; as "s".
inline constexpr int kEscapeLevels = 2;
// The most source bytes that one unit can take: a surrogate pair (12 characters), each spelled
// as a hexadecimal HTML reference of 8 digits (12 bytes).
inline constexpr std::size_t kWidestUnit = 12 * 12;
// The most digits of a numeric HTML reference that are read.
inline constexpr int kReferenceDigits = 8;

// Bytes that the next `width` source bytes may stand for.
struct Unit {
  std::array<char, 4> bytes;
  std::uint8_t size;
  std::uint8_t width;
};

// The readings of one position. At most two for the first character of an escape, times two for
// its second, times two for a code point that is also a byte, on each level.
struct Units {
  std::array<Unit, 32> items;  // the first `count` are set
  std::uint8_t count = 0;
  bool incomplete = false;  // more text could make another reading of the bytes up to the end
  const Unit* begin() const { return items.data(); }
  const Unit* end() const { return items.data() + count; }
  void add(const Unit& unit);
};

// True for the characters with which an escape can begin.
constexpr bool is_lead(char c) { return c == '%' || c == '\\' || c == '&' || c == '+'; }

// The readings of text[at...]: the byte itself first, then those of escapes:
//   %HH (RFC 3986 §2.1), %uHHHH, + for space (WHATWG URL, form encoding);
//   \b \f \n \r \t \uHHHH with surrogate pairs (RFC 8259 §7), \xHH, a backslash before any other
//   ASCII punctuation (JSON's \" \\ \/, Markdown's \_);
//   &#D; &#xH; &amp; &lt; &gt; &quot; &apos; (HTML, the semicolon is required).
// A code point stands for its UTF-8 bytes; one of U+0080..U+00FF also for the byte of its number.
// Each character of an escape may be spelled by an escape itself, to kEscapeLevels.
Units read_units(std::string_view text, std::size_t at);

}  // namespace broker
