// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The leaves a call of a tool may have, as far as the rules tell them apart: the tool's arguments,
// the parts of structured ones that rules name, and enough items and keys beside. Trust zone:
// supervisor, tests.
#pragma once

#include <string>
#include <vector>

#include "policy/prove/collect.h"
#include "policy/question.h"
#include "policy/tools.h"

namespace policy::proving {

// A place in a call: a leaf of one of `kinds`, or what its children make, or nothing.
struct Spot {
  std::string path;                  // "to/0"
  std::string argument;              // "to"
  std::string step;                  // "0"; of an argument its name
  std::size_t sort = 0;              // of the leaf's values
  std::vector<LeafKind> kinds;       // empty: never a leaf
  std::vector<std::string> choices;  // the only texts; empty: any
  bool optional = true;
  bool list = false;  // the children are items: none without the one before
  std::vector<Spot> children;
};

struct Layout {
  std::vector<Spot> arguments;
  std::string incomplete;  // why other shapes might matter; empty: none does
};

// `shape` null: an unknown tool (compat open_tools), whose arguments are those that rules name.
// `open`: there may be arguments beside; one stands for them.
Layout layout_of(const ToolShape* shape, const std::string& tool, bool open, Collector& collector,
                 Sorts& sorts);
// How many leaves of the sort a call may have.
void count_values(const Layout& layout, std::size_t times, Sorts& sorts);

}  // namespace policy::proving
