// SPDX-License-Identifier: Apache-2.0
// Wildcards and instants, by hand.
#include <chrono>
#include <vector>

#include "spec/element.h"

namespace spec {
namespace {

// The text from `at` to where the next code point begins.
std::size_t next(const std::string& text, std::size_t at) {
  do ++at;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80);
  return at;
}

// The number that `count` digits at `at` spell, or -1.
int digits(const std::string& text, std::size_t at, std::size_t count) {
  int out = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (i >= text.size() || text[i] < '0' || text[i] > '9') return -1;
    out = out * 10 + (text[i] - '0');
  }
  return out;
}

bool has(const std::string& text, std::size_t at, char c) {
  return at < text.size() && text[at] == c;
}

// "Z" or "+HH:MM" from `at` to the end: minutes east.
std::optional<int> offset_at(const std::string& text, std::size_t at) {
  const std::string zone = text.substr(at);
  if (zone == "Z") return 0;
  const int hours = digits(zone, 1, 2);
  const int minutes = digits(zone, 4, 2);
  if (zone.size() != 6 || !has(zone, 3, ':') || (zone[0] != '+' && zone[0] != '-'))
    return std::nullopt;
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return std::nullopt;
  return (zone[0] == '-' ? -1 : 1) * (hours * 60 + minutes);
}

}  // namespace

bool like(const std::string& wildcard, const std::string& text) {
  // reach[t]: the wildcard read so far can have consumed exactly the first t bytes.
  std::vector<bool> reach(text.size() + 1, false);
  reach[0] = true;
  for (std::size_t w = 0; w < wildcard.size(); w = next(wildcard, w)) {
    const std::string mark = wildcard.substr(w, next(wildcard, w) - w);
    std::vector<bool> after(text.size() + 1, false);
    for (std::size_t t = 0; t <= text.size(); ++t) {
      if (mark == "*" && (reach[t] || (t > 0 && after[t - 1]))) after[t] = true;
      if (!reach[t] || t == text.size()) continue;
      const std::size_t end = next(text, t);
      if (mark == "?" || (mark != "*" && text.substr(t, end - t) == mark)) after[end] = true;
    }
    reach = after;
  }
  return reach[text.size()];
}

bool is_utf8(const std::string& text) {
  for (std::size_t at = 0; at < text.size(); at = next(text, at)) {
    const std::size_t size = next(text, at) - at;
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t wanted = lead < 0x80   ? 1
                               : lead < 0xc2 ? 0
                               : lead < 0xe0 ? 2
                               : lead < 0xf0 ? 3
                               : lead < 0xf5 ? 4
                                             : 0;
    if (size != wanted) return false;
    const auto second = size > 1 ? static_cast<unsigned char>(text[at + 1]) : 0;
    const bool too_long = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
    const bool surrogate = lead == 0xed && second > 0x9f;
    const bool too_high = lead == 0xf4 && second > 0x8f;
    if (too_long || surrogate || too_high) return false;
  }
  return true;
}

std::optional<policy::Instant> instant_of(const std::string& text) {
  const int year = digits(text, 0, 4);
  const int month = digits(text, 5, 2);
  const int day = digits(text, 8, 2);
  if (year < 1 || month < 1 || day < 1 || !has(text, 4, '-') || !has(text, 7, '-'))
    return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  const std::int64_t midnight = std::chrono::sys_days(date).time_since_epoch().count() * 86400LL;
  if (text.size() == 10) return policy::Instant{midnight * 1'000'000};
  const int hour = digits(text, 11, 2);
  const int minute = digits(text, 14, 2);
  const int second = digits(text, 17, 2);
  if (!has(text, 10, 'T') || !has(text, 13, ':') || !has(text, 16, ':')) return std::nullopt;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
    return std::nullopt;
  std::size_t at = 19;
  std::int64_t us = 0;
  if (has(text, at, '.')) {
    std::int64_t unit = 100'000;
    for (++at; digits(text, at, 1) >= 0; ++at, unit /= 10) us += unit * digits(text, at, 1);
    if (at == 20) return std::nullopt;
  }
  const auto offset = at < text.size() ? offset_at(text, at) : std::nullopt;
  if (!offset) return std::nullopt;
  return policy::Instant{
      (midnight + hour * 3600 + minute * 60 + second - *offset * 60LL) * 1'000'000 + us};
}

}  // namespace spec
