// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The load checks of policy.md §8, in the order in which load() runs them. Each reports what it
// finds and leaves the tree as it is. Trust zone: supervisor.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "policy/load/findings.h"
#include "policy/load/names.h"
#include "policy/load/shapes.h"
#include "policy/options.h"
#include "policy/tree.h"

namespace policy {

// One tree under check, and where it comes from.
struct Unit {
  Tree tree;
  bool pack = false;  // no warnings about what a site does not have
  Names names;        // of `tree`: after place() in load.cc
};

// Patterns seen so far, so that each is compiled once.
struct Patterns {
  std::unordered_map<std::string, std::string> errors;
};

// What can be said of the text alone: names and their kinds, matchers, `"*"`, patterns,
// quantifiers, targets of updates, reserved tags.
void check_text(const Unit& unit, Patterns& patterns, Findings& findings);

// A tool id: ASCII, and of some tool. `reach`: the tools it means, none if its pattern is wrong.
// False if there is nothing to check arguments against.
bool check_tool(const ToolId& id, const Reach* reach, bool pack, const Shapes& shapes,
                const Options& options, Findings& findings);

// The counters of the set: their names are the whole set's.
using CounterNames = std::unordered_set<std::string_view>;
CounterNames check_counters(const std::vector<Unit>& units, Shapes& shapes, const Options& options,
                            Findings& findings);

// What depends on where a condition stands and which tools it applies to: tool ids, contexts,
// arguments, kinds, roles, counters; sets that are never or always true.
void check_use(const Unit& unit, Shapes& shapes, const Options& options,
               const CounterNames& counters, Findings& findings);

// What depends on all blocks of a tool: rules that cannot be reached, tools without a rule.
void check_rules(const std::vector<Unit>& units, Shapes& shapes, Findings& findings);

// A warning of a let that is not what it seems to be.
void check_shadows(const std::vector<Unit>& units, Findings& findings);

// True if `pattern` may accept more when it may match anywhere: an alternative that is not held at
// both ends by an anchor or `.*`.
bool differs_under_search(std::string_view pattern);

}  // namespace policy
