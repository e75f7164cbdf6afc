// SPDX-License-Identifier: Apache-2.0
#include "schema/number.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/result.h"

namespace schema {
namespace {

constexpr std::int64_t kExponentClamp = 1'000'000'000'000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t skip_digits(std::string_view s, std::size_t at) {
  while (at < s.size() && is_digit(s[at])) ++at;
  return at;
}

// The exponent after `e`, clamped: its text may be longer than any integer type.
std::int64_t clamped_exponent(std::string_view text) {
  const bool negative = !text.empty() && text.front() == '-';
  std::int64_t value = 0;
  for (const char c : text) {
    if (is_digit(c)) value = std::min(value * 10 + (c - '0'), kExponentClamp);
  }
  return negative ? -value : value;
}

void strip_zeros(Decimal& d) {
  const std::size_t last = d.digits.find_last_not_of('0');
  if (last == std::string::npos) {
    d.digits.clear();
    d.exponent = 0;
    return;
  }
  d.exponent += static_cast<std::int64_t>(d.digits.size() - last - 1);
  d.digits.resize(last + 1);
  d.digits.erase(0, d.digits.find_first_not_of('0'));
}

// The decimal digits of `value` > 0, shortest that read back, and the place of the point: the value
// is 0.DIGITS times 10^point.
struct Shortest {
  std::string digits;
  int point = 0;
};

Shortest shortest(double value) {
  char buffer[32];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  const std::string_view text(buffer, static_cast<std::size_t>(end.ptr - buffer));
  const std::size_t e = text.find('e');
  Shortest out;
  for (const char c : text.substr(0, e)) {
    if (is_digit(c)) out.digits += c;
  }
  const std::size_t sign = text[e + 1] == '+' ? 1 : 0;
  std::from_chars(buffer + e + 1 + sign, end.ptr, out.point);
  ++out.point;
  return out;
}

std::string with_exponent(const Shortest& s) {
  std::string out = s.digits.substr(0, 1);
  if (s.digits.size() > 1) out += "." + s.digits.substr(1);
  const int exponent = s.point - 1;
  out += exponent < 0 ? "e-" : "e+";
  return out += std::to_string(std::abs(exponent));
}

// ECMA-262 §6.1.6.1.20, steps 6 to 10.
std::string lay_out(const Shortest& s) {
  const int count = static_cast<int>(s.digits.size());
  if (s.point > 21 || s.point <= -6) return with_exponent(s);
  if (count <= s.point)
    return s.digits + std::string(static_cast<std::size_t>(s.point - count), '0');
  if (s.point <= 0) return "0." + std::string(static_cast<std::size_t>(-s.point), '0') + s.digits;
  const auto point = static_cast<std::size_t>(s.point);
  return s.digits.substr(0, point) + "." + s.digits.substr(point);
}

}  // namespace

bool is_number_text(std::string_view s) {
  std::size_t at = !s.empty() && s[0] == '-' ? 1 : 0;
  const std::size_t first = at;
  at = skip_digits(s, at);
  if (at == first || (s[first] == '0' && at > first + 1)) return false;
  if (at < s.size() && s[at] == '.') {
    const std::size_t fraction = ++at;
    at = skip_digits(s, at);
    if (at == fraction) return false;
  }
  if (at < s.size() && (s[at] == 'e' || s[at] == 'E')) {
    ++at;
    if (at < s.size() && (s[at] == '+' || s[at] == '-')) ++at;
    const std::size_t exponent = at;
    at = skip_digits(s, at);
    if (at == exponent) return false;
  }
  return at == s.size();
}

Decimal decimal_of(std::string_view text) {
  Decimal d;
  d.negative = !text.empty() && text.front() == '-';
  const std::size_t e = text.find_first_of("eE");
  if (e != std::string_view::npos) d.exponent = clamped_exponent(text.substr(e + 1));
  bool fraction = false;
  for (const char c : text.substr(0, e)) {
    if (c == '.') fraction = true;
    if (!is_digit(c)) continue;
    d.digits += c;
    if (fraction) --d.exponent;
  }
  strip_zeros(d);
  if (d.digits.empty()) d.negative = false;
  return d;
}

std::optional<double> double_of(std::string_view text) {
  double value = 0;
  const auto done = std::from_chars(text.data(), text.data() + text.size(), value);
  if (done.ec == std::errc{}) {
    return std::isfinite(value) ? std::optional<double>(value) : std::nullopt;
  }
  // Out of range is said for both ends; the place of the first digit tells which.
  const Decimal d = decimal_of(text);
  if (static_cast<std::int64_t>(d.digits.size()) + d.exponent > 0) return std::nullopt;
  return 0.0;
}

std::optional<std::int64_t> integer_of(std::string_view text) {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  if (auto [at, ec] = std::from_chars(text.data(), end, value); ec == std::errc{} && at == end) {
    return value;
  }
  Decimal d = decimal_of(text);
  if (d.digits.empty()) return 0;
  if (d.exponent < 0 || d.exponent > 19) return std::nullopt;
  d.digits.append(static_cast<std::size_t>(d.exponent), '0');
  if (d.negative) d.digits.insert(d.digits.begin(), '-');
  end = d.digits.data() + d.digits.size();
  const auto [at, ec] = std::from_chars(d.digits.data(), end, value);
  return ec == std::errc{} ? std::optional(value) : std::nullopt;
}

std::string es6_number(double value) {
  CHECK(std::isfinite(value));
  if (value == 0) return "0";
  return (value < 0 ? "-" : "") + lay_out(shortest(std::abs(value)));
}

bool loses_digits(std::string_view text) {
  const Decimal exact = decimal_of(text);
  if (exact.exponent < 0) return false;
  const auto value = double_of(text);
  return !value || decimal_of(es6_number(*value)) != exact;
}

}  // namespace schema
