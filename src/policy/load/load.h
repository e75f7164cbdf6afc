// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Files → a checked, expanded policy: packs taken in, effects and roles expanded to plain tool
// blocks, every name and kind checked against the tools. Trust zone: supervisor.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/loaded.h"
#include "policy/syntax/diagnostic.h"

namespace policy {

struct Outcome {
  std::optional<Loaded> loaded;         // none if there is an error: nothing is half loaded
  std::vector<Diagnostic> diagnostics;  // errors and warnings in the order of files and positions
  std::vector<Source> sources;          // for render()
};

// The text of a pack, or nothing if there is none of that name.
using Packs = std::function<std::optional<std::string>(std::string_view name)>;

Outcome load(const std::vector<Source>& files, const Tools& tools, const Options& options,
             const Packs& packs);

}  // namespace policy
