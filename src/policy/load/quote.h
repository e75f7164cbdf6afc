// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Text as a string literal of the policy language, and of JSON. Trust zone: supervisor.
#pragma once

#include <string>
#include <string_view>

namespace policy {

// "…" of policy.md §1. Precondition: `text` is UTF-8.
std::string policy_string(std::string_view text);
// "…" of JSON, ASCII only escaped as JSON demands (", \, control characters).
std::string json_string(std::string_view text);

}  // namespace policy
