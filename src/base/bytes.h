// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Small pure functions over bytes and text. Trust zone: all programs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace base {

// Lower-case hexadecimal of `bytes`.
std::string hex(std::string_view bytes);
// The bytes of an even-length hexadecimal text, either case; nothing if it is not one.
std::optional<std::string> unhex(std::string_view text);

enum class Base64 : unsigned char { kStandard, kUrl };  // RFC 4648 §4 (padded), §5 (unpadded)
std::string base64(std::string_view bytes, Base64 alphabet = Base64::kStandard);
// Strict decoding: padding exactly as the alphabet above writes it, no white space, no stray bits.
std::optional<std::string> unbase64(std::string_view text, Base64 alphabet = Base64::kStandard);

// Equality whose time depends on the lengths only.
bool equal_constant_time(std::string_view a, std::string_view b);

// Overwrites the bytes so that the compiler cannot leave it out, and empties the string.
void wipe(std::string& s);

// True for well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms, at most U+10FFFF).
bool is_utf8(std::string_view s);

// `s` made safe for one line of a terminal: control characters, bidirectional overrides and
// malformed bytes appear as \u{..} or \x.., so that no text can move the cursor or hide another.
std::string printable(std::string_view s);

// The candidate closest to `word` by edit distance, if one is near enough to be meant (at most two
// edits, and fewer than half of the word); empty otherwise. For "did you mean".
template <class Range> std::string_view nearest(std::string_view word, const Range& candidates);
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace base

#include "base/bytes_inl.h"
