// SPDX-License-Identifier: Apache-2.0
#include "policy/words.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <limits>

namespace policy {
namespace {

constexpr std::array<std::string_view, 2> kLevels{"must", "should"};
constexpr std::array<std::string_view, 4> kFields{"tags", "producers", "consumers", "origins"};
constexpr std::array<std::string_view, 6> kEffects{"read",    "write", "send",
                                                   "destroy", "pay",   "exec"};
constexpr std::array<std::string_view, 9> kRoles{"recipient", "content", "path",    "host", "url",
                                                 "query",     "amount",  "command", "other"};
constexpr std::array<std::string_view, 6> kComparators{"==", "!=", "<", "<=", ">", ">="};
constexpr std::array<std::string_view, 9> kAttributes{
    "principal.id",     "tenant.id", "door.name", "tool.name",   "tool.effect",
    "environment.name", "time.now",  "time.hour", "time.weekday"};

template <class E, std::size_t N>
std::optional<E> find(const std::array<std::string_view, N>& words, std::string_view word) {
  for (std::size_t i = 0; i < N; ++i)
    if (words[i] == word) return static_cast<E>(i);
  return std::nullopt;
}

constexpr double kTwo63 = 9223372036854775808.0;
constexpr double kExact = 9007199254740992.0;  // 2^53

int compare_mixed(std::int64_t a, double b) {
  if (b >= kTwo63) return -1;
  if (b < -kTwo63) return 1;
  const auto whole = static_cast<std::int64_t>(std::trunc(b));
  if (a != whole) return a < whole ? -1 : 1;
  const double rest = b - std::trunc(b);
  if (rest == 0) return 0;
  return rest > 0 ? -1 : 1;
}

// The decimal digits of `text` from `at`, exactly `count` of them.
std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return std::nullopt;
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

std::optional<std::int64_t> days_of(std::string_view text) {
  const auto year = digits(text, 0, 4);
  const auto month = digits(text, 5, 2);
  const auto day = digits(text, 8, 2);
  if (!year || !month || !day || text[4] != '-' || text[7] != '-' || *year == 0)
    return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

// What follows the seconds: the fraction in microseconds and the offset in minutes.
struct Tail {
  std::int64_t us = 0;
  std::int64_t offset = 0;
};
std::optional<Tail> tail_of(std::string_view text) {
  Tail tail;
  std::size_t at = 0;
  if (!text.empty() && text[0] == '.') {
    std::int64_t unit = 100'000;
    for (at = 1; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, unit /= 10)
      tail.us += unit * (text[at] - '0');
    if (at == 1) return std::nullopt;
  }
  const std::string_view zone = text.substr(at);
  if (zone == "Z") return tail;
  if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':') return std::nullopt;
  const auto hours = digits(zone, 1, 2);
  const auto minutes = digits(zone, 4, 2);
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  tail.offset = (zone[0] == '-' ? -1 : 1) * (*hours * 60 + *minutes);
  return tail;
}

}  // namespace

std::string_view spelling(Level level) { return kLevels[static_cast<std::size_t>(level)]; }
std::string_view spelling(Field field) { return kFields[static_cast<std::size_t>(field)]; }
std::string_view spelling(ToolEffect effect) { return kEffects[static_cast<std::size_t>(effect)]; }
std::string_view spelling(Role role) { return kRoles[static_cast<std::size_t>(role)]; }
std::string_view spelling(Comparator c) { return kComparators[static_cast<std::size_t>(c)]; }
std::string_view spelling(Attribute a) { return kAttributes[static_cast<std::size_t>(a)]; }
std::optional<Field> field_of(std::string_view word) { return find<Field>(kFields, word); }
std::optional<ToolEffect> effect_of(std::string_view word) {
  return find<ToolEffect>(kEffects, word);
}
std::optional<Role> role_of(std::string_view word) { return find<Role>(kRoles, word); }
std::optional<Attribute> attribute_of(std::string_view word) {
  return find<Attribute>(kAttributes, word);
}

int compare(const Number& a, const Number& b) {
  if (a.whole && b.whole) return a.integer < b.integer ? -1 : a.integer > b.integer ? 1 : 0;
  if (!a.whole && !b.whole) return a.decimal < b.decimal ? -1 : a.decimal > b.decimal ? 1 : 0;
  return a.whole ? compare_mixed(a.integer, b.decimal) : -compare_mixed(b.integer, a.decimal);
}

std::optional<Number> number_of(std::string_view text) {
  Number number;
  const char* const end = text.data() + text.size();
  const auto whole = std::from_chars(text.data(), end, number.integer);
  if (whole.ec == std::errc() && whole.ptr == end && !text.empty()) return number;
  if (text.find_first_of(".eE") == std::string_view::npos) return std::nullopt;
  number = {false, 0, 0};
  const auto real = std::from_chars(text.data(), end, number.decimal);
  if (real.ec != std::errc() || real.ptr != end || !std::isfinite(number.decimal))
    return std::nullopt;
  const bool is_whole = std::trunc(number.decimal) == number.decimal;
  if (is_whole && std::fabs(number.decimal) >= kExact) return std::nullopt;
  return number;
}

std::optional<Instant> instant_of(std::string_view text) {
  if (text.size() < 10) return std::nullopt;
  const auto days = days_of(text);
  if (!days) return std::nullopt;
  const std::int64_t midnight = *days * 86'400;
  if (text.size() == 10) return Instant{midnight * 1'000'000};
  const auto hour = digits(text, 11, 2);
  const auto minute = digits(text, 14, 2);
  const auto second = digits(text, 17, 2);
  if (!hour || !minute || !second || text[10] != 'T' || text[13] != ':' || text[16] != ':' ||
      *hour > 23 || *minute > 59 || *second > 59)
    return std::nullopt;
  const auto tail = tail_of(text.substr(19));
  if (!tail) return std::nullopt;
  const std::int64_t seconds = midnight + *hour * 3600 + *minute * 60 + *second - tail->offset * 60;
  return Instant{seconds * 1'000'000 + tail->us};
}

std::string instant_text(Instant instant) {
  std::int64_t us = instant.us % 1'000'000;
  if (us < 0) us += 1'000'000;
  const std::int64_t seconds = (instant.us - us) / 1'000'000;
  std::int64_t second_of_day = seconds % 86'400;
  if (second_of_day < 0) second_of_day += 86'400;
  const std::chrono::year_month_day date{
      std::chrono::sys_days(std::chrono::days((seconds - second_of_day) / 86'400))};
  std::string text =
      fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  if (second_of_day == 0 && us == 0) return text;
  text += fmt::format("T{:02}:{:02}:{:02}", second_of_day / 3600, second_of_day / 60 % 60,
                      second_of_day % 60);
  if (us != 0) {
    text += fmt::format(".{:06}", us);
    text.resize(text.find_last_not_of('0') + 1);
  }
  return text + "Z";
}

}  // namespace policy
