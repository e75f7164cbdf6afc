// SPDX-License-Identifier: Apache-2.0
// Sets of labels: policy.md §3, §4, and updates: §6.
#include <algorithm>

#include "policy/prove/evaluate.h"

namespace policy::proving {
namespace {

using Kind = SetExpr::Kind;

}  // namespace

std::size_t Evaluation::sort_of(const Operand& operand) {
  if (operand.scope == Scope::kPrincipal) return sorts_.id(operand.scopes ? kScopesKey : kRolesKey);
  return sorts_.id(sort_key(operand.field));
}

std::optional<std::size_t> Evaluation::sort_of(const Value& value, const SceneSym& scene) {
  switch (value.kind) {
    case Value::Kind::kArgument: return sorts_.id(leaf_key(scene.call->tool, spot_of(value.path)));
    case Value::Kind::kResult: return sorts_.id(kResultKey);
    case Value::Kind::kSession: return sorts_.id(kSessionKey);
    case Value::Kind::kCounter: return sorts_.id(counter_key(value.text));
    case Value::Kind::kAttribute:
      if (value.attribute == Attribute::kToolName || value.attribute == Attribute::kToolEffect)
        return std::nullopt;
      return sorts_.id(sort_key(value.attribute));
    default: return std::nullopt;
  }
}

std::optional<std::size_t> Evaluation::sort_of(const SetExpr& set, const SceneSym& scene) {
  if (set.kind == Kind::kOperand) return sort_of(set.operand);
  if (set.kind == Kind::kName) {
    const SetExpr* bound = bound_set(*scene.tree, set.name);
    return bound != nullptr ? sort_of(*bound, scene) : std::nullopt;
  }
  for (const SetExpr& part : set.parts)
    if (const auto sort = sort_of(part, scene)) return sort;
  return sorts_.id(set_key(set));
}

SetSym Evaluation::set_of(const NodeSym& node, Field field) {
  std::vector<const NodeSym*> leaves;
  collect_leaves(node, leaves);
  const auto f = static_cast<std::size_t>(field);
  const bool meets = field == Field::kConsumers;
  SetSym out = maker_.clean_label()[f];
  const auto join = [&](Bit known, Bit leaf, Bit bit) {
    return meets ? circuit_.both(known, circuit_.either(~leaf, bit))
                 : circuit_.either(known, circuit_.both(leaf, bit));
  };
  for (const NodeSym* leaf : leaves) {
    const SetSym& own = leaf->label[f];
    out.all = join(out.all, leaf->leaf, own.all);
    for (std::size_t i = 0; i < out.has.size(); ++i)
      out.has[i] = join(out.has[i], leaf->leaf, own.has[i]);
  }
  return out;
}

LabelSym Evaluation::join_of(const CallSym& call) {
  LabelSym out = call.control;
  for (const NodeSym& argument : call.arguments) {
    LabelSym label;
    for (std::size_t f = 0; f < label.size(); ++f)
      label[f] = set_of(argument, static_cast<Field>(f));
    out = maker_.joined(out, label);
  }
  return out;
}

GroupRead Evaluation::operand(const Operand& operand, const SceneSym& scene) {
  const auto f = static_cast<std::size_t>(operand.field);
  switch (operand.scope) {
    case Scope::kArgument: {
      const NodeSym* node = place(operand.path, scene);
      if (node == nullptr)
        return {maker_.literal(sort_of(operand), {}), {}, {circuit_.truth(), circuit_.falsehood()}};
      return {set_of(*node, operand.field), {}, {~node->present, circuit_.falsehood()}};
    }
    case Scope::kArgs: return over_arguments(operand, scene);
    case Scope::kControl: return plain(scene.call->control[f]);
    case Scope::kPrincipal: return plain(operand.scopes ? scene.asker->scopes : scene.asker->roles);
    case Scope::kSession: return plain(scene.state->label[f]);
    case Scope::kHere:
      if (scene.here == Scope::kSession) return plain(scene.state->label[f]);
      break;
    case Scope::kResult: break;
  }
  if (scene.result == nullptr)
    return {maker_.literal(sort_of(operand), {}), {}, {circuit_.falsehood(), circuit_.truth()}};
  return plain(scene.result->label[f]);
}

GroupRead Evaluation::over_arguments(const Operand& operand, const SceneSym& scene) {
  SetSym fresh = maker_.clean_label()[static_cast<std::size_t>(operand.field)];
  SetSym out = operand.intersect ? maker_.everything(sort_of(operand))
                                 : maker_.literal(sort_of(operand), {});
  std::vector<Bit> present;
  for (const NodeSym& argument : scene.call->arguments) {
    const SetSym set = set_of(argument, operand.field);
    present.push_back(argument.present);
    out =
        maker_.chosen(argument.present, operand.intersect ? met(out, set) : united(out, set), out);
  }
  return plain(maker_.chosen(circuit_.any(std::move(present)), out, fresh));
}

SetSym Evaluation::united(const SetSym& a, const SetSym& b) {
  SetSym out = a;
  out.all = circuit_.either(a.all, b.all);
  for (std::size_t i = 0; i < out.has.size(); ++i) out.has[i] = circuit_.either(a.has[i], b.has[i]);
  return out;
}

SetSym Evaluation::met(const SetSym& a, const SetSym& b) {
  SetSym out = a;
  out.all = circuit_.both(a.all, b.all);
  for (std::size_t i = 0; i < out.has.size(); ++i) out.has[i] = circuit_.both(a.has[i], b.has[i]);
  return out;
}

// universal - {} is universal, universal - universal empty, universal - {"a"} an error.
SetSym Evaluation::minus(const SetSym& a, const SetSym& b, Bit& error) {
  SetSym out = a;
  const Bit nothing = empty(b);
  out.all = circuit_.both(a.all, nothing);
  for (std::size_t i = 0; i < out.has.size(); ++i) out.has[i] = circuit_.both(a.has[i], ~b.has[i]);
  error = circuit_.all({a.all, ~b.all, ~nothing});
  return out;
}

Bit Evaluation::empty(const SetSym& a) {
  std::vector<Bit> parts{~a.all};
  for (const Bit bit : a.has) parts.push_back(~bit);
  return circuit_.all(std::move(parts));
}

Bit Evaluation::subset(const SetSym& a, const SetSym& b) {
  std::vector<Bit> parts{circuit_.either(~a.all, b.all)};
  for (std::size_t i = 0; i < a.has.size(); ++i)
    parts.push_back(circuit_.either(~a.has[i], b.has[i]));
  return circuit_.all(std::move(parts));
}

Bit Evaluation::same(const SetSym& a, const SetSym& b) {
  return circuit_.both(subset(a, b), subset(b, a));
}

// The names of the pool that the group accepts.
SetSym Evaluation::accepted(const GroupRead& group) {
  SetSym out = group.plain;
  const Pool& pool = maker_.pool(out.sort);
  for (std::size_t i = 0; i < out.has.size(); ++i)
    for (const Element* element : group.matchers)
      if (judge_.accepts_name(*element, pool.strings[i])) out.has[i] = circuit_.truth();
  return out;
}

Bit Evaluation::overlap(const SetSym& a, const GroupRead& b) {
  const SetSym other = accepted(b);
  std::vector<Bit> parts{circuit_.both(a.all, other.all)};
  for (std::size_t i = 0; i < a.has.size(); ++i)
    parts.push_back(circuit_.both(a.has[i], other.has[i]));
  const bool holds_text =
      std::any_of(b.matchers.begin(), b.matchers.end(), [](const Element* element) {
        return element->kind == Element::Kind::kString ||
               element->kind == Element::Kind::kPattern ||
               element->kind == Element::Kind::kWildcard;
      });
  if (holds_text) parts.push_back(a.all);
  return circuit_.any(std::move(parts));
}

Bit Evaluation::grants(const SetSym& set, const std::string& name) {
  const Pool& pool = maker_.pool(set.sort);
  std::vector<Bit> parts{set.all};
  for (std::size_t i = 0; i < set.has.size(); ++i) {
    const std::string& held = pool.strings[i];
    bool grants = held == name || held == "*";
    if (held.ends_with(".*")) {
      const std::string prefix = held.substr(0, held.size() - 2);
      grants = grants || name == prefix || name.starts_with(prefix + ".");
    }
    if (grants) parts.push_back(set.has[i]);
  }
  return circuit_.any(std::move(parts));
}

Tri Evaluation::sets(const Predicate& p, const SceneSym& scene) {
  using P = Predicate::Kind;
  const GroupRead left = operand(p.operand, scene);
  if (p.kind == P::kEmpty) return finished(empty(left.plain), left.faults, scene);
  if (p.kind == P::kUniversal) return finished(left.plain.all, left.faults, scene);
  if (p.kind == P::kGrants) return finished(grants(left.plain, p.name), left.faults, scene);
  const GroupRead right = group(p.set, left.plain.sort, scene);
  const Faults faults = then(left.faults, right.faults);
  if (p.kind == P::kOverlaps) return finished(overlap(left.plain, right), faults, scene);
  if (p.kind == P::kSubset) return finished(subset(left.plain, accepted(right)), faults, scene);
  if (p.kind == P::kSuperset) return finished(subset(right.plain, left.plain), faults, scene);
  return finished(same(left.plain, right.plain), faults, scene);
}

GroupRead Evaluation::literal(const std::vector<Element>& elements, std::size_t sort) {
  GroupRead out{maker_.literal(sort, {}), {}, none()};
  std::vector<std::string> names;
  for (const Element& element : elements) {
    if (element.kind == Element::Kind::kString && !element.length) names.push_back(element.text);
    else out.matchers.push_back(&element);
  }
  out.plain = maker_.literal(sort, names);
  return out;
}

GroupRead Evaluation::group(const SetExpr& set, std::size_t sort, const SceneSym& scene) {
  switch (set.kind) {
    case Kind::kLiteral:
    case Kind::kDomain:
      if (is_everything(set)) return plain(maker_.everything(sort));
      return literal(set.elements, sort);
    case Kind::kName: {
      const SetExpr* bound = bound_set(*scene.tree, set.name);
      if (bound != nullptr) return group(*bound, sort, scene);
      return {maker_.literal(sort, {}), {}, {circuit_.falsehood(), circuit_.truth()}};
    }
    case Kind::kOperand: return operand(set.operand, scene);
    default: break;
  }
  const GroupRead left = group(set.parts[0], sort, scene);
  const bool by_element = set.kind == Kind::kWith || set.kind == Kind::kWithout;
  const GroupRead right =
      by_element ? literal(set.elements, sort) : group(set.parts[1], sort, scene);
  return combined(set.kind, left, right);
}

// `|` and `with` pass a matcher on; `-`, `&`, `without` remove or keep what one accepts.
GroupRead Evaluation::combined(Kind op, const GroupRead& a, const GroupRead& b) {
  GroupRead out{a.plain, {}, then(a.faults, b.faults)};
  Bit error = circuit_.falsehood();
  if (op == Kind::kUnion || op == Kind::kWith) {
    out.plain = united(a.plain, b.plain);
    out.matchers = a.matchers;
    out.matchers.insert(out.matchers.end(), b.matchers.begin(), b.matchers.end());
  } else if (op == Kind::kXor) {
    Bit other = circuit_.falsehood();
    const SetSym left = minus(a.plain, b.plain, error);
    const SetSym right = minus(b.plain, a.plain, other);
    error = circuit_.either(error, other);
    out.plain = united(left, right);
  } else {
    const SetSym right = accepted(b);
    out.plain = op == Kind::kIntersect ? met(a.plain, right) : minus(a.plain, right, error);
    if (!b.matchers.empty()) error = circuit_.both(a.plain.all, ~right.all);
  }
  out.faults = then(out.faults, {circuit_.falsehood(), error});
  return out;
}

void Evaluation::update(const Update& update, const SceneSym& scene, Bit when, LabelSym& target) {
  const auto f = static_cast<std::size_t>(update.field);
  const SetSym now = target[f];
  GroupRead value = group(update.value, now.sort, scene);
  // An absent argument is no value, whatever compat says of comparisons.
  value.faults = {circuit_.falsehood(), circuit_.either(value.faults.error, value.faults.absent)};
  value.matchers.clear();
  switch (update.op) {
    case Update::Op::kSet: break;
    case Update::Op::kUnion: {
      const SetSym named = value.plain;
      value = combined(Kind::kUnion, plain(now), value);
      if (loaded_.options.consumers_union_replaces && update.field == Field::kConsumers)
        value.plain = maker_.chosen(now.all, named, value.plain);
      break;
    }
    case Update::Op::kIntersect: value = combined(Kind::kIntersect, plain(now), value); break;
    case Update::Op::kMinus: value = combined(Kind::kMinus, plain(now), value); break;
    case Update::Op::kXor: value = combined(Kind::kXor, plain(now), value); break;
  }
  Bit error = value.faults.error;
  if (update.field != Field::kConsumers) error = circuit_.either(error, value.plain.all);
  LabelSym changed = target;
  changed[f] = value.plain;
  if (update.field != Field::kConsumers) changed[f].all = circuit_.falsehood();
  changed = maker_.chosen(error, maker_.restricted(target), changed);
  target = maker_.chosen(when, changed, target);
}

void Evaluation::run(const Block& block, SceneSym scene, LabelSym& target) {
  for (const Statement& statement : block.statements) {
    Tri when = circuit_.known(true);
    if (statement.when) when = holds(*statement.when, scene);
    for (const Update& u : statement.updates) update(u, scene, when.yes, target);
    if (statement.when && !statement.updates.empty())
      target = maker_.chosen(when.error, maker_.restricted(target), target);
  }
}

}  // namespace policy::proving
