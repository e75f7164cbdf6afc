// SPDX-License-Identifier: Apache-2.0
// Functions of any value: types, text, print.
#include <cmath>

#include "lang/format.h"
#include "lang/library.h"
#include "lang/native.h"

namespace lang {
namespace {

bool callable(Run& run, Arguments& a, Value& out) {
  if (!arity(run, a, "callable", 1, 1)) return false;
  out = Value::boolean(is_callable(a.list[0]));
  return true;
}

bool chr(Run& run, Arguments& a, Value& out) {
  std::int64_t point = 0;
  if (!arity(run, a, "chr", 1, 1) || !run.as_index(a.list[0], point)) return false;
  if (point > INT32_MAX || point < INT32_MIN)
    return run.raise(TypeName::kOverflowError, "Python int too large to convert to C int");
  if (point < 0 || point > 0x10ffff || (point >= 0xd800 && point < 0xe000))
    return run.value_error(point >= 0xd800 && point < 0xe000
                               ? "surrogates are not part of the plan language"
                               : "chr() arg not in range(0x110000)");
  std::string text;
  append_point(static_cast<std::uint32_t>(point), text);
  return run.string(std::move(text), out);
}

bool ord(Run& run, Arguments& a, Value& out) {
  std::string text;
  if (!arity(run, a, "ord", 1, 1) || !text_argument(run, a, 0, text)) return false;
  if (count_points(text) != 1)
    return run.type_error("ord() expected a character, but string of length " +
                          std::to_string(count_points(text)) + " found");
  std::size_t at = 0;
  out = Value::integer(decode_point(text, at));
  return true;
}

bool repr_of(Run& run, Arguments& a, Value& out) {
  std::string text;
  return arity(run, a, "repr", 1, 1) && run.repr(a.list[0], text) &&
         run.string(std::move(text), out);
}

bool format_of(Run& run, Arguments& a, Value& out) {
  std::string spec, text;
  if (!arity(run, a, "format", 1, 2) || (a.size() == 2 && !text_argument(run, a, 1, spec)))
    return false;
  return run.format(a.list[0], spec, text) && run.string(std::move(text), out);
}

// CPython's hash of a number: its value modulo 2**61 - 1; -1 is taken for -2.
constexpr std::int64_t kModulus = (std::int64_t{1} << 61) - 1;
std::int64_t number_hash(const Value& v) {
  std::int64_t h = 0;
  bool negative = false;
  if (v.type() == Type::kFloat) {
    const double d = v.as_float();
    if (std::isinf(d)) return d > 0 ? 314159 : -314159;
    int exponent = 0;
    double part = std::frexp(std::abs(d), &exponent);
    negative = d < 0;
    auto x = std::uint64_t{0};
    while (part != 0) {
      x = ((x << 28) & static_cast<std::uint64_t>(kModulus)) | x >> 33;
      part *= 268435456.0;
      exponent -= 28;
      const auto y = static_cast<std::uint64_t>(part);
      part -= static_cast<double>(y);
      x += y;
      if (x >= static_cast<std::uint64_t>(kModulus)) x -= static_cast<std::uint64_t>(kModulus);
    }
    const int turn = exponent >= 0 ? exponent % 61 : 60 - (-1 - exponent) % 61;
    if (turn > 0) x = ((x << turn) & static_cast<std::uint64_t>(kModulus)) | x >> (61 - turn);
    h = static_cast<std::int64_t>(x);
  } else {
    const Number n = big_of(v);
    negative = BN_is_negative(n.get()) != 0;
    BN_set_negative(n.get(), 0);
    h = static_cast<std::int64_t>(BN_mod_word(n.get(), static_cast<BN_ULONG>(kModulus)));
  }
  if (negative) h = -h;
  return h == -1 ? -2 : h;
}
bool hash_of(Run& run, Arguments& a, Value& out) {
  std::size_t h = 0;
  if (!arity(run, a, "hash", 1, 1) || !run.hash(a.list[0], h)) return false;
  const Value& v = a.list[0];
  const bool number = is_integer(v) || (v.type() == Type::kFloat && !std::isnan(v.as_float()));
  out = Value::integer(number ? number_hash(v) : static_cast<std::int64_t>(h >> 2));
  return true;
}

bool ascii(Run& run, Arguments& a, Value& out) {
  std::string text;
  return arity(run, a, "ascii", 1, 1) && run.repr(a.list[0], text) &&
         run.string(ascii_of(text), out);
}
// Whether `type` (a class, None, a union or a tuple of them) admits; `test` says so for a class.
template <class F> bool admits(Run& run, const Value& type, const char* name, F test, bool& found) {
  Values types{type};
  for (std::size_t i = 0; i < types.size() && !found; ++i) {
    Value one = types[i];
    if (is(one, Kind::kForm) && as<Form>(one)->name == "Union") one = as<Form>(one)->argument;
    if (is(one, Kind::kTuple)) {
      types.insert(types.end(), as<List>(one)->items.begin(), as<List>(one)->items.end());
    } else if (one.type() == Type::kNone) {
      found = test(run.type(TypeName::kNoneType));
    } else if (is(one, Kind::kClass)) {
      found = test(as<Class>(one));
    } else {
      return run.type_error(std::string(name) +
                            "() arg 2 must be a type, a tuple of types, or a union");
    }
    if (!run.charge(1)) return false;
  }
  return true;
}
bool isinstance(Run& run, Arguments& a, Value& out) {
  bool found = false;
  if (!arity(run, a, "isinstance", 2, 2) ||
      !admits(
          run, a.list[1], "isinstance",
          [&](const Class* type) { return run.is_a(a.list[0], type); }, found))
    return false;
  out = Value::boolean(found);
  return true;
}
bool issubclass(Run& run, Arguments& a, Value& out) {
  bool found = false;
  if (!arity(run, a, "issubclass", 2, 2)) return false;
  if (!is(a.list[0], Kind::kClass)) return run.type_error("issubclass() arg 1 must be a class");
  const Class* type = as<Class>(a.list[0]);
  if (!admits(
          run, a.list[1], "issubclass",
          [&](const Class* wanted) { return is_subclass(run, type, wanted); }, found))
    return false;
  out = Value::boolean(found);
  return true;
}
bool hasattr(Run& run, Arguments& a, Value& out) {
  std::string name;
  Value v;
  if (!arity(run, a, "hasattr", 2, 2) || !text_argument(run, a, 1, name)) return false;
  bool there = !name.starts_with("__") && run.get_attribute(a.list[0], name, v);
  if (!there && run.pending.kind == Pending::Kind::kRaise) run.pending = {};
  out = Value::boolean(there);
  return run.pending.kind == Pending::Kind::kNone;
}
bool print_of(Run& run, Arguments& a, Value& out) {
  std::string separator = " ", end = "\n", text;
  for (const auto& [name, v] : a.keywords) {
    if (name == "flush") continue;
    if (name != "sep" && name != "end") return run.type_error("print() takes sep and end only");
    if (v.type() == Type::kNone) continue;
    if (!is_string(v)) return run.type_error(std::string(name) + " must be None or a string");
    (name == "sep" ? separator : end) = text_of(v);
  }
  LabelId l = label::kClean;
  for (const auto& [name, v] : a.keywords) l = run.join(l, run.deep(v));
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (i > 0) text += separator;
    if (!run.str(a.list[i], text)) return false;
    l = run.join(l, run.deep(a.list[i]));
  }
  out = Value::none();
  return run.print(text + end, l);
}

bool exit_of(Run& run, Arguments& a, Value&) {
  std::string text;
  if (a.size() > 0 && !run.str(a.list[0], text)) return false;
  return run.raise(TypeName::kSystemExit, std::move(text));
}

constexpr Native kFunctions[] = {
    {"ascii", ascii},  {"callable", callable},     {"chr", chr},
    {"exit", exit_of}, {"format", format_of},      {"hasattr", hasattr},
    {"hash", hash_of}, {"isinstance", isinstance}, {"issubclass", issubclass},
    {"ord", ord},      {"print", print_of},        {"repr", repr_of},
};

}  // namespace

bool is_callable(const Value& v) {
  return is(v, Kind::kFunction) || is(v, Kind::kNative) || is(v, Kind::kBound) ||
         is(v, Kind::kClass) || is(v, Kind::kTool);
}

std::span<const Native> value_functions() { return kFunctions; }

}  // namespace lang
