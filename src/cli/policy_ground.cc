// SPDX-License-Identifier: Apache-2.0
#include "cli/policy_ground.h"

#include <fmt/format.h>

#include "policy/compile/compile.h"
#include "policy/syntax/print.h"

namespace cli {
namespace {

policy::Rule::Kind kind_of(policy::Effect effect) {
  switch (effect) {
    case policy::Effect::kAllow: return policy::Rule::Kind::kAllow;
    case policy::Effect::kAsk: return policy::Rule::Kind::kAsk;
    case policy::Effect::kDeny: return policy::Rule::Kind::kDeny;
  }
  return policy::Rule::Kind::kDeny;
}

}  // namespace

std::string render_all(const std::vector<policy::Diagnostic>& all,
                       const std::vector<policy::Source>& sources) {
  std::string out;
  for (const policy::Diagnostic& one : all) {
    out += policy::render(one, sources);
    if (!out.ends_with('\n')) out += '\n';
  }
  return out;
}

base::Result<PolicyGround> stand_on(policy::Outcome outcome) {
  CHECK(outcome.loaded.has_value());
  TRY_AS(policy::Program program, policy::compile(*outcome.loaded));
  TRY_AS(policy::PolicySet set, policy::PolicySet::link(std::move(program)));
  return PolicyGround{std::move(*outcome.loaded), std::move(set), std::move(outcome.diagnostics)};
}

base::Result<PolicyGround> stand_on(const PolicyInput& input) {
  policy::Outcome outcome = policy::load(input.files, input.tools, input.options, input.packs);
  if (outcome.loaded) return stand_on(std::move(outcome));
  std::string all = render_all(outcome.diagnostics, outcome.sources);
  if (!all.empty()) all.pop_back();  // the last line end
  return base::invalid(std::move(all));
}

const policy::Rule* find_rule(const policy::Loaded& loaded, const policy::RuleRef& ref,
                              std::optional<policy::Effect> effect) {
  const policy::Rule* found = nullptr;
  for (const policy::Tree& tree : loaded.trees)
    for (const auto& declaration : tree.declarations) {
      const auto* tool = std::get_if<policy::ToolPolicy>(&declaration);
      if (tool == nullptr) continue;
      for (const auto& member : tool->members) {
        const auto* rule = std::get_if<policy::Rule>(&member);
        if (rule == nullptr || rule->span.file != ref.file || rule->span.line != ref.line) continue;
        if (!effect || rule->kind == kind_of(*effect)) return rule;
        if (found == nullptr) found = rule;
      }
    }
  return found;
}

std::string place_text(const policy::Loaded& loaded, const policy::RuleRef& ref) {
  if (ref.file >= loaded.sources.size()) return "";
  return fmt::format("{}:{}", loaded.sources[ref.file].name, ref.line);
}

std::string rule_text(const policy::Loaded& loaded, const policy::RuleRef& ref,
                      policy::Effect effect) {
  const std::string place = place_text(loaded, ref);
  if (place.empty()) return "no rule; what is not allowed is denied";
  const policy::Rule* rule = find_rule(loaded, ref, effect);
  return rule == nullptr ? place : fmt::format("{}: {}", place, policy::print(*rule));
}

std::string_view name_of(policy::Effect effect) {
  switch (effect) {
    case policy::Effect::kAllow: return "allow";
    case policy::Effect::kAsk: return "ask";
    case policy::Effect::kDeny: return "deny";
  }
  return "";
}

}  // namespace cli
