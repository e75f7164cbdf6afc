// SPDX-License-Identifier: Apache-2.0
// The functions of the module dataclasses.
#include "lang/native.h"

namespace lang {
namespace {

bool is_data(const Value& v) {
  return is(v, Kind::kInstance) && as<Instance>(v)->type->sort == Class::Sort::kData;
}
bool needs_data(Run& run, const Value& v, std::string_view name) {
  return is_data(v) ||
         run.type_error(std::string(name) + "() should be called on dataclass instances");
}

// Copies a value; dataclass instances become dicts or tuples.
class Copy {
 public:
  Copy(Run& run, bool tuples) : run_(run), tuples_(tuples) {}

  bool of(const Value& v, Value& out, int depth) {
    if (depth > 150) return run_.limit("nesting of values");
    if (!run_.charge(1)) return false;
    out = v;
    if (is_data(v)) return instance(*as<Instance>(v), out, depth);
    if (is(v, Kind::kDict)) return dict(*as<Dict>(v), out, depth);
    const bool list = is(v, Kind::kList) || is(v, Kind::kTuple) || is(v, Kind::kDeque);
    if (!list) return true;
    Values items = as<List>(v)->items;
    for (Value& item : items)
      if (!of(Value(item), item, depth + 1)) return false;
    return made(run_.list(std::move(items), v.as_object()->kind), v, out);
  }

 private:
  bool made(Value v, const Value& from, Value& out) {
    run_.raise_own(v.as_object(), run_.shape(from));
    out = v.with(from.label());
    return true;
  }
  bool instance(const Instance& from, Value& out, int depth) {
    const Value whole = out;
    Values items;
    Dict* fields = run_.dict();
    for (std::size_t i = 0; i < from.items.size(); ++i) {
      Value one;
      if (!of(from.items[i], one, depth + 1)) return false;
      items.push_back(one);
      if (!tuples_ && !run_.put(fields, run_.short_string(from.type->fields[i].name), one))
        return false;
    }
    return made(tuples_ ? run_.list(std::move(items), Kind::kTuple) : Value::object(fields), whole,
                out);
  }
  bool dict(const Dict& from, Value& out, int depth) {
    const Value whole = out;
    Dict* to = run_.dict();
    to->flavour = from.flavour;
    to->factory = from.factory;
    run_.hold(to, to->factory);
    for (const auto& entry : std::vector<Dict::Entry>(from.entries)) {
      Value key, one;
      if (!entry.live) continue;
      if (!of(entry.key, key, depth + 1) || !of(entry.value, one, depth + 1) ||
          !run_.put(to, key, one))
        return false;
    }
    return made(Value::object(to), whole, out);
  }

  Run& run_;
  bool tuples_;
};

template <bool kTuples> bool copied(Run& run, Arguments& a, Value& out) {
  const std::string_view name = kTuples ? "astuple" : "asdict";
  return arity(run, a, name, 1, 1) && needs_data(run, a.list[0], name) &&
         Copy(run, kTuples).of(a.list[0], out, 0);
}
bool replace(Run& run, Arguments& a, Value& out) {
  if (a.size() != 1) return run.type_error("replace() takes 1 positional argument");
  if (!needs_data(run, a.list[0], "replace")) return false;
  const auto* from = as<Instance>(a.list[0]);
  Arguments fields;
  for (std::size_t i = 0; i < from->items.size(); ++i)
    if (a.find(from->type->fields[i].name) == nullptr)
      fields.keywords.emplace_back(from->type->fields[i].name, from->items[i]);
  for (const auto& keyword : a.keywords) fields.keywords.push_back(keyword);
  return run.construct(from->type, fields, out);
}
bool is_dataclass(Run& run, Arguments& a, Value& out) {
  const Value& v = a.list[0];
  if (!arity(run, a, "is_dataclass", 1, 1)) return false;
  out = Value::boolean(is_data(v) ||
                       (is(v, Kind::kClass) && as<Class>(v)->sort == Class::Sort::kData));
  return true;
}

constexpr Native kFunctions[] = {{"asdict", copied<false>, true},
                                 {"astuple", copied<true>, true},
                                 {"replace", replace, true},
                                 {"is_dataclass", is_dataclass}};

}  // namespace

std::span<const Native> dataclass_functions() { return kFunctions; }

}  // namespace lang
