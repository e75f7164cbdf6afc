// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Positions in a plan and what is wrong with one. Trust zone: session.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lang {

// Line from 1, column from 0 in bytes of UTF-8, as CPython's ast says them.
struct Place {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  friend auto operator<=>(const Place&, const Place&) = default;
};

// Why a plan was refused before anything ran. Fit for a model's repair loop: names constructs and
// names of the plan itself, never a value.
struct Problem {
  enum class Kind : std::uint8_t { kSyntax, kUnsupported, kName, kLimit };
  Kind kind = Kind::kSyntax;
  Place place;
  std::string message;  // "`while` needs `:`"
  std::string hint;     // "write ..."; may be empty
};

// "line 3, column 8: MESSAGE" and the hint on a line of its own.
std::string render(const Problem& problem, std::string_view source);

}  // namespace lang
