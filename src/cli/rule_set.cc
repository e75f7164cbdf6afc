// SPDX-License-Identifier: Apache-2.0
#include "cli/rule_set.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "cli/compile.h"
#include "policy/compile/compile.h"
#include "policy/load/load.h"
#include "policy/load/packs.h"
#include "wire/codec.h"

namespace cli {
namespace {

using Kind = policy::ArgumentShape::Kind;

Kind kind_of(wire::ArgumentType type) {
  switch (type) {
    case wire::ArgumentType::kString: return Kind::kString;
    case wire::ArgumentType::kInteger: return Kind::kInteger;
    case wire::ArgumentType::kNumber: return Kind::kNumber;
    case wire::ArgumentType::kBoolean: return Kind::kBoolean;
    case wire::ArgumentType::kArray: return Kind::kArray;
  }
  return Kind::kAny;
}

std::optional<policy::Role> role_of(wire::Role role) {
  switch (role) {
    case wire::Role::kNone: return std::nullopt;
    case wire::Role::kRecipient: return policy::Role::kRecipient;
    case wire::Role::kContent: return policy::Role::kContent;
    case wire::Role::kPath: return policy::Role::kPath;
    case wire::Role::kHost: return policy::Role::kHost;
    case wire::Role::kUrl: return policy::Role::kUrl;
    case wire::Role::kQuery: return policy::Role::kQuery;
    case wire::Role::kAmount: return policy::Role::kAmount;
    case wire::Role::kCommand: return policy::Role::kCommand;
  }
  return std::nullopt;
}

policy::ToolEffect effect_of(wire::Effect effect) {
  switch (effect) {
    case wire::Effect::kRead: return policy::ToolEffect::kRead;
    case wire::Effect::kWrite: return policy::ToolEffect::kWrite;
    case wire::Effect::kSend: return policy::ToolEffect::kSend;
    case wire::Effect::kDestroy: return policy::ToolEffect::kDestroy;
    case wire::Effect::kPay: return policy::ToolEffect::kPay;
    case wire::Effect::kExec: return policy::ToolEffect::kExec;
  }
  return policy::ToolEffect::kExec;
}

policy::ArgumentShape shape_of(const wire::ArgumentSpec& spec) {
  policy::ArgumentShape out;
  out.name = spec.name;
  out.kind = kind_of(spec.type);
  out.item = kind_of(spec.item);
  out.role = role_of(spec.role);
  out.required = spec.required;
  out.choices = spec.choices;
  return out;
}

std::string without_last_line_end(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

bool read_sources(const Config& config, const Files& files, Problems& problems,
                  std::vector<policy::Source>& to) {
  bool all = true;
  for (const std::string& name : config.policy) {
    auto text = files.read(name);
    if (text.ok()) to.push_back({name, std::move(*text)});
    else problems.add(0, 0, fmt::format("policy {}: {}", name, text.error().message));
    all &= text.ok();
  }
  return all;
}

void compile_to(RuleSet& to, const policy::Loaded& loaded, Problems& problems) {
  auto program = policy::compile(loaded);
  if (!program.ok()) return problems.add(0, 0, "policy: " + program.error().message);
  to.program = wire::encode(*program);
  if (to.program.size() > base::limits::kPolicyBytes)
    return problems.add(0, 0, "policy: the compiled set is larger than 48 MiB");
  auto linked = policy::PolicySet::link(std::move(*program));
  if (!linked.ok()) return problems.add(0, 0, "policy: " + linked.error().message);
  to.linked = std::make_shared<const policy::PolicySet>(std::move(*linked));
}

}  // namespace

policy::Tools policy_tools(const wire::Manifest& manifest) {
  policy::Tools out;
  for (const wire::ToolSpec& spec : manifest.tools) {
    policy::ToolShape tool;
    tool.name = spec.name;
    tool.model = spec.model;
    tool.effect = effect_of(spec.effect);
    for (const auto& argument : spec.arguments) tool.arguments.push_back(shape_of(argument));
    for (const auto& field : spec.keep) tool.kept.push_back(field.name);
    out.push_back(std::move(tool));
  }
  return out;
}

RuleSet make_rule_set(const Config& config, const wire::Manifest& manifest, const Files& files,
                      Problems& problems) {
  RuleSet out;
  std::vector<policy::Source> sources;
  if (!read_sources(config, files, problems, sources)) return out;
  policy::Outcome outcome =
      policy::load(sources, policy_tools(manifest), config.policy_options, policy::built_in_pack);
  for (const policy::Diagnostic& d : outcome.diagnostics) {
    std::string text = without_last_line_end(policy::render(d, outcome.sources));
    if (d.severity == policy::Diagnostic::Severity::kError) problems.add_rendered(std::move(text));
    // A tool without a rule is not offered, which `yett check` and `yett tools` say of each.
    else if (d.name != "tool-without-rule") out.warnings.push_back(std::move(text));
  }
  if (!outcome.loaded) return out;
  out.checks_consumers = outcome.loaded->yett && config.policy_options.check_consumers;
  out.sources = outcome.loaded->sources;
  compile_to(out, *outcome.loaded, problems);
  return out;
}

std::string why_not_allowed(const RuleSet& rules, const Config& config, const std::string& tool) {
  if (rules.linked->can_allow(tool)) return "";
  policy::Question bare;
  bare.tool = tool;
  const policy::Answer answer = policy::answer(*rules.linked, bare);
  if (answer.rule.file < rules.sources.size())
    return fmt::format("denied by the policy, {}:{}", rules.sources[answer.rule.file].name,
                       answer.rule.line);
  return fmt::format(
      "no rule allows it; to allow it, add to {}: tool \"{}\" {{ must allow always; }}",
      config.policy.front(), tool);
}

}  // namespace cli
