// SPDX-License-Identifier: Apache-2.0
// Displays, comprehensions and f-strings.
#include "lang/compiler.h"

namespace lang {

void Compiler::display(NodeId id, const Node& n, Register to) {
  const Register first = fresh(n.count);
  bool spreads = false;
  for (std::uint32_t i = 0; i < n.count; ++i) {
    const Node& element = at(part(n, i));
    const auto place = static_cast<Register>(first + i);
    const bool star = element.kind == NodeKind::kStar;
    spreads = spreads || star;
    expression(star ? element.a : part(n, i), place);
    if (star) emit(Op::kSpread, place);
  }
  if (spreads) emit(Op::kDisplay, to, first, id);
  else
    emit(n.kind == NodeKind::kList    ? Op::kList
         : n.kind == NodeKind::kTuple ? Op::kTuple
                                      : Op::kSet,
         to, first, n.count);
}

void Compiler::dictionary(const Node& n, Register to) {
  const Register made = fresh(), key = fresh(), value = fresh();
  emit(Op::kDict, made);
  for (std::uint32_t i = 0; i + 1 < n.count; i += 2) {
    if (part(n, i) == kNoNode) {
      expression(part(n, i + 1), value);
      emit(Op::kDictMerge, made, value);
      continue;
    }
    expression(part(n, i), key);
    expression(part(n, i + 1), value);
    emit(Op::kDictPut, made, key, value);
  }
  emit(Op::kMove, to, made);
}

void Compiler::comprehension(NodeId id, const Node& n, Register to) {
  const Register into = fresh();
  if (!plan_.fresh[n.slot].empty()) emit(Op::kFresh, 0, id);
  emit(Op::kNewList, into, id);
  clause(id, n, 0, into);
  emit(Op::kMove, to, into);
}

void Compiler::clause(NodeId id, const Node& n, std::uint32_t index, Register into) {
  Scratch scratch(*this);
  if (index == n.count) {
    const Register value = fresh();
    expression(n.a, value);
    if (n.kind == NodeKind::kSetComp) {
      emit(Op::kAddElement, into, value);
    } else if (n.kind != NodeKind::kDictComp) {
      emit(Op::kAppend, into, value);
    } else {
      const Register mapped = fresh();
      emit(Op::kControl, value);
      expression(n.b, mapped);
      emit(Op::kPut, into, value, mapped);
    }
    return;
  }
  const Node& c = at(part(n, index));
  const Register items = fresh();
  expression(c.b, items);
  emit(Op::kClauseBegin, items, id, into);
  const std::uint32_t top = here();
  const Register place = direct(c.a);
  const Register item = place == kNowhere ? fresh() : place;
  const std::uint32_t end = emit(Op::kClauseNext, items, item);
  if (place == kNowhere) assign(c.a, item);
  else trace(c.a, item);
  for (std::uint32_t i = 0; i < c.count; ++i) {
    Scratch inner(*this);
    emit(Op::kClauseTest, operand(part(c, i)), into, top);
    emit(Op::kMore, id);
  }
  clause(id, n, index + 1, into);
  loop(top);
  patch(end);
  emit(Op::kClauseEnd, 0, id);
}

bool Compiler::has_formats(const Node& n) const {
  bool quiet = true;  // what comes behind
  for (std::uint32_t i = n.count; i-- > 0;) {
    const Node& piece = at(part(n, i));
    if (piece.kind == NodeKind::kString) continue;
    if (piece.op != 0 || piece.b != kNoNode || !quiet) return true;
    quiet = quiet && is_quiet(piece.a);
  }
  return false;
}

// Parts that cannot fail and that nothing behind them can change become text at the end, in one
// buffer; the others at once.
void Compiler::format(NodeId id, const Node& n, Register to, Register labels) {
  std::uint32_t count = 0;
  for (std::uint32_t i = 0; i < n.count; ++i)
    count += at(part(n, i)).kind == NodeKind::kString ? 0 : 1;
  const Register first = fresh(count);
  Register place = first;
  for (std::uint32_t i = 0; i < n.count; ++i) {
    const Node& piece = at(part(n, i));
    if (piece.kind == NodeKind::kString) continue;
    Scratch scratch(*this);
    expression(piece.a, place);
    if (labels != kNowhere) {
      Register spec = kNowhere;
      if (piece.b != kNoNode) {
        emit(Op::kCollect, labels, place);
        spec = fresh();
        format(piece.b, at(piece.b), spec, labels);
      }
      emit(Op::kFormat, place, place, part(n, i));
      emit(Op::kMore, labels, spec);
    }
    ++place;
  }
  emit(Op::kJoinText, to, first, id);
  emit(Op::kMore, labels);
}

}  // namespace lang
