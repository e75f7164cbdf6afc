// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Arithmetic on the text of JSON numbers: what integer or double a text denotes, exactly, and how
// ECMAScript writes a double. Trust zone: gateway, session, egress, cli.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace schema {

// The largest magnitude up to which every integer is a double of its own: 2^53.
inline constexpr std::int64_t kExactInteger = std::int64_t{1} << 53;

// True for a number of RFC 8259 §6: no leading zeros, no plus sign, a digit on each side of a
// point.
bool is_number_text(std::string_view text);

// The exact value of a number text: `digits` (no leading or trailing zero) times 10^exponent. Zero
// has no digits. Exponents are clamped to ±10^12, far outside of any double.
struct Decimal {
  bool negative = false;
  std::string digits;
  std::int64_t exponent = 0;
  friend bool operator==(const Decimal&, const Decimal&) = default;
};
Decimal decimal_of(std::string_view number_text);

// The double nearest to the text; nothing if it is not finite (1e400). Too small is 0.
std::optional<double> double_of(std::string_view number_text);

// The integer that the text denotes (5, 5.0 and 50e-1 are five); nothing if it has a fraction or
// does not fit.
std::optional<std::int64_t> integer_of(std::string_view number_text);

// How ECMAScript writes a finite double (ECMA-262 Number::toString, RFC 8785 §3.2.2.3): the
// shortest digits that read back as the same double. -0 is "0".
std::string es6_number(double value);

// True if `number_text` is a whole number that `es6_number` of its double writes as another one.
bool loses_digits(std::string_view number_text);

}  // namespace schema
