// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "lang/compiler.h"

namespace lang {

Program compile(const Resolved& resolved, bool traced) { return Compiler(resolved, traced).run(); }

Program Compiler::run() {
  out_.code.reserve(plan_.tree.nodes.size() * 2);
  out_.lines.reserve(plan_.tree.nodes.size() * 2);
  out_.constants.reserve(32);
  out_.strings = std::vector<std::optional<String>>(plan_.tree.texts.size());
  out_.scopes.resize(plan_.scopes.size());
  text_constants_.resize(plan_.tree.texts.size());
  bodies_.push_back({0, plan_.tree.root});
  for (std::size_t i = 0; i < bodies_.size() && !out_.too_long; ++i)
    scope(bodies_[i].scope, bodies_[i].node);
  return std::move(out_);
}

// Parameters that a call can copy in order.
bool Compiler::plain(const Scope& scope) const {
  if (!scope.captures.empty() || std::ranges::find(scope.cells, true) != scope.cells.end())
    return false;
  for (std::size_t i = 0; i < scope.parameters.size(); ++i) {
    const Parameter& p = scope.parameters[i];
    if (p.slot != i) return false;
    if (p.kind != Parameter::Kind::kPositional && p.kind != Parameter::Kind::kBoth) return false;
  }
  return true;
}

void Compiler::scope(std::uint32_t index, NodeId node) {
  const Scope& shape = plan_.scopes[index];
  scope_ = index;
  locals_ = index == 0 ? static_cast<std::uint32_t>(plan_.globals.size()) : 0;
  top_ = most_ = locals_ + shape.slots;
  Code& code = out_.scopes[index];
  code.first = here();
  code.locals = static_cast<std::uint16_t>(locals_);
  code.variables = static_cast<std::uint16_t>(top_);
  code.parameters = static_cast<std::uint16_t>(shape.parameters.size());
  code.plain = plain(shape);
  const Node& n = at(node);
  line_ = n.place.line;
  if (n.kind == NodeKind::kLambda) {
    const Register value = fresh();
    expression(n.a, value);
    emit(Op::kReturn, value, 1);
  } else {
    body(n);
    emit(index == 0 ? Op::kEnd : Op::kReturnNone);
  }
  out_.scopes[index].registers = static_cast<std::uint16_t>(most_);
  out_.scopes[index].weight =
      static_cast<std::uint16_t>(std::min<std::uint32_t>((here() - code.first) / 2 + 1, 0xffff));
}

std::uint32_t Compiler::emit(Op op, std::uint32_t a, std::uint32_t b, std::uint32_t c) {
  const std::uint32_t place = here();
  if (place >= kMost) {
    out_.too_long = true;
    return 0;
  }
  out_.code.push_back({op, static_cast<std::uint16_t>(a), static_cast<std::uint16_t>(b),
                       static_cast<std::uint16_t>(c)});
  out_.lines.push_back(line_);
  return place;
}

void Compiler::loop(std::uint32_t top) {
  emit(Op::kLoop, 0, std::min<std::uint32_t>((here() - top) / 2 + 1, 0xffff), top);
}

Register Compiler::fresh(std::uint32_t count) {
  const std::uint32_t first = top_;
  top_ += count;
  if (top_ >= kMost) {
    out_.too_long = true;
    top_ = first;
    return 0;
  }
  most_ = std::max(most_, top_);
  return static_cast<Register>(first);
}

std::uint32_t Compiler::constant(Value v) {
  out_.constants.push_back(v);
  return static_cast<std::uint32_t>(out_.constants.size() - 1);
}

std::uint32_t Compiler::text_constant(std::uint32_t index) {
  if (text_constants_[index] == 0)
    text_constants_[index] = constant(Value::object(&out_.strings[index].emplace(text(index)))) + 1;
  return text_constants_[index] - 1;
}

Register Compiler::variable(const Ref& ref) const {
  if (ref.kind == Ref::Kind::kLocal) return static_cast<Register>(locals_ + ref.slot);
  if (ref.kind == Ref::Kind::kGlobal && scope_ == 0) return static_cast<Register>(ref.slot);
  return kNowhere;
}

void Compiler::store(const Ref& ref, Register from) {
  const Register place = variable(ref);
  if (place != kNowhere) {
    if (place != from) emit(Op::kMove, place, from);
  } else if (ref.kind == Ref::Kind::kGlobal) {
    emit(Op::kStoreGlobal, ref.slot, from);
  } else {
    emit(Op::kStoreCell, locals_ + ref.slot, from);
  }
}

void Compiler::clear(const Ref& ref) {
  const Register place = variable(ref);
  if (place != kNowhere) emit(Op::kClear, place);
  else if (ref.kind == Ref::Kind::kGlobal) emit(Op::kClearGlobal, ref.slot);
  else emit(Op::kClearCell, locals_ + ref.slot);
}

Register Compiler::direct(NodeId target) const {
  return at(target).kind == NodeKind::kName ? variable(plan_.refs[target]) : kNowhere;
}

void Compiler::trace(NodeId target, Register from) {
  if (!traced_) return;
  while (at(target).kind == NodeKind::kAttribute || at(target).kind == NodeKind::kSubscript)
    target = at(target).a;
  const bool named = at(target).kind == NodeKind::kName;
  emit(Op::kTrace, from, named ? at(target).text : 0xffff);
}

void Compiler::assign(NodeId target, Register from) {
  const Node& n = at(target);
  Scratch scratch(*this);
  switch (n.kind) {
    case NodeKind::kName: store(plan_.refs[target], from); break;
    case NodeKind::kAttribute: {
      const Register owner = operand(n.a);
      emit(Op::kSetAttribute, owner, n.text, from);
      break;
    }
    case NodeKind::kSubscript: {
      const Register owner = left_operand(n.a, n.b);
      emit(Op::kSetItem, owner, operand(n.b), from);
      break;
    }
    default: {
      const Register first = fresh(n.count);
      emit(Op::kUnpack, first, from, target);
      for (std::uint32_t i = 0; i < n.count; ++i) {
        const NodeId to = part(n, i);
        assign(at(to).kind == NodeKind::kStar ? at(to).a : to, static_cast<Register>(first + i));
      }
      return;
    }
  }
  trace(target, from);
}

}  // namespace lang
