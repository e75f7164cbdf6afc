// SPDX-License-Identifier: Apache-2.0
// What `x op= y` changes x itself by.
#include "lang/native.h"

namespace lang {
namespace {

bool repeat(Run& run, Arguments& a, Value&) {
  Value made;
  if (!run.binary(Operator::kMul, a.list[0], a.list[1], made)) return false;
  List* owner = as<List>(a.list[0]);
  run.touch(a.list[0], run.deep(a.list[1]));
  owner->items = as<List>(made)->items;
  if (owner->most >= 0 && static_cast<std::int64_t>(owner->items.size()) > owner->most)
    owner->items.erase(owner->items.begin(), owner->items.end() - owner->most);
  return run.room(owner->items.size());
}
template <Operator kOp> bool count(Run& run, Arguments& a, Value&) {
  Value made;
  if (!run.binary(kOp, a.list[0], a.list[1], made)) return false;
  run.touch(a.list[0], run.join(run.deep(a.list[0]), run.deep(a.list[1])));
  Dict* owner = as<Dict>(a.list[0]);
  const auto entries = as<Dict>(made)->entries;
  owner->entries.clear();
  owner->index.clear();
  owner->live = 0;
  for (const auto& entry : entries)
    if (!run.put(owner, entry.key, entry.value)) return false;
  return true;
}
constexpr Native kRepeat{"*=", repeat, true};
constexpr Native kAdd{"+=", count<Operator::kAdd>};
constexpr Native kSub{"-=", count<Operator::kSub>};
constexpr Native kAnd{"&=", count<Operator::kBitAnd>};
constexpr Native kOr{"|=", count<Operator::kBitOr>};

const Native* set_method(Operator op) {
  const auto table = set_methods().bound;
  switch (op) {
    case Operator::kBitOr: return find_native(table, "update");
    case Operator::kBitAnd: return find_native(table, "intersection_update");
    case Operator::kSub: return find_native(table, "difference_update");
    case Operator::kBitXor: return find_native(table, "symmetric_difference_update");
    default: return nullptr;
  }
}
const Native* counter_method(Operator op) {
  switch (op) {
    case Operator::kAdd: return &kAdd;
    case Operator::kSub: return &kSub;
    case Operator::kBitAnd: return &kAnd;
    case Operator::kBitOr: return &kOr;
    default: return nullptr;
  }
}

}  // namespace

const Native* in_place_method(const Value& old, Operator op, const Value& v) {
  const bool list = is(old, Kind::kList), deque = is(old, Kind::kDeque);
  if ((list || deque) && op == Operator::kAdd)
    return find_native(list ? list_methods().bound : deque_methods().bound, "extend");
  if ((list || deque) && op == Operator::kMul) return is_integer(v) ? &kRepeat : nullptr;
  if (is(old, Kind::kSet) && !as<Dict>(old)->frozen)
    return is(v, Kind::kSet) ? set_method(op) : nullptr;
  if (!is(old, Kind::kDict)) return nullptr;
  if (as<Dict>(old)->flavour == Dict::Flavour::kCounter && is(v, Kind::kDict) &&
      as<Dict>(v)->flavour == Dict::Flavour::kCounter)
    return counter_method(op);
  return op == Operator::kBitOr ? find_native(dict_methods().bound, "update") : nullptr;
}

}  // namespace lang
