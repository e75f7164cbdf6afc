// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The checks of consumers at sinks that no file writes (policy.md §7), as ordinary rules. The
// preset about __llm_blocked is no rule: the evaluators know it. Trust zone: supervisor.
#pragma once

#include <vector>

#include "policy/load/check.h"
#include "policy/loaded.h"

namespace policy {

inline constexpr std::string_view kBuiltIn = "<built-in>";  // name of their source

struct BuiltIn {
  Unit sinks;  // after the files
  Source source;
};

// The rules for the tools of `shapes`, not yet expanded (they name @role.recipient); spans say
// `file`. A rule has a level if no Yett rule applies to the tool, and none otherwise: a built-in
// deny must not make a verdict count that the files have no rule for (policy.md §5.4). `trees`: the
// files and packs, expanded.
BuiltIn built_in(const std::vector<Tree>& trees, Shapes& shapes, std::uint32_t file);

}  // namespace policy
