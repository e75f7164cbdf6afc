// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The digest that names a policy set in every decision. Trust zone: supervisor.
#pragma once

#include "policy/loaded.h"

namespace policy {

// SHA-256 over everything that a decision depends on: the text of each expanded tree, the options,
// and of each tool its name, effect and arguments. Layout and comments of the files do not count.
base::Digest digest_of(const Loaded& loaded);

}  // namespace policy
