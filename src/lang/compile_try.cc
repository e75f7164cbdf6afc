// SPDX-License-Identifier: Apache-2.0
// `try`: handlers are tried in order; a `finally` is compiled once, and knows how it was reached.
#include "lang/compiler.h"

namespace lang {

void Compiler::try_statement(NodeId id, const Node& n) {
  Register reached = 0;
  std::uint32_t final_begin = 0;
  if (n.c != kNoNode) {
    reached = fresh(2);
    final_begin = emit(Op::kFinalBegin, reached, id);
    Around& around = around_.emplace_back();
    around.final = true;
    around.reached = reached;
  }
  const Register exception = fresh(2);
  const std::uint32_t begin = emit(Op::kTryBegin, exception, id);
  body(n);
  emit(Op::kTryEnd);
  if (n.b != kNoNode) body(at(n.b));
  emit(Op::kTryDone);
  std::vector<std::uint32_t> done{jump()};
  patch(begin);
  except_clauses(n, exception, done);
  for (const std::uint32_t at_jump : done) patch(at_jump);
  if (n.c == kNoNode) return;
  emit(Op::kFinalEnter, reached);
  patch(final_begin);
  final_body(n, reached);
}

void Compiler::except_clauses(const Node& n, Register exception, std::vector<std::uint32_t>& done) {
  const Node& list = at(n.a);
  for (std::uint32_t i = 0; i < list.count; ++i) {
    const NodeId id = part(list, i);
    const Node& handler = at(id);
    Scratch scratch(*this);
    line_ = handler.place.line;
    std::uint32_t other = 0;
    if (handler.a != kNoNode) {
      const Register type = operand(handler.a);
      other = emit(Op::kMatch, exception, type);
    }
    emit(Op::kHandle, exception, exception + 1u, id);
    if (handler.text != kNoText) store(plan_.refs[id], exception);
    body(handler);
    emit(Op::kHandleEnd);
    emit(Op::kTryDone);
    done.push_back(jump());
    if (handler.a == kNoNode) return;
    patch(other);
  }
  emit(Op::kReraise, exception);
}

void Compiler::final_body(const Node& n, Register reached) {
  const Around around = std::move(around_.back());
  around_.pop_back();
  for (const std::uint32_t at_jump : around.jumps) patch(at_jump);
  body(at(n.c));
  const auto count = static_cast<std::uint32_t>(around.exits.size());
  const std::uint32_t leaves = emit(Op::kFinalLeave, reached, count);
  const std::uint32_t table = here();
  for (std::uint32_t i = 0; i < count; ++i) emit(Op::kMore);
  for (std::uint32_t i = 0; i < count; ++i) {
    if (!out_.too_long) patch(table + i);
    leave(around.exits[i], static_cast<Register>(reached + 1u), around_.size(), true);
  }
  patch(leaves);
}

}  // namespace lang
