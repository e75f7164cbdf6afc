// SPDX-License-Identifier: Apache-2.0
#include "session/choose.h"

#include <algorithm>
#include <string>

#include "label/endorse.h"

namespace session {

bool is_trusted(const label::Sets& sets) {
  return std::ranges::none_of(sets.origins.list(),
                              [](const std::string& origin) {
                                return origin.starts_with("tool:") || origin == "quarantined";
                              }) &&
         !sets.tags.contains(label::kRestrictedTag);
}

bool is_clean_of_data(const label::Sets& sets) {
  return is_trusted(sets) && sets.tags.empty() && sets.producers.empty() &&
         sets.consumers.is_everyone();
}

label::LabelId element_label(Labels& labels, const lang::Argument& argument, std::size_t index) {
  const std::string path = "/" + std::to_string(index);
  label::LabelId out = label::kClean;
  for (const lang::LeafLabel& leaf : argument.leaves)
    if (leaf.path == path || leaf.path.starts_with(path + "/")) out = labels.join(out, leaf.label);
  return out;
}

label::LabelId chosen_label(Labels& labels, label::LabelId option, label::LabelId query) {
  return labels.intern(label::chosen(labels.sets(option), labels.sets(query)));
}

}  // namespace session
