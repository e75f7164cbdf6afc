// SPDX-License-Identifier: Apache-2.0
// Declarations, members and statements; the leaves are in random_leaf.cc.
#include "policy/syntax/testing/random_tree.h"

#include <fmt/format.h>

namespace policy {
namespace {

using Kind = ArgumentShape::Kind;

ToolShape shape_of(std::string name, ToolEffect effect) {
  ToolShape tool;
  tool.name = std::move(name);
  tool.effect = effect;
  tool.kept = {"secret"};
  const auto add = [&tool](std::string argument, Kind kind, std::optional<Role> role) {
    ArgumentShape shape;
    shape.name = std::move(argument);
    shape.kind = kind;
    shape.role = role;
    shape.required = tool.arguments.empty();
    tool.arguments.push_back(std::move(shape));
  };
  add("to", Kind::kString, Role::kRecipient);
  add("body", Kind::kString, Role::kContent);
  add("amount", Kind::kNumber, std::nullopt);
  add("count", Kind::kInteger, std::nullopt);
  add("flag", Kind::kBoolean, std::nullopt);
  add("list", Kind::kArray, std::nullopt);
  return tool;
}

}  // namespace

Tools random_tools() {
  return {shape_of("send_mail", ToolEffect::kSend), shape_of("read_file", ToolEffect::kRead),
          shape_of("pay_bill", ToolEffect::kPay)};
}

// splitmix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
std::uint64_t RandomTree::below(std::uint64_t bound) {
  std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return (z ^ (z >> 31)) % bound;
}

std::string RandomTree::pick(const std::vector<std::string_view>& from) {
  return std::string(from[below(from.size())]);
}

std::vector<std::string> RandomTree::docs() {
  std::vector<std::string> lines;
  if (!one_in(5)) return lines;
  for (std::uint64_t n = below(3); n > 0; --n)
    lines.push_back(pick({"", " Why.", "/ more", " \xc3\xa9 ok"}));
  return lines;
}

Tree RandomTree::tree() {
  Tree tree;
  tree.name = "random";
  tree.yett = shape_.yett;
  predicates_.clear();
  sets_.clear();
  domains_.clear();
  counters_.clear();
  if (shape_.yett && free() && one_in(4)) tree.declarations.emplace_back(Use{text(), {}});
  if (shape_.yett && one_in(2)) tree.declarations.emplace_back(counter());
  for (std::size_t i = 0; i < shape_.lets; ++i) tree.declarations.emplace_back(let(i));
  for (std::size_t i = 0; i < shape_.tools; ++i)
    tree.declarations.emplace_back(one_in(5) ? shorthand() : tool());
  return tree;
}

Let RandomTree::let(std::size_t number) {
  Let let;
  let.docs = docs();
  const std::uint64_t what = below(3);
  const Place nowhere;
  if (what == 0) {
    let.name = fmt::format("p{}", number);
    Predicate p = predicate(shape_.depth, nowhere);
    while (p.kind == Predicate::Kind::kName) p = predicate(1, nowhere);  // an alias is a set
    let.value = std::move(p);
    predicates_.push_back(let.name);
    return let;
  }
  SetExpr set;
  if (what == 1) {
    let.name = fmt::format("s{}", number);
    set = free() ? any_set(shape_.depth) : plain(shape_.depth, nowhere);
    sets_.push_back(let.name);
  } else {
    let.name = fmt::format("d{}", number);
    set.kind = SetExpr::Kind::kDomain;
    set.elements.push_back(free() ? any_element() : matcher_element(Kind::kString));
    while (set.elements[0].kind == Element::Kind::kNumber) set.elements[0] = string_element();
    domains_.push_back(let.name);
  }
  let.value = std::move(set);
  return let;
}

Counter RandomTree::counter() {
  Counter counter;
  counter.name = fmt::format("n{}", counters_.size());
  if (one_in(2)) counter.sum_of = "amount";
  counter.tool.text = free() ? text() : random_tools()[below(3)].name;
  counter.per = static_cast<Counter::Per>(below(3));
  counter.within_s = static_cast<std::int64_t>(1 + below(100'000));
  counters_.push_back(counter.name);
  return counter;
}

ToolId RandomTree::tool_id() {
  ToolId id;
  if (one_in(4)) {
    id.kind = ToolId::Kind::kPattern;
    id.text = free() ? pattern() : pick({".*", "send_.*", "read_.*|pay_.*"});
  } else {
    id.text = free() ? text() : random_tools()[below(3)].name;
  }
  return id;
}

ToolPolicy RandomTree::tool() {
  ToolPolicy policy;
  policy.docs = docs();
  if (shape_.yett && !shape_.expanded && one_in(4)) {
    policy.id.kind = ToolId::Kind::kEffects;
    for (std::uint64_t n = below(3); n > 0; --n)
      policy.id.effects.push_back(static_cast<ToolEffect>(below(6)));
  } else {
    policy.id = tool_id();
  }
  for (std::uint64_t n = below(shape_.members + 1); n > 0; --n) {
    const std::uint64_t what = below(6);
    if (what == 0)
      policy.members.emplace_back(Priority{static_cast<std::int32_t>(below(21)) - 10, {}});
    else if (what == 1) policy.members.emplace_back(block());
    else policy.members.emplace_back(rule());
  }
  return policy;
}

ToolPolicy RandomTree::shorthand() {
  ToolPolicy policy;
  policy.shorthand = true;
  policy.docs = docs();
  policy.id = tool_id();
  if (one_in(2))
    policy.members.emplace_back(Priority{static_cast<std::int32_t>(below(21)) - 10, {}});
  Block block;
  block.kind = static_cast<Block::Kind>(below(3));
  const Place place{true, block.kind != Block::Kind::kBefore};
  Statement only;
  if (one_in(2)) only.when = predicate(shape_.depth, place);
  only.updates.push_back(update(place, block.kind));
  only.updates[0].target = Update::Target::kHere;
  only.updates[0].argument.clear();
  block.statements.push_back(std::move(only));
  policy.members.emplace_back(std::move(block));
  return policy;
}

Rule RandomTree::rule() {
  Rule rule = shape_.yett && !one_in(3) ? yett_rule() : sqrt_rule();
  rule.docs = docs();
  if (!one_in(5)) rule.when = predicate(shape_.depth, Place{});
  return rule;
}

Rule RandomTree::sqrt_rule() {
  Rule rule;
  rule.level = one_in(2) ? Level::kHard : Level::kSoft;
  rule.kind = one_in(2) ? Rule::Kind::kAllow : Rule::Kind::kDeny;
  return rule;
}

Rule RandomTree::yett_rule() {
  Rule rule;
  rule.kind = static_cast<Rule::Kind>(below(5));
  if (rule.kind == Rule::Kind::kRedact) rule.texts.push_back(free() ? text() : "secret");
  if (rule.kind == Rule::Kind::kLog) rule.texts.push_back(free() ? text() : word());
  if (rule.kind == Rule::Kind::kRedact && free() && one_in(2)) rule.texts.push_back(text());
  const bool obliges = !rule.texts.empty();
  if (!obliges && one_in(3)) rule.because = free() ? text() + "x" : word();
  if (rule.kind != Rule::Kind::kAsk) return rule;
  if (one_in(2)) rule.ask.roles.push_back(free() ? text() : word());
  rule.ask.is_signed = one_in(2);
  if (one_in(2)) rule.ask.within_s = static_cast<std::int64_t>(1 + below(10'000));
  return rule;
}

Block RandomTree::block() {
  Block block;
  block.kind = static_cast<Block::Kind>(below(3));
  block.docs = docs();
  const Place place{true, block.kind != Block::Kind::kBefore};
  for (std::uint64_t n = below(3); n > 0; --n)
    block.statements.push_back(statement(place, block.kind));
  return block;
}

Statement RandomTree::statement(Place place, Block::Kind kind) {
  Statement statement;
  statement.docs = docs();
  std::uint64_t updates = 1;
  if (one_in(2)) {
    statement.when = predicate(shape_.depth, place);
    updates = below(3);
  }
  for (; updates > 0; --updates) statement.updates.push_back(update(place, kind));
  return statement;
}

Update RandomTree::update(Place place, Block::Kind kind) {
  Update update;
  if (free()) {
    update.target = static_cast<Update::Target>(below(4));
    if (update.target == Update::Target::kArgument) update.argument = name();
  } else if (one_in(3)) {
    update.target =
        kind == Block::Kind::kResult ? Update::Target::kResult : Update::Target::kSession;
  }
  update.field = field(true);
  update.op = static_cast<Update::Op>(below(5));
  update.value = free() ? any_set(shape_.depth) : plain(shape_.depth, place);
  return update;
}

}  // namespace policy
