// SPDX-License-Identifier: Apache-2.0
#include "cli/turn_json.h"

#include <array>

#include "cli/verbs.h"

namespace cli {

using schema::Value;

Value json_of_call(const DoorEvent& notice) {
  constexpr std::array<std::string_view, 3> kStates{"allowed", "denied", "ended"};
  Value out = Value::object();
  out.set("call", json_text(notice.call));
  out.set("tool", json_text(notice.tool));
  out.set("state", json_text(kStates[static_cast<std::size_t>(notice.state)]));
  out.set("reason", json_text(base::slug(notice.reason)));
  out.set("bytes", json_number(notice.bytes));
  out.set("scrubbed", json_number(notice.scrubbed));
  if (notice.line != 0) out.set("line", json_number(notice.line));
  return out;
}

Value json_of_plan(const DoorEvent& plan) {
  constexpr std::array<std::string_view, 4> kStates{"rejected", "running", "failed", "traced"};
  Value out = Value::object();
  out.set("attempt", json_number(plan.attempt));
  out.set("state", json_text(kStates[static_cast<std::size_t>(plan.plan)]));
  out.set("program", json_text(plan.program));
  if (plan.line != 0) out.set("line", json_number(plan.line));
  if (!plan.text.empty()) out.set("message", json_text(plan.text));
  return out;
}

void add_plan_end(Value& document, const DoorEvent& end) {
  if (end.line != 0) document.set("line", json_number(end.line));
  if (!end.output.empty()) document.set("output", json_text(end.output));
  if (!end.metadata.empty()) document.set("metadata", json_text(end.metadata));
}

}  // namespace cli
