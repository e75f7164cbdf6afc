// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// UTF-8, one code point at a time. Trust zone: supervisor.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace policy {

// The code point that `text` begins with and its bytes; size 0 if `text` is empty or does not
// begin with well-formed UTF-8 (overlong forms, surrogates and values above U+10FFFF are not).
struct CodePoint {
  char32_t value = 0;
  std::size_t size = 0;
};
CodePoint decode_utf8(std::string_view text);

// Appends a scalar value.
void append_utf8(char32_t value, std::string& text);

// False for what hides, reorders or moves: controls, line separators, zero-width and bidirectional
// marks.
bool is_visible(char32_t value);

}  // namespace policy
