// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Reads a policy file. Today: the part of SQRT with exact tool ids, `priority` and `always` rules;
// everything else is refused by name with its position, never skipped. Trust zone: supervisor.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "policy/decide.h"

namespace policy {

// The rules of `source`. kInvalid with "line L, column C: what was found, what was expected" for
// anything that is not
//   { tool "ID" { { priority INT ; | (must|hard|should|soft) (allow|deny) always ; } } }
// with // and /* */ comments. The last `priority` of a tool holds for all its rules.
base::Result<std::vector<Rule>> parse(std::string_view source);

}  // namespace policy
