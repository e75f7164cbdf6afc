// SPDX-License-Identifier: Apache-2.0
// Calls, functions and classes.
#include "lang/compiler.h"

namespace lang {

bool Compiler::is_simple(const Node& n) const {
  for (std::uint32_t i = 0; i < n.count; ++i) {
    const NodeKind kind = at(part(n, i)).kind;
    if (kind == NodeKind::kStar || kind == NodeKind::kKeyword) return false;
  }
  return true;
}

void Compiler::arguments(const Node& n, Register first) {
  for (std::uint32_t i = 0; i < n.count; ++i)
    expression(part(n, i), static_cast<Register>(first + i));
}

void Compiler::mixed_arguments(const Node& n, Register first) {
  for (std::uint32_t i = 0; i < n.count; ++i) {
    const Node& one = at(part(n, i));
    const auto place = static_cast<Register>(first + i);
    const bool wrapped = one.kind == NodeKind::kStar || one.kind == NodeKind::kKeyword;
    expression(wrapped ? one.a : part(n, i), place);
    if (one.kind == NodeKind::kStar) emit(Op::kSpreadCall, place);
    if (one.kind == NodeKind::kKeyword && one.text == kNoText) emit(Op::kSpreadKeys, place);
  }
}

void Compiler::method_call(NodeId id, const Node& n, Register to) {
  const Node& callee = at(n.a);
  const Register first = fresh(2 + n.count);
  const std::uint32_t site = out_.sites++;
  const Register receiver = operand(callee.a);
  emit(Op::kMethod, first, receiver, callee.text);
  emit(Op::kMore, site);
  const auto from = static_cast<Register>(first + 2);
  if (is_simple(n)) {
    arguments(n, from);
    line_ = n.place.line;
    emit(Op::kCallMethod, to, first, n.count);
    emit(Op::kMore, site);
  } else {
    mixed_arguments(n, from);
    line_ = n.place.line;
    emit(Op::kCallMixed, to, first, id);
    emit(Op::kMore, 1);
  }
}

void Compiler::call(NodeId id, const Node& n, Register to) {
  const Node& callee = at(n.a);
  if (callee.kind == NodeKind::kAttribute) return method_call(id, n, to);
  const Ref& ref = plan_.refs[n.a];
  const bool simple = is_simple(n);
  if (simple && callee.kind == NodeKind::kName &&
      (ref.kind == Ref::Kind::kTool || ref.kind == Ref::Kind::kBuiltin)) {
    const Register first = fresh(n.count);
    arguments(n, first);
    line_ = n.place.line;
    emit(ref.kind == Ref::Kind::kTool ? Op::kCallTool : Op::kCallBuiltin, to, ref.slot);
    emit(Op::kMore, first, n.count);
    return;
  }
  const Register first = fresh(1 + n.count);
  expression(n.a, first);
  const auto from = static_cast<Register>(first + 1);
  if (simple) {
    arguments(n, from);
    line_ = n.place.line;
    emit(Op::kCall, to, first, n.count);
  } else {
    mixed_arguments(n, from);
    line_ = n.place.line;
    emit(Op::kCallMixed, to, first, id);
    emit(Op::kMore, 0);
  }
}

void Compiler::function(NodeId id, const Node& n, Register to) {
  const Scope& made = plan_.scopes[n.slot];
  std::uint32_t count = 0;
  for (const Parameter& p : made.parameters) count += p.initial == kNoNode ? 0 : 1;
  const Register first = fresh(count);
  Register place = first;
  for (const Parameter& p : made.parameters)
    if (p.initial != kNoNode) expression(p.initial, place++);
  emit(Op::kFunction, to, first, id);
  bodies_.push_back({n.slot, id});
}

// The values that a member of a class body needs, in order; how many. The machine counts with the
// same rule.
std::uint32_t Compiler::class_values(const Node& member, bool emits, Register first) {
  const auto one = [&](NodeId id, std::uint32_t i) {
    if (emits) expression(id, static_cast<Register>(first + i));
  };
  const NodeId value = member.kind == NodeKind::kAnnotated ? member.c : member.a;
  if (value == kNoNode) return 0;
  const Node& v = at(value);
  const bool named_call = v.kind == NodeKind::kCall &&
                          (at(v.a).kind == NodeKind::kName || at(v.a).kind == NodeKind::kAttribute);
  const std::string& name = named_call ? text(at(v.a).text) : text(0);
  if (member.kind == NodeKind::kAnnotated && named_call && (name == "Field" || name == "field")) {
    for (std::uint32_t i = 0; i < v.count; ++i) {
      const Node& option = at(part(v, i));
      const bool wrapped = option.kind == NodeKind::kKeyword || option.kind == NodeKind::kStar;
      one(wrapped ? option.a : part(v, i), i);
    }
    return v.count;
  }
  if (member.kind == NodeKind::kAssign) {
    if (named_call && name == "auto") return 0;
    const std::string& field = text(at(part(member, 0)).text);
    if ((field == "model_config" || field == "Config") && v.kind != NodeKind::kString &&
        v.kind != NodeKind::kInt)
      return 0;
  }
  one(value, 0);
  return 1;
}

void Compiler::class_statement(NodeId id, const Node& n) {
  const Register made = fresh();
  const Node& bases = at(n.a);
  std::vector<NodeId> head;
  for (std::uint32_t i = 0; i < bases.count; ++i) {
    const Node& base = at(part(bases, i));
    if (base.kind != NodeKind::kKeyword) head.push_back(part(bases, i));
  }
  for (std::uint32_t i = 0; n.b != kNoNode && i < at(n.b).count; ++i) {
    const Node& decorator = at(part(at(n.b), i));
    for (std::uint32_t k = 0; decorator.kind == NodeKind::kCall && k < decorator.count; ++k)
      if (at(part(decorator, k)).kind == NodeKind::kKeyword)
        head.push_back(at(part(decorator, k)).a);
  }
  {
    Scratch scratch(*this);
    const Register first = fresh(static_cast<std::uint32_t>(head.size()));
    for (std::size_t i = 0; i < head.size(); ++i)
      expression(head[i], static_cast<Register>(first + i));
    emit(Op::kClassHead, made, first, id);
  }
  for (std::uint32_t i = 0; i < n.count; ++i) {
    const Node& member = at(part(n, i));
    if (member.kind != NodeKind::kAnnotated && member.kind != NodeKind::kAssign) continue;
    Scratch scratch(*this);
    const Register first = fresh(class_values(member, false, 0));
    class_values(member, true, first);
    emit(Op::kClassMember, made, first, part(n, i));
  }
  store(plan_.refs[id], made);
}

}  // namespace lang
