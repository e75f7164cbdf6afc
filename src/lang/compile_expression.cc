// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <cstdlib>

#include "lang/compiler.h"

namespace lang {
namespace {

constexpr Op operator_op(std::uint8_t op) {
  return static_cast<Op>(static_cast<std::uint16_t>(Op::kAdd) + op);
}
constexpr Op compare_op(Operator op) {
  return static_cast<Op>(static_cast<std::uint16_t>(Op::kEq) + static_cast<std::uint16_t>(op) -
                         static_cast<std::uint16_t>(Operator::kEq));
}
static_assert(operator_op(static_cast<std::uint8_t>(Operator::kBitXor)) == Op::kBitXor);
static_assert(compare_op(Operator::kNotIn) == Op::kNotIn);

Op test_op(Operator op, bool small) {
  switch (op) {
    case Operator::kEq: return small ? Op::kEqIntTest : Op::kEqTest;
    case Operator::kNe: return small ? Op::kNeIntTest : Op::kNeTest;
    case Operator::kLt: return small ? Op::kLtIntTest : Op::kLtTest;
    case Operator::kLe: return small ? Op::kLeIntTest : Op::kLeTest;
    case Operator::kGt: return small ? Op::kGtIntTest : Op::kGtTest;
    case Operator::kGe: return small ? Op::kGeIntTest : Op::kGeTest;
    default: return compare_op(op);
  }
}

}  // namespace

bool Compiler::is_leaf(NodeId id) const {
  switch (at(id).kind) {
    case NodeKind::kNone:
    case NodeKind::kTrue:
    case NodeKind::kFalse:
    case NodeKind::kInt:
    case NodeKind::kFloat:
    case NodeKind::kString: return true;
    case NodeKind::kName: return variable(plan_.refs[id]) != kNowhere;
    default: return false;
  }
}

// Whether it runs nothing that could change what was read before.
bool Compiler::is_quiet(NodeId id) const {
  if (id == kNoNode) return true;
  const Node& n = at(id);
  switch (n.kind) {
    case NodeKind::kCall:
    case NodeKind::kNamed:
    case NodeKind::kLambda:
    case NodeKind::kListComp:
    case NodeKind::kSetComp:
    case NodeKind::kDictComp:
    case NodeKind::kGenerator: return false;
    default: break;
  }
  if (!is_quiet(n.a) || !is_quiet(n.b) || !is_quiet(n.c)) return false;
  for (std::uint32_t i = 0; i < n.count; ++i)
    if (!is_quiet(part(n, i))) return false;
  return true;
}

bool Compiler::small(NodeId id, std::int64_t& number) const {
  const Node& n = at(id);
  if (n.kind != NodeKind::kInt) return false;
  const std::string& digits = text(n.text);
  if (digits.size() > 4 || (digits[0] == '0' && digits.size() > 1)) return false;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return true;
}

Register Compiler::operand(NodeId id) {
  if (at(id).kind == NodeKind::kName)
    if (const Register place = variable(plan_.refs[id]); place != kNowhere) return place;
  const Register to = fresh();
  expression(id, to);
  return to;
}

// An operand that stays what it was while `right` is evaluated.
Register Compiler::left_operand(NodeId id, NodeId right) {
  if (is_leaf(right)) return operand(id);
  const Register to = fresh();
  expression(id, to);
  return to;
}

void Compiler::name(NodeId id, Register to) {
  const Ref& ref = plan_.refs[id];
  if (const Register place = variable(ref); place != kNowhere) {
    emit(Op::kMove, to, place);
    return;
  }
  switch (ref.kind) {
    case Ref::Kind::kGlobal: emit(Op::kLoadGlobal, to, ref.slot, id); return;
    case Ref::Kind::kCell: emit(Op::kLoadCell, to, locals_ + ref.slot, id); return;
    case Ref::Kind::kBuiltin: emit(Op::kLoadBuiltin, to, ref.slot); return;
    default: emit(Op::kLoadTool, to, ref.slot); return;
  }
}

void Compiler::number(const Node& n, Register to) {
  const std::string& digits = text(n.text);
  if (digits.size() > 18 || (digits[0] == '0' && digits.size() > 1)) {
    emit(Op::kNumber, to, n.text);
    return;
  }
  std::int64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  emit(Op::kConstant, to, constant(Value::integer(value)));
}

void Compiler::expression(NodeId id, Register to) {
  const Node& n = at(id);
  Scratch scratch(*this);
  switch (n.kind) {
    case NodeKind::kNone:
    case NodeKind::kEllipsis:  // of `Field(...)`; who reads it looks at the tree
      emit(Op::kConstant, to, constant(Value::none()));
      return;
    case NodeKind::kTrue: emit(Op::kConstant, to, constant(Value::boolean(true))); return;
    case NodeKind::kFalse: emit(Op::kConstant, to, constant(Value::boolean(false))); return;
    case NodeKind::kInt: return number(n, to);
    case NodeKind::kFloat:
      emit(Op::kConstant, to, constant(Value::real(std::strtod(text(n.text).c_str(), nullptr))));
      return;
    case NodeKind::kString: emit(Op::kConstant, to, text_constant(n.text)); return;
    case NodeKind::kFString: {
      Register labels = kNowhere;
      if (has_formats(n)) {
        labels = fresh();
        emit(Op::kConstant, labels, constant(Value::none()));
      }
      return format(id, n, to, labels);
    }
    case NodeKind::kName: return name(id, to);
    case NodeKind::kTuple:
    case NodeKind::kList:
    case NodeKind::kSet: return display(id, n, to);
    case NodeKind::kDict: return dictionary(n, to);
    case NodeKind::kAttribute: {
      const Register owner = operand(n.a);
      emit(Op::kAttribute, to, owner, n.text);
      return;
    }
    case NodeKind::kSubscript: {
      const Register owner = left_operand(n.a, n.b);
      emit(Op::kItem, to, owner, operand(n.b));
      return;
    }
    case NodeKind::kSlice: return slice(n, to);
    case NodeKind::kCall: return call(id, n, to);
    case NodeKind::kUnary: emit(Op::kUnary, to, operand(n.a), n.op); return;
    case NodeKind::kBinary: return binary(n, to);
    case NodeKind::kBool: return choice(id, n, to);
    case NodeKind::kCompare: return compare(id, n, to);
    case NodeKind::kConditional: return conditional(id, n, to);
    case NodeKind::kNamed: {
      const Register value = fresh();
      expression(n.b, value);
      assign(n.a, value);
      emit(Op::kMove, to, value);
      return;
    }
    case NodeKind::kLambda: return function(id, n, to);
    default: return comprehension(id, n, to);
  }
}

void Compiler::binary(const Node& n, Register to) {
  std::int64_t number = 0;
  const auto op = static_cast<Operator>(n.op);
  if (small(n.b, number) &&
      (op == Operator::kAdd || op == Operator::kSub || (op == Operator::kMod && number > 0))) {
    const Op quick = op == Operator::kAdd   ? Op::kAddInt
                     : op == Operator::kSub ? Op::kSubInt
                                            : Op::kModInt;
    emit(quick, to, operand(n.a), static_cast<std::uint32_t>(number));
    return;
  }
  const Register left = left_operand(n.a, n.b);
  emit(operator_op(n.op), to, left, operand(n.b));
}

std::uint32_t Compiler::condition(NodeId test, NodeId construct, Op branch) {
  const Node& n = at(test);
  Scratch scratch(*this);
  if (n.kind == NodeKind::kCompare && n.count == 1) {
    const Node& tail = at(part(n, 0));
    const auto op = static_cast<Operator>(tail.op);
    std::int64_t number = 0;
    const bool quick = op >= Operator::kEq && op <= Operator::kGe;
    const Register seen = fresh();
    if (quick && small(tail.a, number)) {
      emit(test_op(op, true), seen, operand(n.a), static_cast<std::uint32_t>(number));
    } else {
      const Register left = left_operand(n.a, tail.a);
      emit(test_op(op, false), seen, left, operand(tail.a));
    }
    return emit(branch, seen, construct);
  }
  return emit(branch, operand(test), construct);
}

void Compiler::compare(NodeId id, const Node& n, Register to) {
  if (n.count == 1) {
    const Node& tail = at(part(n, 0));
    const Register left = left_operand(n.a, tail.a);
    emit(compare_op(static_cast<Operator>(tail.op)), to, left, operand(tail.a));
    return;
  }
  const Register seen = fresh(), one = fresh();
  Register left = fresh();
  std::vector<std::uint32_t> early;
  expression(n.a, left);
  for (std::uint32_t i = 0; i < n.count; ++i) {
    const Node& tail = at(part(n, i));
    if (i > 0) {
      early.push_back(emit(Op::kChain, seen, tail.a));
      emit(Op::kMore, id);
    }
    const Register right = fresh();
    expression(tail.a, right);
    emit(compare_op(static_cast<Operator>(tail.op)), i == 0 ? seen : one, left, right);
    if (i > 0) emit(Op::kSeen, seen, one);
    left = right;
  }
  for (const std::uint32_t at_chain : early) patch(at_chain);
  emit(Op::kChainDone, 0, id);
  emit(Op::kMove, to, seen);
}

void Compiler::choice(NodeId id, const Node& n, Register to) {
  const Op op = static_cast<Operator>(n.op) == Operator::kAnd ? Op::kAnd : Op::kOr;
  const Register value = fresh(), labels = fresh();
  std::vector<std::uint32_t> early;
  emit(Op::kConstant, labels, constant(Value::none()));
  expression(part(n, 0), value);
  for (std::uint32_t i = 1; i < n.count; ++i) {
    early.push_back(emit(op, value, labels));
    emit(Op::kMore, part(n, i), id);
    expression(part(n, i), value);
  }
  for (const std::uint32_t at_test : early) patch(at_test);
  emit(Op::kBoolDone, value, labels, id);
  emit(Op::kMove, to, value);
}

void Compiler::conditional(NodeId id, const Node& n, Register to) {
  const Register value = fresh();
  const std::uint32_t no = condition(n.a, id, Op::kTestIf);
  expression(n.b, value);
  const std::uint32_t done = jump();
  patch(no);
  expression(n.c, value);
  patch(done);
  emit(Op::kJoinValue, value, id);
  emit(Op::kMove, to, value);
}

void Compiler::slice(const Node& n, Register to) {
  const Register first = fresh(3);
  Register next = first;
  for (const NodeId id : {n.a, n.b, n.c}) {
    if (id == kNoNode) emit(Op::kConstant, next, constant(Value::none()));
    else expression(id, next);
    ++next;
  }
  emit(Op::kSlice, to, first);
}

}  // namespace lang
