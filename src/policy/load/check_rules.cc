// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "policy/load/check.h"
#include "policy/load/order.h"
#include "policy/load/walk.h"

namespace policy {
namespace {

// The unconditional rules of one tool so far, by what they settle.
struct Settled {
  const Rule* hard_deny = nullptr;  // settles everything
  const Rule* hard_allow = nullptr;
  const Rule* soft = nullptr;
  const Rule* deny = nullptr;  // settles everything
  const Rule* ask = nullptr;
  const Rule* allow = nullptr;
};

// The rule because of which `rule` can never make a difference, if there is one.
const Rule* settled(const Settled& by, const Rule& rule) {
  if (by.hard_deny != nullptr) return by.hard_deny;
  if (by.deny != nullptr) return by.deny;
  if (rule.kind == Rule::Kind::kRedact || rule.kind == Rule::Kind::kLog) return nullptr;
  if (!rule.level) {
    if (rule.kind != Rule::Kind::kAllow) return nullptr;
    return by.ask != nullptr ? by.ask : by.allow;
  }
  if (*rule.level == Level::kSoft) return by.hard_allow != nullptr ? by.hard_allow : by.soft;
  return rule.kind == Rule::Kind::kAllow ? by.hard_allow : nullptr;
}

void keep_first(const Rule*& place, const Rule* rule) {
  if (place == nullptr) place = rule;
}

void settle(Settled& by, const Rule& rule) {
  using Kind = Rule::Kind;
  if (rule.when || rule.kind == Kind::kRedact || rule.kind == Kind::kLog) return;
  const bool allows = rule.kind == Kind::kAllow;
  if (!rule.level)
    return keep_first(allows ? by.allow : rule.kind == Kind::kAsk ? by.ask : by.deny, &rule);
  if (*rule.level == Level::kSoft) return keep_first(by.soft, &rule);
  keep_first(allows ? by.hard_allow : by.hard_deny, &rule);
}

void merge(Settled& into, const Settled& more) {
  keep_first(into.hard_deny, more.hard_deny);
  keep_first(into.hard_allow, more.hard_allow);
  keep_first(into.soft, more.soft);
  keep_first(into.deny, more.deny);
  keep_first(into.ask, more.ask);
  keep_first(into.allow, more.allow);
}

// What is settled for every tool of the reach: only then is a rule of the block without effect.
Settled settled_for_all(const Reach& reach, const std::vector<Settled>& tools) {
  Settled all = tools[reach[0]];
  for (std::uint32_t index : reach) {
    const Settled& one = tools[index];
    if (one.hard_deny == nullptr) all.hard_deny = nullptr;
    if (one.hard_allow == nullptr) all.hard_allow = nullptr;
    if (one.soft == nullptr) all.soft = nullptr;
    if (one.deny == nullptr) all.deny = nullptr;
    if (one.ask == nullptr) all.ask = nullptr;
    if (one.allow == nullptr) all.allow = nullptr;
  }
  return all;
}

void check_block(const Ordered& at, const Reach& reach, std::vector<Settled>& tools,
                 Findings& findings) {
  Settled now = settled_for_all(reach, tools);
  Settled own;
  for (const auto& member : at.block->members) {
    const Rule* rule = std::get_if<Rule>(&member);
    if (rule == nullptr) continue;
    const Rule* by = settled(now, *rule);
    if (by != nullptr && !at.unit->pack)
      findings.warning("unreachable-rule", rule->span,
                       fmt::format("the rule never matters: the one on line {} has no condition "
                                   "and settles it",
                                   by->span.line));
    settle(now, *rule);
    settle(own, *rule);
  }
  for (std::uint32_t index : reach) merge(tools[index], own);
}

bool decides(const ToolPolicy& block) {
  return std::any_of(block.members.begin(), block.members.end(), [](const auto& member) {
    const Rule* rule = std::get_if<Rule>(&member);
    return rule != nullptr && rule->kind != Rule::Kind::kRedact && rule->kind != Rule::Kind::kLog;
  });
}

void name_bare_tools(const std::vector<bool>& ruled, const Shapes& shapes, Findings& findings) {
  constexpr std::size_t kNamed = 8;
  std::string names;
  std::size_t count = 0;
  for (std::uint32_t index = 0; index < ruled.size(); ++index) {
    if (ruled[index] || ++count > kNamed) continue;
    names += (names.empty() ? "" : ", ") + quoted(shapes.tool(index).name);
  }
  if (count == 0) return;
  if (count > kNamed) names += fmt::format(" and {} more", count - kNamed);
  findings.warning("tool-without-rule", {.file = 0, .line = 1, .column = 1},
                   "no rule decides about " + names, "say `allow`, `ask` or `deny` for it");
}

// Arguments that a file mentions.
class Arguments : public Walk {
 public:
  std::set<std::string_view> found;

 private:
  void on_path(const Path& node) override {
    if (!node.role) found.insert(node.argument);
  }
};

void shadows_of(const Unit& unit, const std::set<std::string_view>& of_packs, Findings& findings) {
  Arguments arguments;
  for (const auto& declaration : unit.tree.declarations) {
    if (const auto* let = std::get_if<Let>(&declaration)) arguments.let(*let);
    if (const auto* block = std::get_if<ToolPolicy>(&declaration))
      for (const auto& member : block->members) arguments.member(member);
  }
  for (const auto& declaration : unit.tree.declarations) {
    const auto* let = std::get_if<Let>(&declaration);
    if (let == nullptr) continue;
    if (arguments.found.contains(let->name))
      findings.warning("shadowed-let", let->span,
                       fmt::format("{} is also an argument that this file reads: `{}` alone is the "
                                   "let, `{}.` is the argument",
                                   quoted(let->name), let->name, let->name));
    if (of_packs.contains(let->name))
      findings.warning("shadowed-let", let->span,
                       fmt::format("a pack binds {} too: names are per file, the pack's stays as "
                                   "it is",
                                   quoted(let->name)),
                       "only names that begin with site_ can be bound for a pack");
  }
}

}  // namespace

std::vector<Ordered> in_order(const std::vector<Unit>& units) {
  std::vector<Ordered> out;
  for (const Unit& unit : units)
    for (const auto& declaration : unit.tree.declarations)
      if (const auto* block = std::get_if<ToolPolicy>(&declaration)) out.push_back({&unit, block});
  std::stable_sort(out.begin(), out.end(), [](const Ordered& a, const Ordered& b) {
    return a.block->priority() > b.block->priority();
  });
  return out;
}

void check_rules(const std::vector<Unit>& units, Shapes& shapes, Findings& findings) {
  std::vector<Settled> tools(shapes.tools().size());
  std::vector<bool> ruled(shapes.tools().size());
  for (const Ordered& at : in_order(units)) {
    const Reach* reach = shapes.reach(at.block->id);
    if (reach == nullptr || reach->empty()) continue;
    check_block(at, *reach, tools, findings);
    if (decides(*at.block))
      for (std::uint32_t index : *reach) ruled[index] = true;
  }
  if (!units.empty()) name_bare_tools(ruled, shapes, findings);
}

void check_shadows(const std::vector<Unit>& units, Findings& findings) {
  std::set<std::string_view> of_packs;
  for (const Unit& unit : units)
    for (const auto& declaration : unit.tree.declarations)
      if (const auto* let = std::get_if<Let>(&declaration); let != nullptr && unit.pack)
        if (!let->name.starts_with("site_")) of_packs.insert(let->name);
  for (const Unit& unit : units)
    if (!unit.pack) shadows_of(unit, of_packs, findings);
}

}  // namespace policy
