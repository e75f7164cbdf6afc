// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Where a policy command finds what it works on: files, tools, choices and packs, from the
// configuration or from what was typed. Trust zone: command line.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/log_view.h"
#include "cli/policy_commands.h"
#include "cli/policy_ground.h"
#include "cli/verbs.h"

namespace cli {

struct PolicyWorld {
  PolicyInput input;
  std::vector<std::string> paths;  // of input.files, to write them
  std::optional<LogPlace> place;   // the configuration, where one is used
};

// Files that are named stand where they are named; without any they are the configuration's. Tools
// and choices are the configuration's but for --tools and --open. kNotFound, kInvalid, kIo.
base::Result<PolicyWorld> gather(const PolicyPlace& place, const Context& context);

// The configuration's tools as a policy may know them.
policy::Tools tools_of(const Config& config);
// What the configuration chooses where SQRT leaves a choice.
policy::Options options_of(const Config& config);
// Names of the configuration's policy files, beside it.
std::vector<std::string> policy_files(const Config& config);

// The options that name the same place in another command: " --policy a.sqrt --tools t.toml".
std::string place_words(const PolicyPlace& place, const Context& context);

// The whole text of a file that was named. kNotFound, kIo; kExhausted above 1 MiB.
base::Result<std::string> read_named(const std::string& path);

}  // namespace cli
