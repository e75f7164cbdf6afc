// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "policy/load/check.h"

namespace policy {
namespace {

bool ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

bool check_tool(const ToolId& id, const Reach* reach, bool pack, const Shapes& shapes,
                const Options& options, Findings& findings) {
  if (!ascii(id.text))
    findings.error("non-ascii-tool", id.span,
                   fmt::format("the tool id {} holds letters that are not ASCII", quoted(id.text)),
                   did_you_mean(id.text, shapes.names(), "names of tools are ASCII"));
  if (reach == nullptr) {
    if (shapes.exhausted())
      findings.error("too-large", id.span, "more patterns x tools than 20,000,000");
    return false;
  }
  if (!reach->empty()) return true;
  if (id.kind == ToolId::Kind::kExact)
    findings.report(
        options.open_tools, "unknown-tool", id.span,
        fmt::format("there is no tool {}", quoted(id.text)),
        did_you_mean(id.text, shapes.names(),
                     "`yett tools` lists what there is; a pattern is written r\"...\""));
  else if (!pack) findings.warning("matches-no-tool", id.span, "no tool is meant by this block");
  return false;
}

CounterNames check_counters(const std::vector<Unit>& units, Shapes& shapes, const Options& options,
                            Findings& findings) {
  CounterNames names;
  for (const Unit& unit : units)
    for (const auto& declaration : unit.tree.declarations) {
      const auto* counter = std::get_if<Counter>(&declaration);
      if (counter == nullptr) continue;
      if (!names.insert(counter->name).second)
        findings.error("duplicate-name", counter->span,
                       fmt::format("there are two counters {}: their names are the whole set's",
                                   quoted(counter->name)));
      const Reach* reach = shapes.reach(counter->tool);
      if (!check_tool(counter->tool, reach, unit.pack, shapes, options, findings)) continue;
      if (counter->sum_of.empty()) continue;
      const Kinds& kinds = shapes.argument(*reach, counter->sum_of);
      if (!kinds.known)
        findings.report(
            options.open_tools, "unknown-argument", counter->span,
            fmt::format("no tool of this counter has an argument {}", quoted(counter->sum_of)),
            did_you_mean(counter->sum_of, shapes.arguments(*reach)));
      else if ((kinds.kinds & Kinds::kNumeric) == 0)
        findings.error(
            "never-kind", counter->span,
            fmt::format("{} is never a number: it cannot be summed", quoted(counter->sum_of)));
    }
  return names;
}

}  // namespace policy
