// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "lang/compiler.h"

namespace lang {

void Compiler::body(const Node& owner) {
  for (std::uint32_t i = 0; i < owner.count; ++i) statement(part(owner, i));
}

void Compiler::statement(NodeId id) {
  const Node& n = at(id);
  line_ = n.place.line;
  if (out_.too_long) return;
  Scratch scratch(*this);
  switch (n.kind) {
    case NodeKind::kExpression: {
      const Register value = operand(n.a);
      if (scope_ == 0) emit(Op::kLast, value);
      else if (at(n.a).kind == NodeKind::kName) emit(Op::kMove, fresh(), value);
      return;
    }
    case NodeKind::kAssign: return assignment(n);
    case NodeKind::kAnnotated: {
      if (n.c == kNoNode) return;
      const Register place = direct(n.a);
      const Register value = place == kNowhere ? fresh() : place;
      expression(n.c, value);
      if (place == kNowhere) assign(n.a, value);
      else trace(n.a, value);
      return;
    }
    case NodeKind::kAugmented: return augmented(n);
    case NodeKind::kDelete: return remove(n);
    case NodeKind::kIf: return branch(id, n);
    case NodeKind::kWhile: return while_loop(id, n);
    case NodeKind::kFor: return for_loop(id, n);
    case NodeKind::kTry: return try_statement(id, n);
    case NodeKind::kBody: return body(n);
    case NodeKind::kBreak: return leave(Exit::kBreak, 0, around_.size(), false);
    case NodeKind::kContinue: return leave(Exit::kContinue, 0, around_.size(), false);
    case NodeKind::kReturn: return result(n);
    case NodeKind::kRaise: return raise(n);
    case NodeKind::kAssert: return assertion(n);
    case NodeKind::kFunction: {
      const Register made = fresh();
      function(id, n, made);
      return store(plan_.refs[id], made);
    }
    case NodeKind::kClass: return class_statement(id, n);
    case NodeKind::kImport:
    case NodeKind::kImportFrom:
      for (std::uint32_t i = 0; i < n.count; ++i) {
        const Register made = fresh();
        emit(Op::kImport, made, id, part(n, i));
        store(plan_.refs[part(n, i)], made);
      }
      return;
    default: return;
  }
}

void Compiler::assignment(const Node& n) {
  const Register place = n.count == 1 ? direct(part(n, 0)) : kNowhere;
  if (place != kNowhere) {
    expression(n.a, place);
    return trace(part(n, 0), place);
  }
  const Register value = fresh();
  expression(n.a, value);
  for (std::uint32_t i = 0; i < n.count; ++i) assign(part(n, i), value);
}

void Compiler::augmented(const Node& n) {
  const Node& target = at(n.a);
  const auto compute = [&](Register to, Register old) {
    const Register value = operand(n.b);
    emit(Op::kAugmented, to, old, value);
    emit(Op::kMore, n.op);
    trace(n.a, to);
  };
  if (target.kind == NodeKind::kName) {
    const Register place = direct(n.a);
    if (place != kNowhere) return compute(place, left_operand(n.a, n.b));
    const Register value = fresh();
    expression(n.a, value);
    compute(value, value);
    return store(plan_.refs[n.a], value);
  }
  const Register owner = fresh(), value = fresh();
  expression(target.a, owner);
  if (target.kind == NodeKind::kAttribute) {
    emit(Op::kAttribute, value, owner, target.text);
    compute(value, value);
    emit(Op::kSetAttribute, owner, target.text, value);
    return;
  }
  const Register index = fresh();
  expression(target.b, index);
  emit(Op::kItem, value, owner, index);
  compute(value, value);
  emit(Op::kSetItem, owner, index, value);
}

void Compiler::remove(const Node& n) {
  for (std::uint32_t i = 0; i < n.count; ++i) {
    const NodeId id = part(n, i);
    const Node& target = at(id);
    Scratch scratch(*this);
    if (target.kind == NodeKind::kName) {
      expression(id, fresh());  // it must be there
      clear(plan_.refs[id]);
      continue;
    }
    const Register owner = left_operand(target.a, target.b);
    const Register index = operand(target.b);
    emit(Op::kDeleteItem, owner, index);
  }
}

void Compiler::branch(NodeId id, const Node& n) {
  const std::uint32_t no = condition(n.a, id, Op::kTestIf);
  body(n);
  if (n.b != kNoNode) {
    const std::uint32_t done = jump();
    patch(no);
    body(at(n.b));
    patch(done);
  } else {
    patch(no);
  }
  emit(Op::kJoin, 0, id);
}

void Compiler::while_loop(NodeId id, const Node& n) {
  emit(Op::kWhileBegin, 0, id);
  const std::uint32_t top = here();
  emit(Op::kWhileNext);
  const std::uint32_t out = condition(n.a, id, Op::kTestWhile);
  Around& around = around_.emplace_back();
  around.top = top;
  body(n);
  loop(top);
  patch(out);
  end_loop(n.b);
}

void Compiler::for_loop(NodeId id, const Node& n) {
  const Register items = fresh();
  expression(n.b, items);
  emit(Op::kForBegin, items, id);
  const std::uint32_t top = here();
  const Register place = direct(n.a);
  const Register item = place == kNowhere ? fresh() : place;
  const std::uint32_t out = emit(Op::kForNext, items, item);
  Around& around = around_.emplace_back();
  around.top = top;
  if (place == kNowhere) assign(n.a, item);
  else trace(n.a, item);
  body(n);
  loop(top);
  patch(out);
  end_loop(n.c);
}

void Compiler::end_loop(NodeId otherwise) {
  const Around around = std::move(around_.back());
  around_.pop_back();
  if (otherwise == kNoNode) {
    for (const std::uint32_t at_break : around.breaks) patch(at_break);
    emit(Op::kLoopEnd);
    return;
  }
  emit(Op::kLoopElse);
  body(at(otherwise));
  emit(Op::kLoopDone);
  const std::uint32_t over = jump();
  for (const std::uint32_t at_break : around.breaks) patch(at_break);
  emit(Op::kLoopEnd);
  patch(over);
}

// `depth`: how much of what is around is still open.
void Compiler::leave(Exit what, Register value, std::size_t depth, bool labelled) {
  while (depth-- > 0) {
    Around& around = around_[depth];
    if (around.final) {
      if (what == Exit::kReturn && !labelled) emit(Op::kControl, value);
      emit(Op::kUnwindFinal);
      auto known = std::ranges::find(around.exits, what);
      if (known == around.exits.end()) {
        around.exits.push_back(what);
        known = around.exits.end() - 1;
      }
      emit(Op::kFinalReach, around.reached,
           static_cast<std::uint32_t>(known - around.exits.begin()) + 2, value);
      around.jumps.push_back(jump());
      return;
    }
    if (what == Exit::kReturn) continue;
    emit(Op::kUnwindLoop);
    if (what == Exit::kBreak) around.breaks.push_back(jump());
    else emit(Op::kJump, 0, 0, around.top);
    return;
  }
  emit(Op::kReturn, value, labelled ? 1 : 0);
}

void Compiler::result(const Node& n) {
  const Register value = fresh();
  if (n.a == kNoNode) emit(Op::kConstant, value, constant(Value::none()));
  else expression(n.a, value);
  leave(Exit::kReturn, value, around_.size(), false);
}

void Compiler::raise(const Node& n) {
  if (n.a == kNoNode) {
    emit(Op::kRaiseAgain);
    return;
  }
  const Register value = fresh();
  expression(n.a, value);
  Register cause = kNowhere;
  if (n.b != kNoNode) {
    cause = fresh();
    expression(n.b, cause);
  }
  emit(Op::kRaise, value, cause);
}

void Compiler::assertion(const Node& n) {
  const Register test = fresh();
  expression(n.a, test);
  const std::uint32_t holds = emit(Op::kAssert, test);
  Register message = kNowhere;
  if (n.b != kNoNode) {
    message = fresh();
    expression(n.b, message);
  }
  emit(Op::kAssertFail, test, message);
  patch(holds);
}

}  // namespace lang
