// SPDX-License-Identifier: Apache-2.0
#include "monitor/label_store.h"

#include <algorithm>

namespace monitor {
namespace {

wire::LabelText text_of(const label::Sets& sets) {
  wire::LabelText out;
  out.tags = sets.tags.list();
  out.producers = sets.producers.list();
  out.everyone = sets.consumers.is_everyone();
  if (!out.everyone) out.consumers = sets.consumers.names().list();
  out.origins = sets.origins.list();
  return out;
}

std::uint32_t missing(const label::Names& from, const label::Names& in) {
  return static_cast<std::uint32_t>(std::ranges::count_if(
      from.list(), [&](const std::string& name) { return !in.contains(name); }));
}

}  // namespace

label::LabelId LabelStore::intern(const wire::LabelText& text) {
  return intern(label::Sets{label::Names(text.tags), label::Names(text.producers),
                            label::Names(text.origins),
                            text.everyone ? label::Consumers::everyone()
                                          : label::Consumers::only(label::Names(text.consumers))});
}

const policy::Projected& LabelStore::projected(label::LabelId id) {
  const auto found = projected_.find(id.value);
  if (found != projected_.end()) return found->second;
  return projected_.emplace(id.value, set_.project(table_.sets(id))).first->second;
}

wire::LabelText LabelStore::text(label::LabelId id) const {
  wire::LabelText out = text_of(table_.sets(id));
  return out.valid() ? out : text_of(label::most_restrictive());
}

std::string origin_of(std::string_view tool) {
  return tool.starts_with("model:") ? std::string(tool) : "tool:" + std::string(tool);
}

std::uint32_t names_lowered(const label::Sets& before, const label::Sets& after) {
  std::uint32_t lowered = missing(before.tags, after.tags) +
                          missing(before.producers, after.producers) +
                          missing(before.origins, after.origins);
  if (before.consumers.is_everyone()) return lowered;
  if (after.consumers.is_everyone()) return lowered + 1;
  return lowered + missing(after.consumers.names(), before.consumers.names());
}

}  // namespace monitor
