// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A condition as it reads for one tool: roles replaced by the tool's arguments, what the tool's
// shape settles folded. Trust zone: supervisor.
#pragma once

#include <optional>

#include "policy/load/names.h"
#include "policy/tools.h"
#include "policy/tree.h"

namespace policy {

struct Folded {
  std::optional<bool> constant;  // then `node` is empty
  Predicate node;
};

class Fold {
 public:
  // `quiet`: comparisons of absent arguments are false (`ask when`, `oblige when`).
  Fold(const ToolShape& tool, const Names& names, bool quiet)
      : tool_(&tool), names_(&names), quiet_(quiet) {}
  Folded predicate(const Predicate& node) const;

 private:
  Folded chain(const Predicate& node, bool stop) const;
  Folded quantified(const Predicate& node) const;
  Folded role(const Predicate& node, Role role) const;
  Folded presence(const Predicate& node) const;
  Folded comparison(const Predicate& node) const;
  Predicate of_argument(const Predicate& node, const ArgumentShape& argument) const;
  bool lacks(const Path& path) const;

  const ToolShape* tool_;
  const Names* names_;
  bool quiet_;
};

// `true == true` or `true == false`.
Predicate constant(bool truth, const Span& span);

}  // namespace policy
