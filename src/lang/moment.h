// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The values of the module datetime: date, time, datetime, timedelta and timezone (fixed offsets).
// They are scalars: immutable, with no label but that of the Value that refers to them. There is no
// clock here: the time of day is not an input of a plan. Trust zone: session.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lang/run.h"

namespace lang {

__extension__ using Wide = __int128;
__extension__ using UnsignedWide = unsigned __int128;

inline constexpr std::int64_t kSecond = 1'000'000;  // microseconds
inline constexpr std::int64_t kDay = 86'400 * kSecond;
inline constexpr std::int32_t kMostDays = 999'999'999;   // of a timedelta
inline constexpr std::int32_t kMostOrdinal = 3'652'059;  // 9999-12-31

struct Moment : Object {
  explicit Moment(TypeName t) : Object(Kind::kMoment), type(t) {}
  TypeName type;  // kDate, kTime, kDatetime, kTimedelta, kTimezone
  // date, datetime
  std::int32_t year = 1, month = 1, day = 1;
  // time, datetime: within the day; timedelta: 0 <= micros < kDay beside `days`
  std::int64_t micros = 0;
  std::int32_t days = 0;
  bool fold = false;
  const Moment* zone = nullptr;  // a timezone or null: naive
  // timezone
  std::int64_t offset = 0;
  String* name = nullptr;
  bool is_utc = false;

  bool has_date() const { return type == TypeName::kDate || type == TypeName::kDatetime; }
  bool has_time() const { return type == TypeName::kTime || type == TypeName::kDatetime; }
  std::int64_t hour() const { return micros / (3600 * kSecond); }
  std::int64_t minute() const { return micros / (60 * kSecond) % 60; }
  std::int64_t second() const { return micros / kSecond % 60; }
  std::int64_t microsecond() const { return micros % kSecond; }
  // Microseconds of a timedelta; of a datetime since year 1, in UTC if it is aware; of a time
  // within the day, likewise.
  Wide total() const;
};

inline bool is_moment(const Value& v) { return is(v, Kind::kMoment); }
inline bool is_moment(const Value& v, TypeName type) {
  return is_moment(v) && as<Moment>(v)->type == type;
}

// Proleptic Gregorian calendar; ordinal 1 is 0001-01-01.
bool is_leap(std::int32_t year);
std::int32_t days_in(std::int32_t year, std::int32_t month);
std::int32_t ordinal_of(std::int32_t year, std::int32_t month, std::int32_t day);
void date_of(std::int32_t ordinal, std::int32_t& year, std::int32_t& month, std::int32_t& day);
struct IsoWeek {
  std::int32_t year, week, day;
};
IsoWeek iso_week_of(const Moment& date);
// The ordinal of a day named by ISO year, week and weekday; nullopt: there is none.
std::optional<std::int32_t> ordinal_of_week(std::int32_t year, std::int32_t week, std::int32_t day);

// Making them; ValueError or OverflowError with CPython's words where the parts are out of range.
bool make_date(Run& run, std::int64_t year, std::int64_t month, std::int64_t day, TypeName type,
               Moment*& out);
bool make_ordinal(Run& run, std::int64_t ordinal, TypeName type, Moment*& out);
bool make_delta(Run& run, Wide micros, Value& out);
bool make_zone(Run& run, std::int64_t offset, String* name, Value& out);
Value utc_zone(Run& run);
// Sets the time of day from its parts.
bool set_time(Run& run, Moment& to, const std::int64_t (&parts)[4]);
// A C int as CPython takes it: TypeError or OverflowError otherwise; null is left alone.
bool small_argument(Run& run, const Value* v, std::int64_t& out);
bool zone_argument(Run& run, const Value* v, const Moment*& out);

// min, max, resolution and utc of the classes.
void add_constants(Run& run, Class* made);

// Operators; false `known`: the operands do not go together.
bool moment_binary(Run& run, Operator op, const Value& a, const Value& b, Value& out, bool& known);
bool moment_negative(Run& run, const Moment& delta, Value& out);
bool moment_equal(const Moment& a, const Moment& b);
// -1, 0, 1; TypeError (pending, result false) where they have no order.
bool moment_order(Run& run, Operator op, const Value& a, const Value& b, int& out);
std::size_t moment_hash(const Moment& m);

// Text.
void moment_repr(const Moment& m, std::string& out);
std::string moment_text(const Moment& m);
std::string offset_text(std::int64_t offset, std::string_view colon);
bool iso_text(Run& run, const Moment& m, std::string_view separator, std::string_view precision,
              std::string& out);
bool moment_format(Run& run, const Moment& m, std::string_view format, std::string& out);
bool moment_iso(Run& run, std::string_view text, TypeName type, Value& out);
bool moment_strptime(Run& run, const std::string& text, const std::string& format, Value& out);

bool moment_attribute(Run& run, const Value& owner, std::string_view name, Value& out, bool& known);

}  // namespace lang
