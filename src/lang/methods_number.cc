// SPDX-License-Identifier: Apache-2.0
// Methods of int and float.
#include <fmt/format.h>

#include <cmath>

#include "lang/native.h"

namespace lang {
namespace {

bool bit_length(Run& run, Arguments& a, Value& out) {
  out = Value::integer(BN_num_bits(big_of(a.list[0]).get()));
  return arity(run, a, "bit_length", 1, 1);
}
bool bit_count(Run& run, Arguments& a, Value& out) {
  const Number n = big_of(a.list[0]);
  std::int64_t count = 0;
  for (int i = 0; i < BN_num_bits(n.get()); ++i) count += BN_is_bit_set(n.get(), i);
  out = Value::integer(count);
  return arity(run, a, "bit_count", 1, 1);
}
bool int_itself(Run& run, Arguments& a, Value& out) {
  return arity(run, a, "conjugate", 1, 1) && run.number(big_of(a.list[0]), out);
}
bool int_ratio(Run& run, Arguments& a, Value& out) {
  Value n;
  if (!arity(run, a, "as_integer_ratio", 1, 1) || !run.number(big_of(a.list[0]), n)) return false;
  out = run.list({n, Value::integer(1)}, Kind::kTuple);
  return true;
}

double self(const Arguments& a) { return float_of(a.list[0]); }
bool is_whole(Run& run, Arguments& a, Value& out) {
  const double x = self(a);
  out = Value::boolean(std::isfinite(x) && std::floor(x) == x);
  return arity(run, a, "is_integer", 1, 1);
}
bool float_itself(Run& run, Arguments& a, Value& out) {
  out = Value::real(self(a));
  return arity(run, a, "conjugate", 1, 1);
}
bool float_ratio(Run& run, Arguments& a, Value& out) {
  const double x = self(a);
  if (!arity(run, a, "as_integer_ratio", 1, 1)) return false;
  if (std::isnan(x)) return run.value_error("cannot convert NaN to integer ratio");
  if (std::isinf(x))
    return run.raise(TypeName::kOverflowError, "cannot convert Infinity to integer ratio");
  int exponent = 0;
  auto above = static_cast<std::int64_t>(std::ldexp(std::frexp(x, &exponent), 53));
  exponent -= 53;
  for (; above != 0 && above % 2 == 0 && exponent < 0; above /= 2) ++exponent;
  if (above == 0) exponent = 0;
  Value n = Value::integer(above), one = Value::integer(1);
  if (!run.binary(Operator::kShiftLeft, exponent > 0 ? n : one, Value::integer(std::abs(exponent)),
                  exponent > 0 ? n : one))
    return false;
  out = run.list({n, one}, Kind::kTuple);
  return true;
}
bool hex(Run& run, Arguments& a, Value& out) {
  const double x = self(a);
  if (!arity(run, a, "hex", 1, 1)) return false;
  if (!std::isfinite(x)) return run.string(float_repr(x), out);
  const std::string sign = std::signbit(x) ? "-" : "";
  if (x == 0) return run.string(sign + "0x0.0p+0", out);
  const auto bits = __builtin_bit_cast(std::uint64_t, x);
  const auto raised = static_cast<int>((bits >> 52) & 0x7ff);
  return run.string(fmt::format("{}0x{}.{:013x}p{:+}", sign, raised == 0 ? 0 : 1,
                                bits & 0xfffffffffffff, raised == 0 ? -1022 : raised - 1023),
                    out);
}

// [sign][0x]digits[.digits][p[sign]digits]
bool is_hex_float(std::string_view text) {
  const auto take = [&](std::string_view set) {
    const std::size_t n = std::min(text.find_first_not_of(set), text.size());
    text.remove_prefix(n);
    return n;
  };
  constexpr std::string_view kDigits = "0123456789abcdef";
  if (text.starts_with("0x")) text.remove_prefix(2);
  std::size_t digits = take(kDigits);
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    digits += take(kDigits);
  }
  if (digits == 0) return false;
  if (!text.starts_with('p')) return text.empty();
  text.remove_prefix(1);
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  return take("0123456789") > 0 && text.empty();
}
bool fromhex(Run& run, Arguments& a, Value& out) {
  std::string text;
  if (!arity(run, a, "fromhex", 2, 2) || !text_argument(run, a, 1, text)) return false;
  const std::size_t begin = std::min(text.find_first_not_of(" \t\n\v\f\r"), text.size());
  text = text.substr(begin, text.find_last_not_of(" \t\n\v\f\r") + 1 - begin);
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  const bool sign = text.starts_with('-') || text.starts_with('+');
  const std::string size = text.substr(sign ? 1 : 0);
  double x = 0;
  if (size == "inf" || size == "infinity") x = HUGE_VAL;
  else if (size == "nan") x = NAN;
  else if (!is_hex_float(size) || size.size() > 5000)
    return run.value_error("invalid hexadecimal floating-point string");
  else x = std::strtod((size.starts_with("0x") ? size : "0x" + size).c_str(), nullptr);
  if (std::isinf(x) && size[0] != 'i')
    return run.raise(TypeName::kOverflowError,
                     "hexadecimal value too large to represent as a float");
  out = Value::real(text.starts_with('-') ? -x : x);
  return true;
}

constexpr Native kInt[] = {{"bit_length", bit_length},
                           {"bit_count", bit_count},
                           {"conjugate", int_itself},
                           {"as_integer_ratio", int_ratio}};
constexpr Native kFloat[] = {{"is_integer", is_whole},
                             {"conjugate", float_itself},
                             {"as_integer_ratio", float_ratio},
                             {"hex", hex}};
constexpr Native kOfFloat[] = {{"fromhex", fromhex}};

}  // namespace

Methods int_methods() { return methods<kInt, TypeName::kInt>(); }
Methods float_methods() { return methods<kFloat, TypeName::kFloat>(); }
std::span<const Native> float_class_methods() { return kOfFloat; }

}  // namespace lang
