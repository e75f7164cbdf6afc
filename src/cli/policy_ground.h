// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A policy that was loaded, compiled and linked, as the policy commands work on it, and how they
// speak of its rules. Trust zone: command line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "policy/decide.h"
#include "policy/load/load.h"

namespace cli {

// What a policy is made of.
struct PolicyInput {
  std::vector<policy::Source> files;
  policy::Tools tools;
  policy::Options options;
  policy::Packs packs;
};

struct PolicyGround {
  policy::Loaded loaded;
  policy::PolicySet set;
  std::vector<policy::Diagnostic> warnings;
};

// The ground of `input`. kInvalid: the diagnostics with errors, rendered, one after the other.
base::Result<PolicyGround> stand_on(const PolicyInput& input);
// The same for what load() already said; it must have no errors.
base::Result<PolicyGround> stand_on(policy::Outcome outcome);

// All diagnostics, rendered.
std::string render_all(const std::vector<policy::Diagnostic>& all,
                       const std::vector<policy::Source>& sources);

// The rule that stands there, or null. Where several share the line: the one that has this effect.
const policy::Rule* find_rule(const policy::Loaded& loaded, const policy::RuleRef& ref,
                              std::optional<policy::Effect> effect);
// "policy.sqrt:12", empty for a decision without a rule.
std::string place_text(const policy::Loaded& loaded, const policy::RuleRef& ref);
// "policy.sqrt:12: must deny when ...;", or that no rule decided.
std::string rule_text(const policy::Loaded& loaded, const policy::RuleRef& ref,
                      policy::Effect effect);

// "allow", "ask", "deny".
std::string_view name_of(policy::Effect effect);

}  // namespace cli
