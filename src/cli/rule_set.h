// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The policy of a configuration: read, checked against its tools, compiled to what the monitor is
// started with, and linked here too, so that the command can say what is allowed. A set is taken
// whole or not at all. Trust zone: supervisor.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/config.h"
#include "policy/decide.h"
#include "policy/loaded.h"

namespace cli {

class Files;

struct RuleSet {
  std::vector<policy::Source> sources;  // in the order of RuleRef::file; packs included
  std::vector<std::string> warnings;    // rendered, without a last line end
  std::string program;                  // wire::encode of the policy::Program
  // Consumers are checked at sinks (policy.md §7): so are the readers of a model's text.
  bool checks_consumers = false;
  std::shared_ptr<const policy::PolicySet> linked = std::make_shared<const policy::PolicySet>();

  const base::Digest& digest() const { return linked->digest(); }
};

// What policy may know of the tools of a manifest.
policy::Tools policy_tools(const wire::Manifest& manifest);

// The set of `config.policy`. Errors of a file are added to `problems` as they are rendered.
RuleSet make_rule_set(const Config& config, const wire::Manifest& manifest, const Files& files,
                      Problems& problems);

// Why no call of `tool` can be allowed, with the rule to add; empty if one can be.
std::string why_not_allowed(const RuleSet& rules, const Config& config, const std::string& tool);

}  // namespace cli
