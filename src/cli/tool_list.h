// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The tools of a configuration as people ask about them. Trust zone: command line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/load.h"

namespace cli {

// The words of the configuration for these.
std::string_view name_of(wire::Effect effect);
std::string_view name_of(wire::Method method);
std::string_view name_of(wire::Role role);

// Points into the configuration that it was made of.
struct ListedTool {
  const wire::OfferedTool* offered = nullptr;
  const ToolConfig* config = nullptr;
  bool allowed = false;  // and so offered to the model
  std::string why;       // not allowed: the reason, and what to add
};

// All tools in the order of the file. `loaded` outlives the list.
std::vector<ListedTool> list_tools(const Loaded& loaded);

}  // namespace cli
