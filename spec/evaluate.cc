// SPDX-License-Identifier: Apache-2.0
#include "spec/evaluate.h"

#include <algorithm>

#include "spec/read.h"

namespace spec {
namespace {

using policy::Comparator;
using policy::Predicate;
using Kind = policy::Predicate::Kind;

Truth truth(bool holds) { return holds ? Truth::kTrue : Truth::kFalse; }

// §4: a text that is not UTF-8 is an error where it is read.
Read<Data> checked(Read<Data> read) {
  const auto* data = std::get_if<Data>(&read);
  const auto* text = data != nullptr ? std::get_if<std::string>(data) : nullptr;
  return text == nullptr || is_utf8(*text) ? read : Fault::kError;
}

// §4: equality is of kind and value; an instant makes the other side's text an instant.
bool equal(const Data& a, const Data& b) {
  if (a.index() != b.index()) return false;
  const auto* x = std::get_if<policy::Number>(&a);
  if (x != nullptr) return by_value(*x, std::get<policy::Number>(b)) == 0;
  return a == b;
}

Data as_instant_beside(const Data& a, const Data& b) {
  const auto* text = std::get_if<std::string>(&a);
  if (text == nullptr || !std::holds_alternative<policy::Instant>(b)) return a;
  const auto instant = instant_of(*text);
  return instant ? Data(*instant) : a;
}

// -1, 0, 1; nothing but for two numbers or two instants.
std::optional<int> order(const Data& a, const Data& b) {
  const auto* x = std::get_if<policy::Number>(&a);
  const auto* y = std::get_if<policy::Number>(&b);
  if (x != nullptr && y != nullptr) return by_value(*x, *y);
  const auto* i = std::get_if<policy::Instant>(&a);
  const auto* j = std::get_if<policy::Instant>(&b);
  if (i == nullptr || j == nullptr) return std::nullopt;
  return *i < *j ? -1 : *j < *i ? 1 : 0;
}

const policy::Path* left_path(const Predicate& p) {
  if (p.kind == Kind::kIn || p.kind == Kind::kCompare) return &p.left.path;
  if (p.kind == Kind::kPresent || p.kind == Kind::kAbsent || p.kind == Kind::kNamed) return &p.path;
  return &p.operand.path;
}

// The comparison with `path` in the place of its [*] path.
Predicate with_path(Predicate p, const policy::Path& path) {
  p.left.path = p.operand.path = p.path = path;
  return p;
}

// Could it hold a name? What the universal set overlaps (§4).
bool holds_some_name(const Group& group) {
  const auto is_text = [](const policy::Element* element) {
    return element->kind == policy::Element::Kind::kString ||
           element->kind == policy::Element::Kind::kPattern ||
           element->kind == policy::Element::Kind::kWildcard;
  };
  return group.plain != Set{} || std::ranges::any_of(group.matchers, is_text);
}

bool is_named(const policy::Question& question, const policy::Path& path) {
  const auto leaves = leaves_of(question, path);
  for (const policy::LeafValue* leaf : leaves)
    if (!leaf->named) return false;
  return !leaves.empty();
}

}  // namespace

Evaluator::Evaluator(const policy::Loaded& loaded)
    : loaded_(loaded), patterns_(loaded.options.search) {}

bool Evaluator::is_for(const policy::ToolId& id, const std::string& tool) {
  return id.kind == policy::ToolId::Kind::kExact ? id.text == tool : patterns_.whole(id.text, tool);
}

Truth Evaluator::holds(const std::optional<Predicate>& when, const Scene& scene) {
  return when ? holds(*when, scene) : Truth::kTrue;
}

// §4: left to right, stopping when the answer is known; an error is the answer.
Truth Evaluator::holds(const Predicate& p, const Scene& scene) {
  switch (p.kind) {
    case Kind::kAnd:
      for (const Predicate& part : p.parts)
        if (const Truth t = holds(part, scene); t != Truth::kTrue) return t;
      return Truth::kTrue;
    case Kind::kOr:
      for (const Predicate& part : p.parts)
        if (const Truth t = holds(part, scene); t != Truth::kFalse) return t;
      return Truth::kFalse;
    case Kind::kNot: {
      const Truth t = holds(p.parts[0], scene);
      return t == Truth::kError ? t : truth(t == Truth::kFalse);
    }
    case Kind::kName: {
      const auto* bound = bound_to<Predicate>(*scene.file, p.name);
      return bound != nullptr ? holds(*bound, scene) : Truth::kError;
    }
    case Kind::kAny:
    case Kind::kAll: return quantified(p, scene);
    default: break;
  }
  const Read<bool> read = comparison(p, scene);
  if (const auto* holds = std::get_if<bool>(&read)) return truth(*holds);
  const bool forgiven = std::get<Fault>(read) == Fault::kAbsent && scene.absent_is_false;
  return forgiven ? Truth::kFalse : Truth::kError;
}

// §3, §4: `any` is the `or`, `all` the `and` over what the left side's [*] stands for.
Truth Evaluator::quantified(const Predicate& p, const Scene& scene) {
  const Predicate& part = p.parts[0];
  const auto paths = expanded(scene.question, *left_path(part));
  if (!paths) return Truth::kError;
  const Truth neutral = truth(p.kind == Kind::kAll);
  for (const policy::Path& path : *paths)
    if (const Truth t = holds(with_path(part, path), scene); t != neutral) return t;
  return neutral;
}

Read<bool> Evaluator::comparison(const Predicate& p, const Scene& scene) {
  switch (p.kind) {
    case Kind::kIn: return in(p, scene);
    case Kind::kCompare: return compared(p, scene);
    case Kind::kPresent: return !leaves_of(scene.question, p.path).empty();
    case Kind::kAbsent: return leaves_of(scene.question, p.path).empty();
    case Kind::kNamed: return is_named(scene.question, p.path);
    default: return sets_compared(p, scene);
  }
}

// §4: true if an element accepts the value, else an error if judging one was, else false.
Read<bool> Evaluator::in(const Predicate& p, const Scene& scene) {
  const Read<Data> left = checked(value(p.left, scene));
  if (const auto* fault = std::get_if<Fault>(&left)) return *fault;
  const Read<Group> right = group(p.set, scene);
  if (const auto* fault = std::get_if<Fault>(&right)) return *fault;
  const Data& data = std::get<Data>(left);
  const Group& group = std::get<Group>(right);
  const auto* text = std::get_if<std::string>(&data);
  if (text != nullptr && (group.plain.universal || group.plain.names.contains(*text))) return true;
  bool erred = false;
  for (const policy::Element* element : group.matchers) {
    const Truth t = accepts(*element, data, patterns_);
    if (t == Truth::kTrue) return true;
    erred = erred || t == Truth::kError;
  }
  return erred ? Read<bool>(Fault::kError) : false;
}

Read<bool> Evaluator::compared(const Predicate& p, const Scene& scene) {
  const Read<Data> left = checked(value(p.left, scene));
  if (const auto* fault = std::get_if<Fault>(&left)) return *fault;
  const Read<Data> right = checked(value(p.right, scene));
  if (const auto* fault = std::get_if<Fault>(&right)) return *fault;
  const Data a = as_instant_beside(std::get<Data>(left), std::get<Data>(right));
  const Data b = as_instant_beside(std::get<Data>(right), std::get<Data>(left));
  if (p.comparator == Comparator::kEqual) return equal(a, b);
  if (p.comparator == Comparator::kNotEqual) return !equal(a, b);
  const auto sign = order(a, b);
  if (!sign) return Fault::kError;
  switch (p.comparator) {
    case Comparator::kLess: return *sign < 0;
    case Comparator::kLessEqual: return *sign <= 0;
    case Comparator::kGreater: return *sign > 0;
    default: return *sign >= 0;
  }
}

bool Evaluator::accepts_name(const Group& group, const std::string& name) {
  if (group.plain.universal || group.plain.names.contains(name)) return true;
  for (const policy::Element* element : group.matchers)
    if (spec::accepts_name(*element, name, patterns_)) return true;
  return false;
}

Read<bool> Evaluator::sets_compared(const Predicate& p, const Scene& scene) {
  const Read<Set> left = operand(p.operand, scene);
  if (const auto* fault = std::get_if<Fault>(&left)) return *fault;
  const Set& set = std::get<Set>(left);
  if (p.kind == Kind::kEmpty) return set == Set{};
  if (p.kind == Kind::kUniversal) return set.universal;
  if (p.kind == Kind::kGrants) return grants(set, p.name);
  const Read<Group> right = group(p.set, scene);
  if (const auto* fault = std::get_if<Fault>(&right)) return *fault;
  const Group& other = std::get<Group>(right);
  if (p.kind == Kind::kSuperset) return subset(other.plain, set);
  if (p.kind == Kind::kSetEqual) return set == other.plain;
  if (set.universal)
    return p.kind == Kind::kSubset ? other.plain.universal : holds_some_name(other);
  if (p.kind == Kind::kOverlaps && other.plain.universal) return !set.names.empty();
  for (const std::string& name : set.names)
    if (accepts_name(other, name) != (p.kind == Kind::kSubset)) return p.kind == Kind::kOverlaps;
  return p.kind == Kind::kSubset;
}

}  // namespace spec
