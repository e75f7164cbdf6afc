// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The command line of yett-conformance: SUITE [DIR] [--only TABLE|ID]... [suite options].
// Trust zone: tests only.
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "conformance/suite.h"

namespace conformance {

struct Places {
  std::filesystem::path shared;  // what default folders are under
  std::filesystem::path tables;  // where differences.toml and reasons.toml are
};

// Runs what `arguments` (without the program's name) ask for, by one of `suites`. Lines of results
// go to `print`. Returns the exit code: as Report::exit_code, 2 for a command line that is wrong or
// a run that could not be made (said through `complain`).
int run_command(std::span<Suite* const> suites, std::span<const std::string_view> arguments,
                const Places& places, const std::function<void(std::string_view)>& print,
                const std::function<void(std::string_view)>& complain);

}  // namespace conformance
