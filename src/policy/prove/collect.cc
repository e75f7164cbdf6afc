// SPDX-License-Identifier: Apache-2.0
#include "policy/prove/collect.h"

#include <fmt/format.h>

#include <algorithm>

namespace policy::proving {
namespace {

constexpr std::size_t kItemDemand = 2;  // sets under x[*]: an item that fulfils, one that does not

bool reads_result(const SetExpr& set, const Tree& tree);

bool reads_result(const Predicate& p, const Tree& tree) {
  if (p.kind == Predicate::Kind::kName) {
    const Predicate* bound = bound_predicate(tree, p.name);
    return bound == nullptr || reads_result(*bound, tree);
  }
  if (p.left.kind == Value::Kind::kResult || p.right.kind == Value::Kind::kResult) return true;
  if (p.operand.scope == Scope::kResult || reads_result(p.set, tree)) return true;
  return std::any_of(p.parts.begin(), p.parts.end(),
                     [&](const Predicate& part) { return reads_result(part, tree); });
}

bool reads_result(const SetExpr& set, const Tree& tree) {
  if (set.kind == SetExpr::Kind::kName) {
    const SetExpr* bound = bound_set(tree, set.name);
    return bound == nullptr || reads_result(*bound, tree);
  }
  if (set.kind == SetExpr::Kind::kOperand && set.operand.scope == Scope::kResult) return true;
  return std::any_of(set.parts.begin(), set.parts.end(),
                     [&](const SetExpr& part) { return reads_result(part, tree); });
}

}  // namespace

bool has_operand(const SetExpr& set, const Tree& tree) {
  if (set.kind == SetExpr::Kind::kOperand) return true;
  if (set.kind == SetExpr::Kind::kName) {
    const SetExpr* bound = bound_set(tree, set.name);
    return bound != nullptr && has_operand(*bound, tree);
  }
  return std::any_of(set.parts.begin(), set.parts.end(),
                     [&](const SetExpr& part) { return has_operand(part, tree); });
}

bool is_everything(const SetExpr& set) {
  return set.kind == SetExpr::Kind::kLiteral && set.elements.size() == 1 &&
         set.elements[0].kind == Element::Kind::kString && !set.elements[0].length &&
         set.elements[0].text == "*";
}

bool reads_result(const Block& block, const Tree& tree) {
  for (const Statement& statement : block.statements) {
    if (statement.when && reads_result(*statement.when, tree)) return true;
    for (const Update& update : statement.updates)
      if (reads_result(update.value, tree)) return true;
  }
  return false;
}

bool has_each(const Path& path) {
  return std::any_of(path.steps.begin(), path.steps.end(),
                     [](const Step& s) { return s.kind == Step::Kind::kEach; });
}

bool is_literal(const SetExpr& set, const Tree& tree) {
  if (set.kind == SetExpr::Kind::kOperand) return false;
  if (set.kind == SetExpr::Kind::kName) {
    const SetExpr* bound = bound_set(tree, set.name);
    return bound != nullptr && is_literal(*bound, tree);
  }
  for (const Element& element : set.elements)
    if (element.kind != Element::Kind::kString || element.text == "*") return false;
  return std::all_of(set.parts.begin(), set.parts.end(),
                     [&](const SetExpr& part) { return is_literal(part, tree); });
}

std::string set_key(const SetExpr& set) {
  return fmt::format("set {}", static_cast<const void*>(&set));
}

std::string spot_of(const Path& path) {
  std::string out = path.argument;
  for (const Step& step : path.steps)
    out += step.kind == Step::Kind::kKey ? "/" + step.key : std::string("/[]");
  return out;
}

void Collector::read(const std::string& tool, const Applicable& rules, std::size_t times,
                     bool learns) {
  tool_ = tool;
  times_ = times;
  here_ = Scope::kSession;
  for (const auto& [rule, tree] : rules.rules) {
    tree_ = tree;
    if (rule->when) predicate(*rule->when);
  }
  const auto read_all = [&](const std::vector<Placed<Block>>& blocks, Scope here) {
    here_ = here;
    for (const auto& placed : blocks) {
      tree_ = placed.tree;
      block(*placed.what);
    }
  };
  read_all(rules.before, Scope::kSession);
  if (learns) read_all(rules.after, Scope::kSession);
  if (learns) read_all(rules.result, Scope::kResult);
}

void Collector::read(const std::string& tool, const Predicate& p, const Tree& names) {
  tool_ = tool;
  times_ = 1;
  tree_ = &names;
  here_ = Scope::kSession;
  predicate(p);
}

void Collector::predicate(const Predicate& p) {
  using Kind = Predicate::Kind;
  switch (p.kind) {
    case Kind::kAnd:
    case Kind::kOr:
    case Kind::kNot:
      for (const Predicate& part : p.parts) predicate(part);
      return;
    case Kind::kName:
      if (const Predicate* bound = bound_predicate(*tree_, p.name)) predicate(*bound);
      return;
    case Kind::kIn: return member(p);
    case Kind::kCompare: return compare(p);
    case Kind::kOverlaps:
    case Kind::kSubset:
    case Kind::kSuperset:
    case Kind::kSetEqual:
    case Kind::kEmpty:
    case Kind::kUniversal:
    case Kind::kGrants: return sets(p);
    case Kind::kPresent:
    case Kind::kAbsent: return touch(p.path);
    case Kind::kNamed:
      touch(p.path);
      // An item that is not named beside those that other comparisons need.
      if (!has_each(p.path)) ++mentions_[tool_][spot_of(p.path)].demands;
      return;
    case Kind::kAny:
    case Kind::kAll: return quantified(p);
  }
}

void Collector::quantified(const Predicate& p) {
  const Predicate& part = p.parts[0];
  using Kind = Predicate::Kind;
  const bool of_sets = part.kind != Kind::kIn && part.kind != Kind::kCompare &&
                       part.kind != Kind::kPresent && part.kind != Kind::kAbsent &&
                       part.kind != Kind::kNamed;
  const Path& path = of_sets                      ? part.operand.path
                     : part.path.argument.empty() ? part.left.path
                                                  : part.path;
  Path prefix = path;
  prefix.steps.clear();
  for (const Step& step : path.steps) {
    if (step.kind == Step::Kind::kEach) {
      Mention& mention = mentions_[tool_][spot_of(prefix)];
      mention.each = true;
      ++mention.demands;
      mention.each_labels = mention.each_labels || of_sets;
    }
    prefix.steps.push_back(step);
  }
  repeats_ = of_sets ? kItemDemand : 1;
  predicate(part);
  repeats_ = 1;
}

void Collector::touch(const Path& path) {
  if (path.argument.empty()) return;
  std::string spot = path.argument;
  mentions_[tool_][spot];
  for (const Step& step : path.steps) {
    Mention& mention = mentions_[tool_][spot];
    switch (step.kind) {
      case Step::Kind::kKey: mention.keys.insert(step.key); break;
      case Step::Kind::kIndex:
        mention.items = std::max<std::size_t>(mention.items, step.index + std::size_t{1});
        break;
      case Step::Kind::kEach: mention.each = true; break;
    }
    spot += step.kind == Step::Kind::kKey ? "/" + step.key : std::string("/[]");
    mentions_[tool_][spot];
  }
}

std::size_t Collector::field(Field which) {
  fields_[static_cast<std::size_t>(which)] = true;
  const std::size_t sort = sorts_.id(sort_key(which));
  sorts_.at(sort).names = true;
  return sort;
}

std::size_t Collector::operand(const Operand& operand) {
  if (operand.scope == Scope::kArgument) touch(operand.path);
  if (operand.scope != Scope::kPrincipal) return field(operand.field);
  principal_[operand.scopes ? 1 : 0] = true;
  const std::size_t sort = sorts_.id(operand.scopes ? kScopesKey : kRolesKey);
  sorts_.at(sort).names = true;
  return sort;
}

Collector::Side Collector::side(const Value& value) {
  switch (value.kind) {
    case Value::Kind::kArgument:
      touch(value.path);
      return {sorts_.id(leaf_key(tool_, spot_of(value.path)))};
    case Value::Kind::kResult: return {sorts_.id(kResultKey)};
    case Value::Kind::kSession: return {sorts_.id(kSessionKey)};
    case Value::Kind::kCounter: return {sorts_.id(counter_key(value.text))};
    case Value::Kind::kAttribute: break;
    case Value::Kind::kString:
    case Value::Kind::kInstant:
    case Value::Kind::kNumber:
    case Value::Kind::kBool: return {};
  }
  if (value.attribute == Attribute::kToolName || value.attribute == Attribute::kToolEffect)
    return {};
  const bool derived =
      value.attribute == Attribute::kTimeHour || value.attribute == Attribute::kTimeWeekday;
  const std::size_t sort = sorts_.id(sort_key(value.attribute));
  if (derived) sorts_.at(sort).calendar = true;
  if (value.attribute == Attribute::kTimeNow) sorts_.at(sort).moments = true;
  return {sort, derived};
}

// What `value`, a constant or as good as one, does to the sort of the other side.
void Collector::constant(const Value& value, const Side& beside) {
  if (!beside.sort) return;
  Sort& sort = sorts_.at(*beside.sort);
  switch (value.kind) {
    case Value::Kind::kString:
      sort.strings.insert(value.text);
      if (const auto instant = instant_of(value.text)) sort.instants.push_back(*instant);
      return;
    case Value::Kind::kNumber: sort.numbers.push_back(value.number); return;
    case Value::Kind::kInstant:
      sort.moments = true;
      sort.instants.push_back(value.instant);
      return;
    case Value::Kind::kAttribute: break;
    default: return;
  }
  if (value.attribute == Attribute::kToolName) sort.strings.insert(tool_);
  if (value.attribute == Attribute::kToolEffect)
    for (std::size_t i = 0; i <= static_cast<std::size_t>(ToolEffect::kLast); ++i)
      sort.strings.insert(std::string(spelling(static_cast<ToolEffect>(i))));
  if (value.attribute == Attribute::kTimeHour || value.attribute == Attribute::kTimeWeekday)
    for (std::int64_t i = 0; i < 24; ++i) sort.numbers.push_back({true, i, 0});
}

// An hour or weekday beside `other`: a number to tell hours apart by, or all hours matter.
void Collector::calendar(const Side& side, const Value& other, const Side& beside) {
  if (!side.derived) return;
  if (other.kind == Value::Kind::kNumber) sorts_.at(*side.sort).numbers.push_back(other.number);
  if (beside.sort) sorts_.at(*side.sort).hours = true;
}

void Collector::compare(const Predicate& p) {
  const Side left = side(p.left);
  const Side right = side(p.right);
  if (left.sort && right.sort && !left.derived && !right.derived) {
    sorts_.at(sorts_.united(*left.sort, *right.sort)).compares = true;
    return;
  }
  calendar(left, p.right, right);
  calendar(right, p.left, left);
  if (!left.derived) constant(p.right, left);
  if (!right.derived) constant(p.left, right);
}

void Collector::member(const Predicate& p) {
  const Side left = side(p.left);
  std::optional<std::size_t> sort = left.sort;
  join(sort, p.set);
  if (!left.sort && sort) constant(p.left, {sort});
}

void Collector::sets(const Predicate& p) {
  using Kind = Predicate::Kind;
  std::optional<std::size_t> sort = operand(p.operand);
  if (p.kind == Kind::kGrants) {
    Sort& of = sorts_.at(*sort);
    of.strings.insert("*");
    of.strings.insert(p.name);
    for (std::size_t at = 0; at <= p.name.size(); ++at)
      if (at == p.name.size() || p.name[at] == '.') of.strings.insert(p.name.substr(0, at) + ".*");
    return;
  }
  if (p.kind == Kind::kUniversal) return;
  const bool alone = p.kind == Kind::kEmpty || !has_operand(p.set, *tree_);
  if (p.kind != Kind::kEmpty) join(sort, p.set);
  const bool at_names_said = (p.kind == Kind::kOverlaps || p.kind == Kind::kSuperset) &&
                             p.kind != Kind::kEmpty && is_literal(p.set, *tree_);
  if (at_names_said) return;
  // Comparisons of one set with what stands in the source ask which combinations of the tests it
  // holds a name of: one name of each serves them all.
  if (!alone || seen_.insert(operand_key(p.operand)).second) demand(*sort);
}

std::string Collector::operand_key(const Operand& operand) const {
  const bool changes = operand.scope == Scope::kSession || operand.scope == Scope::kHere ||
                       operand.scope == Scope::kResult;
  return fmt::format("{} {} {} {} {} {} {} {}", tool_, static_cast<int>(operand.scope),
                     static_cast<int>(operand.field), operand.intersect, operand.scopes,
                     spot_of(operand.path), repeats_, changes ? version_ : 0);
}

void Collector::join(std::optional<std::size_t>& sort, const SetExpr& set) {
  using Kind = SetExpr::Kind;
  switch (set.kind) {
    case Kind::kOperand: {
      const std::size_t other = operand(set.operand);
      sort = sort ? sorts_.united(*sort, other) : other;
      return;
    }
    case Kind::kName:
      if (const SetExpr* bound = bound_set(*tree_, set.name)) join(sort, *bound);
      return;
    default: break;
  }
  for (const SetExpr& part : set.parts) join(sort, part);
  if (!sort) {
    // A set of literals alone so far: whatever comes beside it later unites with this.
    sort = sorts_.id(set_key(set));
  }
  for (const Element& element : set.elements) {
    if (is_everything(set)) continue;
    if (element.kind == Element::Kind::kString && !element.length)
      sorts_.at(*sort).strings.insert(element.text);
    else sorts_.at(*sort).elements.push_back(&element);
  }
  // universal - S asks whether S is empty.
  const bool subtracts = set.kind == Kind::kMinus || set.kind == Kind::kXor;
  if (subtracts && has_operand(set.parts[1], *tree_)) demand(*sort);
  if (set.kind == Kind::kXor && has_operand(set.parts[0], *tree_)) demand(*sort);
}

void Collector::block(const Block& block) {
  for (const Statement& statement : block.statements) {
    if (statement.when) predicate(*statement.when);
    for (const Update& u : statement.updates) update(u, here_);
  }
}

void Collector::update(const Update& update, Scope) {
  std::optional<std::size_t> sort = field(update.field);
  join(sort, update.value);
  const bool subtracts = update.op == Update::Op::kMinus || update.op == Update::Op::kXor;
  if (subtracts && has_operand(update.value, *tree_)) demand(*sort);
  if (update.op == Update::Op::kXor) demand(*sort);
  ++version_;
}

}  // namespace policy::proving
