// SPDX-License-Identifier: Apache-2.0
// Arithmetic and order of moments.
#include <cmath>

#include "lang/moment.h"

namespace lang {
namespace {

Number number_of(Wide n) {
  Number out(BN_new());
  const bool negative = n < 0;
  auto size = static_cast<UnsignedWide>(n);
  if (negative) size = ~size + 1;
  BN_set_word(out.get(), static_cast<std::uint64_t>(size >> 64));
  BN_lshift(out.get(), out.get(), 64);
  BN_add_word(out.get(), static_cast<std::uint64_t>(size));
  BN_set_negative(out.get(), negative ? 1 : 0);
  return out;
}

// Of a number of any size; far beyond any timedelta where it does not fit.
Wide wide_of(const BIGNUM* n) {
  constexpr Wide kFar = Wide{1} << 120;
  const bool negative = BN_is_negative(n) != 0;
  if (BN_num_bits(n) > 120) return negative ? -kFar : kFar;
  unsigned char bytes[16] = {};
  BN_bn2lebinpad(n, bytes, sizeof bytes);
  Wide out = 0;
  for (int i = 15; i >= 0; --i) out = (out << 8) | bytes[i];
  return negative ? -out : out;
}

struct FreeContext {
  void operator()(BN_CTX* c) const { BN_CTX_free(c); }
};

// a / b, half to even. `b` is not 0.
Number nearest(const Number& a, const Number& b) {
  const std::unique_ptr<BN_CTX, FreeContext> context(BN_CTX_new());
  Number quotient(BN_new());
  const Number rest(BN_new());
  BN_div(quotient.get(), rest.get(), a.get(), b.get(), context.get());
  const bool negative = BN_is_negative(a.get()) != BN_is_negative(b.get());
  BN_set_negative(rest.get(), 0);
  BN_lshift1(rest.get(), rest.get());
  const int half = BN_ucmp(rest.get(), b.get());
  if (half > 0 || (half == 0 && BN_is_odd(quotient.get()))) {
    BN_set_negative(quotient.get(), 0);
    BN_add_word(quotient.get(), 1);
    BN_set_negative(quotient.get(), negative ? 1 : 0);
  }
  return quotient;
}

bool ratio_of(Run& run, double number, Number& above, Number& below) {
  if (std::isnan(number)) return run.value_error("cannot convert NaN to integer ratio");
  if (std::isinf(number))
    return run.raise(TypeName::kOverflowError, "cannot convert Infinity to integer ratio");
  int exponent = 0;
  const double fraction = std::frexp(number, &exponent);
  above = number_of(static_cast<std::int64_t>(std::ldexp(fraction, 53)));
  below = number_of(1);
  exponent -= 53;
  BN_lshift((exponent > 0 ? above : below).get(), (exponent > 0 ? above : below).get(),
            std::abs(exponent));
  return true;
}

bool no_zero(Run& run, bool zero, const char* words) {
  return !zero || run.raise(TypeName::kZeroDivisionError, words);
}
constexpr const char* kModulo = "integer division or modulo by zero";

Wide floor_of(Wide a, Wide b) {
  const Wide quotient = a / b;
  return a % b != 0 && (a % b < 0) != (b < 0) ? quotient - 1 : quotient;
}

// delta * number, delta / number, delta // number.
bool scale(Run& run, Operator op, const Moment& delta, const Value& by, Value& out, bool& known) {
  Number micros = number_of(delta.total()), above, below;
  Number product(BN_new());
  const std::unique_ptr<BN_CTX, FreeContext> context(BN_CTX_new());
  if (by.type() == Type::kFloat) {
    if (op == Operator::kFloorDiv) return known = false, true;
    if (!ratio_of(run, by.as_float(), above, below)) return false;
    if (op == Operator::kDiv) std::swap(above, below);
    if (!no_zero(run, BN_is_zero(below.get()), kModulo)) return false;
    BN_mul(product.get(), micros.get(), above.get(), context.get());
    return make_delta(run, wide_of(nearest(product, below).get()), out);
  }
  const Number whole = big_of(by);
  if (op == Operator::kMul) {
    BN_mul(product.get(), micros.get(), whole.get(), context.get());
    return make_delta(run, wide_of(product.get()), out);
  }
  if (!no_zero(run, BN_is_zero(whole.get()), kModulo)) return false;
  if (op == Operator::kDiv) return make_delta(run, wide_of(nearest(micros, whole).get()), out);
  return make_delta(run, floor_of(delta.total(), wide_of(whole.get())), out);
}

bool delta_pair(Run& run, Operator op, const Moment& a, const Moment& b, Value& out, bool& known) {
  const Wide x = a.total(), y = b.total();
  Value p, q;
  switch (op) {
    case Operator::kAdd: return make_delta(run, x + y, out);
    case Operator::kSub: return make_delta(run, x - y, out);
    case Operator::kDiv:
      if (!no_zero(run, y == 0, "division by zero") || !run.number(number_of(x), p) ||
          !run.number(number_of(y), q))
        return false;
      out = Value::real(quotient_of(p, q));
      return true;
    case Operator::kFloorDiv:
      return no_zero(run, y == 0, kModulo) && run.number(number_of(floor_of(x, y)), out);
    case Operator::kMod:
      return no_zero(run, y == 0, "integer modulo by zero") &&
             make_delta(run, x - floor_of(x, y) * y, out);
    default: return known = false, true;
  }
}

// A date or datetime moved by `by` microseconds (whole days of a date).
bool moved(Run& run, const Moment& from, const Moment& delta, int sign, Value& out) {
  const std::int64_t ordinal = ordinal_of(from.year, from.month, from.day);
  Moment* made = nullptr;
  if (from.type == TypeName::kDate) {
    if (!make_ordinal(run, ordinal + sign * std::int64_t{delta.days}, from.type, made))
      return false;
  } else {
    const Wide at = Wide{ordinal} * kDay + from.micros + sign * delta.total();
    const Wide day = floor_of(at, kDay);
    if (!make_ordinal(run, static_cast<std::int64_t>(day), from.type, made)) return false;
    made->micros = static_cast<std::int64_t>(at - day * kDay);
    made->zone = from.zone;
  }
  out = Value::object(made);
  return true;
}

bool difference(Run& run, const Moment& a, const Moment& b, Value& out, bool& known) {
  if (a.type != b.type) return known = false, true;
  if ((a.zone == nullptr) != (b.zone == nullptr))
    return run.type_error("can't subtract offset-naive and offset-aware datetimes");
  return make_delta(run, a.total() - b.total(), out);
}

}  // namespace

bool moment_binary(Run& run, Operator op, const Value& a, const Value& b, Value& out, bool& known) {
  known = true;
  const auto delta = [](const Value& v) { return is_moment(v, TypeName::kTimedelta); };
  const auto date = [](const Value& v) { return is_moment(v) && as<Moment>(v)->has_date(); };
  const auto number = [](const Value& v) { return v.type() == Type::kFloat || is_integer(v); };
  const bool scales = op == Operator::kMul || op == Operator::kDiv || op == Operator::kFloorDiv;
  if (delta(a) && delta(b)) return delta_pair(run, op, *as<Moment>(a), *as<Moment>(b), out, known);
  if (delta(a) && number(b) && scales) return scale(run, op, *as<Moment>(a), b, out, known);
  if (delta(b) && number(a) && op == Operator::kMul)
    return scale(run, op, *as<Moment>(b), a, out, known);
  if (date(a) && delta(b) && (op == Operator::kAdd || op == Operator::kSub))
    return moved(run, *as<Moment>(a), *as<Moment>(b), op == Operator::kAdd ? 1 : -1, out);
  if (delta(a) && date(b) && op == Operator::kAdd)
    return moved(run, *as<Moment>(b), *as<Moment>(a), 1, out);
  if (date(a) && date(b) && op == Operator::kSub)
    return difference(run, *as<Moment>(a), *as<Moment>(b), out, known);
  known = false;
  return true;
}

bool moment_negative(Run& run, const Moment& delta, Value& out) {
  return make_delta(run, -delta.total(), out);
}

bool moment_equal(const Moment& a, const Moment& b) {
  if (a.type != b.type || (a.zone == nullptr) != (b.zone == nullptr)) return false;
  if (a.type == TypeName::kTimezone) return a.offset == b.offset;
  return a.total() == b.total();
}

bool moment_order(Run& run, Operator op, const Value& a, const Value& b, int& out) {
  static constexpr std::string_view kSigns[] = {"<", "<=", ">", ">="};
  const bool both = is_moment(a) && is_moment(b);
  if (both && as<Moment>(a)->type == as<Moment>(b)->type &&
      as<Moment>(a)->type != TypeName::kTimezone) {
    const auto &x = *as<Moment>(a), &y = *as<Moment>(b);
    if ((x.zone == nullptr) != (y.zone == nullptr))
      return run.type_error(x.type == TypeName::kTime
                                ? "can't compare offset-naive and offset-aware times"
                                : "can't compare offset-naive and offset-aware datetimes");
    out = x.total() < y.total() ? -1 : x.total() > y.total() ? 1 : 0;
    return true;
  }
  if (both && as<Moment>(a)->has_date() && as<Moment>(b)->has_date())
    return run.type_error("can't compare datetime.datetime to datetime.date");
  const auto which = static_cast<std::size_t>(op) - static_cast<std::size_t>(Operator::kLt);
  return run.type_error("'" + std::string(kSigns[which & 3]) +
                        "' not supported between instances of '" + run.type_of(a)->name +
                        "' and '" + run.type_of(b)->name + "'");
}

}  // namespace lang
