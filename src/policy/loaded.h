// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A checked, expanded policy: what load() makes and compile(), spec/, explain and prove read.
// Trust zone: supervisor, tests.
#pragma once

#include <string>
#include <vector>

#include "base/digest.h"
#include "policy/options.h"
#include "policy/tools.h"
#include "policy/tree.h"

namespace policy {

struct Source {
  std::string name;  // as a user names it
  std::string text;
};

// INVARIANT: no Use, no ToolId::kEffects, no Path::role; every name is bound; no circles; matchers
// and contexts stand where policy.md §4 lets them. load() makes one; a test of an evaluator may
// write one by hand if it keeps this.
struct Loaded {
  std::vector<Tree> trees;      // in order of evaluation; Span::file indexes `sources`
  std::vector<Source> sources;  // packs included
  Tools tools;
  Options options;
  bool yett = false;  // a file of the set speaks yett
  base::Digest digest{};
};

}  // namespace policy
