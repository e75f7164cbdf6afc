// SPDX-License-Identifier: Apache-2.0
#include "conformance/scenarios_plan.h"

#include <algorithm>
#include <set>

namespace conformance {
namespace {

using schema::Value;

constexpr std::string_view kProbe = "probe";
constexpr std::int64_t kMostCalls = 1000;  // of a case; more would only take time

bool has_word(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(words, [&](auto word) { return text.find(word) != text.npos; });
}

DeclaredTool declared(const Value& tool) {
  const auto or_null = [&](std::string_view key) {
    const Value* value = tool.find(key);
    return value == nullptr ? Value() : *value;
  };
  return {std::string(tool.find_string("name").value_or("")), or_null("required"),
          or_null("properties")};
}

// What exists: the tools that the case declares, then those that the rest of its table does.
void add_tools(const ScenarioTable& table, const Value& given, AgentSetup& setup) {
  std::set<std::string> names;
  const auto add = [&](DeclaredTool tool) {
    if (!tool.name.empty() && names.insert(tool.name).second)
      setup.tools.push_back(std::move(tool));
  };
  const auto add_all_of = [&](const Value& from) {
    if (const Value* tool = from.find("tool")) add(declared(*tool));
  };
  add_all_of(given);
  for (const Scenario& s : table.cases) add_all_of(s.given);
  for (const Scenario& s : table.cases) {
    const Value* allowed = s.given.find("allowed_tools");
    if (allowed == nullptr || allowed->as_array() == nullptr) continue;
    for (const Value& name : *allowed->as_array())
      if (name.as_string() != nullptr) add({*name.as_string(), {}, {}});
  }
}

// Without a list of allowed tools all of them are.
void add_allowed(const Value& given, AgentSetup& setup) {
  const Value* allowed = given.find("allowed_tools");
  if (allowed == nullptr) {
    for (const DeclaredTool& tool : setup.tools) setup.allowed.push_back(tool.name);
    return;
  }
  for (const Value& name : *allowed->as_array())
    if (name.as_string() != nullptr) setup.allowed.push_back(*name.as_string());
}

void add_probe(AgentSetup& setup) {
  setup.tools.push_back({std::string(kProbe), {}, {}});
  setup.allowed.emplace_back(kProbe);
}

// "weather API answers 401" -> 401; "does not answer in time" -> 0; else nothing.
std::optional<int> status_in(std::string_view prose) {
  for (std::size_t at = 0; at + 3 <= prose.size(); ++at) {
    const auto digits = prose.substr(at, 3);
    if (std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; }) &&
        digits[0] >= '1' && digits[0] <= '5')
      return (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0');
  }
  if (has_word(prose, {"time", "hang", "no answer"})) return 0;
  return {};
}

void plan_broker(const Value& given, Plan& plan) {
  if (const auto broker = given.find_string("broker")) {
    plan.setup.secret_missing =
        has_word(*broker, {"secret"}) && has_word(*broker, {"unavailable", "missing", "absent"});
    if (!plan.setup.secret_missing) plan.prose = "broker: " + std::string(*broker);
  }
  if (const auto upstream = given.find_string("upstream")) {
    const auto status = status_in(*upstream);
    if (!status) plan.prose = "upstream: " + std::string(*upstream);
    plan.setup.tool_status = status.value_or(200);
  }
}

void plan_turns(const Value& given, Plan& plan) {
  const auto count = [&](std::string_view key) -> std::optional<std::int64_t> {
    const Value* value = given.find(key);
    if (value == nullptr) return {};
    const auto number = value->as_i64();
    if (!number || *number < 0 || *number > kMostCalls) plan.prose = "given." + std::string(key);
    return plan.prose.empty() ? number : std::nullopt;
  };
  if (const Value* call = given.find("call")) {
    const Value* arguments = call->find("arguments");
    const Value* name = call->find("name");
    plan.turns = {
        {{name == nullptr ? Value() : *name, arguments == nullptr ? Value() : *arguments}}};
    return;
  }
  if (given.find("ask") != nullptr) return;  // what is offered: seen in a turn without a call
  add_probe(plan.setup);
  if (const auto calls = count("calls_in_conversation")) {
    plan.turns.assign(static_cast<std::size_t>(*calls), {probe()});
  } else if (const auto batch = count("calls_in_one_turn")) {
    plan.turns = {std::vector<WrittenCall>(static_cast<std::size_t>(*batch), probe())};
  } else if (given.find("broker") != nullptr || given.find("upstream") != nullptr) {
    plan.turns = {{probe()}};
  }
}

}  // namespace

WrittenCall probe() { return {Value::string(std::string(kProbe)), Value::object()}; }

Plan plan_of(const ScenarioTable& table, const Value& given) {
  static constexpr std::string_view kKnown[] = {"tool",
                                                "call",
                                                "allowed_tools",
                                                "ask",
                                                "max_tool_calls",
                                                "calls_in_conversation",
                                                "calls_in_one_turn",
                                                "after",
                                                "broker",
                                                "mode",
                                                "upstream"};
  Plan plan;
  for (const schema::Member& m : *given.as_object())
    if (std::ranges::find(kKnown, m.key) == std::end(kKnown)) plan.prose = "given." + m.key;
  const Value* allowed = given.find("allowed_tools");
  if (allowed != nullptr && allowed->as_array() == nullptr) plan.prose = "given.allowed_tools";
  if (!plan.prose.empty()) return plan;
  add_tools(table, given, plan.setup);
  for (const DeclaredTool& tool : plan.setup.tools)
    if (plan.later.empty()) plan.later = not_yet_declarable(tool);
  add_allowed(given, plan.setup);
  plan_broker(given, plan);
  plan_turns(given, plan);
  if (const Value* most = given.find("max_tool_calls"))
    plan.setup.max_calls = most->as_i64().value_or(plan.setup.max_calls);
  const auto after = given.find_string("after");
  plan.reset = after == "reset";
  if (after && !plan.reset) plan.prose = "after: " + std::string(*after);
  return plan;
}

}  // namespace conformance
