// SPDX-License-Identifier: Apache-2.0
#include "monitor/counters.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

namespace monitor {
namespace {

constexpr Wide kOne = 1'000'000'000;
constexpr Wide kMost = (Wide{1} << 53) * kOne;
constexpr std::size_t kDecimals = 9;

Wide magnitude(Wide w) { return w < 0 ? -w : w; }

bool digits_only(std::string_view s) {
  return !s.empty() && std::ranges::all_of(s, [](char c) { return c >= '0' && c <= '9'; });
}

// A number as a call's leaves spell it (RFC 8785), exactly; nothing if it has an exponent, too many
// decimals or is beyond 2^53.
std::optional<Wide> exactly(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::string_view whole = text.substr(0, point);
  const std::string_view rest = text.substr(std::min(point + 1, text.size()));
  if (!digits_only(whole) || whole.size() > 16 || rest.size() > kDecimals) return std::nullopt;
  if (point < text.size() && !digits_only(rest)) return std::nullopt;
  Wide value = 0;
  for (const char c : whole) value = value * 10 + (c - '0');
  for (std::size_t i = 0; i < kDecimals; ++i)
    value = value * 10 + (i < rest.size() ? rest[i] - '0' : 0);
  if (value > kMost) return std::nullopt;
  return negative ? -value : value;
}

// Whole if it is; else the nearest double.
policy::Number number_of(Wide value) {
  policy::Number out;
  if (value % kOne == 0) {
    out.integer = static_cast<std::int64_t>(value / kOne);
    return out;
  }
  const Wide size = magnitude(value);
  const std::string text =
      fmt::format("{}{}.{:09}", value < 0 ? "-" : "", static_cast<std::int64_t>(size / kOne),
                  static_cast<std::int64_t>(size % kOne));
  out.whole = false;
  (void)std::from_chars(text.data(), text.data() + text.size(), out.decimal);
  return out;
}

base::Result<Wide> amount_of(const policy::CounterSpec& spec,
                             const std::vector<wire::Leaf>& arguments) {
  if (spec.sum_of.empty()) return kOne;
  const auto leaf = std::ranges::find(arguments, spec.sum_of, &wire::Leaf::path);
  if (leaf == arguments.end()) return base::invalid("the argument of a sum is not there");
  if (leaf->kind != wire::LeafKind::kInteger && leaf->kind != wire::LeafKind::kNumber)
    return base::invalid("the argument of a sum is not a number");
  const auto amount = exactly(leaf->text);
  if (!amount) return base::invalid("the argument of a sum cannot be added exactly");
  return *amount;
}

}  // namespace

Counters::Key Counters::key_of(std::size_t counter, base::SessionId session) const {
  return {counter, set_.counters()[counter].per == 0 ? session.value : 0};
}

// Takes off what is too old.
void Counters::pass(std::size_t counter, Window& w, std::int64_t now_us) {
  const std::int64_t within_us = set_.counters()[counter].within_s * 1'000'000;
  while (!w.events.empty() && now_us - w.events.front().at_us > within_us) {
    w.sum -= w.events.front().amount;
    w.events.pop_front();
    --remembered_;
  }
}

Counters::Window& Counters::window(std::size_t counter, base::SessionId session,
                                   std::int64_t now_us) {
  Window& w = windows_[key_of(counter, session)];
  pass(counter, w, now_us);
  return w;
}

// Windows that nobody has asked for lately may hold what is too old.
void Counters::make_room(std::int64_t now_us) {
  if (remembered_ + set_.counters().size() < kInAll) return;
  for (auto& [key, w] : windows_) pass(key.first, w, now_us);
}

std::vector<policy::Number> Counters::values(base::SessionId session, std::int64_t now_us) {
  std::vector<policy::Number> out;
  for (std::size_t i = 0; i < set_.counters().size(); ++i)
    out.push_back(number_of(window(i, session, now_us).sum));
  return out;
}

base::Result<std::vector<Counters::Addition>> Counters::weigh(
    base::SessionId session, const std::string& tool, const std::vector<wire::Leaf>& arguments,
    std::int64_t now_us) {
  std::vector<Addition> out;
  make_room(now_us);
  for (std::size_t i = 0; i < set_.counters().size(); ++i) {
    if (!set_.counts(i, tool)) continue;
    TRY_AS(const Wide amount, amount_of(set_.counters()[i], arguments));
    const Window& w = window(i, session, now_us);
    if (magnitude(w.sum + amount) > kMost) return base::invalid("a sum is beyond 2^53");
    if (w.events.size() >= kInWindow || remembered_ + out.size() >= kInAll)
      return base::Error{base::Errc::kExhausted, "a counter remembers too many calls"};
    out.push_back({i, amount});
  }
  return out;
}

void Counters::add(base::SessionId session, const std::vector<Addition>& additions,
                   std::int64_t now_us) {
  for (const Addition& a : additions) {
    Window& w = window(a.counter, session, now_us);
    w.events.push_back({now_us, a.amount});
    w.sum += a.amount;
    ++remembered_;
  }
}

void Counters::forget(base::SessionId session) {
  std::erase_if(windows_, [&](const auto& entry) {
    const bool its = entry.first.second == session.value;
    if (its) remembered_ -= entry.second.events.size();
    return its;
  });
}

}  // namespace monitor
