// SPDX-License-Identifier: Apache-2.0
#include "broker/numbers.h"

#include <charconv>
#include <cmath>

namespace broker {
namespace {

constexpr std::size_t kNumberBytes = 64;

// Removes the digits at the front and tells how many there were.
std::size_t skip_digits(std::string_view& text) {
  std::size_t n = 0;
  while (n < text.size() && text[n] >= '0' && text[n] <= '9') ++n;
  text.remove_prefix(n);
  return n;
}

// Removes an integer part; false if there is none.
bool skip_integer(std::string_view& text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const bool zero = text.starts_with('0');
  const std::size_t n = skip_digits(text);
  return n == 1 || (n > 1 && !zero);
}

std::optional<double> to_double(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
    return std::nullopt;
  return value;
}

int compare_integers(std::string_view a, std::string_view b) {
  const bool a_negative = a.starts_with('-');
  const bool b_negative = b.starts_with('-');
  if (a_negative != b_negative) return a_negative ? -1 : 1;
  const int magnitude = a.size() != b.size() ? (a.size() < b.size() ? -1 : 1) : a.compare(b);
  return a_negative ? -magnitude : magnitude;
}

}  // namespace

bool is_integer(std::string_view text) {
  if (text.size() > kNumberBytes || text == "-0") return false;
  return skip_integer(text) && text.empty();
}

bool is_number(std::string_view text) {
  if (text.size() > kNumberBytes || !skip_integer(text)) return false;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (skip_digits(text) == 0) return false;
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    if (skip_digits(text) == 0) return false;
  }
  return text.empty();
}

std::optional<int> compare_numbers(std::string_view a, std::string_view b) {
  if (is_integer(a) && is_integer(b)) return compare_integers(a, b);
  if (!is_number(a) || !is_number(b)) return std::nullopt;
  const auto x = to_double(a);
  const auto y = to_double(b);
  if (!x || !y) return std::nullopt;
  return *x < *y ? -1 : (*x > *y ? 1 : 0);
}

}  // namespace broker
