// SPDX-License-Identifier: Apache-2.0
#include "policy/prove/symbols.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace policy::proving {
namespace {

constexpr Field kFields[] = {Field::kTags, Field::kProducers, Field::kConsumers, Field::kOrigins};
// Numbers that no reader takes: policy.md §4.
constexpr const char* kTooLong = "9223372036854775808";

std::string spelled(const Number& number) {
  return number.whole ? fmt::format("{}", number.integer) : fmt::format("{}", number.decimal);
}

bool is_counted(const Number& number) { return number.whole && number.integer >= 0; }

void add_leaf_values(LeafKind kind, const Pool& pool, std::vector<Concrete>& out) {
  switch (kind) {
    case LeafKind::kString:
      for (const std::string& text : pool.strings) out.push_back(string_value(text));
      return;
    case LeafKind::kInteger:
    case LeafKind::kNumber:
      for (const Number& number : pool.numbers)
        if (kind == LeafKind::kNumber || number.whole)
          out.push_back(leaf_value(kind, spelled(number)));
      out.push_back(leaf_value(kind, kTooLong));
      return;
    case LeafKind::kBoolean:
      out.push_back(leaf_value(kind, "false"));
      out.push_back(leaf_value(kind, "true"));
      return;
    case LeafKind::kNull: out.push_back(leaf_value(kind, "null")); return;
  }
}

}  // namespace

// One of `values` if `when` holds, else none.
ValueSym Maker::guarded(std::vector<Concrete> values, Bit when) {
  ValueSym out;
  const std::vector<Bit> guards = circuit_.one_of(values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    out.ways.push_back({circuit_.both(when, guards[i]), std::move(values[i])});
  return out;
}

ValueSym Maker::leaf_values(const Spot& spot, Bit leaf) {
  std::vector<Concrete> values;
  for (const LeafKind kind : spot.kinds) {
    if (spot.choices.empty()) {
      add_leaf_values(kind, pool(spot.sort), values);
      continue;
    }
    for (const std::string& choice : spot.choices) values.push_back(leaf_value(kind, choice));
  }
  return guarded(std::move(values), leaf);
}

// `possible`: whether what is around may hold it.
NodeSym Maker::node(const Spot& spot, Bit possible) {
  NodeSym out;
  out.spot = &spot;
  const bool can_lead = !spot.children.empty();
  const bool can_be_leaf = !spot.kinds.empty();
  out.leaf = circuit_.falsehood();
  if (can_be_leaf)
    out.leaf = spot.optional || can_lead ? circuit_.both(possible, circuit_.fresh()) : possible;
  std::vector<Bit> parts{out.leaf};
  Bit before = circuit_.both(possible, ~out.leaf);
  for (const Spot& child : spot.children) {
    out.children.push_back(node(child, before));
    parts.push_back(out.children.back().present);
    if (spot.list) before = circuit_.both(before, out.children.back().present);
  }
  out.present = circuit_.any(std::move(parts));
  out.named = circuit_.falsehood();
  if (!can_be_leaf) return out;
  out.value = leaf_values(spot, out.leaf);
  out.label = label();
  out.named = circuit_.fresh();
  return out;
}

CallSym Maker::call(const std::string& tool, const Layout& layout,
                    const std::vector<const Counter*>& counters) {
  CallSym out;
  out.tool = tool;
  for (const Spot& spot : layout.arguments) out.arguments.push_back(node(spot, circuit_.truth()));
  out.control = label();
  std::vector<Concrete> instants;
  for (const Instant instant : pool(sorts_.id(sort_key(Attribute::kTimeNow))).instants)
    instants.push_back(instant_value(instant));
  out.now = guarded(std::move(instants), circuit_.truth());
  for (const Counter* counter : counters) {
    std::vector<Concrete> numbers;
    for (const Number& number : pool(sorts_.id(counter_key(counter->name))).numbers)
      if (!counter->sum_of.empty() || is_counted(number)) numbers.push_back(number_value(number));
    if (numbers.empty()) numbers.push_back(number_value({}));
    out.counters[counter->name] = guarded(std::move(numbers), circuit_.truth());
  }
  return out;
}

ValueSym Maker::text(const std::string& key) {
  std::vector<Concrete> values;
  for (const std::string& text : pool(sorts_.id(key)).strings) values.push_back(string_value(text));
  return guarded(std::move(values), circuit_.truth());
}

AskerSym Maker::asker() {
  return {text(sort_key(Attribute::kPrincipalId)),
          text(sort_key(Attribute::kTenantId)),
          text(sort_key(Attribute::kDoorName)),
          text(sort_key(Attribute::kEnvironmentName)),
          names(kRolesKey, collector_.uses_principal(false)),
          names(kScopesKey, collector_.uses_principal(true))};
}

SetSym Maker::names(const std::string& key, bool is_used) {
  SetSym out;
  out.sort = sorts_.id(key);
  out.all = circuit_.falsehood();
  for (std::size_t i = 0; is_used && i < pool(out.sort).strings.size(); ++i)
    out.has.push_back(circuit_.fresh());
  return out;
}

std::size_t Maker::field_sort(Field field) { return sorts_.id(sort_key(field)); }

LabelSym Maker::label() {
  LabelSym out;
  for (const Field field : kFields) {
    SetSym& set = out[static_cast<std::size_t>(field)];
    set = names(sort_key(field), collector_.uses(field));
    if (field != Field::kConsumers) continue;
    set.all = collector_.uses(field) ? circuit_.fresh() : circuit_.truth();
    for (Bit& bit : set.has) bit = circuit_.either(bit, set.all);
  }
  return out;
}

SetSym Maker::literal(std::size_t sort, const std::vector<std::string>& names) {
  const Pool& of = pool(sort);
  SetSym out{sort, std::vector<Bit>(of.strings.size(), circuit_.falsehood()), circuit_.falsehood()};
  for (const std::string& name : names)
    if (const auto at = of.index.find(name); at != of.index.end())
      out.has[at->second] = circuit_.truth();
  return out;
}

SetSym Maker::everything(std::size_t sort) {
  return {sort, std::vector<Bit>(pool(sort).strings.size(), circuit_.truth()), circuit_.truth()};
}

LabelSym Maker::clean_label() {
  LabelSym out;
  for (const Field field : kFields) {
    SetSym& set = out[static_cast<std::size_t>(field)];
    const std::size_t sort = field_sort(field);
    set = field == Field::kConsumers ? everything(sort) : literal(sort, {});
    if (!collector_.uses(field)) set.has.clear();
  }
  return out;
}

SetSym Maker::chosen(Bit condition, const SetSym& then, const SetSym& otherwise) {
  SetSym out = then;
  out.all = circuit_.choose(condition, then.all, otherwise.all);
  for (std::size_t i = 0; i < out.has.size(); ++i)
    out.has[i] = circuit_.choose(condition, then.has[i], otherwise.has[i]);
  return out;
}

LabelSym Maker::chosen(Bit condition, const LabelSym& then, const LabelSym& otherwise) {
  LabelSym out;
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = chosen(condition, then[i], otherwise[i]);
  return out;
}

LabelSym Maker::joined(const LabelSym& a, const LabelSym& b) {
  LabelSym out = a;
  for (const Field field : kFields) {
    const auto f = static_cast<std::size_t>(field);
    const bool meets = field == Field::kConsumers;
    const auto join = [&](Bit x, Bit y) {
      return meets ? circuit_.both(x, y) : circuit_.either(x, y);
    };
    out[f].all = join(a[f].all, b[f].all);
    for (std::size_t i = 0; i < out[f].has.size(); ++i)
      out[f].has[i] = join(a[f].has[i], b[f].has[i]);
  }
  return out;
}

LabelSym Maker::restricted(const LabelSym& label) {
  LabelSym top = clean_label();
  const auto add = [&](Field field, const char* name) {
    SetSym& set = top[static_cast<std::size_t>(field)];
    if (collector_.uses(field)) set = literal(set.sort, {name});
  };
  add(Field::kTags, "__restricted");
  add(Field::kOrigins, "unknown");
  SetSym& consumers = top[static_cast<std::size_t>(Field::kConsumers)];
  consumers = collector_.uses(Field::kConsumers) ? literal(consumers.sort, {}) : consumers;
  return joined(label, top);
}

}  // namespace policy::proving
