// SPDX-License-Identifier: Apache-2.0
#include "policy/prove/applicable.h"

#include <algorithm>

namespace policy::proving {
namespace {

bool is_for(const ToolId& id, const std::string& tool, Judge& judge) {
  switch (id.kind) {
    case ToolId::Kind::kExact: return id.text == tool;
    case ToolId::Kind::kPattern: return judge.is_whole(id.text, tool);
    case ToolId::Kind::kEffects: break;  // gone after expansion
  }
  return false;
}

void add_block(Applicable& out, const Block& block, const Tree& tree) {
  switch (block.kind) {
    case Block::Kind::kResult: out.result.push_back({&block, &tree}); break;
    case Block::Kind::kBefore: out.before.push_back({&block, &tree}); break;
    case Block::Kind::kAfter: out.after.push_back({&block, &tree}); break;
  }
}

const Let* find_let(const Tree& tree, const std::string& name) {
  for (const auto& declaration : tree.declarations)
    if (const Let* let = std::get_if<Let>(&declaration); let != nullptr && let->name == name)
      return let;
  return nullptr;
}

// Through `let x = y;`: an alias of unknown kind is a set expression that is a name.
const Let* resolved(const Tree& tree, const std::string& name) {
  const Let* let = find_let(tree, name);
  for (std::size_t hops = 0; let != nullptr && hops < tree.declarations.size(); ++hops) {
    const SetExpr* set = std::get_if<SetExpr>(&let->value);
    if (set == nullptr || set->kind != SetExpr::Kind::kName) break;
    let = find_let(tree, set->name);
  }
  return let;
}

}  // namespace

Applicable applicable(const Loaded& loaded, const std::string& tool, Judge& judge) {
  std::vector<Placed<ToolPolicy>> policies;
  for (const Tree& tree : loaded.trees)
    for (const auto& declaration : tree.declarations)
      if (const auto* policy = std::get_if<ToolPolicy>(&declaration);
          policy != nullptr && is_for(policy->id, tool, judge))
        policies.push_back({policy, &tree});
  std::stable_sort(policies.begin(), policies.end(), [](const auto& a, const auto& b) {
    return a.what->priority() > b.what->priority();
  });
  Applicable out;
  for (const auto& policy : policies)
    for (const ToolPolicy::Member& member : policy.what->members) {
      if (const Rule* rule = std::get_if<Rule>(&member)) out.rules.push_back({rule, policy.tree});
      if (const Block* block = std::get_if<Block>(&member)) add_block(out, *block, *policy.tree);
    }
  return out;
}

const Predicate* bound_predicate(const Tree& tree, const std::string& name) {
  const Let* let = resolved(tree, name);
  return let != nullptr ? std::get_if<Predicate>(&let->value) : nullptr;
}

const SetExpr* bound_set(const Tree& tree, const std::string& name) {
  const Let* let = resolved(tree, name);
  return let != nullptr ? std::get_if<SetExpr>(&let->value) : nullptr;
}

}  // namespace policy::proving
