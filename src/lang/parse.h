// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Text of a plan → tree. What Python's grammar allows and the plan language does not is refused by
// name with a hint (docs/reference/plan-language.md §1). Trust zone: session.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <variant>

#include "lang/source.h"
#include "lang/tree.h"

namespace lang {

struct ParseMemory;  // parser.h

// Parses one plan after the other in the same memory: a session keeps one.
class ParseWorkspace {
 public:
  ParseWorkspace();
  ~ParseWorkspace();

  // The first problem, if there is one; else tree() is the plan, until the next parse.
  // LIMIT: as scan(), 64 levels of nesting (brackets, blocks, prefix operators, `elif`), 10,000
  // nodes. Chains of operators, calls and attributes nest to the left without such a limit: a walk
  // of the tree is as deep as there are nodes.
  std::optional<Problem> parse(std::string_view source);
  const Tree& tree() const;
  Tree& tree();  // the resolver writes slots into it

 private:
  std::unique_ptr<ParseMemory> memory_;
};

// As ParseWorkspace::parse, in memory of its own.
std::variant<Tree, Problem> parse(std::string_view source);

}  // namespace lang
