// SPDX-License-Identifier: Apache-2.0
// The comparisons of the tracer, and the clauses that say what they saw.
#include <fmt/format.h>

#include <algorithm>

#include "policy/explain/phrase.h"
#include "policy/explain/tracer.h"
#include "policy/syntax/print.h"

namespace policy::tracing {
namespace {

using Kind = Predicate::Kind;

constexpr std::size_t kSetBytes = 120;

bool is_equality(Comparator c) { return c == Comparator::kEqual || c == Comparator::kNotEqual; }

bool holds(Comparator c, int order) {
  switch (c) {
    case Comparator::kEqual: return order == 0;
    case Comparator::kNotEqual: return order != 0;
    case Comparator::kLess: return order < 0;
    case Comparator::kLessEqual: return order <= 0;
    case Comparator::kGreater: return order > 0;
    case Comparator::kGreaterEqual: return order >= 0;
  }
  return false;
}

// "equals", "is not <": what was found, of a comparison that came out as `result`.
std::string found(Comparator c, bool result) {
  if (is_equality(c)) return result == (c == Comparator::kEqual) ? "equals" : "does not equal";
  return fmt::format("is {}{}", result ? "" : "not ", spelling(c));
}

// The instant that a side is beside an instant: itself, or what its text says.
std::optional<Instant> as_instant(const Datum& d) {
  if (d.kind == Datum::Kind::kInstant) return d.instant;
  if (d.kind == Datum::Kind::kString) return instant_of(d.text);
  return std::nullopt;
}

// -1, 0, 1; nothing if the two are of kinds that do not compare.
std::optional<int> instants(const Datum& a, const Datum& b) {
  const auto left = as_instant(a);
  const auto right = as_instant(b);
  if (!left || !right) return std::nullopt;
  return *left < *right ? -1 : *left > *right ? 1 : 0;
}

bool equal(const Datum& a, const Datum& b) {
  if (a.kind == Datum::Kind::kInstant || b.kind == Datum::Kind::kInstant)
    return instants(a, b) == 0;
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case Datum::Kind::kString: return a.text == b.text;
    case Datum::Kind::kNumber: return compare(a.number, b.number) == 0;
    case Datum::Kind::kBool: return a.truth == b.truth;
    default: return true;  // null
  }
}

std::optional<int> order_of(const Datum& a, const Datum& b) {
  if (a.kind == Datum::Kind::kNumber && b.kind == Datum::Kind::kNumber)
    return compare(a.number, b.number);
  if (a.kind == Datum::Kind::kInstant || b.kind == Datum::Kind::kInstant) return instants(a, b);
  return std::nullopt;
}

NameSet only(const std::set<std::string>& names) { return {false, names, {}}; }

bool is_name_matcher(const Element* e) {
  return e->kind == Element::Kind::kString || e->kind == Element::Kind::kPattern ||
         e->kind == Element::Kind::kWildcard;
}

// `S grants "a.b"`: policy.md §4.
bool grants(const NameSet& set, const std::string& wanted) {
  if (set.universal) return true;
  return std::ranges::any_of(set.names, [&](const std::string& held) {
    if (held == wanted || held == "*") return true;
    if (!held.ends_with(".*")) return false;
    const std::string_view root = std::string_view(held).substr(0, held.size() - 2);
    return wanted == root || wanted.starts_with(std::string(root) + ".");
  });
}

}  // namespace

std::string Tracer::clause(const Operand& operand, const Place* here, const NameSet& what,
                           const std::set<std::string>& mattered) const {
  const auto carriers = scene_.carriers(operand, here, mattered);
  std::string who = subject(operand, here);
  // Which arguments: a whole call is no help. INVARIANT: their names are the tool's, not the
  // call's.
  if (operand.scope == Scope::kArgs && !operand.intersect && carriers.arguments.size() == 1)
    who = fitted(carriers.arguments[0], kNameShownBytes);
  const bool bare = operand.scope == Scope::kPrincipal || operand.field == Field::kOrigins;
  return fmt::format("{} {}{}", who, says(operand, what), bare ? "" : from(carriers.origins));
}

// "to (a string, from tool:inbox)", with the text where that may be shown.
std::string Tracer::about(const Value& value, const Datum& datum, const Place* here) const {
  std::string out = subject(value, here);
  const bool of_call = value.kind == Value::Kind::kArgument || value.kind == Value::Kind::kSession;
  if (!of_call) return out;
  out += fmt::format(", {}", kind_name(datum.kind));
  if (value.kind == Value::Kind::kArgument) {
    const std::string at = here != nullptr ? here->at : Scene::place(value.path).at;
    out += from(scene_.label_at(at).origins);
  }
  if (show_values_) out += " = " + shown_value(datum);
  return out + ",";
}

base::Result<bool> Tracer::in_set(const Predicate& p, const Setting& s, const Place* here,
                                  std::string& note) {
  TRY_AS(const Datum datum, scene_.read(p.left, here));
  TRY_AS(const NameSet set, evaluate(p.set, s));
  bool taken =
      datum.kind == Datum::Kind::kString && (set.universal || set.names.contains(datum.text));
  std::optional<base::Error> error;
  for (const Element* e : set.matchers) {
    if (taken) break;
    auto judged = judge_.takes(*e, datum);
    if (!judged.ok()) error = std::move(judged).error();
    else taken = *judged;
  }
  if (!taken && error)
    return base::invalid(fmt::format("{}: {}", subject(p.left, here), error->message));
  note = fmt::format("{} is {}in {}", about(p.left, datum, here), taken ? "" : "not ",
                     fitted(print(p.set), kSetBytes));
  return taken;
}

base::Result<bool> Tracer::values(const Predicate& p, const Place* here, std::string& note) {
  TRY_AS(const Datum left, scene_.read(p.left, here));
  TRY_AS(const Datum right, scene_.read(p.right, nullptr));
  bool result = false;
  if (is_equality(p.comparator)) {
    result = equal(left, right) == (p.comparator == Comparator::kEqual);
  } else {
    const auto order = order_of(left, right);
    if (!order)
      return base::invalid(
          fmt::format("{} and {} cannot be ordered", kind_name(left.kind), kind_name(right.kind)));
    result = holds(p.comparator, *order);
  }
  note = fmt::format("{} {} {}", about(p.left, left, here), found(p.comparator, result),
                     about(p.right, right, nullptr));
  if (note.ends_with(',')) note.pop_back();
  return result;
}

base::Result<bool> Tracer::sets(const Predicate& p, const Setting& s, const Place* here,
                                std::string& note) {
  TRY_AS(const NameSet left, scene_.read(p.operand, here));
  TRY_AS(const NameSet right, evaluate(p.set, s));
  const std::string set = fitted(print(p.set), kSetBytes);
  std::set<std::string> shared;
  std::set<std::string> outside;
  for (const std::string& name : left.names)
    (accepts(judge_, right, name) ? shared : outside).insert(name);
  if (p.kind == Kind::kOverlaps) {
    const bool meets = left.universal ? right.universal || !right.names.empty() ||
                                            std::ranges::any_of(right.matchers, is_name_matcher)
                                      : !shared.empty();
    note = meets ? clause(p.operand, here, left.universal ? left : only(shared), shared)
                 : fmt::format("{}, nothing of {}", clause(p.operand, here, left, {}), set);
    return meets;
  }
  if (p.kind == Kind::kSubset) {
    const bool inside = left.universal ? right.universal : outside.empty();
    note = inside
               ? fmt::format("{}, all in {}", clause(p.operand, here, left, {}), set)
               : fmt::format(
                     "{}, not in {}",
                     clause(p.operand, here, left.universal ? left : only(outside), outside), set);
    return inside;
  }
  if (!right.plain()) return base::invalid("a matcher stands where only names may");
  const bool above =
      left.universal || (!right.universal && std::ranges::includes(left.names, right.names));
  const bool same = left.universal == right.universal && left.names == right.names;
  note = clause(p.operand, here, left, {});
  return p.kind == Kind::kSuperset ? above : same;
}

base::Result<bool> Tracer::one_set(const Predicate& p, const Place* here, std::string& note) {
  TRY_AS(const NameSet set, scene_.read(p.operand, here));
  note = clause(p.operand, here, set, {});
  if (p.kind == Kind::kEmpty) return set.nothing();
  if (p.kind == Kind::kUniversal) return set.universal;
  return grants(set, p.name);
}

base::Result<NameSet> Tracer::evaluate(const SetExpr& set, const Setting& s) {
  const Deeper deeper(depth_);
  if (!may_go_on()) return base::invalid("the set is nested too deeply or too large");
  switch (set.kind) {
    case SetExpr::Kind::kLiteral:
    case SetExpr::Kind::kDomain: return set_of(set.elements);
    case SetExpr::Kind::kOperand: return scene_.read(set.operand, nullptr);
    case SetExpr::Kind::kName: break;
    default: return combined(set, s);
  }
  const auto found = s.lets->find(set.name);
  const SetExpr* const bound =
      found == s.lets->end() ? nullptr : std::get_if<SetExpr>(&found->second->value);
  if (bound == nullptr) return base::invalid("the name is bound to no set");
  return evaluate(*bound, s);
}

base::Result<NameSet> Tracer::combined(const SetExpr& set, const Setting& s) {
  using SetKind = SetExpr::Kind;
  TRY_AS(const NameSet left, evaluate(set.parts[0], s));
  if (set.kind == SetKind::kWith) return united(left, set_of(set.elements));
  if (set.kind == SetKind::kWithout) return minus(judge_, left, set_of(set.elements));
  TRY_AS(const NameSet right, evaluate(set.parts[1], s));
  switch (set.kind) {
    case SetKind::kUnion: return united(left, right);
    case SetKind::kIntersect: return intersected(judge_, left, right);
    case SetKind::kMinus: return minus(judge_, left, right);
    case SetKind::kXor: return differing(left, right);
    default: return base::invalid("this is no set");
  }
}

}  // namespace policy::tracing
