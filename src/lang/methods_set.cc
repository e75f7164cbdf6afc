// SPDX-License-Identifier: Apache-2.0
// Methods of set and frozenset.
#include "lang/native.h"

namespace lang {
namespace {

Dict* set_of(const Arguments& a) { return as<Dict>(a.list[0]); }

bool as_set(Run& run, const Value& v, Value& out) {
  if (is(v, Kind::kSet)) return out = v, true;
  Values items;
  if (!run.iterate(v, items)) return false;
  Dict* made = run.dict(Kind::kSet);
  out = Value::object(made);
  for (const Value& item : items)
    if (!run.put(made, item, Value::none())) return false;
  return true;
}

bool add(Run& run, Arguments& a, Value&) {
  bool ok = true;
  if (!arity(run, a, "add", 2, 2)) return false;
  const Dict::Entry* there = run.find(set_of(a), a.list[1], ok);
  if (!ok) return false;
  run.touch(a.list[0], run.deep(a.list[1]));
  const Value kept = there != nullptr ? there->key : a.list[1];  // an equal element stays as it is
  return run.put(set_of(a), run.labelled(kept, run.join(run.control(), a.list[1].label())),
                 Value::none());
}
template <bool kRaises> bool discard(Run& run, Arguments& a, Value&) {
  bool there = false;
  Value gone;
  if (!arity(run, a, "discard", 2, 2) || !run.remove(set_of(a), a.list[1], there, gone))
    return false;
  run.touch(a.list[0], run.deep(a.list[1]));
  return there || !kRaises || key_error(run, a.list[1]);
}
// As `a op b`; of a list (`given`) in an intersection it is the list's elements that stay.
bool combined(Run& run, Operator op, const Value& a, const Value& given, const Value& b,
              Value& out) {
  if (op != Operator::kBitAnd || is(given, Kind::kSet)) return run.binary(op, a, b, out);
  const Value left = a, right = b;
  if (!run.binary(Operator::kBitAnd, left, right, out)) return false;
  Dict* made = run.dict(Kind::kSet);
  made->frozen = as<Dict>(left)->frozen;
  run.raise_own(made, as<Dict>(out)->own);
  for (const auto& entry : std::vector<Dict::Entry>(as<Dict>(right)->entries)) {
    bool there = false;
    if (!entry.live) continue;
    if (!run.contains(out, entry.key, there)) return false;
    if (there && !run.put(made, entry.key, Value::none())) return false;
  }
  out = Value::object(made, out.label());
  return true;
}
template <Operator kOp, bool kInPlace, std::size_t kMost>
bool combine(Run& run, Arguments& a, Value& out) {
  if (!arity(run, a, "union", kMost == 2 ? 2 : 1, kMost)) return false;
  Value result = a.list[0];
  for (std::size_t i = 1; i < a.size(); ++i) {
    Value other;
    if (!as_set(run, a.list[i], other) || !combined(run, kOp, result, a.list[i], other, result))
      return false;
  }
  if (a.size() == 1 && !copy_dict(run, a, result)) return false;
  if (!kInPlace) return out = result, true;
  LabelId why = label::kClean;
  for (const Value& v : a.list) why = run.join(why, run.deep(v));
  run.touch(a.list[0], why);
  set_of(a)->entries = as<Dict>(result)->entries;
  set_of(a)->index = as<Dict>(result)->index;
  set_of(a)->live = as<Dict>(result)->live;
  for (const auto& entry : set_of(a)->entries) run.hold(set_of(a), entry.key);
  return true;
}
// kWhat: 0 subset, 1 superset, 2 disjoint.
template <int kWhat> bool relation(Run& run, Arguments& a, Value& out) {
  Value other, both;
  bool truth = false;
  if (!arity(run, a, "issubset", 2, 2) || !as_set(run, a.list[1], other)) return false;
  if (kWhat == 2) {
    if (!run.binary(Operator::kBitAnd, a.list[0], other, both)) return false;
    out = Value::boolean(!run.truth(both));
    return true;
  }
  if (!run.compare(kWhat == 0 ? Operator::kLe : Operator::kGe, a.list[0], other, truth))
    return false;
  out = Value::boolean(truth);
  return true;
}
bool pop(Run& run, Arguments& a, Value& out) {
  if (!arity(run, a, "pop", 1, 1)) return false;
  for (const auto& entry : set_of(a)->entries) {
    if (!entry.live) continue;
    bool there = false;
    Value gone;
    out = entry.key;
    run.touch(a.list[0]);
    return run.remove(set_of(a), Value(out), there, gone);
  }
  return run.raise(TypeName::kKeyError, "pop from an empty set");
}

constexpr std::size_t kAny = 1000;
constexpr Native kFrozen[] = {
    {"union", combine<Operator::kBitOr, false, kAny>},
    {"intersection", combine<Operator::kBitAnd, false, kAny>},
    {"difference", combine<Operator::kSub, false, kAny>},
    {"symmetric_difference", combine<Operator::kBitXor, false, 2>},
    {"issubset", relation<0>},
    {"issuperset", relation<1>},
    {"isdisjoint", relation<2>},
    {"copy", copy_dict, true},
};
constexpr Native kSet[] = {
    {"add", add, true},
    {"discard", discard<false>, true},
    {"remove", discard<true>, true},
    {"update", combine<Operator::kBitOr, true, kAny>, true},
    {"intersection_update", combine<Operator::kBitAnd, true, kAny>, true},
    {"difference_update", combine<Operator::kSub, true, kAny>, true},
    {"symmetric_difference_update", combine<Operator::kBitXor, true, 2>, true},
    {"pop", pop, true},
    {"clear", clear_dict, true},
};

}  // namespace

Methods set_methods() { return methods<kSet, TypeName::kSet>(); }
Methods frozenset_methods() { return methods<kFrozen, TypeName::kObject>(); }

}  // namespace lang
