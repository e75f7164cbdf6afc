// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Effects and roles → plain policy (policy.md §7): each `tools` block, and each block whose rules
// name a role, becomes one plain block per tool. Trust zone: supervisor.
#pragma once

#include <vector>

#include "policy/load/check.h"

namespace policy {

inline constexpr std::uint64_t kMostRules = 100'000;  // policy.md §8, expanded

// Counts rules and nodes of the text with names filled in; an error (too-large) beyond the bounds.
// Must pass before anything follows names.
void check_size(const std::vector<Unit>& units, Findings& findings);

// One tree per unit. Precondition: the checks found no error.
//
// A condition is folded for the tool: `@role.R` of a tool without such an argument is vacuous, `x
// is present` of an argument that the tool does not have is false. A rule whose condition is then
// always true says `always`. A deny, obligation or update whose condition is never true is left
// out; an allow or ask stays (`when true == false`) where nothing else of its kind would be left,
// so that leaving it out never loosens the verdict. Lets that name roles are filled in and left
// out. Error: too-large, beyond 100,000 rules, 1,000,000 nodes or 20,000,000 nodes looked at.
// Blocks that are plain already move out of `units`.
std::vector<Tree> expand(std::vector<Unit>& units, Shapes& shapes, Findings& findings);

}  // namespace policy
