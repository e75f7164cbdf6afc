// SPDX-License-Identifier: Apache-2.0
//
// SECURITY: the one place that stands between the bytes of a program and the evaluation, which
// trusts every index, kind and jump.
#include <algorithm>
#include <bit>
#include <cmath>
#include <unordered_set>

#include "base/bytes.h"
#include "policy/linked.h"

namespace policy {
namespace {

class Checker {
 public:
  explicit Checker(const Program& program) : p_(program) {}

  bool good() const {
    return all(p_.counters, &Checker::counter) && all(p_.paths, &Checker::path) &&
           all(p_.operands, &Checker::operand) && all(p_.values, &Checker::value) &&
           all(p_.elements, &Checker::element) && sets() && all(p_.inner, &Checker::inner) &&
           all(p_.rules, &Checker::rule) && policies() && tools() &&
           std::ranges::all_of(p_.texts, base::is_utf8);
  }

 private:
  template <class T>
  bool all(const std::vector<T>& items, bool (Checker::*is_good)(const T&) const) const {
    return std::ranges::all_of(items, [&](const T& item) { return (this->*is_good)(item); });
  }
  template <class T> static bool within(std::uint32_t index, const std::vector<T>& table) {
    return index < table.size();
  }
  template <class T>
  static bool within(std::uint32_t first, std::uint32_t count, const std::vector<T>& table) {
    return first <= table.size() && count <= table.size() - first;
  }

  bool counter(const CounterSpec& c) const { return c.per <= 2 && c.within_s >= 0; }

  bool path(const PathCode& path) const {
    return !path.segments.empty() && !path.segments[0].empty();
  }
  bool is_plain(std::uint32_t path) const {
    return within(path, p_.paths) && p_.paths[path].segments.size() == 1;
  }
  // Without [*], or the one that the quantifier around binds.
  bool is_bound(std::uint32_t path, const std::uint32_t* quantified) const {
    return is_plain(path) || (quantified != nullptr && path == *quantified);
  }

  bool operand(const OperandCode& o) const {
    return o.scope == OperandCode::Scope::kArgument ? within(o.path, p_.paths) : o.path == 0;
  }
  bool operand_at(std::uint32_t index, const std::uint32_t* quantified) const {
    if (!within(index, p_.operands)) return false;
    const OperandCode& o = p_.operands[index];
    return o.scope != OperandCode::Scope::kArgument || is_bound(o.path, quantified);
  }

  bool value(const ValueCode& v) const {
    switch (v.kind) {
      case ValueCode::Kind::kArgument: return within(v.index, p_.paths);
      case ValueCode::Kind::kString: return within(v.index, p_.texts);
      case ValueCode::Kind::kAttribute:
        return v.index <= static_cast<std::uint32_t>(Attribute::kLast);
      case ValueCode::Kind::kCounter: return within(v.index, p_.counters);
      case ValueCode::Kind::kDecimal: return !std::isnan(std::bit_cast<double>(v.bits));
      default: return true;
    }
  }
  bool value_at(std::uint32_t index, const std::uint32_t* quantified) const {
    if (!within(index, p_.values)) return false;
    const ValueCode& v = p_.values[index];
    return v.kind != ValueCode::Kind::kArgument || is_bound(v.index, quantified);
  }

  static bool bound(const std::optional<BoundCode>& b, bool instants) {
    if (!b) return true;
    if (instants != (b->kind == BoundCode::Kind::kInstant)) return false;
    return b->kind != BoundCode::Kind::kDecimal || !std::isnan(std::bit_cast<double>(b->bits));
  }
  static bool range(const std::optional<RangeCode>& r, bool instants) {
    return r && bound(r->low, instants) && bound(r->high, instants);
  }
  bool element(const ElementCode& e) const {
    using Kind = ElementCode::Kind;
    if (e.length && !range(e.length, false)) return false;
    switch (e.kind) {
      case Kind::kNumber:
      case Kind::kInt:
      case Kind::kFloat: return range(e.range, false);
      case Kind::kInstant: return range(e.range, true);
      case Kind::kUrl: return e.url.has_value();
      case Kind::kCidr: return block_of(e.text).has_value();
      default: return true;
    }
  }

  // Parts stand before the whole, so there is no circle; link() bounds how deep they go.
  bool sets() const {
    for (std::uint32_t i = 0; i < p_.sets.size(); ++i)
      if (!set(p_.sets[i], i)) return false;
    return true;
  }
  bool set(const SetCode& s, std::uint32_t at) const {
    switch (s.kind) {
      case SetCode::Kind::kUniversal: return true;
      case SetCode::Kind::kLiteral: return within(s.a, s.b, p_.elements);
      case SetCode::Kind::kOperand: return operand_at(s.a, nullptr);
      default: return s.a < at && s.b < at;
    }
  }

  bool inner(const TestCode& t) const {
    return t.kind != TestCode::Kind::kAny && t.kind != TestCode::Kind::kAll;
  }
  bool test(const TestCode& t, const std::uint32_t* quantified) const {
    using Kind = TestCode::Kind;
    switch (t.kind) {
      case Kind::kIn: return value_at(t.a, quantified) && within(t.b, p_.sets);
      case Kind::kCompare: return value_at(t.a, quantified) && value_at(t.b, nullptr);
      case Kind::kOverlaps:
      case Kind::kSubset:
      case Kind::kSuperset:
      case Kind::kSetEqual: return operand_at(t.a, quantified) && within(t.b, p_.sets);
      case Kind::kEmpty:
      case Kind::kUniversal: return operand_at(t.a, quantified);
      case Kind::kPresent:
      case Kind::kAbsent:
      case Kind::kNamed: return within(t.a, p_.paths) && is_bound(t.a, quantified);
      case Kind::kAny:
      case Kind::kAll:
        return within(t.a, p_.paths) && within(t.b, p_.inner) && test(p_.inner[t.b], &t.a);
      case Kind::kConstant: return t.a <= 1;
    }
    return false;
  }

  bool condition(const ConditionCode& c) const {
    if (!within(c.first, c.count, p_.tests)) return false;
    for (std::uint32_t i = 0; i < c.count; ++i) {
      const TestCode& t = p_.tests[c.first + i];
      const bool last = i + 1 == c.count;
      const bool ends = t.target >= TestCode::kThenFalse;
      if (!ends && (last || t.target <= i || t.target >= c.count)) return false;
      if (!test(t, nullptr)) return false;
    }
    return true;
  }

  bool rule(const RuleCode& r) const {
    const bool may_have_level = r.kind == RuleCode::Kind::kAllow || r.kind == RuleCode::Kind::kDeny;
    return condition(r.when) && (may_have_level || !r.level) && r.within_s >= 0;
  }

  bool update(const UpdateCode& u) const {
    return u.field != Field::kOrigins && within(u.set, p_.sets);
  }
  bool statement(const StatementCode& s) const {
    return condition(s.when) && all(s.updates, &Checker::update);
  }
  bool block(const BlockCode& b) const { return all(b.statements, &Checker::statement); }
  bool policies() const {
    std::size_t next = 0;  // each rule belongs to one policy
    for (const PolicyCode& policy : p_.policies) {
      if (policy.first_rule != next || !within(policy.first_rule, policy.rules, p_.rules))
        return false;
      next += policy.rules;
      if (!all(policy.blocks, &Checker::block)) return false;
    }
    return next == p_.rules.size();
  }
  bool tools() const {
    std::unordered_set<std::string_view> names;
    return std::ranges::all_of(p_.tools,
                               [&](const ToolCode& t) { return names.insert(t.name).second; });
  }

  const Program& p_;
};

}  // namespace

base::Status check_program(const Program& program) {
  if (!Checker(program).good()) return base::invalid("not a program of the policy compiler");
  return base::ok();
}

}  // namespace policy
