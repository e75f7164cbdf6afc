// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Case and classes of characters. Known are ASCII, Latin-1, Latin Extended-A, Greek (0370-03FF) and
// Cyrillic (0400-052F); all blanks and line ends of Unicode; the rest counts as letters without
// case, but for blocks of punctuation and symbols. Trust zone: session.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lang {

// Of one character, as text: "ß" in upper case is "SS".
void lower_of(std::uint32_t point, std::string& out);
void upper_of(std::uint32_t point, std::string& out);
void title_of(std::uint32_t point, std::string& out);
void fold_of(std::uint32_t point, std::string& out);
bool is_upper(std::uint32_t point);
bool is_lower(std::uint32_t point);
bool is_title(std::uint32_t point);
inline bool is_cased(std::uint32_t point) {
  return is_upper(point) || is_lower(point) || is_title(point);
}
bool is_letter(std::uint32_t point);
bool is_decimal(std::uint32_t point);
bool is_digit(std::uint32_t point);
bool is_numeric(std::uint32_t point);
bool is_space(std::uint32_t point);
bool is_line_end(std::uint32_t point);
bool is_printable(std::uint32_t point);

}  // namespace lang
