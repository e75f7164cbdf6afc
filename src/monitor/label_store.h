// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The labels of one session as the monitor keeps them: interned, each projected once for the policy
// set. Bounded in labels and names, for what a session says of its labels may be anything; beyond
// the bounds every new label is the most restrictive one. Trust zone: monitor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>

#include "label/table.h"
#include "policy/decide.h"
#include "wire/value.h"

namespace monitor {

class LabelStore {
 public:
  // LIMIT: different labels of one session, and the names in all of them together. An honest
  // session has a label a result; what 256 hostile ones can fill is about a gigabyte.
  static constexpr label::Bounds kBounds{.labels = 4096, .members = 1u << 15};

  // `set` is borrowed and outlives the store.
  explicit LabelStore(const policy::PolicySet& set) : set_(set), table_(kBounds) {}

  label::LabelId intern(const label::Sets& sets) { return table_.intern(sets); }
  label::LabelId intern(const wire::LabelText& text);
  label::LabelId join(label::LabelId a, label::LabelId b) { return table_.join(a, b); }
  const label::Sets& sets(label::LabelId id) const { return table_.sets(id); }
  // As the policy set sees it; stays where it is as long as the store lives.
  const policy::Projected& projected(label::LabelId id);
  // As a frame carries it; what no frame can say becomes the most restrictive label.
  wire::LabelText text(label::LabelId id) const;
  std::size_t size() const { return table_.size(); }

 private:
  const policy::PolicySet& set_;
  label::Table table_;
  std::unordered_map<std::uint32_t, policy::Projected> projected_;
};

// The origin of what a tool answered: "tool:NAME", of a model "model:NAME".
std::string origin_of(std::string_view tool);

// Names that `after` no longer has of tags, producers and origins, and readers that it has gained
// (one, if everybody may read what only some could): what a declassification took off.
std::uint32_t names_lowered(const label::Sets& before, const label::Sets& after);

}  // namespace monitor
