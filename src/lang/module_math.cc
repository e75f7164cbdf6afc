// SPDX-License-Identifier: Apache-2.0
// The module math: floats. Integers: module_integer.cc.
#include "lang/module_math.h"

#include <cmath>
#include <numbers>

namespace lang {

bool number_argument(Run& run, const Value& v, double& out) {
  if (v.type() != Type::kFloat && !is_integer(v))
    return run.type_error("must be real number, not " + run.type_of(v)->name);
  out = float_of(v);
  return std::isfinite(out) || v.type() == Type::kFloat ||
         run.raise(TypeName::kOverflowError, "int too large to convert to float");
}

namespace {

bool domain(Run& run) { return run.value_error("math domain error"); }
bool range(Run& run) { return run.raise(TypeName::kOverflowError, "math range error"); }

// kGrows: an infinite result of a finite argument is too large, not outside of the domain.
template <double (*kF)(double), bool kGrows = false> bool real(Run& run, Arguments& a, Value& out) {
  double x = 0;
  if (!arity(run, a, "math function", 1, 1) || !number_argument(run, a.list[0], x)) return false;
  const double y = kF(x);
  if (std::isnan(y) && !std::isnan(x)) return domain(run);
  if (std::isinf(y) && std::isfinite(x)) return kGrows ? range(run) : domain(run);
  out = Value::real(y);
  return true;
}
bool two(Run& run, const Arguments& a, double& x, double& y) {
  return arity(run, a, "math function", 2, 2) && number_argument(run, a.list[0], x) &&
         number_argument(run, a.list[1], y);
}
template <double (*kF)(double, double)> bool real2(Run& run, Arguments& a, Value& out) {
  double x = 0, y = 0;
  if (!two(run, a, x, y)) return false;
  out = Value::real(kF(x, y));
  return true;
}
bool fmod_of(Run& run, Arguments& a, Value& out) {
  double x = 0, y = 0;
  if (!two(run, a, x, y)) return false;
  const double z = std::fmod(x, y);
  if (std::isnan(z) && !std::isnan(x) && !std::isnan(y)) return domain(run);
  out = Value::real(z);
  return true;
}
bool remainder_of(Run& run, Arguments& a, Value& out) {
  double x = 0, y = 0;
  if (!two(run, a, x, y)) return false;
  const double z = std::remainder(x, y);
  if (std::isnan(z) && !std::isnan(x) && !std::isnan(y)) return domain(run);
  out = Value::real(z);
  return true;
}
bool pow_of(Run& run, Arguments& a, Value& out) {
  double x = 0, y = 0;
  if (!two(run, a, x, y)) return false;
  const double z = std::pow(x, y);
  if (std::isfinite(x) && std::isfinite(y)) {
    if (std::isnan(z)) return domain(run);
    if (std::isinf(z)) return x == 0 ? domain(run) : range(run);
  }
  out = Value::real(z);
  return true;
}
bool ldexp_of(Run& run, Arguments& a, Value& out) {
  double x = 0;
  std::int64_t exponent = 0;
  if (!arity(run, a, "ldexp", 2, 2) || !number_argument(run, a.list[0], x)) return false;
  if (!is_integer(a.list[1])) return run.type_error("Expected an int as second argument to ldexp.");
  if (!run.as_index(a.list[1], exponent)) return false;
  const double y = std::ldexp(
      x, static_cast<int>(std::min<std::int64_t>(std::max<std::int64_t>(exponent, -5000), 5000)));
  if (std::isinf(y) && std::isfinite(x)) return range(run);
  out = Value::real(y);
  return true;
}
bool pair(Run& run, const Value& a, const Value& b, Value& out) {
  out = run.list({a, b}, Kind::kTuple);
  return true;
}
bool frexp_of(Run& run, Arguments& a, Value& out) {
  double x = 0;
  int exponent = 0;
  if (!arity(run, a, "frexp", 1, 1) || !number_argument(run, a.list[0], x)) return false;
  const double part = std::isfinite(x) ? std::frexp(x, &exponent) : x;
  return pair(run, Value::real(part), Value::integer(exponent), out);
}
bool modf_of(Run& run, Arguments& a, Value& out) {
  double x = 0, whole = 0;
  if (!arity(run, a, "modf", 1, 1) || !number_argument(run, a.list[0], x)) return false;
  const double part = std::modf(x, &whole);
  return pair(run, Value::real(part), Value::real(whole), out);
}
template <double (*kF)(double)> bool whole(Run& run, Arguments& a, Value& out) {
  double x = 0;
  if (!arity(run, a, "math function", 1, 1)) return false;
  if (is_integer(a.list[0])) return run.number(big_of(a.list[0]), out);
  return number_argument(run, a.list[0], x) && integer_of(run, kF(x), out);
}
template <bool (*kF)(double)> bool question(Run& run, Arguments& a, Value& out) {
  double x = 0;
  if (!arity(run, a, "math function", 1, 1) || !number_argument(run, a.list[0], x)) return false;
  out = Value::boolean(kF(x));
  return true;
}
// Logarithms of integers of any size.
template <double (*kF)(double)> bool log_value(Run& run, const Value& v, double& out) {
  double x = 0;
  if (is(v, Kind::kBig) && BN_is_negative(as<Big>(v)->number.get()) == 0) {
    const int places = std::max(BN_num_bits(as<Big>(v)->number.get()) - 900, 0);
    Value scaled;
    if (!run.binary(Operator::kShiftRight, v, Value::integer(places), scaled)) return false;
    out = kF(float_of(scaled)) + (places == 0 ? 0 : kF(2.0) * places);
    return true;
  }
  if (!number_argument(run, v, x)) return false;
  if (x <= 0) return domain(run);
  out = kF(x);
  return true;
}
template <double (*kF)(double)> bool log_of(Run& run, Arguments& a, Value& out) {
  double x = 0;
  if (!arity(run, a, "log", 1, 1) || !log_value<kF>(run, a.list[0], x)) return false;
  out = Value::real(x);
  return true;
}
bool log_any(Run& run, Arguments& a, Value& out) {
  double x = 0, base = 1;
  if (!arity(run, a, "log", 1, 2) || !log_value<std::log>(run, a.list[0], x) ||
      (a.size() == 2 && !log_value<std::log>(run, a.list[1], base)))
    return false;
  if (base == 0) return run.raise(TypeName::kZeroDivisionError, "float division by zero");
  out = Value::real(x / base);
  return true;
}

bool length_of(Run& run, const Values& parts, Value& out) {
  long double sum = 0, most = 0;
  bool nan = false;
  for (const Value& v : parts) {
    double x = 0;
    if (!number_argument(run, v, x)) return false;
    if (std::isinf(x)) return out = Value::real(HUGE_VAL), true;
    nan = nan || std::isnan(x);
    most = std::max<long double>(most, std::abs(x));
    sum += static_cast<long double>(x) * x;
  }
  out = Value::real(nan ? NAN : static_cast<double>(std::sqrt(sum)));
  return true;
}
bool hypot_of(Run& run, Arguments& a, Value& out) {
  const Values parts(a.list.begin(), a.list.end());
  for (const Value& v : parts)
    if (v.type() == Type::kFloat && std::isinf(v.as_float()))
      return out = Value::real(HUGE_VAL), true;
  return arity(run, a, "hypot", 0, 1000) && length_of(run, parts, out);
}
bool dist(Run& run, Arguments& a, Value& out) {
  Values p, q;
  if (!arity(run, a, "dist", 2, 2) || !run.iterate(a.list[0], p) || !run.iterate(a.list[1], q))
    return false;
  if (p.size() != q.size())
    return run.value_error("both points must have the same number of dimensions");
  for (std::size_t i = 0; i < p.size(); ++i) {
    double x = 0, y = 0;
    if (!number_argument(run, p[i], x) || !number_argument(run, q[i], y)) return false;
    p[i] = Value::real(x - y);
  }
  return length_of(run, p, out);
}

// Exact (Shewchuk, Adaptive Precision Floating-Point Arithmetic, 1997): the sum of `partials` is
// the sum so far and they do not overlap.
void add_exactly(std::vector<double>& partials, double x) {
  std::size_t kept = 0;
  for (double y : partials) {
    if (std::abs(x) < std::abs(y)) std::swap(x, y);
    const double high = x + y, low = y - (high - x);
    if (low != 0) partials[kept++] = low;
    x = high;
  }
  partials.resize(kept);
  partials.push_back(x);
}
double rounded_once(std::vector<double> partials) {
  if (partials.empty()) return 0;
  double high = partials.back(), low = 0;
  partials.pop_back();
  while (!partials.empty() && low == 0) {
    const double x = high, y = partials.back();
    partials.pop_back();
    high = x + y;
    low = y - (high - x);
  }
  if (!partials.empty() && ((low < 0 && partials.back() < 0) || (low > 0 && partials.back() > 0))) {
    const double twice = low * 2, x = high + twice;
    if (twice == x - high) high = x;
  }
  return high;
}
bool fsum(Run& run, Arguments& a, Value& out) {
  Values items;
  if (!arity(run, a, "fsum", 1, 1) || !run.iterate(a.list[0], items)) return false;
  std::vector<double> partials;
  double infinite = 0, odd = 0;
  for (const Value& v : items) {
    double x = 0;
    if (!number_argument(run, v, x) || !run.charge(partials.size() + 1)) return false;
    if (!std::isfinite(x)) {
      if (std::isinf(x)) infinite += x;
      odd += x;
      continue;
    }
    add_exactly(partials, x);
    if (!std::isfinite(partials.back()))
      return run.raise(TypeName::kOverflowError, "intermediate overflow in fsum");
  }
  if (std::isnan(infinite)) return run.value_error("-inf + inf in fsum");
  out = Value::real(odd != 0 ? odd : rounded_once(std::move(partials)));
  return true;
}
bool isclose(Run& run, Arguments& a, Value& out) {
  static constexpr std::string_view kNames[] = {"a", "b", "rel_tol", "abs_tol"};
  const Value* given[4] = {};
  double n[4] = {0, 0, 1e-9, 0};
  if (!named(run, a, "isclose", 0, 2, kNames, given, 2)) return false;
  for (int i = 0; i < 4; ++i)
    if (given[i] != nullptr && !number_argument(run, *given[i], n[i])) return false;
  if (n[2] < 0 || n[3] < 0) return run.value_error("tolerances must be non-negative");
  const double far = std::abs(n[0] - n[1]);
  out = Value::boolean(n[0] == n[1] || (!std::isinf(n[0]) && !std::isinf(n[1]) &&
                                        (far <= std::abs(n[2] * n[1]) ||
                                         far <= std::abs(n[2] * n[0]) || far <= n[3])));
  return true;
}
bool nan_of(double x) { return std::isnan(x); }
bool inf_of(double x) { return std::isinf(x); }
bool finite_of(double x) { return std::isfinite(x); }
double degrees(double x) { return x * (180.0 / std::numbers::pi); }
double radians(double x) { return x * (std::numbers::pi / 180.0); }
double ulp(double x) {
  if (!std::isfinite(x)) return std::abs(x);
  const double size = std::abs(x), next = std::nextafter(size, HUGE_VAL);
  return std::isinf(next) ? size - std::nextafter(size, 0.0) : next - size;
}
bool ulp_of(Run& run, Arguments& a, Value& out) {
  double x = 0;
  if (!arity(run, a, "ulp", 1, 1) || !number_argument(run, a.list[0], x)) return false;
  out = Value::real(ulp(x));
  return true;
}

constexpr Native kMath[] = {
    {"sqrt", real<std::sqrt>},
    {"cbrt", real<std::cbrt>},
    {"exp", real<std::exp, true>},
    {"exp2", real<std::exp2, true>},
    {"expm1", real<std::expm1, true>},
    {"log1p", real<std::log1p>},
    {"sin", real<std::sin>},
    {"cos", real<std::cos>},
    {"tan", real<std::tan>},
    {"asin", real<std::asin>},
    {"acos", real<std::acos>},
    {"atan", real<std::atan>},
    {"sinh", real<std::sinh, true>},
    {"cosh", real<std::cosh, true>},
    {"tanh", real<std::tanh>},
    {"asinh", real<std::asinh>},
    {"acosh", real<std::acosh>},
    {"atanh", real<std::atanh>},
    {"erf", real<std::erf>},
    {"erfc", real<std::erfc>},
    {"degrees", real<degrees>},
    {"radians", real<radians>},
    {"fabs", real<std::fabs>},
    {"log", log_any},
    {"log2", log_of<std::log2>},
    {"log10", log_of<std::log10>},
    {"floor", whole<std::floor>},
    {"ceil", whole<std::ceil>},
    {"trunc", whole<std::trunc>},
    {"isnan", question<nan_of>},
    {"isinf", question<inf_of>},
    {"isfinite", question<finite_of>},
    {"isclose", isclose},
    {"pow", pow_of},
    {"atan2", real2<std::atan2>},
    {"copysign", real2<std::copysign>},
    {"nextafter", real2<std::nextafter>},
    {"fmod", fmod_of},
    {"remainder", remainder_of},
    {"hypot", hypot_of},
    {"dist", dist},
    {"fsum", fsum},
    {"ldexp", ldexp_of},
    {"frexp", frexp_of},
    {"modf", modf_of},
    {"ulp", ulp_of},
};

}  // namespace

std::span<const Native> math_functions() { return kMath; }

}  // namespace lang
