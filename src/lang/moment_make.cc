// SPDX-License-Identifier: Apache-2.0
// Constructors of moments, and replace.
#include <cmath>

#include "lang/moment.h"
#include "lang/native.h"

namespace lang {

bool small_argument(Run& run, const Value* v, std::int64_t& out) {
  if (v == nullptr) return true;
  if (!is_integer(*v))
    return run.type_error("'" + run.type_of(*v)->name +
                          "' object cannot be interpreted as an integer");
  if (is(*v, Kind::kBig))
    return run.raise(TypeName::kOverflowError, "Python int too large to convert to C long");
  out = v->type() == Type::kBool ? (v->as_bool() ? 1 : 0) : v->as_int();
  if (out > INT32_MAX)
    return run.raise(TypeName::kOverflowError, "signed integer is greater than maximum");
  return out >= INT32_MIN ||
         run.raise(TypeName::kOverflowError, "signed integer is less than minimum");
}

namespace {

bool fold_argument(Run& run, const Value* v, bool& out) {
  std::int64_t fold = out ? 1 : 0;
  if (!small_argument(run, v, fold)) return false;
  out = fold == 1;
  return fold == 0 || fold == 1 || run.value_error("fold must be either 0 or 1");
}

constexpr std::string_view kDateNames[] = {"year", "month", "day"};
constexpr std::string_view kTimeNames[] = {"hour",        "minute", "second",
                                           "microsecond", "tzinfo", "fold"};
constexpr std::string_view kDatetimeNames[] = {"year",   "month",       "day",    "hour", "minute",
                                               "second", "microsecond", "tzinfo", "fold"};

bool build_date(Run& run, std::span<const Value* const> given, const Moment* from, TypeName type,
                Moment*& out) {
  std::int64_t part[3] = {1, 1, 1};
  if (from != nullptr) {
    part[0] = from->year;
    part[1] = from->month;
    part[2] = from->day;
  }
  for (std::size_t i = 0; i < 3; ++i)
    if (!small_argument(run, given[i], part[i])) return false;
  return make_date(run, part[0], part[1], part[2], type, out);
}
// hour ... fold
bool build_time(Run& run, std::span<const Value* const> given, const Moment* from, Moment& to) {
  std::int64_t part[4] = {};
  if (from != nullptr) {
    part[0] = from->hour();
    part[1] = from->minute();
    part[2] = from->second();
    part[3] = from->microsecond();
    to.fold = from->fold;
  }
  for (std::size_t i = 0; i < 4; ++i)
    if (!small_argument(run, given[i], part[i])) return false;
  if (!set_time(run, to, part) || !fold_argument(run, given[5], to.fold)) return false;
  if (from != nullptr && given[4] == nullptr) to.zone = from->zone;
  return (from != nullptr && given[4] == nullptr) || zone_argument(run, given[4], to.zone);
}

bool date_of_parts(Run& run, Arguments& a, Value& out) {
  const Value* given[3] = {};
  Moment* made = nullptr;
  if (!named(run, a, "date", 0, 3, kDateNames, given) ||
      !build_date(run, given, nullptr, TypeName::kDate, made))
    return false;
  out = Value::object(made);
  return true;
}
bool time_of_parts(Run& run, Arguments& a, Value& out) {
  const Value* given[6] = {};
  if (!named(run, a, "time", 0, 0, kTimeNames, given, 5)) return false;
  auto* made = run.heap.make<Moment>(TypeName::kTime);
  out = Value::object(made);
  return build_time(run, given, nullptr, *made);
}
bool datetime_of_parts(Run& run, Arguments& a, Value& out) {
  const Value* given[9] = {};
  Moment* made = nullptr;
  if (!named(run, a, "datetime", 0, 3, kDatetimeNames, given, 8) ||
      !build_date(run, given, nullptr, TypeName::kDatetime, made))
    return false;
  out = Value::object(made);
  return build_time(run, std::span(given).subspan(3), nullptr, *made);
}

struct Sum {
  Wide micros = 0;
  double left = 0;   // below a microsecond
  bool far = false;  // some part is beyond any timedelta
};
// Adds `v` units; floats as CPython: whole units exactly, the rest of all together at the end.
bool add_units(Run& run, const Value& v, std::int64_t unit, Sum& sum) {
  constexpr double kFar = 1e20;
  if (is(v, Kind::kBig)) return sum.far = true;
  if (is_integer(v)) {
    const std::int64_t n = v.type() == Type::kBool ? (v.as_bool() ? 1 : 0) : v.as_int();
    sum.micros += Wide{n} * unit;
    return true;
  }
  if (v.type() != Type::kFloat)
    return run.type_error("unsupported type for timedelta component: " + run.type_of(v)->name);
  const double number = v.as_float();
  if (!std::isfinite(number)) {
    Value none;
    return integer_of(run, number, none);
  }
  if (std::abs(number) > kFar) return sum.far = true;
  double whole = 0;
  const double fraction = std::modf(number, &whole);
  sum.micros += static_cast<Wide>(whole) * unit;
  if (fraction == 0) return true;
  double micros = 0;
  sum.left += std::modf(static_cast<double>(unit) * fraction, &micros);
  sum.micros += static_cast<Wide>(micros);
  return true;
}

bool delta_of_parts(Run& run, Arguments& a, Value& out) {
  static constexpr std::string_view kNames[] = {
      "days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks"};
  static constexpr std::int64_t kUnits[] = {kDay,         kSecond,        1,       1000,
                                            60 * kSecond, 3600 * kSecond, 7 * kDay};
  static constexpr std::size_t kOrder[] = {2, 3, 1, 4, 5, 0, 6};  // CPython's, for the sum of rests
  const Value* given[7] = {};
  Sum sum;
  if (!named(run, a, "timedelta", 0, 0, kNames, given)) return false;
  for (const std::size_t i : kOrder)
    if (given[i] != nullptr && !add_units(run, *given[i], kUnits[i], sum)) return false;
  if (sum.far)
    return run.raise(TypeName::kOverflowError, "Python int too large to convert to C int");
  if (sum.left != 0) {
    double whole = std::round(sum.left);
    if (std::abs(whole - sum.left) == 0.5) {  // a tie goes to even of the sum
      const double odd = sum.micros % 2 != 0 ? 1 : 0;
      whole = 2 * std::round((sum.left + odd) * 0.5) - odd;
    }
    sum.micros += static_cast<Wide>(whole);
  }
  return make_delta(run, sum.micros, out);
}

bool zone_of_parts(Run& run, Arguments& a, Value& out) {
  static constexpr std::string_view kNames[] = {"offset", "name"};
  const Value* given[2] = {};
  if (!named(run, a, "timezone", 0, 1, kNames, given)) return false;
  if (!is_moment(*given[0], TypeName::kTimedelta))
    return run.type_error("timezone() argument 1 must be datetime.timedelta");
  if (given[1] != nullptr && !is_string(*given[1]))
    return run.type_error("timezone() argument 2 must be str");
  const Wide offset = as<Moment>(*given[0])->total();
  const Wide clipped = std::min<Wide>(std::max<Wide>(offset, -kDay), kDay);
  if (clipped != offset && (clipped == kDay || clipped == -kDay)) {
    std::string shown;
    moment_repr(*as<Moment>(*given[0]), shown);
    return run.value_error(
        "offset must be a timedelta strictly between -timedelta(hours=24) and "
        "timedelta(hours=24), not " +
        shown + ".");
  }
  return make_zone(run, static_cast<std::int64_t>(offset),
                   given[1] == nullptr ? nullptr : as<String>(*given[1]), out);
}

constexpr Native kMake[] = {{"date", date_of_parts},
                            {"time", time_of_parts},
                            {"datetime", datetime_of_parts},
                            {"timedelta", delta_of_parts},
                            {"timezone", zone_of_parts}};

}  // namespace

bool moment_replace(Run& run, Arguments& a, Value& out) {
  const Moment& from = *as<Moment>(a.list[0]);
  const Value* given[9] = {};
  Moment* made = nullptr;
  if (from.type == TypeName::kDate) {
    if (!named(run, a, "replace", 1, 0, kDateNames, std::span(given).first(3)) ||
        !build_date(run, given, &from, from.type, made))
      return false;
    return out = Value::object(made), true;
  }
  if (from.type == TypeName::kTime) {
    if (!named(run, a, "replace", 1, 0, kTimeNames, std::span(given).first(6), 5)) return false;
    made = run.heap.make<Moment>(from.type);
    out = Value::object(made);
    return build_time(run, std::span(given).first(6), &from, *made);
  }
  if (!named(run, a, "replace", 1, 0, kDatetimeNames, given, 8) ||
      !build_date(run, given, &from, from.type, made))
    return false;
  out = Value::object(made);
  return build_time(run, std::span(given).subspan(3), &from, *made);
}

std::span<const Native> moment_constructors() { return kMake; }

}  // namespace lang
