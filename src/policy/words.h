// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The small words of the policy language that its tree, its compiled form and its evaluators
// share: positions, numbers, instants, ranges, fields, effects, roles. Plain values, no text of a
// call. Trust zone: supervisor, monitor, tests.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace policy {

// Where something stands: file (index in the set of trees), line and column from 1, columns in
// code points. Equality of trees is about meaning, so all spans are equal.
struct Span {
  std::uint32_t file = 0;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t end_line = 0;
  std::uint32_t end_column = 0;  // one past the last code point
  friend bool operator==(const Span&, const Span&) { return true; }
};

enum class Level : std::uint8_t { kHard, kSoft, kLast = kSoft };  // must/hard, should/soft
enum class Field : std::uint8_t { kTags, kProducers, kConsumers, kOrigins, kLast = kOrigins };
enum class ToolEffect : std::uint8_t { kRead, kWrite, kSend, kDestroy, kPay, kExec, kLast = kExec };
enum class Role : std::uint8_t {
  kRecipient,
  kContent,
  kPath,
  kHost,
  kUrl,
  kQuery,
  kAmount,
  kCommand,
  kOther,  // in a policy: an argument that the tool declares without a role
  kLast = kOther,
};
enum class Comparator : std::uint8_t {
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kLast = kGreaterEqual,
};
enum class Attribute : std::uint8_t {
  kPrincipalId,
  kTenantId,
  kDoorName,
  kToolName,
  kToolEffect,
  kEnvironmentName,
  kTimeNow,      // an instant
  kTimeHour,     // 0..23, UTC
  kTimeWeekday,  // 1 Monday .. 7 Sunday, UTC
  kLast = kTimeWeekday,
};

std::string_view spelling(Level level);  // "must", "should"
std::string_view spelling(Field field);
std::string_view spelling(ToolEffect effect);
std::string_view spelling(Role role);
std::string_view spelling(Comparator comparator);
std::string_view spelling(Attribute attribute);  // "principal.id"
std::optional<Field> field_of(std::string_view word);
std::optional<ToolEffect> effect_of(std::string_view word);
std::optional<Role> role_of(std::string_view word);
std::optional<Attribute> attribute_of(std::string_view word);  // "principal.id"

// A number as written: whole (64 bits) or decimal; an infinity is a decimal. 1 and 1.0 are written
// differently and equal in value: compare() says so, == (the tree's) does not.
struct Number {
  bool whole = true;
  std::int64_t integer = 0;
  double decimal = 0;
  friend bool operator==(const Number&, const Number&) = default;
};
// -1, 0, 1 by value, exact between int64 and double. Neither is a NaN.
int compare(const Number& a, const Number& b);
// The number a JSON leaf's text spells: whole if it has no fraction and no exponent. Nothing if it
// is no number, is not finite, or cannot be held exactly as policy.md §4 demands (an integer
// beyond 64 bits, a value at or beyond 2^53 written as a decimal).
std::optional<Number> number_of(std::string_view text);

// Microseconds since 1970-01-01T00:00:00Z, years 0001..9999.
struct Instant {
  std::int64_t us = 0;
  friend auto operator<=>(const Instant&, const Instant&) = default;
};
// policy.md §4: YYYY-MM-DD, or YYYY-MM-DDTHH:MM:SS[.fraction](Z|+HH:MM|-HH:MM). Digits beyond the
// sixth of a fraction are dropped. Nothing if `text` is no such instant or no such day exists.
std::optional<Instant> instant_of(std::string_view text);
std::string instant_text(Instant instant);  // shortest spelling that instant_of reads back

// low ≤ x ≤ high, or < where a side is open; a side that is not given does not bound.
template <class T> struct Range {
  std::optional<T> low;
  std::optional<T> high;
  bool low_open = false;
  bool high_open = false;
  friend bool operator==(const Range&, const Range&) = default;
};

// What a person is asked for. Several asks add up: roles united, signed if one is, shortest time.
struct Ask {
  std::vector<std::string> roles;  // empty: the user
  bool is_signed = false;
  std::int64_t within_s = 900;
  friend bool operator==(const Ask&, const Ask&) = default;
};

}  // namespace policy
