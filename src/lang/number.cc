// SPDX-License-Identifier: Apache-2.0
// Numbers as CPython has them: integers of any size up to kIntegerBits, doubles.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

#include "lang/run.h"

namespace lang {
namespace {

struct FreeContext {
  void operator()(BN_CTX* c) const { BN_CTX_free(c); }
};
using Context = std::unique_ptr<BN_CTX, FreeContext>;

Number zero() { return Number(BN_new()); }

// Floor division and its remainder, which has the sign of `b`.
void floor_division(const BIGNUM* a, const BIGNUM* b, BIGNUM* quotient, BIGNUM* rest) {
  const Context context(BN_CTX_new());
  BN_div(quotient, rest, a, b, context.get());
  if (BN_is_zero(rest) || BN_is_negative(rest) == BN_is_negative(b)) return;
  BN_sub_word(quotient, 1);
  BN_add(rest, rest, b);
}

// Two's complement in 8,256 bits, little end first, and back.
constexpr std::size_t kComplementBytes = 1032;
std::string complement(const BIGNUM* n) {
  std::string out(kComplementBytes, '\0');
  const Number positive(BN_dup(n));
  const bool negative = BN_is_negative(n) != 0;
  if (negative) {  // -n - 1, inverted
    BN_set_negative(positive.get(), 0);
    BN_sub_word(positive.get(), 1);
  }
  BN_bn2lebinpad(positive.get(), reinterpret_cast<unsigned char*>(out.data()), kComplementBytes);
  if (negative)
    for (char& c : out) c = static_cast<char>(~c);
  return out;
}
Number from_complement(std::string bytes) {
  const bool negative = (static_cast<unsigned char>(bytes.back()) & 0x80) != 0;
  if (negative)
    for (char& c : bytes) c = static_cast<char>(~c);
  Number out(
      BN_lebin2bn(reinterpret_cast<const unsigned char*>(bytes.data()), kComplementBytes, nullptr));
  if (!negative) return out;
  BN_add_word(out.get(), 1);
  BN_set_negative(out.get(), 1);
  return out;
}

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  const std::int64_t quotient = a / b;
  return a % b != 0 && (a % b < 0) != (b < 0) ? quotient - 1 : quotient;
}

bool power(Run& run, const Value& a, const Value& b, Value& out) {
  const Number exponent = big_of(b), base = big_of(a);
  if (BN_is_negative(exponent.get())) {
    const double x = float_of(a);
    if (x == 0)
      return run.raise(TypeName::kZeroDivisionError, "0.0 cannot be raised to a negative power");
    out = Value::real(std::pow(x, float_of(b)));
    return true;
  }
  const auto bits = static_cast<unsigned>(BN_num_bits(base.get()));
  const bool small = BN_abs_is_word(base.get(), 1) || BN_is_zero(base.get());
  if (!small &&
      (BN_num_bits(exponent.get()) > 16 || (bits - 1) * BN_get_word(exponent.get()) > kIntegerBits))
    return run.limit("integer of more than 4,096 bits");
  Number result = zero();
  if (small) {
    const bool odd = BN_is_odd(exponent.get()) != 0;
    if (BN_is_zero(base.get())) BN_set_word(result.get(), BN_is_zero(exponent.get()) ? 1 : 0);
    else BN_one(result.get());
    BN_set_negative(result.get(), odd && BN_is_negative(base.get()) ? 1 : 0);
  } else {
    const Context context(BN_CTX_new());
    BN_exp(result.get(), base.get(), exponent.get(), context.get());
  }
  return run.number(std::move(result), out);
}

bool shift(Run& run, Operator op, const Value& a, const Value& b, Value& out) {
  const Number amount = big_of(b), n = big_of(a);
  if (BN_is_negative(amount.get())) return run.value_error("negative shift count");
  Number result = zero();
  if (op == Operator::kShiftLeft) {
    if (BN_is_zero(n.get())) return run.number(std::move(result), out);
    if (BN_num_bits(amount.get()) > 16 ||
        BN_get_word(amount.get()) + static_cast<unsigned>(BN_num_bits(n.get())) > kIntegerBits)
      return run.limit("integer of more than 4,096 bits");
    BN_lshift(result.get(), n.get(), static_cast<int>(BN_get_word(amount.get())));
    return run.number(std::move(result), out);
  }
  const int places =
      BN_num_bits(amount.get()) > 16 ? 70'000 : static_cast<int>(BN_get_word(amount.get()));
  const Number divisor = zero();
  BN_one(divisor.get());
  BN_lshift(divisor.get(), divisor.get(), std::min(places, 8192));
  const Number rest = zero();
  floor_division(n.get(), divisor.get(), result.get(), rest.get());
  return run.number(std::move(result), out);
}

bool small_operation(Operator op, std::int64_t a, std::int64_t b, std::int64_t& out) {
  switch (op) {
    case Operator::kAdd: return !__builtin_add_overflow(a, b, &out);
    case Operator::kSub: return !__builtin_sub_overflow(a, b, &out);
    case Operator::kMul: return !__builtin_mul_overflow(a, b, &out);
    case Operator::kFloorDiv:
      if (b == 0 || b == -1) return false;
      out = floor_div(a, b);
      return true;
    case Operator::kMod:
      if (b == 0 || b == -1) return false;
      out = a % b;
      if (out != 0 && (out < 0) != (b < 0)) out += b;
      return true;
    case Operator::kBitAnd: out = a & b; return true;
    case Operator::kBitOr: out = a | b; return true;
    case Operator::kBitXor: out = a ^ b; return true;
    case Operator::kShiftRight:
      if (b < 0) return false;
      out = a >> std::min<std::int64_t>(b, 63);
      return true;
    default: return false;
  }
}

std::int64_t word_of(const Value& v) {
  return v.type() == Type::kBool ? (v.as_bool() ? 1 : 0) : v.as_int();
}

}  // namespace

bool is_integer(const Value& v) {
  return v.type() == Type::kInt || v.type() == Type::kBool || is(v, Kind::kBig);
}

Number big_of(const Value& v) {
  if (is(v, Kind::kBig)) return Number(BN_dup(as<Big>(v)->number.get()));
  Number out = zero();
  const std::int64_t word = word_of(v);
  const auto magnitude =
      word < 0 ? ~static_cast<std::uint64_t>(word) + 1 : static_cast<std::uint64_t>(word);
  BN_set_word(out.get(), magnitude);
  BN_set_negative(out.get(), word < 0 ? 1 : 0);
  return out;
}

bool Run::number(Number n, Value& out) {
  if (BN_num_bits(n.get()) > static_cast<int>(kIntegerBits))
    return limit("integer of more than 4,096 bits");
  if (BN_num_bits(n.get()) <= 64) {
    const std::uint64_t word = BN_get_word(n.get());
    const std::uint64_t most = std::uint64_t{1} << 63;
    const bool negative = BN_is_negative(n.get()) != 0;
    if (negative ? word <= most : word < most) {
      out = Value::integer(static_cast<std::int64_t>(negative ? ~word + 1 : word));
      return true;
    }
  }
  heap.used += 512;
  out = Value::object(heap.make<Big>(std::move(n)));
  return charge(8);
}

bool integer_operation(Run& run, Operator op, const Value& a, const Value& b, Value& out) {
  if (a.type() != Type::kObject && b.type() != Type::kObject) {
    std::int64_t result = 0;
    if (small_operation(op, word_of(a), word_of(b), result)) {
      const bool bits =
          op == Operator::kBitAnd || op == Operator::kBitOr || op == Operator::kBitXor;
      out = bits && a.type() == Type::kBool && b.type() == Type::kBool ? Value::boolean(result != 0)
                                                                       : Value::integer(result);
      return true;
    }
  }
  if (op == Operator::kPow) return power(run, a, b, out);
  if (op == Operator::kShiftLeft || op == Operator::kShiftRight) return shift(run, op, a, b, out);
  const Number x = big_of(a), y = big_of(b);
  const Context context(BN_CTX_new());
  Number result = zero(), rest = zero();
  switch (op) {
    case Operator::kAdd: BN_add(result.get(), x.get(), y.get()); break;
    case Operator::kSub: BN_sub(result.get(), x.get(), y.get()); break;
    case Operator::kMul: BN_mul(result.get(), x.get(), y.get(), context.get()); break;
    case Operator::kFloorDiv:
    case Operator::kMod:
      if (BN_is_zero(y.get()))
        return run.raise(TypeName::kZeroDivisionError, op == Operator::kMod
                                                           ? "integer modulo by zero"
                                                           : "integer division or modulo by zero");
      floor_division(x.get(), y.get(), result.get(), rest.get());
      if (op == Operator::kMod) std::swap(result, rest);
      break;
    default: {
      std::string left = complement(x.get());
      const std::string right = complement(y.get());
      for (std::size_t i = 0; i < left.size(); ++i) {
        const int l = static_cast<unsigned char>(left[i]), r = static_cast<unsigned char>(right[i]);
        left[i] = static_cast<char>(op == Operator::kBitAnd  ? l & r
                                    : op == Operator::kBitOr ? l | r
                                                             : l ^ r);
      }
      result = from_complement(std::move(left));
    }
  }
  return run.number(std::move(result), out);
}

double quotient_of(const Value& a, const Value& b) {
  const auto small = [](const Value& v) {
    return v.type() != Type::kObject && std::abs(word_of(v) / 2) <= (std::int64_t{1} << 52);
  };
  if (small(a) && small(b)) return float_of(a) / float_of(b);
  const Number x = big_of(a), y = big_of(b);
  const bool negative = BN_is_negative(x.get()) != BN_is_negative(y.get());
  BN_set_negative(x.get(), 0);
  BN_set_negative(y.get(), 0);
  // 64 bits of quotient, the last of them sticky: the conversion then rounds once.
  const int places = 65 - BN_num_bits(x.get()) + BN_num_bits(y.get());
  const Number& widened = places > 0 ? x : y;
  BN_lshift(widened.get(), widened.get(), std::abs(places));
  const Context context(BN_CTX_new());
  const Number quotient = zero(), rest = zero();
  BN_div(quotient.get(), rest.get(), x.get(), y.get(), context.get());
  bool sticky = !BN_is_zero(rest.get());
  const int extra = std::max(0, BN_num_bits(quotient.get()) - 64);
  for (int i = 0; i < extra; ++i) sticky = sticky || BN_is_bit_set(quotient.get(), i) != 0;
  BN_rshift(quotient.get(), quotient.get(), extra);
  const std::uint64_t bits = BN_get_word(quotient.get()) | (sticky ? 1 : 0);
  const double out = std::ldexp(static_cast<double>(bits), extra - places);
  return negative ? -out : out;
}

std::string integer_text(const Value& v, int base) {
  if (base == 10 && v.type() == Type::kInt) return std::to_string(v.as_int());
  const Number n = big_of(v);
  const bool negative = BN_is_negative(n.get()) != 0;
  if (base == 10) {
    char* digits = BN_bn2dec(n.get());
    std::string out(digits);
    OPENSSL_free(digits);
    return out;
  }
  const int width = base == 16 ? 4 : base == 8 ? 3 : 1;
  std::string out;
  for (int bit = 0; bit < BN_num_bits(n.get()); bit += width) {
    int digit = 0;
    for (int i = 0; i < width; ++i) digit |= BN_is_bit_set(n.get(), bit + i) << i;
    out.insert(out.begin(), "0123456789abcdef"[digit]);
  }
  if (out.empty()) out = "0";
  return negative ? "-" + out : out;
}

bool parse_integer(Run& run, std::string_view text, int base, Value& out, bool& good) {
  good = false;
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())))
    text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())))
    text.remove_suffix(1);
  bool negative = false;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  if (text.size() > 1 && text[0] == '0') {
    const char letter = static_cast<char>(text[1] | 0x20);
    const int named = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 0;
    if (named != 0 && (base == 0 || base == named)) {
      base = named;
      text.remove_prefix(2);
    }
  }
  if (base == 0) {  // 007 is no literal, 00 is
    base = 10;
    if (text.size() > 1 && text[0] == '0' && text.find_first_not_of("0_") != std::string_view::npos)
      return true;
  }
  if (text.empty()) return true;
  if (text.size() > 5'000) {
    const bool number = std::ranges::all_of(
        text, [](char c) { return c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0; });
    return !number || run.limit("integer of more than 4,096 bits");
  }
  const Number result = zero();
  bool digit_before = false;
  for (const char c : text) {
    if (c == '_' && digit_before) {
      digit_before = false;
      continue;
    }
    const char low = static_cast<char>(c | 0x20);
    const int digit = c >= '0' && c <= '9'       ? c - '0'
                      : low >= 'a' && low <= 'z' ? low - 'a' + 10
                                                 : 99;
    if (digit >= base) return true;
    BN_mul_word(result.get(), static_cast<unsigned>(base));
    BN_add_word(result.get(), static_cast<unsigned>(digit));
    digit_before = true;
  }
  if (!digit_before) return true;
  BN_set_negative(result.get(), negative ? 1 : 0);
  good = true;
  return run.number(Number(BN_dup(result.get())), out);
}

bool integer_of(Run& run, double number, Value& out) {
  if (std::isnan(number)) return run.value_error("cannot convert float NaN to integer");
  if (std::isinf(number))
    return run.raise(TypeName::kOverflowError, "cannot convert float infinity to integer");
  number = std::trunc(number);
  if (std::abs(number) < 9.0e18) {
    out = Value::integer(static_cast<std::int64_t>(number));
    return true;
  }
  int exponent = 0;
  const double fraction = std::frexp(std::abs(number), &exponent);
  Number n = zero();
  BN_set_word(n.get(), static_cast<std::uint64_t>(std::ldexp(fraction, 53)));
  BN_lshift(n.get(), n.get(), exponent - 53);
  BN_set_negative(n.get(), number < 0 ? 1 : 0);
  return run.number(std::move(n), out);
}

double float_of(const Value& v) {
  switch (v.type()) {
    case Type::kBool: return v.as_bool() ? 1 : 0;
    case Type::kInt: return static_cast<double>(v.as_int());
    case Type::kFloat: return v.as_float();
    default: return std::strtod(integer_text(v).c_str(), nullptr);
  }
}

int compare_numbers(const Value& a, const Value& b, bool& unordered) {
  unordered = false;
  if (a.type() == Type::kInt && b.type() == Type::kInt)
    return a.as_int() < b.as_int() ? -1 : a.as_int() > b.as_int() ? 1 : 0;
  if (a.type() != Type::kFloat && b.type() != Type::kFloat)
    return BN_cmp(big_of(a).get(), big_of(b).get());
  const double x = float_of(a), y = float_of(b);
  unordered = std::isnan(x) || std::isnan(y);
  if (x == y && (a.type() != Type::kFloat || b.type() != Type::kFloat) && std::abs(x) >= 9.0e15 &&
      std::isfinite(x)) {  // exact
    const auto exact = [](const Value& v) {
      if (v.type() != Type::kFloat) return big_of(v);
      int exponent = 0;
      const double fraction = std::frexp(std::abs(v.as_float()), &exponent);
      Number n = zero();
      BN_set_word(n.get(), static_cast<std::uint64_t>(std::ldexp(fraction, 53)));
      BN_lshift(n.get(), n.get(), exponent - 53);
      BN_set_negative(n.get(), v.as_float() < 0 ? 1 : 0);
      return n;
    };
    return BN_cmp(exact(a).get(), exact(b).get());
  }
  return x < y ? -1 : x > y ? 1 : 0;
}

std::string float_repr(double number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number < 0 ? "-inf" : "inf";
  char buffer[64] = {};
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::scientific);
  const std::string_view all(buffer, static_cast<std::size_t>(end.ptr - buffer));
  const std::size_t e = all.find('e');
  const int exponent = decimal(all.substr(e + 1));
  std::string digits;
  for (const char c : all.substr(0, e))
    if (c != '.' && c != '-') digits += c;
  std::string out = std::signbit(number) ? "-" : "";
  const int count = static_cast<int>(digits.size());
  if (exponent < -4 || exponent >= 16) {
    out += digits.substr(0, 1);
    if (count > 1) out += "." + digits.substr(1);
    const std::string size = std::to_string(std::abs(exponent));
    return out + (exponent < 0 ? "e-" : "e+") + (size.size() < 2 ? "0" : "") + size;
  }
  if (exponent < 0)
    return out + "0." + std::string(static_cast<std::size_t>(-exponent) - 1, '0') + digits;
  const auto whole = static_cast<std::size_t>(exponent) + 1;
  if (digits.size() <= whole) return out + digits + std::string(whole - digits.size(), '0') + ".0";
  return out + digits.substr(0, whole) + "." + digits.substr(whole);
}

bool parse_float(std::string_view text, double& out) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())))
    text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())))
    text.remove_suffix(1);
  std::string clean;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') {
      clean += text[i];
      continue;
    }
    const bool between = i > 0 && i + 1 < text.size() &&
                         std::isdigit(static_cast<unsigned char>(text[i - 1])) &&
                         std::isdigit(static_cast<unsigned char>(text[i + 1]));
    if (!between) return false;
  }
  if (clean.empty() || clean.find_first_of("xXpP()") != std::string::npos) return false;
  char* end = nullptr;
  out = std::strtod(clean.c_str(), &end);
  return end == clean.c_str() + clean.size();
}

}  // namespace lang
