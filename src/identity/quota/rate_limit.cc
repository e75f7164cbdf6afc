// SPDX-License-Identifier: Apache-2.0
#include "identity/quota/rate_limit.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

namespace identity {
namespace {

constexpr std::int64_t kSecondUs = 1'000'000;
constexpr std::int64_t kLongestUs = 31 * 86'400 * kSecondUs;
constexpr std::int64_t kMostCount = 1'000'000'000;

constexpr std::pair<std::string_view, std::int64_t> kUnits[] = {
    {"second", 1}, {"minute", 60}, {"hour", 3600}, {"day", 86'400}};
constexpr std::pair<std::string_view, LimitScope> kScopes[] = {
    {"key", LimitScope::kKey},        {"principal", LimitScope::kPrincipal},
    {"user", LimitScope::kPrincipal}, {"actor", LimitScope::kPrincipal},
    {"tenant", LimitScope::kTenant},  {"tool", LimitScope::kTool},
    {"global", LimitScope::kGlobal}};

std::string_view trimmed(std::string_view s) {
  while (!s.empty() && s.front() == ' ') s.remove_prefix(1);
  while (!s.empty() && s.back() == ' ') s.remove_suffix(1);
  return s;
}

std::string small(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

// A whole number, with a sign or without; one too large to count is the largest.
std::optional<std::int64_t> whole(std::string_view text) {
  const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  const bool all = std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
  if (digits.empty() || !all) return std::nullopt;
  std::int64_t n = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (error == std::errc::result_out_of_range) return INT64_MAX;
  return error == std::errc() && end == text.data() + text.size() ? std::optional(n) : std::nullopt;
}

std::optional<std::int64_t> window_us_of(std::string_view text) {
  std::int64_t times = 1;
  if (const std::size_t space = text.find(' '); space != std::string_view::npos) {
    const auto n = whole(text.substr(0, space));
    if (!n || *n < 1 || *n > kLongestUs / kSecondUs) return std::nullopt;
    times = *n;
    text = trimmed(text.substr(space));
  }
  for (const auto& [word, seconds] : kUnits) {
    const bool plural = text.size() == word.size() + 1 && text.back() == 's';
    if ((plural ? text.substr(0, word.size()) : text) != word) continue;
    const std::int64_t us = times * seconds * kSecondUs;
    return us <= kLongestUs ? std::optional(us) : std::nullopt;
  }
  return std::nullopt;
}

std::optional<std::array<std::string_view, 3>> parts_of(std::string_view text) {
  const std::size_t first = text.find('/');
  const std::size_t second = first == std::string_view::npos ? first : text.find('/', first + 1);
  if (second == std::string_view::npos || text.find('/', second + 1) != std::string_view::npos)
    return std::nullopt;
  std::array<std::string_view, 3> out = {trimmed(text.substr(0, first)),
                                         trimmed(text.substr(first + 1, second - first - 1)),
                                         trimmed(text.substr(second + 1))};
  if (std::ranges::any_of(out, [](std::string_view p) { return p.empty(); })) return std::nullopt;
  return out;
}

}  // namespace

std::string_view sentence(LimitFault fault) {
  switch (fault) {
    case LimitFault::kForm: return "a limit is written count/window/scope";
    case LimitFault::kCountNumber: return "the count is a whole number";
    case LimitFault::kCount: return "the count is at least 1 and at most 1000000000";
    case LimitFault::kWindow:
      return "the window is second, minute, hour or day, or a number of them, at most 31 days";
    case LimitFault::kScope: return "the scope is key, principal, tenant, tool or global";
  }
  return "";
}

std::optional<RateLimit> parse_limit(std::string_view text, LimitFault* fault) {
  const std::string lower = small(text);
  *fault = LimitFault::kForm;
  const auto parts = parts_of(lower);
  if (!parts) return std::nullopt;
  *fault = LimitFault::kCountNumber;
  const auto count = whole((*parts)[0]);
  if (!count) return std::nullopt;
  *fault = LimitFault::kCount;
  if (*count < 1 || *count > kMostCount) return std::nullopt;
  *fault = LimitFault::kWindow;
  const auto window = window_us_of((*parts)[1]);
  if (!window) return std::nullopt;
  *fault = LimitFault::kScope;
  for (const auto& [word, scope] : kScopes)
    if (word == (*parts)[2]) return RateLimit{static_cast<std::uint32_t>(*count), *window, scope};
  return std::nullopt;
}

std::string text_of(const RateLimit& limit) {
  const std::int64_t seconds = limit.window_us / kSecondUs;
  std::string window;
  for (const auto& [word, unit] : kUnits)
    if (seconds % unit == 0)
      window = seconds == unit ? std::string(word) : fmt::format("{} {}s", seconds / unit, word);
  std::string_view scope;
  for (const auto& [word, s] : kScopes)
    if (s == limit.scope && scope.empty()) scope = word;
  return fmt::format("{}/{}/{}", limit.count, window, scope);
}

}  // namespace identity
