// SPDX-License-Identifier: Apache-2.0
// Methods of lists, tuples, ranges and deques. What changes one goes through touch().
#include "lang/native.h"

namespace lang {
namespace {

List* items_of(const Arguments& a) { return as<List>(a.list[0]); }
Value stored(Run& run, const Value& v) { return run.labelled(v, run.control()); }

// A deque with maxlen gives away at the other end.
void drop(List* deque, bool left) {
  if (deque->most < 0 || static_cast<std::int64_t>(deque->items.size()) <= deque->most) return;
  deque->items.erase(left ? deque->items.begin() : deque->items.end() - 1);
}
template <bool kLeft> bool add(Run& run, List* to, const Value& v) {
  if (!run.push(to, stored(run, v))) return false;
  if (kLeft) std::ranges::rotate(to->items, to->items.end() - 1);
  drop(to, !kLeft);
  return !kLeft && to->most < 0 ? true : run.charge(to->items.size() / 64);
}
template <bool kLeft> bool append(Run& run, Arguments& a, Value&) {
  if (!arity(run, a, "append", 2, 2)) return false;
  run.touch(a.list[0]);
  return add<kLeft>(run, items_of(a), a.list[1]);
}
template <bool kLeft> bool extend(Run& run, Arguments& a, Value&) {
  Values more;
  if (!arity(run, a, "extend", 2, 2) || !run.iterate(a.list[1], more)) return false;
  run.touch(a.list[0], run.shape(a.list[1]));
  for (const Value& v : more)
    if (!add<kLeft>(run, items_of(a), v)) return false;
  return true;
}
bool insert(Run& run, Arguments& a, Value&) {
  std::int64_t at = 0;
  if (!arity(run, a, "insert", 3, 3) || !run.as_index(a.list[1], at)) return false;
  auto& items = items_of(a)->items;
  const auto n = static_cast<std::int64_t>(items.size());
  if (is(a.list[0], Kind::kDeque) && items_of(a)->most == n)
    return run.raise(TypeName::kIndexError, "deque already at its maximum size");
  if (at < 0) at = std::max<std::int64_t>(at + n, 0);
  run.touch(a.list[0], run.deep(a.list[1]));
  if (!run.push(items_of(a), stored(run, a.list[2]))) return false;
  std::ranges::rotate(items.begin() + std::min(at, n), items.end() - 1, items.end());
  return run.charge(items.size() / 64);
}
template <bool kLeft> bool pop(Run& run, Arguments& a, Value& out) {
  std::int64_t at = kLeft ? 0 : -1;
  const bool deque = is(a.list[0], Kind::kDeque);
  if (!arity(run, a, "pop", 1, deque ? 1 : 2) || (a.size() == 2 && !run.as_index(a.list[1], at)))
    return false;
  auto& items = items_of(a)->items;
  const auto n = static_cast<std::int64_t>(items.size());
  if (n == 0)
    return run.raise(TypeName::kIndexError,
                     deque ? "pop from an empty deque" : "pop from empty list");
  if (at < 0) at += n;
  if (at < 0 || at >= n) return run.raise(TypeName::kIndexError, "pop index out of range");
  out = items[static_cast<std::size_t>(at)];
  run.touch(a.list[0], a.size() == 2 ? run.deep(a.list[1]) : label::kClean);
  items.erase(items.begin() + at);
  return run.charge(static_cast<std::size_t>(n - at) / 64);
}
// Of the first that equals `v` in [from, to); `to` if there is none.
bool place_of(Run& run, const Arguments& a, std::size_t from, std::size_t to, std::size_t& at) {
  const Values items = items_of(a)->items;
  for (at = from; at < std::min(to, items.size()); ++at) {
    bool same = false;
    if (!run.charge(1) || !run.equal(items[at], a.list[1], same)) return false;
    if (same) return true;
  }
  at = to;
  return true;
}
bool bound(Run& run, const Arguments& a, std::size_t i, std::size_t otherwise, std::size_t& out) {
  std::int64_t at = 0;
  const auto n = static_cast<std::int64_t>(items_of(a)->items.size());
  out = otherwise;
  if (i >= a.size()) return true;
  if (!run.as_index(a.list[i], at, "slice indices must be integers or have an __index__ method"))
    return false;
  if (at < 0) at = std::max<std::int64_t>(at + n, 0);
  out = static_cast<std::size_t>(std::min(at, n));
  return true;
}
bool index(Run& run, Arguments& a, Value& out) {
  std::size_t at = 0, from = 0, to = 0;
  if (!arity(run, a, "index", 2, 4) || !bound(run, a, 2, 0, from) ||
      !bound(run, a, 3, items_of(a)->items.size(), to) || !place_of(run, a, from, to, at))
    return false;
  if (at < to) return out = Value::integer(static_cast<std::int64_t>(at)), true;
  if (is(a.list[0], Kind::kTuple)) return run.value_error("tuple.index(x): x not in tuple");
  std::string shown;
  return run.repr(a.list[1], shown) &&
         run.value_error(shown +
                         (is(a.list[0], Kind::kDeque) ? " is not in deque" : " is not in list"));
}
bool remove(Run& run, Arguments& a, Value&) {
  std::size_t at = 0;
  auto& items = items_of(a)->items;
  if (!arity(run, a, "remove", 2, 2)) return false;
  const LabelId why = run.join(run.deep(a.list[0]), run.deep(a.list[1]));
  run.decides(why);
  if (!place_of(run, a, 0, items.size(), at)) return false;
  if (at == items.size()) {
    std::string words = "list.remove(x): x not in list";
    if (is(a.list[0], Kind::kDeque)) {
      words.clear();
      if (!run.repr(a.list[1], words)) return false;
      words += " is not in deque";
    }
    return run.raise(TypeName::kValueError, std::move(words), why);
  }
  run.touch(a.list[0], why);
  items.erase(items.begin() + static_cast<std::ptrdiff_t>(at));
  return true;
}
bool count(Run& run, Arguments& a, Value& out) {
  std::int64_t n = 0;
  if (!arity(run, a, "count", 2, 2)) return false;
  for (const Value& v : Values(items_of(a)->items)) {
    bool same = false;
    if (!run.charge(1) || !run.equal(v, a.list[1], same)) return false;
    n += same ? 1 : 0;
  }
  out = Value::integer(n);
  return true;
}
bool reverse(Run& run, Arguments& a, Value&) {
  if (!arity(run, a, "reverse", 1, 1)) return false;
  run.touch(a.list[0]);
  std::ranges::reverse(items_of(a)->items);
  return run.charge(items_of(a)->items.size() / 16);
}
bool sort(Run& run, Arguments& a, Value&) {
  if (!arity(run, a, "sort", 1, 1, "key reverse")) return false;
  bool descending = false;
  LabelId decided = label::kClean;
  Values items = items_of(a)->items;
  if (!reverse_argument(run, a, descending) ||
      !sort_values(run, items, a.find("key"), descending, decided))
    return false;
  if (const Value* named_so = a.find("reverse"); named_so != nullptr)
    decided = run.join(decided, run.deep(*named_so));
  run.touch(a.list[0], decided);
  items_of(a)->items = std::move(items);
  return true;
}
bool clear(Run& run, Arguments& a, Value&) {
  if (!arity(run, a, "clear", 1, 1)) return false;
  run.touch(a.list[0]);
  items_of(a)->items.clear();
  return true;
}
bool copy(Run& run, Arguments& a, Value& out) {
  if (!arity(run, a, "copy", 1, 1)) return false;
  out = run.list(items_of(a)->items, items_of(a)->kind);
  as<List>(out)->most = items_of(a)->most;
  return run.room(items_of(a)->items.size());
}
bool rotate(Run& run, Arguments& a, Value&) {
  std::int64_t by = 1;
  if (!arity(run, a, "rotate", 1, 2) || (a.size() == 2 && !run.as_index(a.list[1], by)))
    return false;
  auto& items = items_of(a)->items;
  const auto n = static_cast<std::int64_t>(items.size());
  run.touch(a.list[0], a.size() == 2 ? run.deep(a.list[1]) : label::kClean);
  if (n == 0) return true;
  by = ((by % n) + n) % n;
  std::ranges::rotate(items, items.end() - by);
  return run.charge(items.size() / 16);
}

bool range_index(Run& run, Arguments& a, Value& out) {
  bool there = false;
  std::int64_t n = 0;
  if (!arity(run, a, "index", 2, 2)) return false;
  if (!run.contains(a.list[0], a.list[1], there)) return false;
  std::string shown;
  if (!there)
    return is_integer(a.list[1])
               ? run.repr(a.list[1], shown) && run.value_error(shown + " is not in range")
               : run.value_error("sequence.index(x): x not in sequence");
  const auto* range = as<Range>(a.list[0]);
  if (!run.as_index(a.list[1], n)) return false;
  out = Value::integer((n - range->begin) / range->step);
  return true;
}
bool range_count(Run& run, Arguments& a, Value& out) {
  bool there = false;
  if (!arity(run, a, "count", 2, 2) || !run.contains(a.list[0], a.list[1], there)) return false;
  out = Value::integer(there ? 1 : 0);
  return true;
}

constexpr Native kList[] = {
    {"append", append<false>, true},
    {"extend", extend<false>, true},
    {"pop", pop<false>, true},
    {"insert", insert, true},
    {"remove", remove, true},
    {"index", index},
    {"count", count},
    {"sort", sort, true},
    {"reverse", reverse, true},
    {"clear", clear, true},
    {"copy", copy, true},
};
constexpr Native kTuple[] = {{"index", index}, {"count", count}};
constexpr Native kRange[] = {{"index", range_index}, {"count", range_count}};
constexpr Native kDeque[] = {
    {"append", append<false>, true},
    {"appendleft", append<true>, true},
    {"extend", extend<false>, true},
    {"extendleft", extend<true>, true},
    {"pop", pop<false>, true},
    {"popleft", pop<true>, true},
    {"insert", insert, true},
    {"remove", remove, true},
    {"index", index},
    {"count", count},
    {"rotate", rotate, true},
    {"reverse", reverse, true},
    {"clear", clear, true},
    {"copy", copy, true},
};

}  // namespace

bool make_deque(Run& run, Arguments& a, Value& out) {
  static constexpr std::string_view kNames[] = {"iterable", "maxlen"};
  const Value* given[2] = {};
  Values items;
  std::int64_t most = -1;
  if (!named(run, a, "deque", 0, 0, kNames, given)) return false;
  const bool bounded = given[1] != nullptr && given[1]->type() != Type::kNone;
  if (bounded && !run.as_index(*given[1], most, "an integer is required")) return false;
  if (bounded && most < 0) return run.value_error("maxlen must be non-negative");
  if (given[0] != nullptr && !run.iterate(*given[0], items)) return false;
  if (bounded && static_cast<std::int64_t>(items.size()) > most)
    items.erase(items.begin(), items.end() - most);
  out = run.list(std::move(items), Kind::kDeque);
  as<List>(out)->most = most;
  return true;
}

Methods list_methods() { return methods<kList, TypeName::kList>(); }
Methods tuple_methods() { return methods<kTuple, TypeName::kTuple>(); }
Methods range_methods() { return methods<kRange, TypeName::kRange>(); }
Methods deque_methods() { return methods<kDeque, TypeName::kDeque>(); }

}  // namespace lang
