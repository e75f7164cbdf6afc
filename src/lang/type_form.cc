// SPDX-License-Identifier: Apache-2.0
// Types as values: `query_ai_assistant(q, list[Mail])` needs the schema of what it is handed, and
// makes its result of it. Annotations of fields are read as trees instead (run_class.cc).
#include <array>
#include <utility>

#include "lang/native.h"

namespace lang {
namespace {

// Names of typing that stand for a builtin type.
std::string_view plain_name(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kNames{
      {{"List", "list"},
       {"Sequence", "list"},
       {"Iterable", "list"},
       {"Dict", "dict"},
       {"Mapping", "dict"},
       {"Set", "set"},
       {"FrozenSet", "frozenset"},
       {"Tuple", "tuple"}}};
  for (const auto& [theirs, ours] : kNames)
    if (theirs == name) return ours;
  return name;
}

Values types_of(const Value& argument) {
  if (is(argument, Kind::kTuple)) return as<List>(argument)->items;
  return argument.type() == Type::kUndefined ? Values{} : Values{argument};
}

}  // namespace

bool Run::union_schema(const Values& types, bool null, Value& out) {
  const Value options = list({});
  for (const Value& one : types) {
    Value made;
    if (!form_schema(one, made) || !push(as<List>(options), made)) return false;
  }
  Value none;
  if (null && (!form_schema(Value::none(), none) || !push(as<List>(options), none))) return false;
  Dict* made = dict();
  out = Value::object(made);
  return put(made, short_string("anyOf"), options);
}

bool Run::form_schema(const Value& form, Value& out) {
  Deeper deeper(*this);
  if (!deeper.fits() || !charge(1)) return false;
  Dict* made = dict();
  out = Value::object(made);
  const auto set = [&](std::string_view key, const Value& v) {
    return put(made, short_string(key), v);
  };
  if (form.type() == Type::kNone) return set("type", short_string("null"));
  if (is(form, Kind::kTuple)) return union_schema(as<List>(form)->items, false, out);
  if (is(form, Kind::kClass)) return schema_of(as<Class>(form), out);
  if (!is(form, Kind::kForm)) return type_error("a type is needed, not " + type_of(form)->name);
  const std::string name(plain_name(as<Form>(form)->name));
  const Values types = types_of(as<Form>(form)->argument);
  if (name == "Any") return true;
  if (name == "Optional" || name == "Union") return union_schema(types, name == "Optional", out);
  if (name == "Annotated" && !types.empty()) return form_schema(types[0], out);
  if (name == "Literal") return set("enum", list(types));
  Value inner;
  if (name == "dict")
    return set("type", short_string("object")) &&
           (types.size() != 2 ||
            (form_schema(types[1], inner) && set("additionalProperties", inner)));
  const bool many = name == "list" || name == "set" || name == "frozenset" || name == "tuple";
  if (!many) return type_error(name + " is no type that a result can have");
  return set("type", short_string("array")) &&
         (types.empty() || (form_schema(types[0], inner) && set("items", inner)));
}

// The elements of a list, the values of a dict.
bool Run::form_items(const Value& form, Value& v, bool& good) {
  const std::string name(plain_name(as<Form>(form)->name));
  const Values types = types_of(as<Form>(form)->argument);
  const Value of = types.empty() ? Value() : types.back();
  const Value item_type = name == "dict" || types.empty() ? of : types[0];
  if (is(v, Kind::kDict)) {
    for (auto& entry : as<Dict>(v)->entries) {
      if (!entry.live || item_type.type() == Type::kUndefined) continue;
      if (!coerce_form(item_type, entry.value, good)) return false;
      hold(as<Dict>(v), entry.value);
      if (!good) return true;
    }
    heap.changed();
    return true;
  }
  Values items;
  if (!iterate(v, items)) return false;
  for (Value& item : items) {
    if (item_type.type() == Type::kUndefined) break;
    if (!coerce_form(item_type, item, good)) return false;
    if (!good) return true;
  }
  const Value made = list(std::move(items), name == "tuple" ? Kind::kTuple : Kind::kList);
  raise_own(made.as_object(), shape(v));
  v = made.with(v.label());
  return true;
}

bool Run::coerce_form(const Value& form, Value& v, bool& good) {
  Deeper deeper(*this);
  if (!deeper.fits() || !charge(1)) return false;
  good = true;
  if (form.type() == Type::kNone) return good = v.type() == Type::kNone, true;
  if (is(form, Kind::kClass)) {
    Class* wanted = as<Class>(form);
    return wanted->sort == Class::Sort::kBuiltin ? coerce_named(wanted->name, v, good)
                                                 : coerce_class(wanted, v, good);
  }
  const bool tuple = is(form, Kind::kTuple);
  if (!tuple && !is(form, Kind::kForm)) return type_error("a type is needed");
  const std::string name = tuple ? "Union" : std::string(plain_name(as<Form>(form)->name));
  const Values types = types_of(tuple ? form : as<Form>(form)->argument);
  if (name == "Any" || (name == "Optional" && v.type() == Type::kNone)) return true;
  if (name == "Annotated" && !types.empty()) return coerce_form(types[0], v, good);
  if (name == "Union" || name == "Optional" || name == "Literal") {
    good = false;
    for (std::size_t i = 0; i < types.size() && !good; ++i) {
      if (name == "Literal" ? !equal(types[i], v, good) : !coerce_form(types[i], v, good))
        return false;
    }
    return true;
  }
  good = is(v, name == "dict" ? Kind::kDict : Kind::kList);
  return !good || form_items(form, v, good);
}

}  // namespace lang
