// SPDX-License-Identifier: Apache-2.0
// The decision that ships as the oracle of prove().
#include <memory>

#include "policy/compile/compile.h"
#include "policy/decide.h"
#include "policy/prove/names.h"
#include "policy/prove/prove.h"

namespace policy {
namespace {

base::Result<std::shared_ptr<PolicySet>> linked(const Loaded& loaded) {
  TRY_AS(Program program, compile(loaded));
  TRY_AS(PolicySet set, PolicySet::link(std::move(program)));
  return std::make_shared<PolicySet>(std::move(set));
}

// A policy that allows the tool just where the predicate is true.
Loaded probe_of(const Loaded& loaded, const Query& query, const Tree& names) {
  Loaded out;
  out.sources = loaded.sources;
  out.tools = loaded.tools;
  out.options = loaded.options;
  out.options.llm_blocked.reset();
  out.options.check_consumers = false;
  out.yett = true;
  Tree tree;
  tree.yett = true;
  for (const auto& declaration : names.declarations)
    if (std::holds_alternative<Let>(declaration)) tree.declarations.push_back(declaration);
  for (const Tree& other : loaded.trees)
    for (const auto& declaration : other.declarations)
      if (std::holds_alternative<Counter>(declaration)) tree.declarations.push_back(declaration);
  ToolPolicy policy;
  policy.id.text = query.tool;
  Rule rule;
  rule.kind = Rule::Kind::kAllow;
  rule.when = query.such_that;
  policy.members.emplace_back(std::move(rule));
  tree.declarations.emplace_back(std::move(policy));
  out.trees.push_back(std::move(tree));
  return out;
}

}  // namespace

base::Result<Oracle> shipped(const Loaded& loaded, const Query& query) {
  TRY_AS(const std::shared_ptr<PolicySet> set, linked(loaded));
  Oracle out;
  out.answer = [set](const Question& question) { return answer(*set, question); };
  out.learn = [set](const Question& question, const Observed& observed) {
    return learn(*set, question, observed);
  };
  out.holds = [](const Question&) { return true; };
  if (!query.such_that) return out;
  const Tree empty;
  const Tree* names = proving::tree_for(loaded, *query.such_that, empty);
  if (names == nullptr) return base::not_found("a name in the question that no file binds");
  TRY_AS(const std::shared_ptr<PolicySet> probe, linked(probe_of(loaded, query, *names)));
  out.holds = [probe](const Question& question) {
    return answer(*probe, question).effect == Effect::kAllow;
  };
  return out;
}

Proof prove(const Loaded& loaded, const Query& query, const Limits& limits) {
  const auto oracle = shipped(loaded, query);
  if (oracle.ok()) return prove(loaded, query, *oracle, limits);
  Proof out;
  out.why = oracle.error().message;
  return out;
}

}  // namespace policy
