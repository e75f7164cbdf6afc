// SPDX-License-Identifier: Apache-2.0
#include "policy/load/expand.h"

#include <fmt/format.h>

#include <algorithm>

#include "policy/load/fill_in.h"
#include "policy/load/fold.h"

namespace policy {
namespace {

constexpr std::uint64_t kMostWork = 20'000'000;  // nodes looked at

bool decides(const Rule& rule) {
  return rule.kind != Rule::Kind::kRedact && rule.kind != Rule::Kind::kLog;
}

// What the bounds still allow.
struct Budget {
  std::uint64_t rules = 0;
  std::uint64_t nodes = 0;
  std::uint64_t work = 0;

  void take(const ToolPolicy::Member& member, const Names& names) {
    rules += std::holds_alternative<Rule>(member) ? 1 : 0;
    nodes += names.size(member);
  }
  // False, with an error, if a bound is passed.
  bool holds(const Span& span, Findings& findings) const {
    std::string what;
    if (rules > kMostRules) what = fmt::format("{} rules", kMostRules);
    else if (nodes > kMostNodes) what = fmt::format("{} nodes", kMostNodes);
    else if (work > kMostWork) what = fmt::format("{} nodes to look at", kMostWork);
    if (what.empty()) return true;
    findings.error("too-large", span,
                   fmt::format("the set has more than {} when effects, roles and names are filled "
                               "in",
                               what),
                   "name fewer tools, or bind large sets to fewer uses");
    return false;
  }
};

// One block for one tool.
class Plain {
 public:
  Plain(const ToolPolicy& block, const ToolShape& tool, const Names& names)
      : block_(&block), tool_(&tool), names_(&names) {}
  ToolPolicy run();

 private:
  void rule(const Rule& rule);
  void keep_verdict();
  void updates(const Block& block);
  bool redacts(Rule& rule) const;

  const ToolPolicy* block_;
  const ToolShape* tool_;
  const Names* names_;
  ToolPolicy out_;
  std::vector<Rule> dropped_;  // allows and asks that are never true
};

ToolPolicy Plain::run() {
  out_.id = {
      .kind = ToolId::Kind::kExact, .text = tool_->name, .effects = {}, .span = block_->id.span};
  out_.docs = block_->docs;
  out_.span = block_->span;
  for (const auto& member : block_->members) {
    if (const auto* a_rule = std::get_if<Rule>(&member)) rule(*a_rule);
    if (const auto* block = std::get_if<Block>(&member)) updates(*block);
  }
  keep_verdict();
  if (!out_.members.empty() && block_->priority() != 0) {
    // Not insert(): g++ 12 at -O2 takes its temporary for uninitialised.
    out_.members.emplace_back(Priority{block_->priority(), block_->span});
    std::ranges::rotate(out_.members, out_.members.end() - 1);
  }
  return std::move(out_);
}

void Plain::rule(const Rule& rule) {
  const bool quiet = rule.kind == Rule::Kind::kAsk || !decides(rule);
  Rule plain = rule;
  plain.when.reset();
  if (plain.kind == Rule::Kind::kRedact && !redacts(plain)) return;
  if (rule.when) {
    Folded condition = Fold(*tool_, *names_, quiet).predicate(*rule.when);
    if (condition.constant && !*condition.constant) {
      if (!decides(rule) || rule.kind == Rule::Kind::kDeny) return;
      plain.when = constant(false, rule.span);
      // An unmet allow with a level is a requirement: policy.md §5.2.
      if (!rule.level) return dropped_.push_back(std::move(plain));
    } else if (!condition.constant) {
      plain.when = std::move(condition.node);
    }
  }
  out_.members.emplace_back(std::move(plain));
}

// SECURITY: a tool for which a `tools` block allows nothing must not fall back to what the SQRT
// rules allow, as if the block were not there.
void Plain::keep_verdict() {
  const bool has_other = std::any_of(out_.members.begin(), out_.members.end(), [](const auto& m) {
    const auto* rule = std::get_if<Rule>(&m);
    return rule != nullptr && decides(*rule) && !rule->level;
  });
  if (!has_other && !dropped_.empty()) out_.members.emplace_back(std::move(dropped_[0]));
}

// Fields that this tool does not keep are not in its result. A tool that keeps no fields by name
// has one text as its result: the obligation stays, and cannot be met.
bool Plain::redacts(Rule& rule) const {
  if (tool_->kept.empty()) return true;
  std::erase_if(rule.texts, [&](const std::string& field) {
    return std::find(tool_->kept.begin(), tool_->kept.end(), field) == tool_->kept.end();
  });
  return !rule.texts.empty();
}

void Plain::updates(const Block& block) {
  Block plain{.kind = block.kind, .statements = {}, .docs = block.docs, .span = block.span};
  for (const Statement& statement : block.statements) {
    if (!statement.when) {
      plain.statements.push_back(statement);
      continue;
    }
    Folded condition = Fold(*tool_, *names_, false).predicate(*statement.when);
    if (condition.constant && !*condition.constant) continue;
    if (!condition.constant) {
      Statement copy = statement;
      copy.when = std::move(condition.node);
      plain.statements.push_back(std::move(copy));
      continue;
    }
    for (const Update& update : statement.updates)
      plain.statements.push_back(
          {.when = {}, .updates = {update}, .docs = statement.docs, .span = statement.span});
  }
  if (!plain.statements.empty()) out_.members.emplace_back(std::move(plain));
}

class Expansion {
 public:
  Expansion(Shapes& shapes, Findings& findings) : shapes_(&shapes), findings_(&findings) {}
  Tree unit(Unit& unit);

 private:
  void keep_let(const Unit& unit, const Let& let, Tree& out) const;
  void block(const Unit& unit, ToolPolicy& block, Tree& out);

  Shapes* shapes_;
  Findings* findings_;
  Budget budget_;
};

Tree Expansion::unit(Unit& unit) {
  Tree out{.name = unit.tree.name, .yett = unit.tree.yett, .declarations = {}};
  out.declarations.reserve(unit.tree.declarations.size());
  for (auto& declaration : unit.tree.declarations) {
    if (findings_->failed()) break;
    if (const auto* let = std::get_if<Let>(&declaration)) keep_let(unit, *let, out);
    if (const auto* counter = std::get_if<Counter>(&declaration))
      out.declarations.emplace_back(*counter);
    if (auto* policy = std::get_if<ToolPolicy>(&declaration)) block(unit, *policy, out);
  }
  return out;
}

void Expansion::keep_let(const Unit& unit, const Let& let, Tree& out) const {
  const LetInfo* info = unit.names.find(let.name);
  if (info->roles) return;
  Let copy = let;
  if (info->predicate) copy.value = meaning(*info);
  out.declarations.emplace_back(std::move(copy));
}

void Expansion::block(const Unit& unit, ToolPolicy& block, Tree& out) {
  const bool roles = std::any_of(block.members.begin(), block.members.end(),
                                 [&](const auto& member) { return unit.names.roles(member); });
  if (block.id.kind != ToolId::Kind::kEffects && !roles) {
    for (const auto& member : block.members) budget_.take(member, unit.names);
    if (budget_.holds(block.span, *findings_)) out.declarations.emplace_back(std::move(block));
    return;
  }
  std::uint64_t size = 1;
  for (const auto& member : block.members) size += unit.names.size(member);
  for (std::uint32_t index : *shapes_->reach(block.id)) {
    budget_.work += size;
    ToolPolicy plain = Plain(block, shapes_->tool(index), unit.names).run();
    for (const auto& member : plain.members) budget_.take(member, unit.names);
    if (!budget_.holds(block.span, *findings_)) return;
    if (!plain.members.empty()) out.declarations.emplace_back(std::move(plain));
  }
}

}  // namespace

void check_size(const std::vector<Unit>& units, Findings& findings) {
  Budget budget;
  for (const Unit& unit : units)
    for (const auto& declaration : unit.tree.declarations) {
      const auto* block = std::get_if<ToolPolicy>(&declaration);
      if (block == nullptr) continue;
      for (const auto& member : block->members) budget.take(member, unit.names);
      if (!budget.holds(block->span, findings)) return;
    }
}

std::vector<Tree> expand(std::vector<Unit>& units, Shapes& shapes, Findings& findings) {
  Expansion expansion(shapes, findings);
  std::vector<Tree> out;
  for (Unit& unit : units) out.push_back(expansion.unit(unit));
  return out;
}

}  // namespace policy
