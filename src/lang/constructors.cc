// SPDX-License-Identifier: Apache-2.0
// Constructors of the builtin types.
#include <cmath>

#include "lang/native.h"

namespace lang {
namespace {

bool make_bool(Run& run, Arguments& a, Value& out) {
  if (!arity(run, a, "bool", 0, 1)) return false;
  out = Value::boolean(a.size() == 1 && run.truth(a.list[0]));
  return true;
}

bool make_int(Run& run, Arguments& a, Value& out) {
  if (!arity(run, a, "int", 0, 2, "base")) return false;
  out = Value::integer(0);
  const bool based = option(a, 1, "base") != nullptr;
  if (a.size() == 0) return !based || run.type_error("int() missing string argument");
  Value v = a.list[0];
  if (is(v, Kind::kInstance) && as<Instance>(v)->type->sort == Class::Sort::kEnum)
    v = as<Instance>(v)->items[1];
  if (based && !is_string(v))
    return run.type_error("int() can't convert non-string with explicit base");
  if (v.type() == Type::kFloat) return integer_of(run, v.as_float(), out);
  if (is_integer(v)) return run.number(big_of(v), out);
  if (!is_string(v))
    return run.type_error(
        "int() argument must be a string, a bytes-like object or a real number, not '" +
        run.type_of(v)->name + "'");
  std::int64_t base = 10;
  const Value* named = option(a, 1, "base");
  if (named != nullptr && !run.as_index(*named, base)) return false;
  if (base != 0 && (base < 2 || base > 36))
    return run.value_error("int() base must be >= 2 and <= 36, or 0");
  bool good = false;
  if (!parse_integer(run, text_of(v), static_cast<int>(base), out, good)) return false;
  std::string shown;
  if (good) return true;
  if (!run.repr(v, shown)) return false;
  shown.resize(point_offset(shown, std::min<std::size_t>(count_points(shown), 200)));
  return run.value_error("invalid literal for int() with base " + std::to_string(base) + ": " +
                         shown);
}

bool make_float(Run& run, Arguments& a, Value& out) {
  if (!arity(run, a, "float", 0, 1)) return false;
  out = Value::real(0);
  if (a.size() == 0) return true;
  Value v = a.list[0];
  if (is(v, Kind::kInstance) && as<Instance>(v)->type->sort == Class::Sort::kEnum)
    v = as<Instance>(v)->items[1];
  if (v.type() == Type::kFloat || is_integer(v)) {
    out = Value::real(float_of(v));
    return std::isfinite(out.as_float()) || v.type() == Type::kFloat ||
           run.raise(TypeName::kOverflowError, "int too large to convert to float");
  }
  if (!is_string(v))
    return run.type_error("float() argument must be a string or a real number, not '" +
                          run.type_of(v)->name + "'");
  double number = 0;
  std::string shown;
  if (!parse_float(text_of(v), number))
    return run.repr(v, shown) && run.value_error("could not convert string to float: " + shown);
  out = Value::real(number);
  return true;
}

bool make_str(Run& run, Arguments& a, Value& out) {
  std::string text;
  if (!arity(run, a, "str", 0, 1) || (a.size() == 1 && !run.str(a.list[0], text))) return false;
  return run.string(std::move(text), out);
}

template <Kind kKind> bool make_list(Run& run, Arguments& a, Value& out) {
  Values items;
  if (!arity(run, a, kKind == Kind::kList ? "list" : "tuple", 0, 1) ||
      (a.size() == 1 && !run.iterate(a.list[0], items)))
    return false;
  out = run.list(std::move(items), kKind);
  return true;
}

template <bool kFrozen> bool make_set(Run& run, Arguments& a, Value& out) {
  Values items;
  if (!arity(run, a, "set", 0, 1) || (a.size() == 1 && !run.iterate(a.list[0], items)))
    return false;
  Dict* made = run.dict(Kind::kSet);
  made->frozen = kFrozen;
  out = Value::object(made);
  for (const Value& v : items)
    if (!run.put(made, v, Value::none())) return false;
  return true;
}

bool make_range(Run& run, Arguments& a, Value& out) {
  std::int64_t part[3] = {0, 0, 1};
  if (!arity(run, a, "range", 1, 3)) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!run.as_index(a.list[i], part[i])) return false;
  for (const Value& v : a.list)
    if (is(v, Kind::kBig)) return run.limit("range beyond 64 bits");
  if (a.size() == 1) std::swap(part[0], part[1]);
  if (part[2] == 0) return run.value_error("range() arg 3 must not be zero");
  out = Value::object(run.heap.make<Range>(part[0], part[1], part[2]));
  return true;
}

bool make_type(Run& run, Arguments& a, Value& out) {
  if (!arity(run, a, "type", 1, 1)) return false;
  out = Value::object(run.type_of(a.list[0]));
  return true;
}

bool make_slice(Run& run, Arguments& a, Value& out) {
  if (!arity(run, a, "slice", 1, 3)) return false;
  auto* made = run.heap.make<Slice>();
  made->begin = a.size() > 1 ? a.list[0] : Value::none();
  made->end = a.size() > 1 ? a.list[1] : a.list[0];
  made->step = a.size() > 2 ? a.list[2] : Value::none();
  for (const Value& v : a.list) run.hold(made, v);
  out = Value::object(made);
  return true;
}

constexpr Native kConstructors[] = {
    {"bool", make_bool},
    {"int", make_int},
    {"float", make_float},
    {"str", make_str},
    {"list", make_list<Kind::kList>, true},
    {"tuple", make_list<Kind::kTuple>, true},
    {"dict", make_dict, true},
    {"set", make_set<false>, true},
    {"frozenset", make_set<true>, true},
    {"range", make_range},
    {"slice", make_slice},
    {"type", make_type},
    {"Counter", make_counter, true},
    {"defaultdict", make_default, true},
    {"OrderedDict", make_ordered, true},
    {"deque", make_deque, true},
};

}  // namespace

std::span<const Native> constructors() { return kConstructors; }

}  // namespace lang
