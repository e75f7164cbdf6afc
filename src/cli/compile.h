// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// From the configuration and the policy to what the programs are started with: the sealed manifest,
// the tools that are offered, the rules. Everything that can be wrong is found here, with its
// place. Trust zone: supervisor.
#pragma once

#include <string>
#include <vector>

#include "cli/config.h"
#include "cli/rule_set.h"

namespace cli {

// Reads a file that the configuration names relative to its own directory (policy, CA).
class Files {
 public:
  virtual ~Files() = default;
  virtual base::Result<std::string> read(const std::string& name) const = 0;
};

struct Compiled {
  wire::Manifest manifest;
  wire::StartSession session;                // tools offered = tools that the policy allows
  std::vector<wire::OfferedTool> all_tools;  // also those that no rule allows
  std::vector<wire::KnownTool> known;        // for the monitor
  RuleSet rules;
};

// With any problem the result must not be used.
Compiled compile(const Config& config, const Files& files, Problems& problems);

// The name under which the tool of a model stands in policy and log: "model:NAME".
std::string model_tool(std::string_view model);

}  // namespace cli
