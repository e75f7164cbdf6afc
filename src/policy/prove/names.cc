// SPDX-License-Identifier: Apache-2.0
#include "policy/prove/names.h"

#include <algorithm>
#include <set>
#include <string>

#include "policy/prove/applicable.h"

namespace policy::proving {
namespace {

void names_in(const SetExpr& set, std::set<std::string>& out) {
  if (set.kind == SetExpr::Kind::kName) out.insert(set.name);
  for (const SetExpr& part : set.parts) names_in(part, out);
}

void names_in(const Predicate& p, std::set<std::string>& out) {
  if (p.kind == Predicate::Kind::kName) out.insert(p.name);
  names_in(p.set, out);
  for (const Predicate& part : p.parts) names_in(part, out);
}

}  // namespace

const Tree* tree_for(const Loaded& loaded, const Predicate& predicate, const Tree& empty) {
  std::set<std::string> names;
  names_in(predicate, names);
  if (names.empty()) return &empty;
  for (const Tree& tree : loaded.trees) {
    const bool binds = std::all_of(names.begin(), names.end(), [&](const std::string& name) {
      return bound_predicate(tree, name) != nullptr || bound_set(tree, name) != nullptr;
    });
    if (binds) return &tree;
  }
  return nullptr;
}

}  // namespace policy::proving
