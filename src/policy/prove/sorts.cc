// SPDX-License-Identifier: Apache-2.0
#include "policy/prove/sorts.h"

namespace policy::proving {

void Sort::absorb(const Sort& other) {
  elements.insert(elements.end(), other.elements.begin(), other.elements.end());
  strings.insert(other.strings.begin(), other.strings.end());
  numbers.insert(numbers.end(), other.numbers.begin(), other.numbers.end());
  instants.insert(instants.end(), other.instants.begin(), other.instants.end());
  names = names || other.names;
  moments = moments || other.moments;
  calendar = calendar || other.calendar;
  hours = hours || other.hours;
  compares = compares || other.compares;
  values += other.values;
  numeric += other.numeric;
  demands += other.demands;
}

std::size_t Sorts::id(const std::string& key) {
  const auto [at, is_new] = ids_.try_emplace(key, sorts_.size());
  if (is_new) {
    parents_.push_back(sorts_.size());
    sorts_.emplace_back();
  }
  return root(at->second);
}

std::size_t Sorts::root(std::size_t id) const {
  while (parents_[id] != id) id = parents_[id];
  return id;
}

std::size_t Sorts::united(std::size_t a, std::size_t b) {
  a = root(a);
  b = root(b);
  if (a == b) return a;
  parents_[b] = a;
  sorts_[a].absorb(sorts_[b]);
  sorts_[b] = {};
  return a;
}

std::string sort_key(Field field) { return "field " + std::string(spelling(field)); }

std::string sort_key(Attribute attribute) {
  switch (attribute) {
    case Attribute::kTimeNow:
    case Attribute::kTimeHour:
    case Attribute::kTimeWeekday: return "time";
    default: return "@" + std::string(spelling(attribute));
  }
}

std::string counter_key(const std::string& name) { return "counter " + name; }

std::string leaf_key(const std::string& tool, const std::string& spot) {
  return "leaf " + tool + " " + spot;
}

}  // namespace policy::proving
