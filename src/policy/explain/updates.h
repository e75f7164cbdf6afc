// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The `session before` blocks, run on the tree with a line written down for each update that ran:
// docs/reference/policy.md §5, §6. Trust zone: supervisor.
#pragma once

#include <string>
#include <vector>

#include "policy/explain/tracer.h"
#include "policy/loaded.h"
#include "policy/question.h"

namespace policy::tracing {

// A block of the tool's, and what its names mean.
struct Applied {
  const ToolPolicy* block = nullptr;
  const Lets* lets = nullptr;
};

// Changes `session` as the blocks say and appends what ran to `lines`.
void run_before(const Loaded& loaded, const Question& question, const std::vector<Applied>& blocks,
                Judge& judge, SessionState& session, std::vector<std::string>& lines);

// "FILE:LINE", or "?" for a place in no source.
std::string place_of(const Loaded& loaded, std::uint32_t file, std::uint32_t line);

}  // namespace policy::tracing
