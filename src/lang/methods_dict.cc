// SPDX-License-Identifier: Apache-2.0
// Methods of dicts, and what fills them.
#include <bit>

#include "lang/native.h"

namespace lang {
namespace {

Dict* dict_of(const Arguments& a) { return as<Dict>(a.list[0]); }
Value stored(Run& run, const Value& v) { return run.labelled(v, run.control()); }

bool add_count(Run& run, Dict* to, const Value& key, const Value& more) {
  bool ok = true;
  const Dict::Entry* entry = run.find(to, key, ok);
  if (!ok) return false;
  Value sum = entry != nullptr ? entry->value : Value::integer(0);
  return run.binary(Operator::kAdd, sum, run.labelled(more, run.deep(key)), sum) &&
         run.put(to, key, stored(run, sum));
}

}  // namespace

bool key_error(Run& run, const Value& key) {
  auto* made = run.heap.make<Instance>(run.type(TypeName::kKeyError));
  made->items.push_back(key);
  run.hold(made, key);
  return run.raise_value(Value::object(made, run.deep(key)));
}
bool clear_dict(Run& run, Arguments& a, Value&) {
  if (!arity(run, a, "clear", 1, 1)) return false;
  run.touch(a.list[0]);
  dict_of(a)->entries.clear();
  dict_of(a)->index.clear();
  dict_of(a)->live = 0;
  return true;
}
bool copy_dict(Run& run, Arguments& a, Value& out) {
  if (!arity(run, a, "copy", 1, 1)) return false;
  Dict* made = run.dict(dict_of(a)->kind);
  made->flavour = dict_of(a)->flavour;
  made->factory = dict_of(a)->factory;
  run.hold(made, made->factory);
  made->frozen = dict_of(a)->frozen;
  out = Value::object(made);
  for (const auto& entry : dict_of(a)->entries)
    if (entry.live && !run.put(made, entry.key, entry.value)) return false;
  return true;
}

bool fill_dict(Run& run, Dict* to, const Value& from, bool counts, std::int64_t sign) {
  if (is(from, Kind::kDict)) {
    for (const auto& entry : std::vector<Dict::Entry>(as<Dict>(from)->entries)) {
      if (!entry.live) continue;
      Value v = run.labelled(entry.value, from.label());
      if (sign < 0 && !run.unary(Operator::kNegative, v, v)) return false;
      if (!(counts ? add_count(run, to, entry.key, v) : run.put(to, entry.key, stored(run, v))))
        return false;
    }
    return true;
  }
  Values items;
  if (!run.iterate(from, items)) return false;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (counts) {
      if (!add_count(run, to, items[i], Value::integer(sign))) return false;
      continue;
    }
    Values pair;
    const std::string place = "dictionary update sequence element #" + std::to_string(i);
    if (!run.iterate(items[i], pair))
      return run.pending.kind == Pending::Kind::kRaise
                 ? run.raise(TypeName::kTypeError, "cannot convert " + place + " to a sequence",
                             run.deep(items[i]))
                 : false;
    if (pair.size() != 2)
      return run.value_error(place + " has length " + std::to_string(pair.size()) +
                             "; 2 is required");
    if (!run.put(to, pair[0], stored(run, pair[1]))) return false;
  }
  return run.charge(items.size());
}

namespace {

bool put_keyword(Run& run, Dict* to, std::string_view name, Value v, std::int64_t sign) {
  Value key;
  if (!run.string(std::string(name), key)) return false;
  if (to->flavour != Dict::Flavour::kCounter) return run.put(to, key, stored(run, v));
  return (sign > 0 || run.unary(Operator::kNegative, v, v)) && add_count(run, to, key, v);
}
bool get(Run& run, Arguments& a, Value& out) {
  if (!arity(run, a, "get", 2, 3)) return false;
  bool ok = true;
  const Dict::Entry* entry = run.find(dict_of(a), a.list[1], ok);
  if (!ok) return false;
  const Value* otherwise = a.size() > 2 ? &a.list[2] : nullptr;
  out = entry != nullptr ? entry->value : otherwise != nullptr ? *otherwise : Value::none();
  out = run.labelled(out, run.deep(a.list[1]));
  return true;
}
// kWhat: 0 keys, 1 values, 2 items.
template <int kWhat> bool view(Run& run, Arguments& a, Value& out) {
  if (!arity(run, a, "items", 1, 1)) return false;
  Values made;
  // As much as pushing one by one would take: what a list has room for counts.
  if (dict_of(a)->live > 0) made.reserve(std::bit_ceil(dict_of(a)->live));
  for (const auto& entry : dict_of(a)->entries) {
    if (!entry.live) continue;
    if (kWhat == 2) made.push_back(run.list({entry.key, entry.value}, Kind::kTuple));
    else made.push_back(kWhat == 0 ? entry.key : entry.value);
  }
  out = run.list(std::move(made));
  return run.charge(dict_of(a)->entries.size() / 4);
}
bool set_default(Run& run, Arguments& a, Value& out) {
  if (!arity(run, a, "setdefault", 2, 3)) return false;
  bool ok = true;
  const Dict::Entry* entry = run.find(dict_of(a), a.list[1], ok);
  if (!ok) return false;
  run.touch(a.list[0], run.deep(a.list[1]));
  if (entry != nullptr) {
    out = entry->value;
    return true;
  }
  out = stored(run, a.size() == 3 ? a.list[2] : Value::none());
  return run.put(dict_of(a), a.list[1], out);
}
bool pop_key(Run& run, Arguments& a, Value& out) {
  bool there = false;
  if (!arity(run, a, "pop", 2, 3) || !run.remove(dict_of(a), a.list[1], there, out)) return false;
  run.touch(a.list[0], run.deep(a.list[1]));
  if (!there && a.size() == 2) return key_error(run, a.list[1]);
  if (!there) out = a.list[2];
  out = run.labelled(out, run.deep(a.list[1]));
  return true;
}
bool pop_item(Run& run, Arguments& a, Value& out) {
  if (!arity(run, a, "popitem", 1, 1)) return false;
  auto& entries = dict_of(a)->entries;
  for (std::size_t i = entries.size(); i-- > 0;) {
    if (!entries[i].live) continue;
    const Dict::Entry last = entries[i];
    bool there = false;
    Value gone;
    out = run.list({last.key, last.value}, Kind::kTuple);
    run.touch(a.list[0]);
    return run.remove(dict_of(a), last.key, there, gone);
  }
  return run.raise(TypeName::kKeyError, "popitem(): dictionary is empty");
}
bool from_keys(Run& run, Arguments& a, Value& out) {
  Values keys;
  if (!arity(run, a, "fromkeys", 2, 3) || !run.iterate(a.list[1], keys)) return false;
  Dict* made = run.dict();
  out = Value::object(made);
  for (const Value& key : keys)
    if (!run.put(made, key, a.size() == 3 ? a.list[2] : Value::none())) return false;
  return true;
}
template <int kSign> bool update(Run& run, Arguments& a, Value&) {
  if (a.size() > 2) return run.type_error("update() takes at most 1 argument");
  run.touch(a.list[0], a.size() == 2 ? run.shape(a.list[1]) : label::kClean);
  const bool counts = dict_of(a)->flavour == Dict::Flavour::kCounter;
  if (a.size() == 2 && !fill_dict(run, dict_of(a), a.list[1], counts, kSign)) return false;
  for (const auto& [name, v] : a.keywords)
    if (!put_keyword(run, dict_of(a), name, v, kSign)) return false;
  return true;
}
bool ordered_pop(Run& run, Arguments& a, Value& out) {
  static constexpr std::string_view kNames[] = {"last"};
  const Value* given[1] = {};
  if (!named(run, a, "popitem", 1, 0, kNames, given)) return false;
  const bool last = given[0] == nullptr || run.truth(*given[0]);
  const auto& entries = dict_of(a)->entries;
  const std::size_t n = entries.size();
  for (std::size_t i = 0; i < n; ++i) {
    const Dict::Entry entry = entries[last ? n - 1 - i : i];
    if (!entry.live) continue;
    bool there = false;
    Value gone;
    out = run.list({entry.key, entry.value}, Kind::kTuple);
    run.touch(a.list[0], given[0] == nullptr ? label::kClean : run.deep(*given[0]));
    return run.remove(dict_of(a), entry.key, there, gone);
  }
  return run.raise(TypeName::kKeyError, "dictionary is empty");
}
bool move_to_end(Run& run, Arguments& a, Value&) {
  static constexpr std::string_view kNames[] = {"key", "last"};
  const Value* given[2] = {};
  if (!named(run, a, "move_to_end", 1, 1, kNames, given)) return false;
  bool there = false;
  Value v;
  if (!run.remove(dict_of(a), *given[0], there, v)) return false;
  LabelId why = run.deep(*given[0]);
  if (given[1] != nullptr) why = run.join(why, run.deep(*given[1]));
  run.touch(a.list[0], why);
  if (!there) return key_error(run, *given[0]);
  const bool last = given[1] == nullptr || run.truth(*given[1]);
  if (last) return run.put(dict_of(a), *given[0], v);
  std::vector<Dict::Entry> others = dict_of(a)->entries;
  dict_of(a)->entries.clear();
  dict_of(a)->index.clear();
  dict_of(a)->live = 0;
  if (!run.put(dict_of(a), *given[0], v)) return false;
  for (const auto& entry : others)
    if (entry.live && !run.put(dict_of(a), entry.key, entry.value)) return false;
  return run.charge(others.size());
}

constexpr Native kDict[] = {
    {"get", get, true},        {"items", view<2>, true},          {"keys", view<0>, true},
    {"values", view<1>, true}, {"setdefault", set_default, true}, {"update", update<1>, true},
    {"pop", pop_key, true},    {"popitem", pop_item, true},       {"clear", clear_dict, true},
    {"copy", copy_dict, true},
};
constexpr Native kOfDict[] = {{"fromkeys", from_keys, true}};
constexpr Native kOrdered[] = {{"move_to_end", move_to_end, true}, {"popitem", ordered_pop, true}};
constexpr Native kSubtract[] = {{"subtract", update<-1>, true}};

bool make(Run& run, Arguments& a, Value& out, Dict::Flavour flavour, std::size_t first) {
  if (a.size() > first + 1) return run.type_error("dict expected at most 1 argument");
  Dict* made = run.dict();
  made->flavour = flavour;
  out = Value::object(made);
  if (a.size() > first) run.raise_own(made, run.shape(a.list[first]));
  if (a.size() > first &&
      !fill_dict(run, made, a.list[first], flavour == Dict::Flavour::kCounter, 1))
    return false;
  for (const auto& [name, v] : a.keywords)
    if (!put_keyword(run, made, name, v, 1)) return false;
  return true;
}

}  // namespace

bool make_dict(Run& run, Arguments& a, Value& out) {
  return make(run, a, out, Dict::Flavour::kPlain, 0);
}
bool make_counter(Run& run, Arguments& a, Value& out) {
  return make(run, a, out, Dict::Flavour::kCounter, 0);
}
bool make_ordered(Run& run, Arguments& a, Value& out) {
  return make(run, a, out, Dict::Flavour::kOrdered, 0);
}
bool make_default(Run& run, Arguments& a, Value& out) {
  if (a.size() > 0 && a.list[0].type() != Type::kNone && !is_callable(a.list[0]))
    return run.type_error("first argument must be callable or None");
  if (!make(run, a, out, Dict::Flavour::kDefault, 1)) return false;
  as<Dict>(out)->factory = a.size() > 0 ? a.list[0] : Value::none();
  run.hold(as<Dict>(out), as<Dict>(out)->factory);
  return true;
}

Methods dict_methods() { return methods<kDict, TypeName::kDict>(); }
std::span<const Native> dict_class_methods() { return kOfDict; }
Methods ordered_methods() { return methods<kOrdered, TypeName::kOrderedDict>(); }
Methods subtract_method() { return methods<kSubtract, TypeName::kCounter>(); }

}  // namespace lang
