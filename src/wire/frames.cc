// SPDX-License-Identifier: Apache-2.0
#include "wire/frames.h"

#include <algorithm>

#include "wire/codec.h"

namespace wire {
namespace {

namespace limits = base::limits;

bool names_within(const std::vector<std::string>& names) {
  return names.size() <= limits::kLabelNames && std::ranges::all_of(names, is_label_name);
}

// The prompt of a model endpoint is one leaf, as large as a body; every other leaf is an argument.
bool valid_leaves(const std::vector<Leaf>& leaves) {
  if (leaves.size() > limits::kArguments) return false;
  return std::ranges::all_of(leaves, [&](const Leaf& leaf) {
    return is_name(leaf.path) && (leaves.size() == 1 || leaf.text.size() <= limits::kArgumentBytes);
  });
}

}  // namespace

bool LabelText::valid() const {
  return names_within(tags) && names_within(producers) && names_within(consumers) &&
         names_within(origins) && (!everyone || consumers.empty());
}

bool LabelledCall::valid() const {
  const bool indexes =
      std::ranges::all_of(arguments, [&](const Leaf& leaf) { return leaf.label < labels.size(); });
  return is_name(tool) && valid_leaves(arguments) && indexes &&
         labels.size() <= limits::kArguments &&
         std::ranges::all_of(labels, [](const LabelText& l) { return l.valid(); }) &&
         control.valid();
}

bool Turn::valid() const {
  if (mode == TurnMode::kDefault || (resumes() && mode == TurnMode::kPlain)) return false;
  return resume.base.valid() && resume.given.valid() &&
         std::ranges::all_of(resume.steps, [](const RecordedStep& s) { return s.label.valid(); });
}

base::Digest LabelledCall::identity() const {
  Encoder encoder;
  encoder(tool, definition, arguments, labels, control);
  return base::sha256({"yett call 1\n", encoder.out()});
}

bool Warrant::valid() const {
  return is_name(tool) && is_name(tenant) && valid_leaves(arguments) &&
         redact.size() <= limits::kArguments;
}

}  // namespace wire
