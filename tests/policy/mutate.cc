// SPDX-License-Identifier: Apache-2.0
#include "tests/policy/mutate.h"

#include <fmt/format.h>

#include <functional>

namespace policy_test {
namespace {

using policy::BoundCode;
using policy::ElementCode;
using policy::OperandCode;
using policy::Program;
using policy::RuleCode;
using policy::SetCode;
using policy::TestCode;
using policy::UpdateCode;
using policy::ValueCode;

// All changes that a program offers, of which one is made.
class Offers {
 public:
  Offers(Dice& dice, Program& program) : dice_(dice), program_(program) {
    number_each("test", program.tests, [this](TestCode& t) { test(t); });
    number_each("inner test", program.inner, [this](TestCode& t) { test(t, false); });
    number_each("operand", program.operands, [this](OperandCode& o) { operand(o); });
    number_each("value", program.values, [this](ValueCode& v) { value(v); });
    number_each("element", program.elements, [this](ElementCode& e) { element(e); });
    number_each("set", program.sets, [this](SetCode& s) { set(s); });
    number_each("rule", program.rules, [this](RuleCode& r) { rule(r); });
    for (auto& policy : program.policies)
      for (auto& block : policy.blocks)
        for (auto& statement : block.statements)
          number_each("update", statement.updates, [this](UpdateCode& u) { update(u); });
  }
  std::string take() {
    if (offers_.empty()) return "";
    auto& [what, make] = offers_[dice_.below(offers_.size())];
    make();
    return what;
  }

 private:
  template <class T, class F> void number_each(const char* what, std::vector<T>& items, F offer) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      where_ = fmt::format("{} {}", what, i);
      offer(items[i]);
    }
  }
  void add(const std::string& what, std::function<void()> make) {
    offers_.emplace_back(where_ + ": " + what, std::move(make));
  }
  template <class E> void turn(E& value, const char* what, E to) {
    add(what, [&value, to] { value = to; });
  }

  // The sense of an inner test is not read.
  void test(TestCode& t, bool has_sense = true) {
    using K = TestCode::Kind;
    if (t.kind == K::kConstant) return;
    if (has_sense) add("sense flipped", [&t] { t.sense = !t.sense; });
    switch (t.kind) {
      case K::kCompare:
        add("another comparator", [&t] {
          t.comparator = static_cast<policy::Comparator>((static_cast<int>(t.comparator) + 1) % 6);
        });
        break;
      case K::kOverlaps: turn(t.kind, "overlaps made subset", K::kSubset); break;
      case K::kSubset: turn(t.kind, "subset made overlaps", K::kOverlaps); break;
      case K::kSuperset: turn(t.kind, "superset made subset", K::kSubset); break;
      case K::kSetEqual: turn(t.kind, "equal made subset", K::kSubset); break;
      case K::kEmpty: turn(t.kind, "empty made universal", K::kUniversal); break;
      case K::kUniversal: turn(t.kind, "universal made empty", K::kEmpty); break;
      case K::kPresent: turn(t.kind, "present made absent", K::kAbsent); break;
      case K::kAbsent: turn(t.kind, "absent made named", K::kNamed); break;
      case K::kNamed: turn(t.kind, "named made present", K::kPresent); break;
      case K::kAny: turn(t.kind, "any made all", K::kAll); break;
      case K::kAll: turn(t.kind, "all made any", K::kAny); break;
      default: break;
    }
  }
  void operand(OperandCode& o) {
    using S = OperandCode::Scope;
    const bool has_field = o.scope != S::kRoles && o.scope != S::kScopes;
    if (has_field)
      add("another field",
          [&o] { o.field = static_cast<policy::Field>((static_cast<int>(o.field) + 1) % 4); });
    if (o.scope == S::kArgsUnion) turn(o.scope, "union made intersection", S::kArgsIntersect);
    if (o.scope == S::kArgsIntersect) turn(o.scope, "intersection made union", S::kArgsUnion);
    if (o.scope == S::kSession) turn(o.scope, "session made control", S::kControl);
    if (o.scope == S::kControl) turn(o.scope, "control made session", S::kSession);
    if (o.scope == S::kRoles) turn(o.scope, "roles made scopes", S::kScopes);
    if (o.scope == S::kScopes) turn(o.scope, "scopes made roles", S::kRoles);
  }
  void value(ValueCode& v) {
    using K = ValueCode::Kind;
    if (v.kind == K::kInteger) add("one more", [&v] { ++v.bits; });
    if (v.kind == K::kBool) add("the other truth", [&v] { v.bits ^= 1; });
    if (v.kind == K::kAttribute) add("another attribute", [&v] { v.index = (v.index + 1) % 9; });
    if (v.kind == K::kArgument && program_.paths.size() > 1)
      add("another path", [this, &v] {
        v.index = static_cast<std::uint32_t>((v.index + 1) % program_.paths.size());
      });
  }
  void bound(std::optional<BoundCode>& b, const char* side) {
    if (!b) return;
    add(std::string(side) + " bound opened or closed", [&b] { b->open = !b->open; });
    if (b->kind == BoundCode::Kind::kInteger)
      add(std::string(side) + " bound one more", [&b] { ++b->bits; });
    add(std::string(side) + " bound gone", [&b] { b.reset(); });
  }
  void element(ElementCode& e) {
    using K = ElementCode::Kind;
    if (e.range) bound(e.range->low, "low"), bound(e.range->high, "high");
    if (e.length) add("length forgotten", [&e] { e.length.reset(); });
    switch (e.kind) {
      case K::kString: add("another text", [&e] { e.text = e.text == "a" ? "pii" : "a"; }); break;
      case K::kPattern: add("everything", [&e] { e.text = "(?s).*"; }); break;
      case K::kWildcard: add("everything", [&e] { e.text = "*"; }); break;
      case K::kPathUnder: turn(e.kind, "under made is", K::kPathIs); break;
      case K::kHostUnder: turn(e.kind, "under made is", K::kHostIs); break;
      case K::kHostIs: turn(e.kind, "is made under", K::kHostUnder); break;
      case K::kTrue: turn(e.kind, "true made false", K::kFalse); break;
      case K::kFalse: turn(e.kind, "false made true", K::kTrue); break;
      default: break;
    }
  }
  void set(SetCode& s) {
    using K = SetCode::Kind;
    if (s.kind == K::kLiteral && s.b > 0) add("an element less", [&s] { --s.b; });
    if (s.kind == K::kUniversal) add("universal made empty", [&s] { s = {K::kLiteral, 0, 0}; });
    if (s.kind == K::kUnion) turn(s.kind, "union made intersection", K::kIntersect);
    if (s.kind == K::kIntersect) turn(s.kind, "intersection made difference", K::kMinus);
    if (s.kind == K::kMinus) turn(s.kind, "difference made union", K::kUnion);
    if (s.kind == K::kXor) turn(s.kind, "xor made union", K::kUnion);
  }
  void rule(RuleCode& r) {
    using K = RuleCode::Kind;
    if (r.kind == K::kAllow) turn(r.kind, "allow made deny", K::kDeny);
    if (r.kind == K::kDeny) turn(r.kind, "deny made allow", K::kAllow);
    if (r.kind == K::kAsk && !r.level) turn(r.kind, "ask made allow", K::kAllow);
    if (r.kind == K::kRedact) turn(r.kind, "redact made log", K::kLog);
    if (r.when.count > 0) add("condition forgotten", [&r] { r.when = {}; });
    if (r.kind < K::kRedact) add("another line", [&r] { ++r.line; });
  }
  void update(UpdateCode& u) {
    add("another operator",
        [&u] { u.op = static_cast<UpdateCode::Op>((static_cast<int>(u.op) + 1) % 5); });
    add("another field",
        [&u] { u.field = static_cast<policy::Field>((static_cast<int>(u.field) + 1) % 3); });
  }

  Dice& dice_;
  Program& program_;
  std::string where_;
  std::vector<std::pair<std::string, std::function<void()>>> offers_;
};

}  // namespace

Mutation mutated(Dice& dice, const Program& program) {
  Mutation out;
  out.program = program;
  out.what = Offers(dice, out.program).take();
  return out;
}

}  // namespace policy_test
