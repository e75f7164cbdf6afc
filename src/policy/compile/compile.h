// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A loaded policy → the program that the monitor links. Trust zone: supervisor.
#pragma once

#include "base/result.h"
#include "policy/loaded.h"
#include "policy/program.h"

namespace policy {

// kExhausted: beyond the bounds of policy.md §8 once names are filled in. What load() let through
// does not fail otherwise.
base::Result<Program> compile(const Loaded& loaded);

}  // namespace policy
