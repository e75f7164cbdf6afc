// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The blocks of a set in the order in which they are evaluated (policy.md §5): priority from high
// to low, then file, then position. Trust zone: supervisor.
#pragma once

#include <vector>

#include "policy/load/check.h"

namespace policy {

struct Ordered {
  const Unit* unit = nullptr;
  const ToolPolicy* block = nullptr;
};
std::vector<Ordered> in_order(const std::vector<Unit>& units);

}  // namespace policy
