// SPDX-License-Identifier: Apache-2.0
#include "conformance/scenarios_policy.h"

#include <fmt/format.h>

#include "conformance/question_leaves.h"
#include "identity/scope.h"
#include "policy/compile/compile.h"
#include "policy/decide.h"
#include "policy/explain/explain.h"
#include "policy/load/import_ramp.h"
#include "policy/load/load.h"
#include "policy/load/packs.h"
#include "schema/param.h"
#include "schema/write.h"

namespace conformance {
namespace {

using schema::Value;

// A policy of one text, loaded and linked.
struct Decider {
  policy::Loaded loaded;
  policy::PolicySet set;
};

base::Result<Decider> decider(std::string text, const policy::Tools& tools) {
  policy::Outcome outcome =
      policy::load({{"policy", std::move(text)}}, tools, {}, &policy::built_in_pack);
  if (!outcome.loaded) {
    std::string why = "the policy does not load";
    for (const auto& diagnostic : outcome.diagnostics)
      why += "\n" + policy::render(diagnostic, outcome.sources);
    return base::invalid(why);
  }
  TRY_AS(policy::Program program, policy::compile(*outcome.loaded));
  TRY_AS(policy::PolicySet set, policy::PolicySet::link(std::move(program)));
  return Decider{std::move(*outcome.loaded), std::move(set)};
}

// The rule at `ref`, in the trees as they were loaded; null: none.
const policy::Rule* rule_at(const policy::Loaded& loaded, const policy::RuleRef& ref) {
  for (const policy::Tree& tree : loaded.trees)
    for (const auto& declaration : tree.declarations) {
      const auto* tool = std::get_if<policy::ToolPolicy>(&declaration);
      if (tool == nullptr) continue;
      for (const auto& member : tool->members)
        if (const auto* rule = std::get_if<policy::Rule>(&member))
          if (rule->span.file == ref.file && rule->span.line == ref.line) return rule;
    }
  return nullptr;
}

// Our word for why: what the deciding rule says, else the reason's own name.
std::string why_of(const Decider& decider, const policy::Answer& answer) {
  const policy::Rule* rule = rule_at(decider.loaded, answer.rule);
  if (rule != nullptr && !rule->because.empty()) return rule->because;
  return std::string(base::slug(answer.reason));
}

std::string word_of(policy::Effect effect) {
  return effect == policy::Effect::kAllow ? "allow"
         : effect == policy::Effect::kAsk ? "ask"
                                          : "deny";
}

policy::ArgumentShape any_argument(std::string name) {
  using Kind = policy::ArgumentShape::Kind;
  return {std::move(name), Kind::kAny, Kind::kAny, std::nullopt, false, {}};
}

std::vector<std::string> texts_of(const Value* value) {
  std::vector<std::string> out;
  if (value != nullptr && value->as_array() != nullptr)
    for (const Value& item : *value->as_array())
      if (item.as_string() != nullptr) out.push_back(*item.as_string());
  return out;
}

// ---- the control plane's broker ----

schema::Param param(std::string name, bool list) {
  schema::Param out;
  out.name = std::move(name);
  out.type = list ? schema::ParamType::kArray : schema::ParamType::kString;
  return out;
}

struct ControlTool {
  std::string name;
  policy::ToolEffect effect;
  std::vector<schema::Param> params;
};

// The five tools of the reference policy as that system declares them, and the target tenant, which
// there is a fact beside the arguments (policies/control-plane/README.md).
std::vector<ControlTool> control_tools() {
  using policy::ToolEffect;
  return {{"read_records", ToolEffect::kRead, {param("record_ids", true)}},
          {"send_email",
           ToolEffect::kSend,
           {param("to", false), param("subject", false), param("body", false)}},
          {"export_records", ToolEffect::kSend, {param("format", false)}},
          {"delete_records", ToolEffect::kDestroy, {param("record_ids", true)}},
          {"run_shell", ToolEffect::kExec, {param("command", false)}}};
}

policy::Tools shapes_of(const std::vector<ControlTool>& tools) {
  policy::Tools out;
  for (const ControlTool& tool : tools) {
    policy::ToolShape shape;
    shape.name = tool.name;
    shape.effect = tool.effect;
    for (const schema::Param& p : tool.params) {
      using Kind = policy::ArgumentShape::Kind;
      const Kind kind = p.type == schema::ParamType::kArray ? Kind::kArray : Kind::kString;
      shape.arguments.push_back({p.name, kind, Kind::kString, std::nullopt, true, {}});
    }
    shape.arguments.push_back({"target_tenant",
                               policy::ArgumentShape::Kind::kString,
                               policy::ArgumentShape::Kind::kString,
                               std::nullopt,
                               false,
                               {}});
    out.push_back(std::move(shape));
  }
  return out;
}

// What our check of the arguments says, in one word; empty: nothing.
std::string schema_fault(const std::vector<ControlTool>& tools, const std::string& name,
                         const Value& arguments) {
  if (name.empty()) return "no_tool_name";
  for (const ControlTool& tool : tools) {
    if (tool.name != name) continue;
    auto set = schema::ParamSet::create(tool.name, tool.params);
    if (!set.ok()) return set.error().message;
    const auto checked = schema::check(*set, arguments);
    if (checked.ok()) return {};
    const std::string& message = checked.error().message;
    if (message.find("missing") != message.npos || message.find("required") != message.npos)
      return "missing_argument";
    return message.find("must be an array") != message.npos ? "wants_array" : "wants_string";
  }
  return "unknown_tool";
}

policy::Question broker_question(const Value& given, const std::string& tool) {
  policy::Question q;
  q.tool = tool;
  const std::string tenant(given.find_string("request_tenant").value_or(""));
  q.asker = {"caller", tenant, "control", "", {}, {}};
  if (const auto role = given.find_string("role")) q.asker.roles = label::Names({*role});
  if (const Value* arguments = given.find("arguments")) q.leaves = leaves_of(*arguments, {});
  if (const auto target = given.find_string("target"))
    q.leaves.push_back({"target_tenant", policy::LeafKind::kString, std::string(*target), {}, {}});
  if (const Value* from = given.find("provenance"); from != nullptr && from->as_object()) {
    q.control.producers =
        label::Names({"source:" + std::string(from->find_string("source").value_or(""))});
    q.control.tags =
        label::Names({"trust:" + std::string(from->find_string("trust").value_or(""))});
  }
  return q;
}

struct Ended {
  std::string decision;  // allow or deny, an answered ask counted
  std::string why;
  std::string approval;  // what the table calls it; empty: none was looked at
};

Ended broker_answer(const Decider& decider, const std::vector<ControlTool>& tools,
                    const Value& given) {
  const std::string tool(given.find_string("tool").value_or(""));
  static const Value kNothing = Value::object();
  const Value* arguments = given.find("arguments");
  const std::string fault = schema_fault(tools, tool, arguments == nullptr ? kNothing : *arguments);
  if (!fault.empty()) return {"deny", fault, ""};
  const policy::Answer answer = policy::answer(decider.set, broker_question(given, tool));
  if (answer.effect == policy::Effect::kDeny) return {"deny", why_of(decider, answer), ""};
  if (answer.effect == policy::Effect::kAllow) return {"allow", "allowed", "not_required"};
  const Value* approved = given.find("human_approval");
  const bool yes = approved != nullptr && approved->as_bool().value_or(false);
  return yes ? Ended{"allow", "allowed", "granted"}
             : Ended{"deny", why_of(decider, answer), "denied"};
}

void judge_broker(const ScenarioRun& run, const Scenario& s, const Ended& got) {
  Case c = s.c;
  c.facts = {{"answer", got.decision}, {"why", got.why}};
  const std::string_view decision = s.expect.find_string("decision").value_or("");
  const std::string_view reason = s.expect.find_string("reason").value_or("");
  const std::string_view approval = s.expect.find_string("approval_decision").value_or("");
  const Facts fields{{"tool", std::string(s.given.find_string("tool").value_or(""))}};
  if (got.decision != decision)
    return run.report.failed(
        c, fmt::format("expected {}, got {}: {}", decision, got.decision, got.why));
  if (!run.reasons.agree(run.table.name, got.why, fields, reason))
    return run.report.failed(c, fmt::format("expected reason {}, got {}", reason, got.why));
  if (got.approval != approval)
    return run.report.failed(c,
                             fmt::format("expected approval {}, got {}", approval, got.approval));
  run.report.passed(c);
}

// ---- the tool guard's scopes and conditions ----

policy::RampCondition::Kind kind_of(const Value& value) {
  if (value.number_text() != nullptr) return policy::RampCondition::Kind::kNumber;
  return value.as_bool() ? policy::RampCondition::Kind::kBool
                         : policy::RampCondition::Kind::kString;
}

std::string text_of(const Value& value) {
  return value.as_string() != nullptr ? *value.as_string() : schema::write(value);
}

// The field of `over_FIELD`, `at_or_over_FIELD` or FIELD.
std::string field_of(std::string_view key) {
  for (const std::string_view prefix : {"at_or_over_", "over_"})
    if (key.starts_with(prefix)) return std::string(key.substr(prefix.size()));
  return std::string(key);
}

struct Guarded {
  policy::RampTool tool;
  policy::ToolShape shape;
};

Guarded guarded(const Value& given) {
  Guarded out;
  out.shape.name = "guarded";
  const auto declare = [&](const std::string& name) {
    for (const auto& argument : out.shape.arguments)
      if (argument.name == name) return;
    out.shape.arguments.push_back(any_argument(name));
  };
  if (const Value* conditions = given.find("conditions"); conditions && conditions->as_object())
    for (const schema::Member& m : *conditions->as_object()) {
      out.tool.conditions.push_back({m.key, kind_of(m.value), text_of(m.value)});
      declare(field_of(m.key));
    }
  if (const Value* arguments = given.find("arguments"); arguments && arguments->as_object())
    for (const schema::Member& m : *arguments->as_object()) declare(m.key);
  const Value* always = given.find("always");
  out.tool.approval = always != nullptr && always->as_bool().value_or(false);
  // A condition is itself a demand for approval, where it holds.
  out.tool.approval = out.tool.approval || !out.tool.conditions.empty();
  return out;
}

base::Result<Decider> decider(const Guarded& guarded) {
  TRY_AS(std::string text, policy::policy_text(guarded.tool, guarded.shape));
  return decider(std::move(text), {guarded.shape});
}

// What all asks that hold say, in order.
std::string asked_because(const Decider& decider, const policy::Question& question) {
  std::string out;
  const policy::Explanation why = policy::explain(decider.loaded, question, false);
  for (const policy::TracedRule& traced : why.rules) {
    if (traced.truth != policy::Truth::kTrue) continue;
    const policy::Rule* rule = rule_at(decider.loaded, {traced.span.file, traced.span.line});
    if (rule == nullptr || rule->kind != policy::Rule::Kind::kAsk) continue;
    out += (out.empty() ? "" : "; ") + rule->because;
  }
  return out;
}

void judge_condition(const ScenarioRun& run, const Scenario& s) {
  const Guarded tool = guarded(s.given);
  const auto made = decider(tool);
  if (!made.ok()) return run.report.failed(s.c, made.error().message);
  policy::Question q;
  q.tool = tool.shape.name;
  q.asker = {"caller", "default", "rest", "", {}, {}};
  if (const Value* arguments = s.given.find("arguments")) q.leaves = leaves_of(*arguments, {});
  const policy::Answer answer = policy::answer(made->set, q);
  Case c = s.c;
  c.facts = {{"answer", word_of(answer.effect)}};
  const Value* needs = s.expect.find("needs_approval");
  const bool want = needs != nullptr && needs->as_bool().value_or(false);
  const std::string_view expected = want ? "ask" : "allow";
  if (word_of(answer.effect) != expected)
    return run.report.failed(c, fmt::format("expected {}, got {}: {}", expected,
                                            word_of(answer.effect), why_of(*made, answer)));
  const std::string got = asked_because(*made, q);
  const std::string_view reason = s.expect.find_string("reason").value_or("");
  if (got != reason && !run.reasons.agree(run.table.name, got, {}, reason))
    return run.report.failed(c, fmt::format("expected reason '{}', got '{}'", reason, got));
  run.report.passed(c);
}

void judge_scope(const ScenarioRun& run, const Scenario& s) {
  Guarded tool;
  tool.shape.name = "guarded";
  const std::string required(s.given.find_string("required").value_or(""));
  tool.tool.scopes = {required};
  const auto made = decider(tool);
  if (!made.ok()) return run.report.failed(s.c, made.error().message);
  policy::Question q;
  q.tool = tool.shape.name;
  q.asker = {"caller", "default", "rest", "", {}, label::Names(texts_of(s.given.find("granted")))};
  const policy::Answer answer = policy::answer(made->set, q);
  Case c = s.c;
  c.facts = {{"answer", word_of(answer.effect)}};
  const Value* granted = s.expect.find("granted");
  const bool want = granted != nullptr && granted->as_bool().value_or(false);
  // The rule stands twice, here in the policy and in identity/scope.h: they are one.
  if (identity::grants(texts_of(s.given.find("granted")), required) != want)
    return run.report.failed(c, "identity/scope.h says otherwise");
  if (want != (answer.effect == policy::Effect::kAllow))
    return run.report.failed(
        c, fmt::format("expected {}, got {}", want ? "granted" : "denied", word_of(answer.effect)));
  const Value* otherwise = s.expect.find("otherwise");
  if (!want && otherwise != nullptr) {
    // Status, HTTP number and error type are the REST door's words, not the policy's.
    const std::string_view message = otherwise->find_string("message").value_or("");
    const std::string got = why_of(*made, answer);
    if (got != "needs the scope " + required ||
        !run.reasons.agree(run.table.name, std::string(base::slug(answer.reason)),
                           {{"required", required}}, message))
      return run.report.failed(c, fmt::format("expected '{}', got '{}'", message, got));
  }
  run.report.passed(c);
}

}  // namespace

void run_acp_broker(const ScenarioRun& run) {
  const auto tools = control_tools();
  const auto made = decider("language yett 1;\nuse \"control-plane\";\n", shapes_of(tools));
  for (const Scenario& s : run.table.cases) {
    if (!run.selects(s.c)) continue;
    if (!made.ok()) run.report.failed(s.c, made.error().message);
    else judge_broker(run, s, broker_answer(*made, tools, s.given));
  }
}

void run_ramp_scopes(const ScenarioRun& run) {
  for (const Scenario& s : run.table.cases)
    if (run.selects(s.c)) judge_scope(run, s);
}

void run_ramp_conditions(const ScenarioRun& run) {
  for (const Scenario& s : run.table.cases)
    if (run.selects(s.c)) judge_condition(run, s);
}

}  // namespace conformance
