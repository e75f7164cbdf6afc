// SPDX-License-Identifier: Apache-2.0
// What a plan can name and call: the tables of the other files put together.
#include "lang/library.h"

#include "lang/methods_string.h"
#include "lang/moment.h"
#include "lang/regex.h"

namespace lang {
namespace {

constexpr auto kFunctionTables = {number_functions, iterable_functions, value_functions};

struct Owner {
  TypeName type;
  Methods (*table)();
};
template <TypeName kType> Methods moments() { return moment_methods(kType); }
constexpr Owner kOwners[] = {
    {TypeName::kStr, case_methods},
    {TypeName::kStr, search_methods},
    {TypeName::kStr, form_methods},
    {TypeName::kInt, int_methods},
    {TypeName::kFloat, float_methods},
    {TypeName::kList, list_methods},
    {TypeName::kTuple, tuple_methods},
    {TypeName::kRange, range_methods},
    {TypeName::kDeque, deque_methods},
    {TypeName::kSet, set_methods},
    {TypeName::kSet, frozenset_methods},
    {TypeName::kFrozenset, frozenset_methods},
    {TypeName::kCounter, counter_methods},
    {TypeName::kCounter, subtract_method},
    {TypeName::kOrderedDict, ordered_methods},
    {TypeName::kDict, dict_methods},
    {TypeName::kPattern, pattern_methods},
    {TypeName::kMatch, match_methods},
    {TypeName::kDatetime, moments<TypeName::kDatetime>},
    {TypeName::kDate, moments<TypeName::kDate>},
    {TypeName::kTime, moments<TypeName::kTime>},
    {TypeName::kTimedelta, moments<TypeName::kTimedelta>},
    {TypeName::kTimezone, moments<TypeName::kTimezone>},
};

std::string_view name_of(TypeName type) { return kTypeRows[static_cast<std::size_t>(type)].name; }

// Methods of the class itself; they get it as their first argument.
const Native* class_method(TypeName type, std::string_view name) {
  switch (type) {
    case TypeName::kStr:
      return name == "maketrans" ? find_native(form_methods().bound, name) : nullptr;
    case TypeName::kFloat: return find_native(float_class_methods(), name);
    case TypeName::kDict:
    case TypeName::kOrderedDict: return find_native(dict_class_methods(), name);
    case TypeName::kDatetime:
      if (const Native* found = find_native(moment_class_methods(type), name)) return found;
      return find_native(moment_class_methods(TypeName::kDate), name);
    default: return find_native(moment_class_methods(type), name);
  }
}

bool never_changes(TypeName type) {
  return type == TypeName::kStr || type == TypeName::kInt || type == TypeName::kFloat ||
         type == TypeName::kTuple || (type >= TypeName::kDate && type <= TypeName::kTimezone);
}

TypeName scalar_type(const Value& v) {
  switch (v.type()) {
    case Type::kBool:
    case Type::kInt: return TypeName::kInt;
    case Type::kFloat: return TypeName::kFloat;
    default: return TypeName::kObject;
  }
}

}  // namespace

const Native* method_of(TypeName type, std::string_view name) {
  for (;;) {
    for (const Owner& owner : kOwners)
      if (owner.type == type)
        if (const Native* found = find_native(owner.table().bound, name)) return found;
    const TypeName base = kTypeRows[static_cast<std::size_t>(type)].base;
    if (base == type) return nullptr;
    type = base;
  }
}

const Native* unbound_method(const Value& owner, std::string_view name) {
  // SECURITY: only of types whose values never change: what a branch that was not taken would have
  // changed is found by the receiver before the dot (Run::survey).
  if (!is(owner, Kind::kClass) || as<Class>(owner)->sort != Class::Sort::kBuiltin) return nullptr;
  auto type = static_cast<TypeName>(as<Class>(owner)->builtin);
  for (;;) {
    for (const Owner& one : kOwners)
      if (one.type == type && never_changes(type))
        if (const Native* found = find_native(one.table().unbound, name)) return found;
    const TypeName base = kTypeRows[static_cast<std::size_t>(type)].base;
    if (base == type) return nullptr;
    type = base;
  }
}

const Native* find_method(const Value& receiver, std::string_view name) {
  if (receiver.type() != Type::kObject) return method_of(scalar_type(receiver), name);
  switch (receiver.as_object()->kind) {
    case Kind::kString: return method_of(TypeName::kStr, name);
    case Kind::kBig: return method_of(TypeName::kInt, name);
    case Kind::kList: return method_of(TypeName::kList, name);
    case Kind::kDeque: return method_of(TypeName::kDeque, name);
    case Kind::kTuple: return method_of(TypeName::kTuple, name);
    case Kind::kRange: return method_of(TypeName::kRange, name);
    case Kind::kDict: {
      const auto flavour = as<Dict>(receiver)->flavour;
      return method_of(flavour == Dict::Flavour::kCounter   ? TypeName::kCounter
                       : flavour == Dict::Flavour::kOrdered ? TypeName::kOrderedDict
                                                            : TypeName::kDict,
                       name);
    }
    case Kind::kSet:
      return method_of(as<Dict>(receiver)->frozen ? TypeName::kFrozenset : TypeName::kSet, name);
    case Kind::kPattern: return method_of(TypeName::kPattern, name);
    case Kind::kMatch: return method_of(TypeName::kMatch, name);
    case Kind::kMoment: {
      const TypeName type = as<Moment>(receiver)->type;
      const Native* found = method_of(type, name);
      return found != nullptr ? found : class_method(type, name);
    }
    case Kind::kClass: {
      const auto* type = as<Class>(receiver);
      if (type->sort == Class::Sort::kModel) return model_method(name, true);
      return type->sort == Class::Sort::kBuiltin
                 ? class_method(static_cast<TypeName>(type->builtin), name)
                 : nullptr;
    }
    case Kind::kInstance:
      return as<Instance>(receiver)->type->sort == Class::Sort::kModel ? model_method(name, false)
                                                                       : nullptr;
    default: return nullptr;
  }
}

bool library_attribute(Run& run, const Value& owner, std::string_view name, Value& out,
                       bool& known) {
  known = true;
  if (is(owner, Kind::kInstance)) {  // members of StrEnum and IntEnum have their values' methods
    const auto* instance = as<Instance>(owner);
    const auto base = static_cast<TypeName>(instance->type->builtin);
    const bool text = base == TypeName::kStrEnum;
    const Native* method =
        instance->type->sort == Class::Sort::kEnum && (text || base == TypeName::kIntEnum)
            ? method_of(text ? TypeName::kStr : TypeName::kInt, name)
            : nullptr;
    if (method == nullptr) return known = false, true;
    auto* bound = run.heap.make<Bound>(instance->items[1], *method);
    run.hold(bound, instance->items[1]);
    return out = Value::object(bound), true;
  }
  if (is_integer(owner) && (name == "real" || name == "numerator"))
    return run.number(big_of(owner), out);
  if (is_integer(owner) && (name == "imag" || name == "denominator"))
    return out = Value::integer(name == "imag" ? 0 : 1), true;
  if (owner.type() == Type::kFloat && (name == "real" || name == "imag"))
    return out = name == "real" ? owner : Value::real(0), true;
  if (is_moment(owner)) return moment_attribute(run, owner, name, out, known);
  if (is(owner, Kind::kPattern) || is(owner, Kind::kMatch))
    return regex_attribute(run, owner, name, out, known);
  if (is(owner, Kind::kDeque) && name == "maxlen") {
    out = as<List>(owner)->most < 0 ? Value::none() : Value::integer(as<List>(owner)->most);
    return true;
  }
  if (is(owner, Kind::kDict) && as<Dict>(owner)->flavour == Dict::Flavour::kDefault &&
      name == "default_factory")
    return out = as<Dict>(owner)->factory, true;
  if (is(owner, Kind::kRange)) {
    const auto* range = as<Range>(owner);
    if (name == "start") return out = Value::integer(range->begin), true;
    if (name == "stop") return out = Value::integer(range->end), true;
    if (name == "step") return out = Value::integer(range->step), true;
  }
  known = false;
  return true;
}

std::vector<NativeTable> native_tables() {
  std::vector<NativeTable> all{{"type", constructors()},
                               {"type", moment_constructors()},
                               {"float class", float_class_methods()},
                               {"dict class", dict_class_methods()},
                               {"Model", model_methods(false)},
                               {"Model class", model_methods(true)},
                               {"json", json_functions()},
                               {"math", math_functions()},
                               {"math", integer_functions()},
                               {"re", re_functions()},
                               {"dataclasses", dataclass_functions()}};
  for (const auto table : kFunctionTables) all.push_back({"builtin", table()});
  for (const Owner& owner : kOwners)
    all.push_back({std::string(name_of(owner.type)), owner.table().bound});
  for (const TypeName type : {TypeName::kDate, TypeName::kDatetime, TypeName::kTime,
                              TypeName::kTimedelta, TypeName::kTimezone})
    all.push_back({std::string(name_of(type)) + " class", moment_class_methods(type)});
  return all;
}

const Native* type_constructor(TypeName type) {
  if (const Native* found = find_native(moment_constructors(), name_of(type))) return found;
  return find_native(constructors(), name_of(type));
}

namespace {

// By index: functions, types, `__name__`.
const std::vector<const Native*>& functions() {
  static const std::vector<const Native*> kAll = [] {
    std::vector<const Native*> out;
    for (const auto table : kFunctionTables)
      for (const Native& native : table()) out.push_back(&native);
    return out;
  }();
  return kAll;
}

}  // namespace

std::uint32_t builtin_count() {
  return static_cast<std::uint32_t>(functions().size() + kTypeCount + 1);
}
std::string_view builtin_name(std::uint32_t index) {
  const auto count = static_cast<std::uint32_t>(functions().size());
  if (index < count) return functions()[index]->name;
  if (index == count + kTypeCount) return "__name__";
  const TypeRow& row = kTypeRows[index - count];
  return row.named ? row.name : "";
}
std::optional<std::uint32_t> builtin_named(std::string_view name) {
  if (name.empty()) return std::nullopt;
  for (std::uint32_t i = 0; i < builtin_count(); ++i)
    if (builtin_name(i) == name) return i;
  return std::nullopt;
}
const Native* builtin_function(std::uint32_t index) {
  return index < functions().size() ? functions()[index] : nullptr;
}
const Native* builtin_native(std::uint32_t index) {
  const auto count = static_cast<std::uint32_t>(functions().size());
  if (index < count) return functions()[index];
  if (index >= count + kTypeCount) return nullptr;
  const auto type = static_cast<TypeName>(index - count);
  return type >= TypeName::kBaseException ? nullptr : type_constructor(type);
}
bool builtin_value(Run& run, std::uint32_t index, Value& out) {
  const auto count = static_cast<std::uint32_t>(functions().size());
  if (index < count) out = Value::object(run.heap.make<NativeFunction>(*functions()[index]));
  else if (index == count + kTypeCount) out = run.short_string("__main__");
  else out = Value::object(run.type(static_cast<TypeName>(index - count)));
  return true;
}

std::vector<std::string> library_entries() {
  std::vector<std::string> out;
  const auto add = [&](std::string_view owner, std::span<const Native> rows) {
    for (const Native& row : rows) out.push_back(std::string(owner) + "." + std::string(row.name));
  };
  for (const auto table : kFunctionTables) add("builtins", table());
  for (const Native& row : constructors())
    if (builtin_named(row.name)) out.push_back("builtins." + std::string(row.name));
    else out.push_back("collections." + std::string(row.name));
  add("datetime", moment_constructors());
  for (const Owner& owner : kOwners)
    if (owner.type != TypeName::kFrozenset) add(name_of(owner.type), owner.table().bound);
  add("float", float_class_methods());
  add("dict", dict_class_methods());
  for (const TypeName type : {TypeName::kDate, TypeName::kTime, TypeName::kDatetime})
    for (const Native& row : moment_class_methods(type))
      if (row.name != "now" && row.name != "today" && row.name != "utcnow")
        out.push_back(std::string(name_of(type)) + "." + std::string(row.name));
  add("json", json_functions());
  add("math", math_functions());
  add("math", integer_functions());
  add("re", re_functions());
  add("dataclasses", dataclass_functions());
  return out;
}

}  // namespace lang
