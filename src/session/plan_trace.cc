// SPDX-License-Identifier: Apache-2.0
#include "session/plan_trace.h"

#include <fmt/format.h>

#include "base/bytes.h"

namespace session {
namespace {

void put(std::string& out, std::string_view key, const label::Names& names) {
  if (names.empty()) return;
  out += fmt::format("{}{}={{{}}}", out.empty() ? "" : " ", key, fmt::join(names.list(), ", "));
}

}  // namespace

std::string label_text(const label::Sets& sets) {
  std::string out;
  put(out, "tags", sets.tags);
  put(out, "producers", sets.producers);
  if (!sets.consumers.is_everyone())
    out += fmt::format("{}consumers={{{}}}", out.empty() ? "" : " ",
                       fmt::join(sets.consumers.names().list(), ", "));
  put(out, "origins", sets.origins);
  return out.empty() ? "clean" : base::printable(out);
}

void PlanTrace::bound(std::uint32_t line, std::string_view name, label::LabelId label) {
  add(line, "", name.empty() ? "(a part)" : name, label);
}

void PlanTrace::called(std::uint32_t line, std::string_view tool, label::LabelId control) {
  add(line, "call ", tool, control);
}

void PlanTrace::add(std::uint32_t line, std::string_view what, std::string_view name,
                    label::LabelId label) {
  if (full_) return;
  std::string row = fmt::format("{:>4}  {}{}: {}\n", line, what, base::printable(name),
                                label_text(labels_.sets(label)));
  full_ = text_.size() + row.size() > kBytes;
  text_ += full_ ? "...\n" : row;
}

}  // namespace session
