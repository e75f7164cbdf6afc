// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A condition or a set with the names in it replaced by what they are bound to. Trust zone:
// supervisor.
#pragma once

#include "policy/load/names.h"
#include "policy/tree.h"

namespace policy {

// Precondition: no circle in `names`; the size of the node is bounded. A name that is not bound, or
// is of the wrong kind, stays (the checks have reported it).
Predicate fill_in(const Predicate& node, const Names& names);
SetExpr fill_in(const SetExpr& node, const Names& names);

// What the name of a predicate stands for: its value, or the name of another for `let x = y;`.
Predicate meaning(const LetInfo& let);

// The node without its parts: copying a tree node by node stays linear.
Predicate without_parts(const Predicate& node);
SetExpr without_parts(const SetExpr& node);

}  // namespace policy
