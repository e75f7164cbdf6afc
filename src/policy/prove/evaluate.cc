// SPDX-License-Identifier: Apache-2.0
// Predicates and what they read; the set expressions are in evaluate_sets.cc.
#include "policy/prove/evaluate.h"

#include <algorithm>

#include "policy/tools.h"

namespace policy::proving {
namespace {

using Kind = Predicate::Kind;

const Path& left_path(const Predicate& p) {
  if (p.kind == Kind::kIn || p.kind == Kind::kCompare) return p.left.path;
  if (p.kind == Kind::kPresent || p.kind == Kind::kAbsent || p.kind == Kind::kNamed) return p.path;
  return p.operand.path;
}

std::string step_text(const Step& step) {
  return step.kind == Step::Kind::kKey ? step.key : std::to_string(step.index);
}

const NodeSym* child_of(const NodeSym* node, const std::string& step) {
  if (node == nullptr) return nullptr;
  for (const NodeSym& child : node->children)
    if (child.spot->step == step) return &child;
  return nullptr;
}

}  // namespace

Faults Evaluation::then(const Faults& first, const Faults& second) {
  const Bit on = circuit_.both(~first.absent, ~first.error);
  return {circuit_.either(first.absent, circuit_.both(on, second.absent)),
          circuit_.either(first.error, circuit_.both(on, second.error))};
}

Tri Evaluation::finished(Bit yes, const Faults& faults, const SceneSym& scene) {
  const Bit error =
      scene.absent_is_false ? faults.error : circuit_.either(faults.error, faults.absent);
  return {circuit_.all({yes, ~faults.absent, ~faults.error}), error};
}

Tri Evaluation::holds(const Predicate& p, const SceneSym& scene) {
  switch (p.kind) {
    case Kind::kAnd:
    case Kind::kOr: {
      Tri out = circuit_.known(p.kind == Kind::kAnd);
      for (std::size_t i = p.parts.size(); i-- > 0;) {
        const Tri part = holds(p.parts[i], scene);
        out = p.kind == Kind::kAnd ? circuit_.conjunction(part, out)
                                   : circuit_.disjunction(part, out);
      }
      return out;
    }
    case Kind::kNot: return circuit_.negation(holds(p.parts[0], scene));
    case Kind::kName: {
      const Predicate* bound = bound_predicate(*scene.tree, p.name);
      if (bound == nullptr) return {circuit_.falsehood(), circuit_.truth()};
      return holds(*bound, scene);
    }
    case Kind::kAny:
    case Kind::kAll: return quantified(p, scene);
    default: return comparison(p, scene);
  }
}

Tri Evaluation::quantified(const Predicate& p, const SceneSym& scene) {
  const Predicate& part = p.parts[0];
  const Path& path = left_path(part);
  std::vector<Item> found;
  Bit error = circuit_.falsehood();
  for (const NodeSym& argument : scene.call->arguments)
    if (argument.spot->argument == path.argument)
      items(argument, path, 0, circuit_.truth(), found, error);
  const bool any = p.kind == Kind::kAny;
  Tri out = circuit_.known(!any);
  for (std::size_t i = found.size(); i-- > 0;) {
    SceneSym inner = scene;
    inner.item = found[i].node;
    const Tri t = holds(part, inner);
    const Bit exists = found[i].exists;
    const Bit fails = circuit_.both(exists, t.error);
    out = any ? circuit_.disjunction({circuit_.both(exists, t.yes), fails}, out)
              : circuit_.conjunction({circuit_.either(~exists, t.yes), fails}, out);
  }
  return {circuit_.both(out.yes, ~error), circuit_.either(out.error, error)};
}

void Evaluation::items(const NodeSym& node, const Path& path, std::size_t step, Bit exists,
                       std::vector<Item>& out, Bit& error) {
  const NodeSym* at = &node;
  for (; step < path.steps.size(); ++step) {
    if (path.steps[step].kind == Step::Kind::kEach) {
      if (at == nullptr) return;
      error = circuit_.either(error, circuit_.both(exists, at->leaf));
      for (const NodeSym& child : at->children)
        items(child, path, step + 1, child.present, out, error);
      return;
    }
    at = child_of(at, step_text(path.steps[step]));
  }
  out.push_back({at, exists});
}

Tri Evaluation::comparison(const Predicate& p, const SceneSym& scene) {
  switch (p.kind) {
    case Kind::kIn: return member(p, scene);
    case Kind::kCompare: return compare(p, scene);
    case Kind::kPresent:
    case Kind::kAbsent: {
      const NodeSym* node = place(p.path, scene);
      const Bit present = node != nullptr ? node->present : circuit_.falsehood();
      return circuit_.plain(p.kind == Kind::kPresent ? present : ~present);
    }
    case Kind::kNamed: {
      const NodeSym* node = place(p.path, scene);
      if (node == nullptr) return circuit_.known(false);
      return circuit_.plain(circuit_.both(node->present, all_named(*node)));
    }
    default: return sets(p, scene);
  }
}

Bit Evaluation::all_named(const NodeSym& node) {
  std::vector<const NodeSym*> leaves;
  collect_leaves(node, leaves);
  std::vector<Bit> parts;
  for (const NodeSym* leaf : leaves) parts.push_back(circuit_.either(~leaf->leaf, leaf->named));
  return circuit_.all(std::move(parts));
}

void Evaluation::collect_leaves(const NodeSym& node, std::vector<const NodeSym*>& out) {
  if (!node.spot->kinds.empty()) out.push_back(&node);
  for (const NodeSym& child : node.children) collect_leaves(child, out);
}

const NodeSym* Evaluation::find(const CallSym& call, const Path& path) {
  for (const NodeSym& argument : call.arguments) {
    if (argument.spot->argument != path.argument) continue;
    const NodeSym* at = &argument;
    for (const Step& step : path.steps) at = child_of(at, step_text(step));
    return at;
  }
  return nullptr;
}

const NodeSym* Evaluation::place(const Path& path, const SceneSym& scene) {
  return has_each(path) ? scene.item : find(*scene.call, path);
}

ValueRead Evaluation::constant(Concrete value) {
  ValueSym out;
  out.ways.push_back({circuit_.truth(), std::move(value)});
  return {std::move(out), none()};
}

// Numbers that cannot be read are errors where they are read.
ValueRead Evaluation::known(ValueSym value) {
  ValueRead out{{}, none()};
  std::vector<Bit> unreadable;
  for (ValueSym::Way& way : value.ways) {
    if (way.value.kind == Concrete::Kind::kNumber && !way.value.number)
      unreadable.push_back(way.guard);
    else out.value.ways.push_back(std::move(way));
  }
  out.faults.error = circuit_.any(std::move(unreadable));
  return out;
}

ValueRead Evaluation::read(const Value& value, const SceneSym& scene) {
  switch (value.kind) {
    case Value::Kind::kArgument: {
      const NodeSym* node = place(value.path, scene);
      if (node == nullptr) return {{}, {circuit_.truth(), circuit_.falsehood()}};
      ValueRead out = known(node->value);
      const Bit inner = circuit_.both(node->present, ~node->leaf);
      out.faults = {~node->present, circuit_.either(inner, out.faults.error)};
      return out;
    }
    case Value::Kind::kResult:
      if (scene.result == nullptr) return {{}, {circuit_.falsehood(), circuit_.truth()}};
      return known(scene.result->text);
    case Value::Kind::kSession: {
      ValueRead out = known(scene.state->value);
      out.faults.absent = ~scene.state->has_value;
      return out;
    }
    case Value::Kind::kString: return constant(string_value(value.text));
    case Value::Kind::kInstant: return constant(instant_value(value.instant));
    case Value::Kind::kNumber: return constant(number_value(value.number));
    case Value::Kind::kBool: {
      return constant(leaf_value(LeafKind::kBoolean, value.truth ? "true" : "false"));
    }
    case Value::Kind::kAttribute: return attribute(value.attribute, scene);
    case Value::Kind::kCounter: break;
  }
  const auto counter = scene.call->counters.find(value.text);
  if (counter == scene.call->counters.end()) return constant(number_value({}));
  return known(counter->second);
}

ValueRead Evaluation::attribute(Attribute attribute, const SceneSym& scene) {
  static constexpr std::int64_t kHour = 3'600'000'000;
  ValueSym out;
  switch (attribute) {
    case Attribute::kPrincipalId: return known(scene.asker->principal);
    case Attribute::kTenantId: return known(scene.asker->tenant);
    case Attribute::kDoorName: return known(scene.asker->door);
    case Attribute::kEnvironmentName: return known(scene.asker->environment);
    case Attribute::kToolName: return constant(string_value(scene.call->tool));
    case Attribute::kToolEffect:
      for (const ToolShape& tool : loaded_.tools)
        if (tool.name == scene.call->tool)
          return constant(string_value(std::string(spelling(effective(tool)))));
      return {{}, {circuit_.falsehood(), circuit_.truth()}};
    case Attribute::kTimeNow: return known(scene.call->now);
    case Attribute::kTimeHour:
    case Attribute::kTimeWeekday: break;
  }
  for (const ValueSym::Way& way : scene.call->now.ways) {
    const std::int64_t us = way.value.instant.us;
    const std::int64_t hours = us / kHour - (us % kHour < 0 ? 1 : 0);
    const std::int64_t days = hours / 24 - (hours % 24 < 0 ? 1 : 0);
    const std::int64_t number = attribute == Attribute::kTimeHour ? ((hours % 24) + 24) % 24
                                                                  : (((days + 3) % 7) + 7) % 7 + 1;
    out.ways.push_back({way.guard, number_value({true, number, 0})});
  }
  return known(std::move(out));
}

Tri Evaluation::compare(const Predicate& p, const SceneSym& scene) {
  const ValueRead left = read(p.left, scene);
  const ValueRead right = read(p.right, scene);
  Faults faults = then(left.faults, right.faults);
  std::vector<Bit> yes;
  std::vector<Bit> errors;
  for (const ValueSym::Way& a : left.value.ways)
    for (const ValueSym::Way& b : right.value.ways) {
      const Said said = compared(p.comparator, a.value, b.value);
      if (said == Said::kNo) continue;
      (said == Said::kYes ? yes : errors).push_back(circuit_.both(a.guard, b.guard));
    }
  faults = then(faults, {circuit_.falsehood(), circuit_.any(std::move(errors))});
  return finished(circuit_.any(std::move(yes)), faults, scene);
}

Tri Evaluation::member(const Predicate& p, const SceneSym& scene) {
  const ValueRead left = read(p.left, scene);
  std::optional<std::size_t> sort = sort_of(p.left, scene);
  if (!sort) sort = sort_of(p.set, scene);
  const GroupRead right = group(p.set, *sort, scene);
  const Pool& pool = maker_.pool(*sort);
  std::vector<Bit> yes;
  std::vector<Bit> errors;
  for (const ValueSym::Way& way : left.value.ways) {
    Said judged = Said::kNo;
    for (const Element* element : right.matchers) {
      const Said said = judge_.accepts(*element, way.value);
      if (said == Said::kYes) judged = Said::kYes;
      if (said == Said::kError && judged == Said::kNo) judged = Said::kError;
    }
    Bit held = circuit_.falsehood();
    if (way.value.kind == Concrete::Kind::kString) {
      const auto at = pool.index.find(way.value.text);
      held = at != pool.index.end() ? right.plain.has[at->second] : right.plain.all;
    }
    if (judged == Said::kYes) held = circuit_.truth();
    yes.push_back(circuit_.both(way.guard, held));
    if (judged == Said::kError) errors.push_back(circuit_.both(way.guard, ~held));
  }
  Faults faults = then(left.faults, right.faults);
  faults = then(faults, {circuit_.falsehood(), circuit_.any(std::move(errors))});
  return finished(circuit_.any(std::move(yes)), faults, scene);
}

}  // namespace policy::proving
