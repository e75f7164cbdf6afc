// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Names of a tree → slots; everything that can be refused before a plan runs is refused here.
// Trust zone: session.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "lang/host.h"
#include "lang/source.h"
#include "lang/tree.h"

namespace lang {

// Where a name lives.
struct Ref {
  enum class Kind : std::uint8_t { kNowhere, kLocal, kCell, kGlobal, kBuiltin, kTool };
  Kind kind = Kind::kNowhere;
  std::uint32_t slot = 0;
  std::uint32_t scope = 0;  // of kLocal and kCell: whose frame
};

struct Parameter {
  enum class Kind : std::uint8_t { kPositional, kBoth, kKeyword, kRest, kRestKeywords };
  Kind kind = Kind::kBoth;
  std::uint32_t text = kNoText;
  std::uint32_t slot = 0;
  NodeId initial = kNoNode;
};

// A frame's shape: the module's, a function's or a lambda's. Names of comprehensions are slots of
// the frame around them.
struct Scope {
  std::uint32_t parent = 0;
  std::uint32_t slots = 0;
  std::vector<bool> cells;  // by slot
  struct Capture {
    std::uint32_t from;  // slot of the parent's frame
    std::uint32_t to;
  };
  std::vector<Capture> captures;
  std::vector<Parameter> parameters;
};

// A tree with every name resolved. Node.slot of functions, lambdas: their scope.
struct Resolved {
  Tree tree;
  std::vector<Ref>
      refs;  // by node: names, and the names that functions, classes, aliases, ... bind
  std::vector<std::vector<std::uint32_t>> fresh;  // by node.slot of a comprehension: cells to renew
  std::vector<Scope> scopes;                      // 0: the module
  std::vector<std::uint32_t> globals;             // texts by slot
  std::uint32_t final_slot = 0xffffffff;          // of the global `final_return_value`
  bool has_default = false;      // it names `defaultdict`: what reads an item may change its owner
  bool functions_raise = false;  // some function of the plan raises or asserts
};

std::variant<Resolved, Problem> resolve(Tree tree, const std::vector<Signature>& tools);

}  // namespace lang
