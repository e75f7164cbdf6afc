// SPDX-License-Identifier: Apache-2.0
#include "conformance/agentdojo/court.h"

#include <fmt/format.h>

#include <map>

#include "policy/compile/compile.h"
#include "policy/load/load.h"
#include "policy/load/packs.h"
#include "schema/write.h"

namespace agentdojo {
namespace {

using schema::Value;

std::string set_of(const Data& data, policy::Answers answers) {
  std::string out;
  for (const Tool& tool : data.tools)
    if (tool.answers == answers)
      out += fmt::format("{}\"tool:{}\"", out.empty() ? "" : ", ", tool.shape.name);
  return "{" + out + "}";
}

policy::ToolShape model(std::string_view name) {
  using Kind = policy::ArgumentShape::Kind;
  policy::ToolShape out;
  out.name = name;
  out.model = true;
  out.arguments = {{"query", Kind::kAny, Kind::kAny, std::nullopt, false, {}},
                   {"data", Kind::kAny, Kind::kAny, std::nullopt, false, {}}};
  return out;
}

wire::LabelText text_of(const label::Sets& sets) {
  wire::LabelText out;
  out.tags = sets.tags.list();
  out.producers = sets.producers.list();
  out.everyone = sets.consumers.is_everyone();
  if (!out.everyone) out.consumers = sets.consumers.names().list();
  out.origins = sets.origins.list();
  return out;
}

wire::Leaf leaf_of(const Leaf& leaf) {
  using Kind = wire::LeafKind;
  const Value& value = *leaf.value;
  if (value.as_string() != nullptr) return {leaf.path, Kind::kString, *value.as_string(), 0};
  const std::string text = schema::write(value);
  if (value.as_bool()) return {leaf.path, Kind::kBoolean, text, 0};
  if (value.is_null()) return {leaf.path, Kind::kNull, text, 0};
  return {leaf.path, value.is_integer() ? Kind::kInteger : Kind::kNumber, text, 0};
}

label::Sets from(std::initializer_list<std::string_view> origins) {
  label::Sets out;
  out.origins = label::Names(origins);
  return out;
}

wire::StartMonitor terminal() {
  wire::StartMonitor out;
  out.tenant = "default";
  out.principal = "user";
  out.door = "terminal";
  out.authentic_door = true;
  return out;
}

}  // namespace

label::Sets planned() { return from({"user", "planner", "model:planner"}); }
label::Sets quarantined() { return from({"quarantined"}); }
label::Sets agent() { return from({"user", kAgent}); }

base::Result<Rules> Rules::of(const Data& data, const std::string& more) {
  return under(data, fmt::format("language yett 1;\nuse \"core\";\nuse \"confidential\";\n"
                                 "let site_directories = {};\nlet site_facts = {};\n{}",
                                 set_of(data, policy::Answers::kDirectory),
                                 set_of(data, policy::Answers::kPlatform), more));
}

base::Result<Rules> Rules::under(const Data& data, const std::string& policy) {
  policy::Tools tools{model(kQuarantined), model(kAgent)};
  for (const Tool& tool : data.tools) tools.push_back(tool.shape);
  const policy::Source site{"policy.sqrt", policy};
  const policy::Outcome outcome = policy::load({site}, tools, {}, policy::built_in_pack);
  if (!outcome.loaded) {
    for (const policy::Diagnostic& d : outcome.diagnostics)
      if (d.severity == policy::Diagnostic::Severity::kError)
        return base::invalid(policy::render(d, outcome.sources));
    return base::invalid("the policy does not load");
  }
  TRY_AS(policy::Program program, policy::compile(*outcome.loaded));
  TRY_AS(policy::PolicySet set, policy::PolicySet::link(std::move(program)));
  Rules out;
  out.set_ = std::make_shared<policy::PolicySet>(std::move(set));
  out.sources_ = outcome.loaded->sources;
  return out;
}

std::string Rules::because(const policy::RuleRef& rule) const {
  if (rule.file >= sources_.size()) return "no rule";
  const policy::Source& source = sources_[rule.file];
  std::size_t at = 0;
  for (std::uint32_t line = 1; line < rule.line && at != std::string::npos; ++line)
    at = source.text.find('\n', at) + 1;
  const std::string text = source.text.substr(at, source.text.find(';', at) - at);
  const std::size_t why = text.find("because \"");
  if (why == std::string::npos) return fmt::format("{}:{}", source.name, rule.line);
  const std::size_t end = text.find('"', why + 9);
  return text.substr(why + 9, end - why - 9);
}

std::vector<Leaf> leaves_of(const Value& arguments, const label::Sets& label) {
  std::vector<Leaf> out;
  if (const schema::Object* members = arguments.as_object())
    for (const schema::Member& member : *members)
      add_leaves(
          member.key, member.value, "", [&](const std::string&) { return label; }, out);
  return out;
}

Court::Court(const Rules& rules, const std::string& prompt)
    : rules_(rules), start_(terminal()), judge_(rules.set(), start_, clock_), facts_(rules.set()) {
  facts_.words.said(prompt);
}

Court::Verdict Court::decide(std::string_view tool, const std::vector<Leaf>& leaves,
                             const label::Sets& control) {
  wire::LabelledCall call;
  call.tool = tool;
  call.control = text_of(control);
  std::vector<const label::Sets*> seen;
  for (const Leaf& leaf : leaves) {
    wire::Leaf made = leaf_of(leaf);
    std::size_t i = 0;
    while (i < seen.size() && *seen[i] != leaf.label) ++i;
    if (i == seen.size()) {
      seen.push_back(&leaf.label);
      call.labels.push_back(text_of(leaf.label));
    }
    made.label = static_cast<std::uint16_t>(i);
    call.arguments.push_back(std::move(made));
  }
  Verdict out;
  out.asked = judge_.open(facts_, call, tool.starts_with("model:"));
  const monitor::Ruling ruling = judge_.decide({1}, facts_, out.asked);
  out.effect = ruling.effect;
  if (out.effect != policy::Effect::kAllow) out.reason = rules_.because(ruling.rule);
  return out;
}

label::Sets Court::learn(const Verdict& verdict, const Value& result) {
  judge_.count({1}, verdict.asked);
  wire::Observation seen;
  seen.reason = base::Reason::kOk;
  seen.started = true;
  seen.content = result.as_string() ? *result.as_string() : schema::write(result);
  return facts_.labels.sets(judge_.learn({1}, facts_, verdict.asked, seen).result);
}

}  // namespace agentdojo
