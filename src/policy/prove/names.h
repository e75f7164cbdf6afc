// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The file whose `let` names a query's predicate may use. Trust zone: supervisor, tests.
#pragma once

#include <optional>

#include "policy/loaded.h"

namespace policy::proving {

// The first file that binds every name in it, the empty file if it uses none; null if no file does.
const Tree* tree_for(const Loaded& loaded, const Predicate& predicate, const Tree& empty);

}  // namespace policy::proving
