// SPDX-License-Identifier: Apache-2.0
// Functions of iterables. What Python has as an iterator is a list of ours.
#include "lang/native.h"

namespace lang {
namespace {

template <bool kWanted> bool any_all(Run& run, Arguments& a, Value& out) {
  Values items;
  if (!arity(run, a, kWanted ? "any" : "all", 1, 1) || !run.iterate(a.list[0], items)) return false;
  bool found = false;
  for (const Value& v : items) found = found || run.truth(v) == kWanted;
  out = Value::boolean(found == kWanted);
  return true;
}

bool enumerate(Run& run, Arguments& a, Value& out) {
  static constexpr std::string_view kNames[] = {"iterable", "start"};
  const Value* given[2] = {};
  Values items, pairs;
  if (!named(run, a, "enumerate", 0, 1, kNames, given) || !run.iterate(*given[0], items))
    return false;
  Value place = given[1] != nullptr ? *given[1] : Value::integer(0);
  if (!is_integer(place))
    return run.type_error("'" + run.type_of(place)->name +
                          "' object cannot be interpreted as an integer");
  if (place.type() == Type::kBool) place = Value::integer(place.as_bool() ? 1 : 0, place.label());
  for (const Value& v : items) {
    pairs.push_back(run.list({place, v}, Kind::kTuple));
    if (!run.binary(Operator::kAdd, place, Value::integer(1), place)) return false;
  }
  out = run.list(std::move(pairs), Kind::kList, true);
  return run.charge(items.size());
}

// CPython names the first argument that ends before or after those left of it.
bool unequal(Run& run, const std::vector<Values>& columns) {
  std::size_t rows = columns[0].size(), which = 0;
  for (std::size_t i = 1; i < columns.size(); ++i) rows = std::min(rows, columns[i].size());
  while (columns[which].size() != rows) ++which;
  bool shorter = which > 0;
  if (!shorter)
    while (columns[which].size() == rows) ++which;
  return run.value_error("zip() argument " + std::to_string(which + 1) + " is " +
                         (shorter ? "shorter" : "longer") + " than argument" +
                         (which == 1 ? " 1" : "s 1-" + std::to_string(which)));
}
bool zip(Run& run, Arguments& a, Value& out) {
  std::vector<Values> columns(a.size());
  if (!arity(run, a, "zip", 0, 100, "strict")) return false;
  std::size_t rows = a.size() == 0 ? 0 : static_cast<std::size_t>(-1), most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!run.iterate(a.list[i], columns[i])) return false;
    rows = std::min(rows, columns[i].size());
    most = std::max(most, columns[i].size());
  }
  if (const Value* strict = a.find("strict");
      strict != nullptr && run.truth(*strict) && rows != most)
    return unequal(run, columns);
  Values made;
  for (std::size_t r = 0; r < rows; ++r) {
    Values row;
    for (const Values& column : columns) row.push_back(column[r]);
    made.push_back(run.list(std::move(row), Kind::kTuple));
  }
  out = run.list(std::move(made), Kind::kList, true);
  return run.charge(rows * (a.size() + 1));
}

bool map(Run& run, Arguments& a, Value& out) {
  if (!arity(run, a, "map", 2, 6)) return false;
  std::vector<Values> columns(a.size() - 1);
  std::size_t rows = static_cast<std::size_t>(-1);
  for (std::size_t i = 1; i < a.size(); ++i) {
    if (!run.iterate(a.list[i], columns[i - 1])) return false;
    rows = std::min(rows, columns[i - 1].size());
  }
  out = run.list({}, Kind::kList, true);
  for (std::size_t r = 0; r < rows; ++r) {
    Arguments one;
    Value v;
    for (const Values& column : columns) one.list.push_back(column[r]);
    if (!run.call_back(a.list[0], one, v) ||
        !run.push(as<List>(out), run.labelled(v, run.control())))
      return false;
  }
  return true;
}

bool filter(Run& run, Arguments& a, Value& out) {
  Values items;
  if (!arity(run, a, "filter", 2, 2) || !run.iterate(a.list[1], items)) return false;
  out = run.list({}, Kind::kList, true);
  for (const Value& item : items) {
    Value keep = item;
    if (a.list[0].type() != Type::kNone) {
      Arguments one;
      one.list.push_back(item);
      if (!run.call_back(a.list[0], one, keep)) return false;
    }
    run.raise_own(out.as_object(), run.deep(keep));
    if (run.truth(keep) && !run.push(as<List>(out), item)) return false;
  }
  return true;
}

bool reversed(Run& run, Arguments& a, Value& out) {
  Values items;
  if (!arity(run, a, "reversed", 1, 1) || !run.iterate(a.list[0], items)) return false;
  std::ranges::reverse(items);
  out = run.list(std::move(items), Kind::kList, true);
  return true;
}

bool iter(Run& run, Arguments& a, Value& out) {
  Values items;
  if (!arity(run, a, "iter", 1, 1) || !run.iterate(a.list[0], items)) return false;
  out = run.list(std::move(items), Kind::kList, true);
  return true;
}

bool next(Run& run, Arguments& a, Value& out) {
  if (!arity(run, a, "next", 1, 2)) return false;
  if (!is(a.list[0], Kind::kList) || !as<List>(a.list[0])->lazy)
    return run.type_error("'" + run.type_of(a.list[0])->name + "' object is not an iterator");
  List* items = as<List>(a.list[0]);
  if (items->items.empty()) {
    if (a.size() == 1) return run.raise(TypeName::kStopIteration, "");
    out = a.list[1];
    return true;
  }
  out = items->items.front();
  run.touch(a.list[0]);
  items->items.erase(items->items.begin());
  return run.charge(items->items.size() / 16);
}

bool sorted(Run& run, Arguments& a, Value& out) {
  Values items;
  LabelId decided = label::kClean;
  if (!arity(run, a, "sorted", 1, 1, "key reverse") || !run.iterate(a.list[0], items)) return false;
  bool reverse = false;
  if (!reverse_argument(run, a, reverse) ||
      !sort_values(run, items, a.find("key"), reverse, decided))
    return false;
  out = run.list(std::move(items));
  run.raise_own(out.as_object(), decided);
  return true;
}

template <bool kMost> bool extreme(Run& run, Arguments& a, Value& out) {
  Values items(a.list.begin(), a.list.end());
  if (!arity(run, a, kMost ? "max" : "min", 1, 1'000'000, "key default")) return false;
  if (a.size() > 1 && a.find("default") != nullptr)
    return run.type_error("Cannot specify a default with multiple positional arguments");
  if (a.size() == 1) {
    items.clear();
    if (!run.iterate(a.list[0], items)) return false;
  }
  if (items.empty()) {
    const Value* otherwise = a.find("default");
    if (otherwise == nullptr)
      return run.value_error(kMost ? "max() arg is an empty sequence"
                                   : "min() arg is an empty sequence");
    out = *otherwise;
    return true;
  }
  const Value* key = a.find("key");
  Value best_key;
  LabelId decided = label::kClean;
  for (std::size_t i = 0; i < items.size(); ++i) {
    Value k = items[i];
    if (key != nullptr && key->type() != Type::kNone) {
      Arguments one;
      one.list.push_back(items[i]);
      if (!run.call_back(*key, one, k)) return false;
    }
    decided = run.join(decided, run.deep(k));
    run.decides(decided);
    bool better = i == 0;
    if (i > 0 && !(kMost ? run.less(best_key, k, better) : run.less(k, best_key, better)))
      return false;
    if (!better) continue;
    best_key = k;
    out = items[i];
  }
  out = run.labelled(out, decided);
  return true;
}

bool sum(Run& run, Arguments& a, Value& out) {
  Values items;
  if (!arity(run, a, "sum", 1, 2, "start") || !run.iterate(a.list[0], items)) return false;
  const Value* start = option(a, 1, "start");
  out = start != nullptr ? *start : Value::integer(0);
  if (is_string(out)) return run.type_error("sum() can't sum strings [use ''.join(seq) instead]");
  for (const Value& v : items)
    if (!run.binary(Operator::kAdd, out, v, out)) return false;
  return run.charge(items.size());
}

bool len(Run& run, Arguments& a, Value& out) {
  if (!arity(run, a, "len", 1, 1)) return false;
  const Value& v = a.list[0];
  std::size_t n = 0;
  if (v.type() == Type::kObject) switch (v.as_object()->kind) {
      case Kind::kString: n = as<String>(v)->length; break;
      case Kind::kList:
      case Kind::kTuple:
      case Kind::kDeque: n = as<List>(v)->items.size(); break;
      case Kind::kDict:
      case Kind::kSet: n = as<Dict>(v)->live; break;
      case Kind::kRange: n = as<Range>(v)->size(); break;
      case Kind::kClass:
        if (as<Class>(v)->sort == Class::Sort::kEnum) {
          n = as<Class>(v)->members.size();
          break;
        }
        [[fallthrough]];
      default: return run.type_error("object of type '" + run.type_of(v)->name + "' has no len()");
    }
  else return run.type_error("object of type '" + run.type_of(v)->name + "' has no len()");
  out = Value::integer(static_cast<std::int64_t>(n));
  return true;
}

constexpr Native kFunctions[] = {
    {"all", any_all<false>},
    {"any", any_all<true>},
    {"enumerate", enumerate, true},
    {"filter", filter, true},
    {"iter", iter, true},
    {"len", len},
    {"map", map, true},
    {"max", extreme<true>, true},
    {"min", extreme<false>, true},
    {"next", next, true},
    {"reversed", reversed, true},
    {"sorted", sorted, true},
    {"sum", sum},
    {"zip", zip, true},
};

}  // namespace

bool sort_by(Run& run, Values& items, const Values& keys, bool reverse, LabelId& decided) {
  for (const Value& k : keys) decided = run.join(decided, run.deep(k));
  run.decides(decided);
  std::vector<std::size_t> order(items.size()), merged(items.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  for (std::size_t width = 1; width < order.size(); width *= 2) {  // std::sort cannot stop
    for (std::size_t low = 0; low < order.size(); low += 2 * width) {
      const std::size_t middle = std::min(low + width, order.size()),
                        high = std::min(low + 2 * width, order.size());
      std::size_t l = low, r = middle, to = low;
      while (to < high) {
        bool right_first = l >= middle;
        if (l < middle && r < high &&
            !(reverse ? run.less(keys[order[l]], keys[order[r]], right_first)
                      : run.less(keys[order[r]], keys[order[l]], right_first)))
          return false;
        if (l < middle && r >= high) right_first = false;
        merged[to++] = right_first ? order[r++] : order[l++];
      }
    }
    std::swap(order, merged);
    if (!run.charge(order.size())) return false;
  }
  Values out;
  for (const std::size_t i : order) out.push_back(items[i]);
  items = std::move(out);
  return true;
}

bool reverse_argument(Run& run, const Arguments& a, bool& out) {
  const Value* given = a.find("reverse");
  std::int64_t n = 0;
  if (given != nullptr && !run.as_index(plain_value(*given), n)) return false;
  out = n != 0;
  return true;
}

bool sort_values(Run& run, Values& items, const Value* key, bool reverse, LabelId& decided) {
  Values keys = items;
  if (key != nullptr && key->type() != Type::kNone)
    for (Value& k : keys) {
      Arguments one;
      one.list.push_back(k);
      if (!run.call_back(*key, one, k)) return false;
    }
  return sort_by(run, items, keys, reverse, decided);
}

std::span<const Native> iterable_functions() { return kFunctions; }

}  // namespace lang
