// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What the policy commands say, as documents of --json. Trust zone: command line.
#pragma once

#include "cli/policy_ground.h"
#include "policy/explain/explain.h"
#include "schema/value.h"

namespace cli {

// { effect, reason, level, rule: { file, line, text } or null, ask, redact, log }
schema::Value json_of(const policy::Answer& answer, const policy::Loaded& loaded);
// null for a decision without a rule.
schema::Value json_of(const policy::RuleRef& rule, std::optional<policy::Effect> effect,
                      const policy::Loaded& loaded);
// [ { severity, name, file, line, column, message, hint } ]
schema::Value json_of(const std::vector<policy::Diagnostic>& all,
                      const std::vector<policy::Source>& sources);
// { answer, rules: [ { ..., parts } ], before, arguments }
schema::Value json_of(const policy::Explanation& explanation, const policy::Loaded& loaded);

// "allow (allowed_by_rule)".
std::string verdict_text(const policy::Answer& answer);

}  // namespace cli
