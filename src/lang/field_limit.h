// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The keywords of pydantic's `Field(...)`: those that bound a value, and those that only tell of
// it. All others are refused when a plan is checked. Trust zone: session.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace lang {

// In the order of FieldLimit (callable.h).
inline constexpr std::array<std::string_view, 8> kFieldLimits{
    "ge", "gt", "le", "lt", "multiple_of", "min_length", "max_length", "pattern"};
inline constexpr std::array<std::string_view, 5> kFieldWords{"default", "default_factory",
                                                             "description", "title", "examples"};

inline bool is_field_limit(std::string_view word) {
  return std::ranges::find(kFieldLimits, word) != kFieldLimits.end();
}
inline bool is_field_word(std::string_view word) {
  return std::ranges::find(kFieldWords, word) != kFieldWords.end();
}

}  // namespace lang
