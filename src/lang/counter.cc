// SPDX-License-Identifier: Apache-2.0
// Counter: its methods and operators.
#include "lang/native.h"

namespace lang {
namespace {

Dict* dict_of(const Arguments& a) { return as<Dict>(a.list[0]); }

// Pairs with the greatest counts first.
bool by_count(Run& run, Arguments& a, Value& out) {
  static constexpr std::string_view kNames[] = {"n"};
  const Value* given[1] = {};
  std::int64_t most = INT64_MAX;
  if (!named(run, a, "most_common", 1, 0, kNames, given)) return false;
  if (given[0] != nullptr && given[0]->type() != Type::kNone && !run.as_index(*given[0], most))
    return false;
  Values pairs, counts;
  LabelId decided = label::kClean;
  for (const auto& entry : dict_of(a)->entries) {
    if (!entry.live) continue;
    pairs.push_back(run.list({entry.key, entry.value}, Kind::kTuple));
    counts.push_back(entry.value);
  }
  if (!sort_by(run, pairs, counts, true, decided)) return false;
  if (static_cast<std::int64_t>(pairs.size()) > most)
    pairs.resize(static_cast<std::size_t>(std::max<std::int64_t>(most, 0)));
  out = run.list(std::move(pairs));
  run.raise_own(out.as_object(), run.deep(a.list[0]));
  return true;
}
bool elements(Run& run, Arguments& a, Value& out) {
  if (!arity(run, a, "elements", 1, 1)) return false;
  out = run.list({});
  for (const auto& entry : dict_of(a)->entries) {
    std::int64_t n = 0;
    if (!entry.live) continue;
    if (!run.as_index(entry.value, n)) return false;
    for (std::int64_t i = 0; i < n; ++i)
      if (!run.charge(1) || !run.push(as<List>(out), run.labelled(entry.key, entry.value.label())))
        return false;
  }
  return true;
}
bool total(Run& run, Arguments& a, Value& out) {
  if (!arity(run, a, "total", 1, 1)) return false;
  out = Value::integer(0);
  for (const auto& entry : dict_of(a)->entries)
    if (entry.live && !run.binary(Operator::kAdd, out, entry.value, out)) return false;
  return true;
}

constexpr Native kCounter[] = {
    {"most_common", by_count, true},
    {"elements", elements, true},
    {"total", total},
};

// The count of a key; 0 where it is not.
bool count_of(Run& run, Dict* from, const Value& key, Value& out) {
  bool ok = true;
  const Dict::Entry* entry = run.find(from, key, ok);
  out = entry != nullptr ? entry->value : Value::integer(0);
  return ok;
}
bool keep(Run& run, Dict* to, const Value& key, const Value& count) {
  bool positive = false;
  return run.less(Value::integer(0), count, positive) && (!positive || run.put(to, key, count));
}
bool merged(Run& run, Operator op, const Value& a, const Value& b, Value& out) {
  bool less = false;
  switch (op) {
    case Operator::kAdd:
    case Operator::kSub: return run.binary(op, a, b, out);
    default:
      if (!run.less(a, b, less)) return false;
      out = less == (op == Operator::kBitOr) ? b : a;
      return true;
  }
}

}  // namespace

bool counter_binary(Run& run, Operator op, Dict* a, Dict* b, Value& out) {
  Dict* made = run.dict();
  made->flavour = Dict::Flavour::kCounter;
  out = Value::object(made);
  for (const auto& entry : std::vector<Dict::Entry>(a->entries)) {
    Value other, count;
    if (!entry.live) continue;
    if (!count_of(run, b, entry.key, other) || !merged(run, op, entry.value, other, count) ||
        !keep(run, made, entry.key, count))
      return false;
  }
  if (op == Operator::kBitAnd) return true;
  for (const auto& entry : std::vector<Dict::Entry>(b->entries)) {
    bool ok = true;
    Value count;
    if (!entry.live || run.find(a, entry.key, ok) != nullptr) continue;
    if (!ok || !merged(run, op, Value::integer(0), entry.value, count) ||
        !keep(run, made, entry.key, count))
      return false;
  }
  return true;
}

bool counter_unary(Run& run, Operator op, Dict* from, Value& out) {
  Dict* made = run.dict();
  made->flavour = Dict::Flavour::kCounter;
  out = Value::object(made);
  for (const auto& entry : std::vector<Dict::Entry>(from->entries)) {
    Value count = entry.value;
    if (!entry.live) continue;
    if (op == Operator::kNegative && !run.unary(op, count, count)) return false;
    if (!keep(run, made, entry.key, count)) return false;
  }
  return true;
}

// A key that is not there counts 0.
bool counter_equal(Run& run, Dict* a, Dict* b, bool& out) {
  for (Dict* one : {a, b})
    for (const auto& entry : one->entries) {
      Value other;
      if (!entry.live) continue;
      if (!count_of(run, one == a ? b : a, entry.key, other) || !run.equal(entry.value, other, out))
        return false;
      if (!out) return true;
    }
  return out = true;
}

Methods counter_methods() { return methods<kCounter, TypeName::kCounter>(); }

}  // namespace lang
