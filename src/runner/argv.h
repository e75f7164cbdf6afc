// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Argument lists from templates: no shell, and each argument of a call becomes exactly one element,
// of its own grammar. Trust zone: runner; values come from a model.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace runner {

// What a value may look like.
enum class Grammar : std::uint8_t {
  kWord,    // letters, digits and . _ - + @ : , = / ; at least one
  kText,    // well-formed UTF-8 without control characters but tab and line feed; may be empty
  kNumber,  // decimal, in its shortest form, from `least` to `most`
  kPath,    // relative components between slashes, none of them empty, `.` or `..`
  kChoice,  // one of `choices`
};

// One element of the argument list: a literal, or a literal prefix and one argument.
struct ArgvPiece {
  std::string literal;   // the element, or what stands before the value: "--file="
  std::string argument;  // its name; empty: the literal is all
  Grammar grammar = Grammar::kWord;
  bool optional = false;  // an absent argument leaves the element out
  std::int64_t least = INT64_MIN;
  std::int64_t most = INT64_MAX;
  std::size_t max_bytes = 4096;
  std::vector<std::string> choices = {};
};

struct ArgvValue {
  std::string_view name;
  std::string_view value;
};

// The elements, with the program as the first literal. kInvalid, with the argument's name and never
// its value: an argument is unknown, twice there, missing, or not of its grammar.
// SECURITY: a value that begins with `-` is refused where it would begin an element, unless the
// literal `--` stands before: a value never becomes an option.
base::Result<std::vector<std::string>> render(std::span<const ArgvPiece> pieces,
                                              std::span<const ArgvValue> values);

// True if `value` is of the piece's grammar.
bool is_of(const ArgvPiece& piece, std::string_view value);

}  // namespace runner
