// SPDX-License-Identifier: Apache-2.0
#include "policy/explain/set.h"

#include <algorithm>
#include <iterator>

namespace policy::tracing {
namespace {

bool is_name(const Element& e) { return e.kind == Element::Kind::kString && !e.length; }

base::Error all_but_some() { return base::invalid("the answer would be all names but some"); }
base::Error misplaced() { return base::invalid("a matcher stands where only names may"); }

}  // namespace

NameSet set_of(const label::Names& names) {
  return {false, {names.list().begin(), names.list().end()}, {}};
}

NameSet set_of(const label::Consumers& consumers) {
  if (consumers.is_everyone()) return {true, {}, {}};
  return set_of(consumers.names());
}

NameSet set_of(const std::vector<Element>& elements) {
  if (elements.size() == 1 && is_name(elements[0]) && elements[0].text == "*")
    return {true, {}, {}};
  NameSet out;
  for (const Element& e : elements) {
    if (is_name(e)) out.names.insert(e.text);
    else out.matchers.push_back(&e);
  }
  return out;
}

bool accepts(Judge& judge, const NameSet& set, const std::string& name) {
  if (set.universal || set.names.contains(name)) return true;
  return std::ranges::any_of(set.matchers,
                             [&](const Element* e) { return judge.takes_name(*e, name); });
}

NameSet united(const NameSet& a, const NameSet& b) {
  NameSet out{a.universal || b.universal, {}, a.matchers};
  out.matchers.insert(out.matchers.end(), b.matchers.begin(), b.matchers.end());
  if (out.universal) return out;
  out.names = a.names;
  out.names.insert(b.names.begin(), b.names.end());
  return out;
}

base::Result<NameSet> intersected(Judge& judge, const NameSet& a, const NameSet& b) {
  if (!a.plain()) return misplaced();
  if (a.universal) {
    if (!b.plain()) return base::invalid("the answer would be all that a matcher accepts");
    return b;
  }
  NameSet out;
  for (const std::string& name : a.names)
    if (accepts(judge, b, name)) out.names.insert(name);
  return out;
}

base::Result<NameSet> minus(Judge& judge, const NameSet& a, const NameSet& b) {
  if (!a.plain()) return misplaced();
  if (a.universal) {
    if (!b.plain() || !b.names.empty()) return all_but_some();
    return b.universal ? NameSet{} : a;
  }
  NameSet out;
  for (const std::string& name : a.names)
    if (!accepts(judge, b, name)) out.names.insert(name);
  return out;
}

base::Result<NameSet> differing(const NameSet& a, const NameSet& b) {
  if (!a.plain() || !b.plain()) return misplaced();
  if (a.universal && b.universal) return NameSet{};
  if (a.universal || b.universal) {
    const NameSet& finite = a.universal ? b : a;
    if (!finite.nothing()) return all_but_some();
    return NameSet{true, {}, {}};
  }
  NameSet out;
  std::ranges::set_symmetric_difference(a.names, b.names,
                                        std::inserter(out.names, out.names.end()));
  return out;
}

}  // namespace policy::tracing
