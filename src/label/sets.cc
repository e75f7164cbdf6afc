// SPDX-License-Identifier: Apache-2.0
#include "label/sets.h"

#include <algorithm>
#include <iterator>

namespace label {

Names::Names(std::initializer_list<std::string_view> names)
    : Names(std::vector<std::string>(names.begin(), names.end())) {}

Names::Names(std::vector<std::string> names) : names_(std::move(names)) {
  std::ranges::sort(names_);
  const auto repeated = std::ranges::unique(names_);
  names_.erase(repeated.begin(), repeated.end());
}

bool Names::contains(std::string_view name) const {
  return std::ranges::binary_search(names_, name);
}

Names united(const Names& a, const Names& b) {
  Names out;
  std::ranges::set_union(a.names_, b.names_, std::back_inserter(out.names_));
  return out;
}

Names intersected(const Names& a, const Names& b) {
  Names out;
  std::ranges::set_intersection(a.names_, b.names_, std::back_inserter(out.names_));
  return out;
}

Names subtracted(const Names& a, const Names& b) {
  Names out;
  std::ranges::set_difference(a.names_, b.names_, std::back_inserter(out.names_));
  return out;
}

Consumers intersected(const Consumers& a, const Consumers& b) {
  if (a.everyone_) return b;
  if (b.everyone_) return a;
  return Consumers::only(intersected(a.names_, b.names_));
}

Sets join(const Sets& a, const Sets& b) {
  return {united(a.tags, b.tags), united(a.producers, b.producers), united(a.origins, b.origins),
          intersected(a.consumers, b.consumers)};
}

Sets most_restrictive() {
  return {Names{kRestrictedTag}, Names{}, Names{"unknown"}, Consumers::only(Names{})};
}

bool at_least(const Sets& a, const Sets& b) { return join(a, b) == a; }

bool Lowered::any() const {
  return opened || !tags.empty() || !producers.empty() || !origins.empty() || !admitted.empty();
}

Lowered lowered(const Sets& before, const Sets& after) {
  Lowered out{subtracted(before.tags, after.tags), subtracted(before.producers, after.producers),
              subtracted(before.origins, after.origins), Names{}, false};
  if (before.consumers.is_everyone()) return out;
  out.opened = after.consumers.is_everyone();
  if (!out.opened) out.admitted = subtracted(after.consumers.names(), before.consumers.names());
  return out;
}

}  // namespace label
