// SPDX-License-Identifier: Apache-2.0
// Methods and attributes of moments.
#include <fmt/format.h>

#include <cmath>

#include "lang/moment.h"
#include "lang/native.h"

namespace lang {

bool moment_replace(Run& run, Arguments& a, Value& out);

namespace {

const Moment& self(const Arguments& a) { return *as<Moment>(a.list[0]); }
std::int32_t ordinal(const Moment& m) { return ordinal_of(m.year, m.month, m.day); }
constexpr std::int32_t kEpoch = 719'163;  // 1970-01-01

bool weekday(Run& run, Arguments& a, Value& out) {
  out = Value::integer((ordinal(self(a)) + 6) % 7);
  return arity(run, a, "weekday", 1, 1);
}
bool isoweekday(Run& run, Arguments& a, Value& out) {
  out = Value::integer((ordinal(self(a)) + 6) % 7 + 1);
  return arity(run, a, "isoweekday", 1, 1);
}
bool isocalendar(Run& run, Arguments& a, Value& out) {
  const IsoWeek week = iso_week_of(self(a));
  out = run.list({Value::integer(week.year), Value::integer(week.week), Value::integer(week.day)},
                 Kind::kTuple);
  return arity(run, a, "isocalendar", 1, 1);
}
bool toordinal(Run& run, Arguments& a, Value& out) {
  out = Value::integer(ordinal(self(a)));
  return arity(run, a, "toordinal", 1, 1);
}
bool isoformat(Run& run, Arguments& a, Value& out) {
  static constexpr std::string_view kBoth[] = {"sep", "timespec"};
  const Moment& m = self(a);
  const Value* given[2] = {};
  const std::size_t skip = m.type == TypeName::kDatetime ? 0 : m.type == TypeName::kTime ? 1 : 2;
  if (!named(run, a, "isoformat", 1, 0, std::span(kBoth).subspan(skip),
             std::span(given).subspan(skip)))
    return false;
  for (const Value* v : given)
    if (v != nullptr && !is_string(*v)) return run.type_error("isoformat() takes strings");
  if (given[0] != nullptr && as<String>(*given[0])->length != 1)
    return run.type_error("isoformat() argument 1 must be a unicode character, not str");
  std::string text;
  return iso_text(run, m, given[0] == nullptr ? "T" : text_of(*given[0]),
                  given[1] == nullptr ? "auto" : text_of(*given[1]), text) &&
         run.string(std::move(text), out);
}
bool ctime(Run& run, Arguments& a, Value& out) {
  std::string text;
  return arity(run, a, "ctime", 1, 1) && moment_format(run, self(a), "%a %b %e %H:%M:%S ", text) &&
         run.string(fmt::format("{}{:04}", text, self(a).year), out);
}
bool strftime(Run& run, Arguments& a, Value& out) {
  static constexpr std::string_view kNames[] = {"format"};
  const Value* given[1] = {};
  std::string text;
  if (!named(run, a, "strftime", 1, 1, kNames, given)) return false;
  if (!is_string(*given[0])) return run.type_error("strftime() argument 1 must be str");
  return moment_format(run, self(a), text_of(*given[0]), text) && run.string(std::move(text), out);
}
bool date_part(Run& run, Arguments& a, Value& out) {
  Moment* made = nullptr;
  if (!arity(run, a, "date", 1, 1) ||
      !make_date(run, self(a).year, self(a).month, self(a).day, TypeName::kDate, made))
    return false;
  out = Value::object(made);
  return true;
}
template <bool kZone> bool time_part(Run& run, Arguments& a, Value& out) {
  if (!arity(run, a, "time", 1, 1)) return false;
  auto* made = run.heap.make<Moment>(TypeName::kTime);
  made->micros = self(a).micros;
  made->fold = self(a).fold;
  if (kZone) made->zone = self(a).zone;
  out = Value::object(made);
  return true;
}
bool total_seconds(Run& run, Arguments& a, Value& out) {
  Value micros, seconds;
  const Moment& m = self(a);
  if (!arity(run, a, "total_seconds", 1, 1) ||
      !run.binary(Operator::kMul, Value::integer(m.days), Value::integer(kDay), micros) ||
      !run.binary(Operator::kAdd, micros, Value::integer(m.micros), micros))
    return false;
  out = Value::real(quotient_of(micros, Value::integer(kSecond)));
  return true;
}
bool timestamp(Run& run, Arguments& a, Value& out) {
  if (!arity(run, a, "timestamp", 1, 1)) return false;
  if (self(a).zone == nullptr)
    return run.value_error(
        "the timestamp of a naive datetime would need the host's time zone: give it "
        "tzinfo=timezone.utc");
  const Wide micros = self(a).total() - Wide{kEpoch} * kDay;  // less than 2**62
  out = Value::real(
      quotient_of(Value::integer(static_cast<std::int64_t>(micros)), Value::integer(kSecond)));
  return true;
}
bool offset_value(Run& run, const Moment* zone, Value& out) {
  if (zone == nullptr) return out = Value::none(), true;
  return make_delta(run, zone->offset, out);
}
bool utcoffset(Run& run, Arguments& a, Value& out) {
  const bool is_zone = self(a).type == TypeName::kTimezone;
  return arity(run, a, "utcoffset", 1, is_zone ? 2 : 1) &&
         offset_value(run, is_zone ? &self(a) : self(a).zone, out);
}
bool tzname(Run& run, Arguments& a, Value& out) {
  const bool is_zone = self(a).type == TypeName::kTimezone;
  const Moment* zone = is_zone ? &self(a) : self(a).zone;
  if (!arity(run, a, "tzname", 1, is_zone ? 2 : 1)) return false;
  if (zone == nullptr) return out = Value::none(), true;
  return run.string(moment_text(*zone), out);
}
bool dst(Run& run, Arguments& a, Value& out) {
  out = Value::none();
  return arity(run, a, "dst", 1, 2);
}
bool astimezone(Run& run, Arguments& a, Value& out) {
  static constexpr std::string_view kNames[] = {"tz"};
  const Value* given[1] = {};
  const Moment* zone = nullptr;
  const Moment& m = self(a);
  if (!named(run, a, "astimezone", 1, 0, kNames, given) || !zone_argument(run, given[0], zone))
    return false;
  if (zone == nullptr || m.zone == nullptr)
    return run.value_error(
        "astimezone() would need the host's time zone: it is for aware datetimes, with a tz");
  if (zone == m.zone) return out = a.list[0], true;
  const Wide utc = m.total(), at = utc + zone->offset;
  if (utc < kDay || utc >= Wide{kMostOrdinal + 1} * kDay)
    return run.raise(TypeName::kOverflowError, "date value out of range");
  const Wide day = at >= 0 ? at / kDay : -1;
  Moment* made = nullptr;
  if (!make_ordinal(run, static_cast<std::int64_t>(day), m.type, made)) return false;
  made->micros = static_cast<std::int64_t>(at - day * kDay);
  made->zone = zone;
  out = Value::object(made);
  return true;
}

// Class methods: the class is the first argument.
TypeName type_of(const Arguments& a) {
  return static_cast<TypeName>(as<Class>(a.list[0])->builtin);
}
bool fromisoformat(Run& run, Arguments& a, Value& out) {
  if (!arity(run, a, "fromisoformat", 2, 2)) return false;
  if (!is_string(a.list[1])) return run.type_error("fromisoformat: argument must be str");
  return moment_iso(run, text_of(a.list[1]), type_of(a), out);
}
bool fromordinal(Run& run, Arguments& a, Value& out) {
  std::int64_t n = 0;
  Moment* made = nullptr;
  if (!arity(run, a, "fromordinal", 2, 2) || !small_argument(run, &a.list[1], n)) return false;
  if (n < 1) return run.value_error("ordinal must be >= 1");
  if (n > kMostOrdinal) {
    std::int32_t year = 0, month = 0, day = 0;
    date_of(static_cast<std::int32_t>(n), year, month, day);
    return run.value_error("year " + std::to_string(year) + " is out of range");
  }
  if (!make_ordinal(run, n, type_of(a), made)) return false;
  out = Value::object(made);
  return true;
}
bool fromisocalendar(Run& run, Arguments& a, Value& out) {
  static constexpr std::string_view kNames[] = {"year", "week", "day"};
  const Value* given[3] = {};
  std::int64_t part[3] = {};
  if (!named(run, a, "fromisocalendar", 1, 3, kNames, given)) return false;
  for (int i = 0; i < 3; ++i)
    if (!is_integer(*given[i]) || !run.as_index(*given[i], part[i]))
      return run.type_error("an integer is required");
  for (const std::int64_t n : part)
    if (n > INT32_MAX || n < INT32_MIN)
      return run.value_error("ISO calendar component out of range");
  const auto small = [&](int i) {
    return static_cast<std::int32_t>(
        std::min<std::int64_t>(std::max<std::int64_t>(part[i], -1), 10'000));
  };
  if (small(0) < 1 || small(0) > 9999)
    return run.value_error("Year is out of range: " + std::to_string(part[0]));
  const auto found = ordinal_of_week(small(0), small(1), small(2));
  if (!found && (small(1) < 1 || small(1) > 52 || !ordinal_of_week(small(0), small(1), 1)) &&
      !ordinal_of_week(small(0), small(1), 1))
    return run.value_error("Invalid week: " + std::to_string(part[1]));
  if (!found)
    return run.value_error("Invalid day: " + std::to_string(part[2]) + " (range is [1, 7])");
  Moment* made = nullptr;
  if (!make_ordinal(run, *found, type_of(a), made)) return false;
  out = Value::object(made);
  return true;
}
bool combine(Run& run, Arguments& a, Value& out) {
  static constexpr std::string_view kNames[] = {"date", "time", "tzinfo"};
  const Value* given[3] = {};
  if (!named(run, a, "combine", 1, 2, kNames, given)) return false;
  if (!is_moment(*given[0]) || !as<Moment>(*given[0])->has_date() ||
      !is_moment(*given[1], TypeName::kTime))
    return run.type_error("combine() takes a date and a time");
  const Moment &date = *as<Moment>(*given[0]), &time = *as<Moment>(*given[1]);
  Moment* made = nullptr;
  if (!make_date(run, date.year, date.month, date.day, TypeName::kDatetime, made)) return false;
  made->micros = time.micros;
  made->fold = time.fold;
  made->zone = time.zone;
  out = Value::object(made);
  return given[2] == nullptr || zone_argument(run, given[2], made->zone);
}
bool strptime(Run& run, Arguments& a, Value& out) {
  if (!arity(run, a, "strptime", 3, 3)) return false;
  if (!is_string(a.list[1]) || !is_string(a.list[2]))
    return run.type_error("strptime() takes strings");
  return moment_strptime(run, text_of(a.list[1]), text_of(a.list[2]), out);
}
// kUtc: utcfromtimestamp, which gives naive ones.
template <bool kUtc> bool fromtimestamp(Run& run, Arguments& a, Value& out) {
  static constexpr std::string_view kNames[] = {"timestamp", "tz"};
  const Value* given[2] = {};
  const Moment* zone = nullptr;
  if (!named(run, a, "fromtimestamp", 1, 1, std::span(kNames).first(kUtc ? 1 : 2),
             std::span(given).first(kUtc ? 1 : 2)) ||
      !zone_argument(run, given[1], zone))
    return false;
  if (!kUtc && zone == nullptr)
    return run.value_error(
        "fromtimestamp() would need the host's time zone: give it tz=timezone.utc");
  if (given[0]->type() != Type::kFloat && !is_integer(*given[0]))
    return run.type_error("'" + run.type_of(*given[0])->name +
                          "' object cannot be interpreted as an integer");
  const double number = float_of(*given[0]);
  if (!std::isfinite(number))
    return run.value_error(std::isnan(number) ? "Invalid value NaN (not a number)"
                                              : "cannot convert float infinity to integer");
  double whole = 0;
  const double fraction = std::modf(number, &whole);
  if (std::abs(whole) > 1e12) return run.value_error("year is out of range");
  const Wide at = Wide{kEpoch} * kDay + static_cast<Wide>(whole) * kSecond +
                  static_cast<Wide>(std::nearbyint(fraction * 1e6)) +
                  (zone == nullptr ? 0 : zone->offset);
  const Wide day = at >= 0 ? at / kDay : -1;
  if (day < 1 || day > kMostOrdinal) return run.value_error("year is out of range");
  Moment* made = nullptr;
  if (!make_ordinal(run, static_cast<std::int64_t>(day), TypeName::kDatetime, made)) return false;
  made->micros = static_cast<std::int64_t>(at - day * kDay);
  made->zone = zone;
  out = Value::object(made);
  return true;
}
bool no_clock(Run& run, Arguments&, Value&) {
  return run.raise(TypeName::kAttributeError,
                   "the time of day is not an input of plans: ask a tool for it");
}

constexpr Native kDate[] = {
    {"weekday", weekday},     {"isoweekday", isoweekday},  {"isocalendar", isocalendar},
    {"isoformat", isoformat}, {"toordinal", toordinal},    {"ctime", ctime},
    {"strftime", strftime},   {"replace", moment_replace},
};
constexpr Native kTime[] = {{"isoformat", isoformat},    {"strftime", strftime},
                            {"replace", moment_replace}, {"utcoffset", utcoffset},
                            {"tzname", tzname},          {"dst", dst}};
constexpr Native kDatetime[] = {
    {"date", date_part},         {"time", time_part<false>},
    {"timetz", time_part<true>}, {"timestamp", timestamp},
    {"utcoffset", utcoffset},    {"tzname", tzname},
    {"astimezone", astimezone},  {"dst", dst},
};
constexpr Native kTimedelta[] = {{"total_seconds", total_seconds}};
constexpr Native kTimezone[] = {{"utcoffset", utcoffset}, {"tzname", tzname}, {"dst", dst}};
constexpr Native kOfDate[] = {{"fromisoformat", fromisoformat},
                              {"fromordinal", fromordinal},
                              {"fromisocalendar", fromisocalendar},
                              {"today", no_clock}};
constexpr Native kOfTime[] = {{"fromisoformat", fromisoformat}};
constexpr Native kOfDatetime[] = {{"combine", combine},
                                  {"strptime", strptime},
                                  {"fromtimestamp", fromtimestamp<false>},
                                  {"utcfromtimestamp", fromtimestamp<true>},
                                  {"now", no_clock},
                                  {"utcnow", no_clock}};

}  // namespace

Methods moment_methods(TypeName type) {
  switch (type) {
    case TypeName::kDate: return methods<kDate, TypeName::kDate>();
    case TypeName::kDatetime: return methods<kDatetime, TypeName::kDatetime>();
    case TypeName::kTime: return methods<kTime, TypeName::kTime>();
    case TypeName::kTimedelta: return methods<kTimedelta, TypeName::kTimedelta>();
    case TypeName::kTimezone: return methods<kTimezone, TypeName::kTimezone>();
    default: return {};
  }
}
std::span<const Native> moment_class_methods(TypeName type) {
  if (type == TypeName::kDate) return kOfDate;
  if (type == TypeName::kTime) return kOfTime;
  return type == TypeName::kDatetime ? std::span<const Native>(kOfDatetime)
                                     : std::span<const Native>();
}

bool moment_attribute(Run& run, const Value& owner, std::string_view name, Value& out,
                      bool& known) {
  const Moment& m = *as<Moment>(owner);
  known = true;
  const auto whole = [&](std::int64_t n) { return out = Value::integer(n), true; };
  if (m.has_date()) {
    if (name == "year") return whole(m.year);
    if (name == "month") return whole(m.month);
    if (name == "day") return whole(m.day);
  }
  if (m.has_time()) {
    if (name == "hour") return whole(m.hour());
    if (name == "minute") return whole(m.minute());
    if (name == "second") return whole(m.second());
    if (name == "microsecond") return whole(m.microsecond());
    if (name == "fold") return whole(m.fold ? 1 : 0);
    if (name == "tzinfo") {
      out = m.zone == nullptr ? Value::none() : Value::object(const_cast<Moment*>(m.zone));
      return true;
    }
  }
  if (m.type == TypeName::kTimedelta) {
    if (name == "days") return whole(m.days);
    if (name == "seconds") return whole(m.micros / kSecond);
    if (name == "microseconds") return whole(m.microsecond());
  }
  for (const auto& [constant, v] : run.type(m.type)->members)
    if (constant == name) return out = v, true;
  known = false;
  return true;
}

}  // namespace lang
