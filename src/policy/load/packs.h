// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The packs that come with Yett (the folder policies/), built into the program. Trust zone:
// supervisor.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace policy {

// The text of policies/NAME/policy.sqrt; nothing if there is no such pack.
std::optional<std::string> built_in_pack(std::string_view name);
// Of policies/NAME/tests.toml and README.md.
std::optional<std::string> built_in_pack_tests(std::string_view name);
std::optional<std::string> built_in_pack_readme(std::string_view name);
// Names, in alphabetical order.
std::vector<std::string> built_in_packs();

}  // namespace policy
