// SPDX-License-Identifier: Apache-2.0
// The calendar, and moments made from their parts.
#include "lang/moment.h"

#include <fmt/format.h>

#include <functional>

namespace lang {
namespace {

constexpr std::int32_t kBefore[] = {0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};

std::int32_t days_before_year(std::int32_t year) {
  const std::int32_t y = year - 1;
  return y * 365 + y / 4 - y / 100 + y / 400;
}
// The ordinal of the Monday of ISO week 1.
std::int32_t first_monday(std::int32_t year) {
  const std::int32_t first = days_before_year(year) + 1;
  const std::int32_t weekday = (first + 6) % 7;
  return first - weekday + (weekday > 3 ? 7 : 0);
}

}  // namespace

bool is_leap(std::int32_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

std::int32_t days_in(std::int32_t year, std::int32_t month) {
  if (month == 2) return is_leap(year) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

std::int32_t ordinal_of(std::int32_t year, std::int32_t month, std::int32_t day) {
  return days_before_year(year) + kBefore[month] + (month > 2 && is_leap(year) ? 1 : 0) + day;
}

void date_of(std::int32_t ordinal, std::int32_t& year, std::int32_t& month, std::int32_t& day) {
  std::int32_t rest = ordinal - 1;
  const std::int32_t n400 = rest / 146'097;
  rest %= 146'097;
  const std::int32_t n100 = std::min(rest / 36'524, 3);
  rest -= n100 * 36'524;
  const std::int32_t n4 = rest / 1'461;
  rest %= 1'461;
  const std::int32_t n1 = std::min(rest / 365, 3);
  rest -= n1 * 365;
  year = n400 * 400 + n100 * 100 + n4 * 4 + n1 + 1;
  for (month = 1; rest >= days_in(year, month); ++month) rest -= days_in(year, month);
  day = rest + 1;
}

IsoWeek iso_week_of(const Moment& date) {
  const std::int32_t ordinal = ordinal_of(date.year, date.month, date.day);
  std::int32_t year = date.year;
  if (ordinal < first_monday(year)) --year;
  else if (ordinal >= first_monday(year + 1)) ++year;
  const std::int32_t far = ordinal - first_monday(year);
  return {year, far / 7 + 1, far % 7 + 1};
}

std::optional<std::int32_t> ordinal_of_week(std::int32_t year, std::int32_t week,
                                            std::int32_t day) {
  if (year < 1 || year > 9999 || week < 1 || week > 53 || day < 1 || day > 7) return std::nullopt;
  const std::int32_t monday = first_monday(year);
  if (week == 53 && first_monday(year + 1) - monday < 53 * 7) return std::nullopt;
  return monday + (week - 1) * 7 + day - 1;
}

Wide Moment::total() const {
  if (type == TypeName::kTimedelta) return Wide{days} * kDay + micros;
  if (type == TypeName::kTimezone) return offset;
  Wide out = micros;
  if (has_date()) out += Wide{ordinal_of(year, month, day)} * kDay;
  return zone != nullptr ? out - zone->offset : out;
}

bool make_date(Run& run, std::int64_t year, std::int64_t month, std::int64_t day, TypeName type,
               Moment*& out) {
  if (year < 1 || year > 9999) return run.value_error(fmt::format("year {} is out of range", year));
  if (month < 1 || month > 12) return run.value_error("month must be in 1..12");
  const auto y = static_cast<std::int32_t>(year), m = static_cast<std::int32_t>(month);
  if (day < 1 || day > days_in(y, m)) return run.value_error("day is out of range for month");
  out = run.heap.make<Moment>(type);
  out->year = y;
  out->month = m;
  out->day = static_cast<std::int32_t>(day);
  return run.charge(1);
}

bool make_ordinal(Run& run, std::int64_t ordinal, TypeName type, Moment*& out) {
  if (ordinal < 1 || ordinal > kMostOrdinal)
    return run.raise(TypeName::kOverflowError, "date value out of range");
  out = run.heap.make<Moment>(type);
  date_of(static_cast<std::int32_t>(ordinal), out->year, out->month, out->day);
  return run.charge(1);
}

bool make_delta(Run& run, Wide micros, Value& out) {
  Wide days = micros / kDay, rest = micros % kDay;
  if (rest < 0) {
    rest += kDay;
    --days;
  }
  if (days > INT32_MAX || days < INT32_MIN)
    return run.raise(TypeName::kOverflowError, "Python int too large to convert to C int");
  const auto whole = static_cast<std::int32_t>(days);
  if (whole > kMostDays || whole < -kMostDays)
    return run.raise(TypeName::kOverflowError,
                     fmt::format("days={}; must have magnitude <= {}", whole, kMostDays));
  auto* made = run.heap.make<Moment>(TypeName::kTimedelta);
  made->days = whole;
  made->micros = static_cast<std::int64_t>(rest);
  out = Value::object(made);
  return run.charge(1);
}

Value utc_zone(Run& run) {
  for (const auto& [name, v] : run.type(TypeName::kTimezone)->members)
    if (name == "utc") return v;
  return Value::none();
}

bool make_zone(Run& run, std::int64_t offset, String* name, Value& out) {
  if (offset <= -kDay || offset >= kDay) {
    std::string shown;
    Value delta;
    if (!make_delta(run, offset, delta)) return false;
    moment_repr(*as<Moment>(delta), shown);
    return run.value_error(
        "offset must be a timedelta strictly between -timedelta(hours=24) and "
        "timedelta(hours=24), not " +
        shown + ".");
  }
  if (offset == 0 && name == nullptr) return out = utc_zone(run), true;
  auto* made = run.heap.make<Moment>(TypeName::kTimezone);
  made->offset = offset;
  made->name = name;
  out = Value::object(made);
  return run.charge(1);
}

bool set_time(Run& run, Moment& to, const std::int64_t (&parts)[4]) {
  static constexpr std::string_view kWords[] = {"hour must be in 0..23", "minute must be in 0..59",
                                                "second must be in 0..59",
                                                "microsecond must be in 0..999999"};
  static constexpr std::int64_t kMost[] = {23, 59, 59, 999'999};
  for (int i = 0; i < 4; ++i)
    if (parts[i] < 0 || parts[i] > kMost[i]) return run.value_error(std::string(kWords[i]));
  to.micros = ((parts[0] * 60 + parts[1]) * 60 + parts[2]) * kSecond + parts[3];
  return true;
}

bool zone_argument(Run& run, const Value* v, const Moment*& out) {
  out = nullptr;
  if (v == nullptr || v->type() == Type::kNone) return true;
  if (!is_moment(*v, TypeName::kTimezone))
    return run.type_error("tzinfo argument must be None or of a tzinfo subclass, not type '" +
                          run.type_of(*v)->name + "'");
  out = as<Moment>(*v);
  return true;
}

void add_constants(Run& run, Class* made) {
  const auto type = static_cast<TypeName>(made->builtin);
  const auto add = [&](std::string name, Moment* m) {
    made->members.emplace_back(std::move(name), Value::object(m));
  };
  const auto fresh = [&](TypeName which) { return run.heap.make<Moment>(which); };
  const auto delta = [&](std::int32_t days, std::int64_t micros) {
    Moment* m = fresh(TypeName::kTimedelta);
    m->days = days;
    m->micros = micros;
    return m;
  };
  const auto zone = [&](std::int64_t offset) {
    Moment* m = fresh(TypeName::kTimezone);
    m->offset = offset;
    m->is_utc = offset == 0;
    return m;
  };
  if (type == TypeName::kTimedelta) {
    add("min", delta(-kMostDays, 0));
    add("max", delta(kMostDays, kDay - 1));
    add("resolution", delta(0, 1));
  } else if (type == TypeName::kTimezone) {
    constexpr std::int64_t kMost = (23 * 60 + 59) * 60 * kSecond;
    add("utc", zone(0));
    add("min", zone(-kMost));
    add("max", zone(kMost));
  } else if (type == TypeName::kDate || type == TypeName::kDatetime || type == TypeName::kTime) {
    Moment* most = fresh(type);
    most->year = 9999;
    most->month = 12;
    most->day = 31;
    if (type != TypeName::kDate) most->micros = kDay - 1;
    add("min", fresh(type));
    add("max", most);
    add("resolution", type == TypeName::kDate ? delta(1, 0) : delta(0, 1));
  }
}

std::size_t moment_hash(const Moment& m) {
  const auto low = static_cast<std::size_t>(m.total());
  const std::size_t kind = m.type == TypeName::kTimedelta ? 1
                           : m.type == TypeName::kTime    ? 2
                           : m.type == TypeName::kDate    ? 3
                                                          : 4;
  return (low * 0x9e3779b97f4a7c15) ^ kind;
}

}  // namespace lang
