// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Sources → units: each file parsed, each pack taken in once, in the place of its `use` line; names
// that a site binds for a pack put into the pack. Trust zone: supervisor.
#pragma once

#include <vector>

#include "policy/load/check.h"
#include "policy/load/load.h"

namespace policy {

struct TakenIn {
  std::vector<Unit> units;      // in order of evaluation, without Use; names not built
  std::vector<Source> sources;  // Span::file indexes them: the files first, then packs
};
// LIMIT: 256 packs a set. A `use` between two blocks cuts its file in two units that share its
// lets.
TakenIn take_in(const std::vector<Source>& files, const Packs& packs, Findings& findings);

// A `let` of a pack whose name begins with site_ is a default: a file that is no pack binds the
// name for the whole set, once. Here the packs get these meanings, with their own names filled in.
// Precondition: the names of files are checked and without circles. Errors: duplicate-name (two
// files bind it), kind-mismatch, unknown-name (a yett file binds one that no pack has).
void bind_site_names(std::vector<Unit>& units, Findings& findings);

}  // namespace policy
