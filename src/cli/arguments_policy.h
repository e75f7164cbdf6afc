// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The words of `yett policy ...`. Only arguments.cc includes it: CLI11 is heavy.
// Trust zone: command line.
#pragma once

#include <functional>

#include "cli/policy_commands.h"

namespace CLI {
class App;
}

namespace cli {

// Adds the subcommand `policy`; `chosen` is called with what was typed. Keeps nothing: what it
// fills lives in the callbacks of `root`.
void add_policy(CLI::App& root, const std::function<void(PolicyCommand)>& chosen);

}  // namespace cli
