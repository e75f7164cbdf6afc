// SPDX-License-Identifier: Apache-2.0
// Functions of numbers.
#include <fmt/format.h>

#include <cmath>

#include "lang/moment.h"
#include "lang/native.h"

namespace lang {
namespace {

bool abs_of(Run& run, Arguments& a, Value& out) {
  if (!arity(run, a, "abs", 1, 1)) return false;
  const Value& v = a.list[0];
  if (v.type() == Type::kFloat) return out = Value::real(std::abs(v.as_float())), true;
  if (is_moment(v, TypeName::kTimedelta))
    return as<Moment>(v)->days < 0 ? moment_negative(run, *as<Moment>(v), out) : (out = v, true);
  if (!is_integer(v))
    return run.type_error("bad operand type for abs(): '" + run.type_of(v)->name + "'");
  Number n = big_of(v);
  BN_set_negative(n.get(), 0);
  return run.number(std::move(n), out);
}

template <int kBase> bool based(Run& run, Arguments& a, Value& out) {
  if (!arity(run, a, "hex", 1, 1)) return false;
  if (!is_integer(a.list[0]))
    return run.type_error("'" + run.type_of(a.list[0])->name +
                          "' object cannot be interpreted as an integer");
  std::string text = integer_text(a.list[0], kBase);
  text.insert(text[0] == '-' ? 1 : 0, kBase == 16 ? "0x" : kBase == 8 ? "0o" : "0b");
  return run.string(std::move(text), out);
}

bool divmod(Run& run, Arguments& a, Value& out) {
  Value quotient, rest;
  if (!arity(run, a, "divmod", 2, 2)) return false;
  const auto number = [](const Value& v) { return v.type() == Type::kFloat || is_integer(v); };
  const bool real = a.list[0].type() == Type::kFloat || a.list[1].type() == Type::kFloat;
  if (real && number(a.list[0]) && number(a.list[1]) && !run.truth(a.list[1]))
    return run.raise(TypeName::kZeroDivisionError, "float divmod()");
  if (!run.binary(Operator::kFloorDiv, a.list[0], a.list[1], quotient) ||
      !run.binary(Operator::kMod, a.list[0], a.list[1], rest))
    return false;
  out = run.list({quotient, rest}, Kind::kTuple);
  return true;
}

struct FreeContext {
  void operator()(BN_CTX* c) const { BN_CTX_free(c); }
};

bool power(Run& run, Arguments& a, Value& out) {
  static constexpr std::string_view kNames[] = {"base", "exp", "mod"};
  const Value* given[3] = {};
  if (!named(run, a, "pow", 0, 2, kNames, given)) return false;
  if (given[2] == nullptr || given[2]->type() == Type::kNone)
    return run.binary(Operator::kPow, *given[0], *given[1], out);
  for (const Value* v : given)
    if (!is_integer(*v))
      return run.type_error("pow() 3rd argument not allowed unless all arguments are integers");
  Number base = big_of(*given[0]);
  const Number exponent = big_of(*given[1]), modulus = big_of(*given[2]);
  if (BN_is_zero(modulus.get())) return run.value_error("pow() 3rd argument cannot be 0");
  if (!run.charge(static_cast<std::size_t>(BN_num_bits(exponent.get())) * 64)) return false;
  const bool below = BN_is_negative(modulus.get()) != 0;
  BN_set_negative(modulus.get(), 0);
  const std::unique_ptr<BN_CTX, FreeContext> context(BN_CTX_new());
  Number result(BN_new());
  BN_nnmod(base.get(), base.get(), modulus.get(), context.get());
  if (BN_is_negative(exponent.get())) {
    if (BN_is_one(modulus.get())) BN_zero(base.get());
    else if (BN_mod_inverse(base.get(), base.get(), modulus.get(), context.get()) == nullptr)
      return run.value_error("base is not invertible for the given modulus");
    BN_set_negative(exponent.get(), 0);
  }
  BN_mod_exp(result.get(), base.get(), exponent.get(), modulus.get(), context.get());
  if (below && !BN_is_zero(result.get())) BN_sub(result.get(), result.get(), modulus.get());
  return run.number(std::move(result), out);
}

// n - r, where r is what rounding half to even takes away
bool round_integer(Run& run, const Value& v, std::int64_t digits, Value& out) {
  Value unit, rest, twice, quotient;
  bool up = false, tie = false;
  if (!run.binary(Operator::kPow, Value::integer(10), Value::integer(-digits), unit) ||
      !run.binary(Operator::kMod, v, unit, rest) ||
      !run.binary(Operator::kFloorDiv, v, unit, quotient) ||
      !run.binary(Operator::kMul, rest, Value::integer(2), twice) || !run.less(unit, twice, up) ||
      !run.equal(unit, twice, tie) || !run.binary(Operator::kSub, v, rest, out))
    return false;
  Value odd;
  if (tie && !run.binary(Operator::kMod, quotient, Value::integer(2), odd)) return false;
  return up || (tie && run.truth(odd)) ? run.binary(Operator::kAdd, out, unit, out) : true;
}

bool round_of(Run& run, Arguments& a, Value& out) {
  static constexpr std::string_view kNames[] = {"number", "ndigits"};
  const Value* given[2] = {};
  if (!named(run, a, "round", 0, 1, kNames, given)) return false;
  const Value& v = *given[0];
  const Value* places = given[1];
  std::int64_t digits = 0;
  const bool whole = places == nullptr || places->type() == Type::kNone;
  if (!whole && !run.as_index(*places, digits)) return false;
  if (v.type() == Type::kFloat) {
    const double number = v.as_float();
    if (whole) {
      if (!std::isfinite(number)) return integer_of(run, number, out);
      return integer_of(run, std::nearbyint(number), out);
    }
    if (!std::isfinite(number) || digits > 300) return out = v, true;
    if (digits >= 0) {  // as the decimal text rounds, half to even on the exact value
      out = Value::real(
          std::strtod(fmt::format("{:.{}f}", number, static_cast<int>(digits)).c_str(), nullptr));
      return true;
    }
    if (digits < -300) return out = Value::real(std::copysign(0.0, number)), true;
    const double unit = std::pow(10.0, static_cast<double>(-digits));
    out = Value::real(std::nearbyint(number / unit) * unit);
    return true;
  }
  if (!is_integer(v))
    return run.type_error("type " + run.type_of(v)->name + " doesn't define __round__ method");
  if (digits >= 0) return run.binary(Operator::kAdd, v, Value::integer(0), out);
  if (digits < -1000) return out = Value::integer(0), true;
  return round_integer(run, v, digits, out);
}

constexpr Native kFunctions[] = {
    {"abs", abs_of},   {"bin", based<2>}, {"divmod", divmod},  {"hex", based<16>},
    {"oct", based<8>}, {"pow", power},    {"round", round_of},
};

}  // namespace

std::span<const Native> number_functions() { return kFunctions; }

}  // namespace lang
