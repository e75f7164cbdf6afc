// SPDX-License-Identifier: Apache-2.0
#include "policy/syntax/literal.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "policy/syntax/limits.h"

namespace policy {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::int64_t kFirstSecond = -62'135'596'800;  // 0001-01-01
constexpr std::int64_t kLastSecond = 253'402'300'799;   // 9999-12-31T23:59:59

struct Unit {
  char letter;
  std::int64_t seconds;
};
constexpr std::array<Unit, 4> kUnits{{{'d', 86'400}, {'h', 3'600}, {'m', 60}, {'s', 1}}};

template <class T> std::optional<T> whole_text(std::string_view text) {
  T value{};
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return value;
}

}  // namespace

std::optional<Number> literal_number(std::string_view text) {
  if (text == "inf" || text == "+inf") return Number{false, 0, kInfinity};
  if (text == "-inf") return Number{false, 0, -kInfinity};
  if (text.find('.') == std::string_view::npos) {
    const auto value = whole_text<std::int64_t>(text);
    return value ? std::optional<Number>({true, *value, 0}) : std::nullopt;
  }
  const auto value = whole_text<double>(text);
  return value ? std::optional<Number>({false, 0, *value}) : std::nullopt;
}

std::string number_text(const Number& number) {
  if (number.whole) return fmt::format("{}", number.integer);
  if (std::isinf(number.decimal)) return number.decimal > 0 ? "inf" : "-inf";
  std::array<char, 1200> buffer{};  // the longest shortest fixed form has under 1,100 digits
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number.decimal,
                                 std::chars_format::fixed);
  std::string text(buffer.data(), end.ptr);
  return text.find('.') == std::string::npos ? text + ".0" : text;
}

std::optional<Instant> instant_of_epoch(const Number& seconds) {
  const Number first{true, kFirstSecond, 0};
  const Number last{true, kLastSecond, 0};
  if (compare(seconds, first) < 0 || compare(seconds, last) > 0) return std::nullopt;
  if (seconds.whole) return Instant{seconds.integer * 1'000'000};
  return Instant{static_cast<std::int64_t>(std::floor(seconds.decimal * 1e6))};
}

std::optional<std::int64_t> literal_duration(std::string_view digits, std::string_view unit) {
  const auto count = whole_text<std::int64_t>(digits);
  if (!count || unit.size() != 1) return std::nullopt;
  for (const Unit& known : kUnits) {
    if (unit[0] != known.letter) continue;
    if (*count < 1 || *count > kDurationMaxS / known.seconds) return std::nullopt;
    return *count * known.seconds;
  }
  return std::nullopt;
}

std::string duration_text(std::int64_t seconds) {
  for (const Unit& unit : kUnits)
    if (seconds % unit.seconds == 0)
      return fmt::format("{}{}", seconds / unit.seconds, unit.letter);
  return fmt::format("{}s", seconds);
}

}  // namespace policy
