// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Code points of well-formed UTF-8, lines of a text, and what is no text. Trust zone: runner; pure,
// reads hostile bytes.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace workspace {

// The first code point of `text`, which is not empty and well-formed (base::is_utf8), taken off it.
char32_t take_code_point(std::string_view& text);

// Characters that show nothing or change how others show: controls, the bidirectional ones, zero
// width, tags, variation selectors (Unicode's Default_Ignorable_Code_Point and Cc).
bool is_unseen(char32_t c);

// The lines of `text`, each with its end ("\n"); the last may have none.
std::vector<std::string_view> lines_of(std::string_view text);

// A NUL among the first bytes, as git tells it.
bool looks_binary(std::string_view bytes);
// Well-formed UTF-8 without NUL.
bool is_text(std::string_view bytes);

}  // namespace workspace
