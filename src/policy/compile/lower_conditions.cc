// SPDX-License-Identifier: Apache-2.0
//
// Predicates → tests with forward jumps, and names → what they are bound to.
#include <algorithm>

#include "policy/compile/lowering.h"

namespace policy {
namespace {

constexpr std::size_t kNodes = 1'000'000;  // policy.md §8: after names and packs are filled in
// LIMIT: expressions inside each other, names filled in: what the recursion here and in the linked
// evaluation of sets may use of the stack.
constexpr int kDepth = 1000;
constexpr std::uint32_t kUnplaced = 0xfffffff0;

// One predicate or set expression deeper for the time it lives.
class Deeper {
 public:
  explicit Deeper(int& depth) : depth_(depth) { ++depth_; }
  ~Deeper() { --depth_; }
  Deeper(const Deeper&) = delete;
  Deeper& operator=(const Deeper&) = delete;

 private:
  int& depth_;
};

TestCode::Kind kind_of(Predicate::Kind kind) {
  using To = TestCode::Kind;
  switch (kind) {
    case Predicate::Kind::kIn: return To::kIn;
    case Predicate::Kind::kCompare: return To::kCompare;
    case Predicate::Kind::kOverlaps:
    case Predicate::Kind::kGrants: return To::kOverlaps;
    case Predicate::Kind::kSubset: return To::kSubset;
    case Predicate::Kind::kSuperset: return To::kSuperset;
    case Predicate::Kind::kSetEqual: return To::kSetEqual;
    case Predicate::Kind::kEmpty: return To::kEmpty;
    case Predicate::Kind::kUniversal: return To::kUniversal;
    case Predicate::Kind::kPresent: return To::kPresent;
    case Predicate::Kind::kAbsent: return To::kAbsent;
    case Predicate::Kind::kNamed: return To::kNamed;
    case Predicate::Kind::kAny: return To::kAny;
    case Predicate::Kind::kAll: return To::kAll;
    case Predicate::Kind::kAnd:
    case Predicate::Kind::kOr:
    case Predicate::Kind::kNot:
    case Predicate::Kind::kName: return To::kConstant;
  }
  return To::kConstant;
}

// The path on the left of a comparison, or null.
const Path* left_path(const Predicate& p) {
  using Kind = Predicate::Kind;
  switch (p.kind) {
    case Kind::kIn:
    case Kind::kCompare: return p.left.kind == Value::Kind::kArgument ? &p.left.path : nullptr;
    case Kind::kOverlaps:
    case Kind::kSubset:
    case Kind::kSuperset:
    case Kind::kSetEqual:
    case Kind::kEmpty:
    case Kind::kUniversal:
    case Kind::kGrants: return p.operand.scope == Scope::kArgument ? &p.operand.path : nullptr;
    case Kind::kPresent:
    case Kind::kAbsent:
    case Kind::kNamed: return &p.path;
    default: return nullptr;
  }
}

bool is_each(const Step& step) { return step.kind == Step::Kind::kEach; }

Element string_element(std::string text) {
  Element e;
  e.text = std::move(text);
  return e;
}

}  // namespace

bool Lowering::fail(base::Errc code, const char* message) {
  if (!failed_) failed_ = base::Error{code, message};
  return false;
}

bool Lowering::spend() {
  if (failed_) return false;
  if (depth_ > kDepth) return fail(base::Errc::kExhausted, "names and parts nest too deeply");
  if (++nodes_ > kNodes)
    return fail(base::Errc::kExhausted, "more than 1000000 nodes once names are filled in");
  return true;
}

void Lowering::enter(const Tree& tree) {
  const auto [at, fresh] = scopes_.try_emplace(&tree);
  lets_ = &at->second;
  if (!fresh) return;
  for (const auto& declaration : tree.declarations)
    if (const auto* let = std::get_if<Let>(&declaration)) at->second.emplace(let->name, let);
}

void Lowering::name_counters() {
  for (std::size_t i = 0; i < out_.counters.size(); ++i)
    counters_.emplace(out_.counters[i].name, static_cast<std::uint32_t>(i));
}

const Let* Lowering::find(const std::string& name) const {
  const auto found = lets_->find(name);
  return found == lets_->end() ? nullptr : found->second;
}

// A let that is only another name (`let x = y;`) may be of either kind.
const Predicate* Lowering::predicate_of(const std::string& name) {
  const Let* let = find(name);
  for (int steps = 0; let != nullptr && steps < kDepth; ++steps) {
    if (const auto* predicate = std::get_if<Predicate>(&let->value)) return predicate;
    const auto& alias = std::get<SetExpr>(let->value);
    if (alias.kind != SetExpr::Kind::kName) break;
    let = find(alias.name);
  }
  fail(base::Errc::kInvalid, "a name is not bound to a predicate");
  return nullptr;
}

const SetExpr* Lowering::set_of(const std::string& name) {
  const Let* let = find(name);
  const auto* expr = let == nullptr ? nullptr : std::get_if<SetExpr>(&let->value);
  if (expr == nullptr) fail(base::Errc::kInvalid, "a name is not bound to a set");
  return expr;
}

std::uint32_t Lowering::set(const SetExpr& expr, Place place) {
  place_ = place;
  const Deeper deeper(depth_);
  if (!spend()) return 0;
  const auto both = [&](SetCode::Kind kind) {
    const std::uint32_t left = set(expr.parts[0], place);
    return node(kind, left, set(expr.parts[1], place));
  };
  const auto one = [&](SetCode::Kind kind) {
    const std::uint32_t left = set(expr.parts[0], place);
    return node(kind, left, literal(expr.elements));
  };
  switch (expr.kind) {
    case SetExpr::Kind::kLiteral:
      if (expr.elements.size() == 1 && expr.elements[0] == string_element("*"))
        return node(SetCode::Kind::kUniversal, 0, 0);
      return literal(expr.elements);
    case SetExpr::Kind::kDomain: return literal(expr.elements);
    case SetExpr::Kind::kOperand: return node(SetCode::Kind::kOperand, operand(expr.operand), 0);
    case SetExpr::Kind::kName: {
      const SetExpr* bound = set_of(expr.name);
      return bound == nullptr ? 0 : set(*bound, place);
    }
    case SetExpr::Kind::kUnion: return both(SetCode::Kind::kUnion);
    case SetExpr::Kind::kIntersect: return both(SetCode::Kind::kIntersect);
    case SetExpr::Kind::kMinus: return both(SetCode::Kind::kMinus);
    case SetExpr::Kind::kXor: return both(SetCode::Kind::kXor);
    case SetExpr::Kind::kWith: return one(SetCode::Kind::kUnion);
    case SetExpr::Kind::kWithout: return one(SetCode::Kind::kMinus);
  }
  return 0;
}

ConditionCode Lowering::condition(const std::optional<Predicate>& when, Place place) {
  ConditionCode code{static_cast<std::uint32_t>(out_.tests.size()), 0};
  if (!when) return code;
  place_ = place;
  labels_.clear();
  put(*when, {TestCode::kThenTrue, TestCode::kThenFalse, TestCode::kThenTrue});
  code.count = static_cast<std::uint32_t>(out_.tests.size()) - code.first;
  resolve_targets(code.first);
  return code;
}

Lowering::Label Lowering::label() {
  labels_.push_back(kUnplaced);
  return static_cast<Label>(labels_.size() - 1);
}

void Lowering::place(Label label) { labels_[label] = static_cast<Label>(out_.tests.size()); }

void Lowering::resolve_targets(std::size_t first) {
  for (std::size_t i = first; i < out_.tests.size(); ++i) {
    std::uint32_t& target = out_.tests[i].target;
    if (target < TestCode::kThenFalse) target = labels_[target] - static_cast<Label>(first);
  }
}

void Lowering::put(const Predicate& p, Goal goal) {
  const Deeper deeper(depth_);
  if (!spend()) return;
  switch (p.kind) {
    case Predicate::Kind::kAnd:
    case Predicate::Kind::kOr: return put_list(p, goal);
    case Predicate::Kind::kNot:
      return put(p.parts[0], {goal.when_false, goal.when_true, goal.next});
    case Predicate::Kind::kName:
      if (const Predicate* bound = predicate_of(p.name)) put(*bound, goal);
      return;
    default: return put_test(test(p), goal);
  }
}

void Lowering::put_list(const Predicate& p, Goal goal) {
  const bool is_and = p.kind == Predicate::Kind::kAnd;
  const auto parts = ordered(p);
  if (parts.empty()) {  // what an expansion over nothing leaves: `and` is true, `or` false
    TestCode constant;
    constant.a = is_and ? 1 : 0;
    return put_test(constant, goal);
  }
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    const Label next = label();
    put(*parts[i], is_and ? Goal{next, goal.when_false, next} : Goal{goal.when_true, next, next});
    place(next);
  }
  put(*parts.back(), goal);
}

void Lowering::put_test(TestCode test, Goal goal) {
  test.sense = goal.next != goal.when_true;
  test.target = test.sense ? goal.when_true : goal.when_false;
  out_.tests.push_back(test);
}

TestCode Lowering::test(const Predicate& p) {
  TestCode code;
  code.kind = kind_of(p.kind);
  switch (p.kind) {
    case Predicate::Kind::kIn:
      code.a = value(p.left);
      code.b = set(p.set, place_);
      return code;
    case Predicate::Kind::kCompare:
      code.comparator = p.comparator;
      code.a = value(p.left);
      code.b = value(p.right);
      return code;
    case Predicate::Kind::kOverlaps:
    case Predicate::Kind::kSubset:
    case Predicate::Kind::kSuperset:
    case Predicate::Kind::kSetEqual:
      code.a = operand(p.operand);
      code.b = set(p.set, place_);
      return code;
    case Predicate::Kind::kEmpty:
    case Predicate::Kind::kUniversal: code.a = operand(p.operand); return code;
    case Predicate::Kind::kGrants: return grants(p);
    case Predicate::Kind::kPresent:
    case Predicate::Kind::kAbsent:
    case Predicate::Kind::kNamed: code.a = path(p.path); return code;
    case Predicate::Kind::kAny:
    case Predicate::Kind::kAll: return quantified(p);
    default:
      fail(base::Errc::kInvalid, "a predicate stands where a comparison should");
      return code;
  }
}

// `S grants "a.b"`: S holds one of finitely many names.
TestCode Lowering::grants(const Predicate& p) {
  std::vector<Element> names{string_element("*"), string_element(p.name),
                             string_element(p.name + ".*")};
  for (std::size_t dot = p.name.find('.'); dot != std::string::npos;
       dot = p.name.find('.', dot + 1))
    names.push_back(string_element(p.name.substr(0, dot) + ".*"));
  TestCode code;
  code.kind = TestCode::Kind::kOverlaps;
  code.a = operand(p.operand);
  code.b = literal(names);
  return code;
}

TestCode Lowering::quantified(const Predicate& p) {
  TestCode code;
  code.kind = kind_of(p.kind);
  const Path* left = p.parts.empty() ? nullptr : left_path(p.parts[0]);
  if (left == nullptr) {
    fail(base::Errc::kInvalid, "a quantifier without a path on its left side");
    return code;
  }
  const TestCode inner = test(p.parts[0]);
  code.a = path(*left);
  code.b = static_cast<std::uint32_t>(out_.inner.size());
  out_.inner.push_back(inner);
  return code;
}

bool Lowering::never_errs(const Operand& o) const {
  return o.scope != Scope::kArgument ||
         (place_.absent_is_false && std::ranges::none_of(o.path.steps, is_each));
}

// Tests that are true or false and nothing else, whatever the call.
bool Lowering::never_errs(const Predicate& p, int depth) const {
  using Kind = Predicate::Kind;
  const auto part_never_errs = [&](const Predicate& part) { return never_errs(part, depth + 1); };
  if (depth > 16) return false;
  switch (p.kind) {
    case Kind::kAnd:
    case Kind::kOr:
    case Kind::kNot: return std::ranges::all_of(p.parts, part_never_errs);
    case Kind::kOverlaps:
    case Kind::kSubset:
    case Kind::kSuperset:
    case Kind::kSetEqual: return p.set.kind == SetExpr::Kind::kLiteral && never_errs(p.operand);
    case Kind::kEmpty:
    case Kind::kUniversal:
    case Kind::kGrants: return never_errs(p.operand);
    case Kind::kPresent:
    case Kind::kAbsent: return true;
    default: return false;
  }
}

int Lowering::cost(const Predicate& p, int depth) const {
  int most = 0;
  for (const Predicate& part : p.parts)
    if (depth < 16) most = std::max(most, cost(part, depth + 1));
  if (!p.parts.empty()) return most;
  if (p.kind == Predicate::Kind::kSubset || p.kind == Predicate::Kind::kSetEqual) return 4;
  if (p.kind == Predicate::Kind::kPresent || p.kind == Predicate::Kind::kAbsent) return 3;
  return p.operand.scope == Scope::kArgument || p.operand.scope == Scope::kArgs ? 2 : 1;
}

// The parts of an `and` or `or`, cheap ones first where nobody can tell. Only neighbours that never
// err change places, and tests have no effects. Of such a run `and` goes on exactly if all are
// true, `or` exactly if none is, in any order; a part that may err keeps its place among all
// others, so whether it is reached, and with what, is as written. So true, false and error stay.
std::vector<const Predicate*> Lowering::ordered(const Predicate& p) const {
  std::vector<const Predicate*> parts;
  for (const Predicate& part : p.parts) parts.push_back(&part);
  const auto cheaper = [&](const Predicate* a, const Predicate* b) {
    return cost(*a, 0) < cost(*b, 0);
  };
  for (auto at = parts.begin(); at != parts.end();) {
    const auto end =
        std::find_if(at, parts.end(), [&](const Predicate* part) { return !never_errs(*part, 0); });
    std::stable_sort(at, end, cheaper);
    at = end == parts.end() ? end : end + 1;
  }
  return parts;
}

}  // namespace policy
