// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Which rules and blocks speak of a tool, in the order of docs/reference/policy.md §5, each with
// the file whose names it uses. Trust zone: supervisor, tests.
#pragma once

#include <string>
#include <vector>

#include "policy/loaded.h"
#include "policy/prove/concrete.h"

namespace policy::proving {

// Something of a tree, and the tree. Borrowed from the Loaded.
template <class T> struct Placed {
  const T* what = nullptr;
  const Tree* tree = nullptr;
};

struct Applicable {
  std::vector<Placed<Rule>> rules;  // obligations included
  std::vector<Placed<Block>> before;
  std::vector<Placed<Block>> result;
  std::vector<Placed<Block>> after;
};

Applicable applicable(const Loaded& loaded, const std::string& tool, Judge& judge);

// What `name` is bound to in `tree`; null if to nothing, or to the other kind.
const Predicate* bound_predicate(const Tree& tree, const std::string& name);
const SetExpr* bound_set(const Tree& tree, const std::string& name);

}  // namespace policy::proving
