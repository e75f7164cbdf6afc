// SPDX-License-Identifier: Apache-2.0
#include "wire/frames.h"

#include <algorithm>

namespace wire {
namespace {

namespace limits = base::limits;

bool names_within(const std::vector<std::string>& names) {
  return names.size() <= limits::kLabelNames && std::ranges::all_of(names, is_name);
}

bool valid_label(const LabelText& label) {
  return names_within(label.tags) && names_within(label.producers) &&
         names_within(label.consumers) && names_within(label.origins) &&
         (!label.everyone || label.consumers.empty());
}

// The prompt of a model endpoint is one leaf, as large as a body; every other leaf is an argument.
bool valid_leaves(const std::vector<Leaf>& leaves) {
  if (leaves.size() > limits::kArguments) return false;
  return std::ranges::all_of(leaves, [&](const Leaf& leaf) {
    return is_name(leaf.path) && (leaves.size() == 1 || leaf.text.size() <= limits::kArgumentBytes);
  });
}

}  // namespace

bool LabelledCall::valid() const {
  const bool indexes =
      std::ranges::all_of(arguments, [&](const Leaf& leaf) { return leaf.label < labels.size(); });
  return is_name(tool) && valid_leaves(arguments) && indexes &&
         labels.size() <= limits::kArguments && std::ranges::all_of(labels, valid_label) &&
         valid_label(control);
}

bool Warrant::valid() const { return is_name(tool) && is_name(tenant) && valid_leaves(arguments); }

}  // namespace wire
