// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What the tables of builtins, methods and modules share. Trust zone: session.
#pragma once

#include <array>
#include <span>
#include <utility>

#include "lang/run.h"

namespace lang {

// TypeError unless there are `least` to `most` positional arguments (receivers count) and no
// keyword but those of `keywords` (words with blanks between).
bool arity(Run& run, const Arguments& a, std::string_view name, std::size_t least, std::size_t most,
           std::string_view keywords = "");
// The arguments behind the first `skip` by the parameters' names: only the first `positional` of
// them can be given by place, the first `least` have to be given. Null: not given.
bool named(Run& run, const Arguments& a, std::string_view function, std::size_t skip,
           std::size_t least, std::span<const std::string_view> names, std::span<const Value*> out,
           std::size_t positional = 100);
// The positional argument `index`, else the keyword `name`, else null.
inline const Value* option(const Arguments& a, std::size_t index, std::string_view name) {
  return index < a.size() ? &a.list[index] : a.find(name);
}
// A member of a StrEnum or IntEnum as its value.
inline Value plain_value(const Value& v) {
  if (!is(v, Kind::kInstance) || as<Instance>(v)->type->sort != Class::Sort::kEnum) return v;
  if (static_cast<TypeName>(as<Instance>(v)->type->builtin) == TypeName::kEnum) return v;
  return as<Instance>(v)->items[1];
}
inline bool text_argument(Run& run, const Arguments& a, std::size_t index, std::string& out) {
  if (index >= a.size()) return run.type_error("missing argument");
  const Value v = plain_value(a.list[index]);
  if (!is_string(v)) return run.type_error("expected str, got " + run.type_of(v)->name);
  out = text_of(v);
  return true;
}
inline const Native* find_native(std::span<const Native> table, std::string_view name) {
  for (const Native& native : table)
    if (native.name == name) return &native;
  return nullptr;
}

bool is_callable(const Value& v);

// `str.upper` as a value: the methods of `kTable` as functions of a first argument, which has to be
// of the type: the methods themselves trust their receiver.
template <const auto& kTable, TypeName kType, std::size_t kIndex>
bool call_unbound(Run& run, Arguments& a, Value& out) {
  if (a.size() > 0 && run.is_a(a.list[0], run.type(kType))) return kTable[kIndex].call(run, a, out);
  return run.type_error("unbound method " + std::string(kTable[kIndex].name) +
                        "() needs an argument of its type");
}
template <const auto& kTable, TypeName kType> std::span<const Native> unbound() {
  static constexpr auto kRows = []<std::size_t... kIndex>(std::index_sequence<kIndex...>) {
    return std::array{Native{kTable[kIndex].name, call_unbound<kTable, kType, kIndex>,
                             kTable[kIndex].elements}...};
  }(std::make_index_sequence<std::size(kTable)>());
  return kRows;
}
// Bound and unbound methods of a type.
struct Methods {
  std::span<const Native> bound, unbound;
};
template <const auto& kTable, TypeName kType> Methods methods() {
  return {kTable, unbound<kTable, kType>()};
}

// Sorts `items` (by `keys`) and is stable; `decided`: of all that was compared.
bool sort_by(Run& run, Values& items, const Values& keys, bool reverse, LabelId& decided);
// `reverse=` of sorted and sort: an integer.
bool reverse_argument(Run& run, const Arguments& a, bool& out);
bool sort_values(Run& run, Values& items, const Value* key, bool reverse, LabelId& decided);

// Dicts and sets.
bool key_error(Run& run, const Value& key);
bool clear_dict(Run& run, Arguments& a, Value& out);
bool copy_dict(Run& run, Arguments& a, Value& out);
bool fill_dict(Run& run, Dict* to, const Value& from, bool counts, std::int64_t sign);
bool make_dict(Run& run, Arguments& a, Value& out);
bool make_default(Run& run, Arguments& a, Value& out);
bool make_ordered(Run& run, Arguments& a, Value& out);
bool make_counter(Run& run, Arguments& a, Value& out);
bool make_deque(Run& run, Arguments& a, Value& out);
bool counter_binary(Run& run, Operator op, Dict* a, Dict* b, Value& out);
bool counter_unary(Run& run, Operator op, Dict* from, Value& out);
bool counter_equal(Run& run, Dict* a, Dict* b, bool& out);

// What `old op= v` calls to change `old` itself; null: it makes a new value.
const Native* in_place_method(const Value& old, Operator op, const Value& v);

const Native* model_method(std::string_view name, bool on_class);

// A table by whose it is: "builtin", "str", "re", "datetime class", ... All there are, for what
// must not forget one.
struct NativeTable {
  std::string owner;
  std::span<const Native> rows;
};
std::vector<NativeTable> native_tables();
std::span<const Native> model_methods(bool on_class);
// What a module has besides functions: constants, types, names for annotations.
std::vector<std::string_view> module_names(ModuleName module);

// The tables, one a file.
std::span<const Native> number_functions();
std::span<const Native> iterable_functions();
std::span<const Native> value_functions();
std::span<const Native> constructors();
Methods int_methods();
Methods float_methods();
std::span<const Native> float_class_methods();
Methods list_methods();
Methods tuple_methods();
Methods range_methods();
Methods deque_methods();
Methods dict_methods();
std::span<const Native> dict_class_methods();
Methods ordered_methods();
Methods counter_methods();
Methods subtract_method();
Methods set_methods();
Methods frozenset_methods();
Methods pattern_methods();
Methods match_methods();
Methods moment_methods(TypeName type);
std::span<const Native> moment_class_methods(TypeName type);
std::span<const Native> moment_constructors();
std::span<const Native> json_functions();
std::span<const Native> math_functions();
std::span<const Native> integer_functions();
std::span<const Native> re_functions();
std::span<const Native> dataclass_functions();

}  // namespace lang
