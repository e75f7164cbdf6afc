// SPDX-License-Identifier: Apache-2.0
#include "spec/set.h"

namespace spec {

using policy::Field;

Set set_of(const label::Names& names) {
  return {false, std::set<std::string>(names.list().begin(), names.list().end())};
}

Set field_of(const label::Sets& label, Field field) {
  switch (field) {
    case Field::kTags: return set_of(label.tags);
    case Field::kProducers: return set_of(label.producers);
    case Field::kOrigins: return set_of(label.origins);
    case Field::kConsumers: break;
  }
  if (label.consumers.is_everyone()) return {true, {}};
  return set_of(label.consumers.names());
}

std::optional<label::Sets> with_field(const label::Sets& label, Field field, const Set& set) {
  const label::Names names(std::vector<std::string>(set.names.begin(), set.names.end()));
  label::Sets out = label;
  if (field == Field::kConsumers) {
    out.consumers = set.universal ? label::Consumers::everyone() : label::Consumers::only(names);
    return out;
  }
  if (set.universal) return std::nullopt;
  if (field == Field::kTags) out.tags = names;
  if (field == Field::kProducers) out.producers = names;
  if (field == Field::kOrigins) out.origins = names;
  return out;
}

void join_into(Set& set, const label::Sets& label, Field field) {
  const Set more = field_of(label, field);
  if (field == Field::kConsumers) set = intersected(set, more);
  else set.names.insert(more.names.begin(), more.names.end());
}

label::Sets joined(const label::Sets& a, const label::Sets& b) {
  label::Sets out;
  for (const Field field : kFields) {
    Set set = field_of(a, field);
    join_into(set, b, field);
    out = with_field(out, field, set).value_or(restricted());
  }
  return out;
}

label::Sets restricted() {
  label::Sets out;
  out.tags = label::Names{"__restricted"};
  out.origins = label::Names{"unknown"};
  out.consumers = label::Consumers::only(label::Names{});
  return out;
}

Set united(const Set& a, const Set& b) {
  if (a.universal || b.universal) return {true, {}};
  Set out = a;
  out.names.insert(b.names.begin(), b.names.end());
  return out;
}

Set intersected(const Set& a, const Set& b) {
  if (a.universal) return b;
  if (b.universal) return a;
  Set out;
  for (const std::string& name : a.names)
    if (b.names.contains(name)) out.names.insert(name);
  return out;
}

std::optional<Set> minus(const Set& a, const Set& b) {
  if (b.universal) return Set{};
  if (b.names.empty()) return a;
  if (a.universal) return std::nullopt;
  Set out;
  for (const std::string& name : a.names)
    if (!b.names.contains(name)) out.names.insert(name);
  return out;
}

std::optional<Set> xored(const Set& a, const Set& b) {
  const auto left = minus(a, b);
  const auto right = minus(b, a);
  if (!left || !right) return std::nullopt;
  return united(*left, *right);
}

bool subset(const Set& a, const Set& b) {
  if (b.universal) return true;
  if (a.universal) return false;
  for (const std::string& name : a.names)
    if (!b.names.contains(name)) return false;
  return true;
}

bool overlaps(const Set& a, const Set& b) {
  const Set both = intersected(a, b);
  return both.universal || !both.names.empty();
}

bool grants(const Set& set, const std::string& name) {
  if (set.universal || set.names.contains(name) || set.names.contains("*")) return true;
  for (const std::string& held : set.names) {
    if (!held.ends_with(".*")) continue;
    const std::string prefix = held.substr(0, held.size() - 2);
    if (name == prefix || name.starts_with(prefix + ".")) return true;
  }
  return false;
}

}  // namespace spec
