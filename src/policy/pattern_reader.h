// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The part of RE2's syntax that plain comparisons can answer, read into pieces. What is not
// recognised for certain is left to RE2. Trust zone: monitor, at link time.
#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace policy {

using ByteClass = std::bitset<256>;  // those from 0x80 are all in (any code point) or all out

// A text, or a run of at least `least` characters of a class. Texts never follow each other.
struct PatternPiece {
  bool run = false;
  std::string text;
  ByteClass bytes;
  std::uint16_t least = 0;
};

// Each: false if `pattern` is not of the simple kind. Literal characters, escaped punctuation, and
// `.`, classes of ASCII, \d \w \s under `*` or `+`.
bool read_regex(std::string_view pattern, std::vector<PatternPiece>& out);
// a|b|c, (a|b|c) or (?:a|b|c) of literal texts.
bool read_alternatives(std::string_view pattern, std::vector<std::string>& out);
// prefix, core, suffix one behind the other are `pattern`, and the ends are literal texts, not both
// empty: a text matches exactly if it has both ends and what is between them matches the core.
struct SplitPattern {
  std::string prefix;
  std::string core;
  std::string suffix;
};
bool split_regex(std::string_view pattern, SplitPattern& out);
bool read_wildcard(std::string_view pattern, std::vector<PatternPiece>& out);

std::string wildcard_as_regex(std::string_view pattern);

}  // namespace policy
