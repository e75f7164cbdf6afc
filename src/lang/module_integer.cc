// SPDX-License-Identifier: Apache-2.0
// The module math: integers.
#include <cmath>

#include "lang/native.h"

namespace lang {
namespace {

struct FreeContext {
  void operator()(BN_CTX* c) const { BN_CTX_free(c); }
};
using Context = std::unique_ptr<BN_CTX, FreeContext>;

bool whole_argument(Run& run, const Value& v, Number& out) {
  if (!is_integer(v))
    return run.type_error("'" + run.type_of(v)->name +
                          "' object cannot be interpreted as an integer");
  out = big_of(v);
  return true;
}
bool fits(Run& run, const Number& n) {
  return BN_num_bits(n.get()) <= static_cast<int>(kIntegerBits) ||
         run.limit("integer of more than 4,096 bits");
}

bool isqrt(Run& run, Arguments& a, Value& out) {
  Number n;
  if (!arity(run, a, "isqrt", 1, 1) || !whole_argument(run, a.list[0], n)) return false;
  if (BN_is_negative(n.get())) return run.value_error("isqrt() argument must be nonnegative");
  if (BN_is_zero(n.get())) return out = Value::integer(0), true;
  const Context context(BN_CTX_new());
  Number root(BN_new());
  const Number next(BN_new());
  BN_one(root.get());
  BN_lshift(root.get(), root.get(), (BN_num_bits(n.get()) + 1) / 2);  // not below the root
  for (;;) {                                                          // Newton
    if (!run.charge(4)) return false;
    BN_div(next.get(), nullptr, n.get(), root.get(), context.get());
    BN_add(next.get(), next.get(), root.get());
    BN_rshift1(next.get(), next.get());
    if (BN_cmp(next.get(), root.get()) >= 0) return run.number(std::move(root), out);
    BN_copy(root.get(), next.get());
  }
}
bool gcd(Run& run, Arguments& a, Value& out) {
  Number result(BN_new()), n;
  const Context context(BN_CTX_new());
  if (!arity(run, a, "gcd", 0, 10'000)) return false;
  for (const Value& v : a.list) {
    if (!whole_argument(run, v, n)) return false;
    BN_gcd(result.get(), result.get(), n.get(), context.get());
  }
  BN_set_negative(result.get(), 0);
  return run.number(std::move(result), out);
}
bool lcm(Run& run, Arguments& a, Value& out) {
  Number result(BN_new()), n;
  const Number divisor(BN_new());
  const Context context(BN_CTX_new());
  BN_one(result.get());
  if (!arity(run, a, "lcm", 0, 10'000)) return false;
  for (const Value& v : a.list) {
    if (!whole_argument(run, v, n)) return false;
    if (BN_is_zero(result.get()) || BN_is_zero(n.get())) {
      BN_zero(result.get());
      continue;
    }
    BN_gcd(divisor.get(), result.get(), n.get(), context.get());
    BN_div(n.get(), nullptr, n.get(), divisor.get(), context.get());
    BN_mul(result.get(), result.get(), n.get(), context.get());
    BN_set_negative(result.get(), 0);
    if (!fits(run, result)) return false;
  }
  return run.number(std::move(result), out);
}
bool factorial(Run& run, Arguments& a, Value& out) {
  std::int64_t n = 0;
  if (!arity(run, a, "factorial", 1, 1) || !run.as_index(a.list[0], n)) return false;
  if (n < 0) return run.value_error("factorial() not defined for negative values");
  if (n > 1000) return run.limit("integer of more than 4,096 bits");
  Number result(BN_new());
  BN_one(result.get());
  for (std::int64_t i = 2; i <= n; ++i) BN_mul_word(result.get(), static_cast<std::uint64_t>(i));
  return run.charge(static_cast<std::size_t>(n) / 4) && run.number(std::move(result), out);
}

bool choice_arguments(Run& run, const Arguments& a, Number& n, Number& k) {
  if (!whole_argument(run, a.list[0], n) || !whole_argument(run, a.list[1], k)) return false;
  if (BN_is_negative(n.get())) return run.value_error("n must be a non-negative integer");
  return !BN_is_negative(k.get()) || run.value_error("k must be a non-negative integer");
}
// n (n-1) ... of k factors, divided by 1 2 ... k on the way where kChoose.
template <bool kChoose> bool falling(Run& run, const Number& n, Number k, Value& out) {
  if (BN_cmp(k.get(), n.get()) > 0) return out = Value::integer(0), true;
  if (kChoose) {
    const Number other(BN_new());
    BN_sub(other.get(), n.get(), k.get());
    if (BN_cmp(other.get(), k.get()) < 0) BN_copy(k.get(), other.get());
  }
  Number result(BN_new());
  const Number factor(BN_dup(n.get()));
  const Context context(BN_CTX_new());
  BN_one(result.get());
  const bool many = BN_num_bits(k.get()) > 30;
  const std::uint64_t count = many ? UINT64_MAX : BN_get_word(k.get());
  for (std::uint64_t i = 1; i <= count; ++i) {
    BN_mul(result.get(), result.get(), factor.get(), context.get());
    if (kChoose) BN_div_word(result.get(), i);
    BN_sub_word(factor.get(), 1);
    if (!fits(run, result) || !run.charge(2)) return false;
  }
  return run.number(std::move(result), out);
}
bool comb(Run& run, Arguments& a, Value& out) {
  Number n, k;
  return arity(run, a, "comb", 2, 2) && choice_arguments(run, a, n, k) &&
         falling<true>(run, n, std::move(k), out);
}
bool perm(Run& run, Arguments& a, Value& out) {
  Number n, k;
  if (!arity(run, a, "perm", 1, 2)) return false;
  if (a.size() == 1 || a.list[1].type() == Type::kNone) {
    a.list.resize(1);
    return factorial(run, a, out);
  }
  return choice_arguments(run, a, n, k) && falling<false>(run, n, std::move(k), out);
}
bool product(Run& run, Arguments& a, Value& out) {
  Values items;
  if (!arity(run, a, "prod", 1, 1, "start") || !run.iterate(a.list[0], items)) return false;
  const Value* start = a.find("start");
  out = start != nullptr ? *start : Value::integer(1);
  for (const Value& v : items)
    if (!run.binary(Operator::kMul, out, v, out)) return false;
  return true;
}

constexpr Native kIntegers[] = {
    {"isqrt", isqrt}, {"gcd", gcd},   {"lcm", lcm},      {"factorial", factorial},
    {"comb", comb},   {"perm", perm}, {"prod", product},
};

}  // namespace

std::span<const Native> integer_functions() { return kIntegers; }

}  // namespace lang
