// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Removes for good: what the history drops, and temporary names that a crash left. No tool of a
// model ends here; its deletions move. Trust zone: runner.
#pragma once

#include "runner/workspace/beneath.h"

namespace workspace {

// The file, link or whole tree under `name`. Nothing under the name is fine. Best effort where
// others change it meanwhile: kNotEmpty, and what is left stays.
Done remove_tree(Disk& disk, const base::Fd& directory, const std::string& name);

// Removes files under temporary names of ours (protect.h, is_reserved), which only a crash leaves,
// everywhere below the root. Returns how many.
Outcome<std::uint64_t> remove_leftovers(const Beneath& beneath, std::uint64_t limit);

}  // namespace workspace
