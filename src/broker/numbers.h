// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Numbers as text: the grammar of RFC 8259 §6 and comparison for the bounds of arguments. Pure.
// Trust zone: broker.
#pragma once

#include <optional>
#include <string_view>

namespace broker {

// -?(0|[1-9][0-9]*) of at most 64 characters; "-0" is none.
bool is_integer(std::string_view text);
// A JSON number of at most 64 characters.
bool is_number(std::string_view text);
// Less than 0, 0, more than 0 as a is below, equal to, above b. Exact for integers of any length,
// as IEEE 754 doubles otherwise. Nothing if one is no finite number.
std::optional<int> compare_numbers(std::string_view a, std::string_view b);

}  // namespace broker
