// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The parts of Evaluation that take a function. Trust zone: monitor.
#pragma once

#include "policy/evaluation.h"

namespace policy {

inline bool is_at(std::string_view leaf, PathView path) {
  return leaf.size() == path.base.size() + path.rest.size() && leaf.starts_with(path.base) &&
         leaf.ends_with(path.rest);
}

inline bool is_under(std::string_view leaf, PathView path) {
  const std::size_t size = path.base.size() + path.rest.size();
  return leaf.size() > size && leaf[size] == '/' && leaf.starts_with(path.base) &&
         leaf.substr(path.base.size()).starts_with(path.rest);
}

inline bool is_within(std::string_view leaf, PathView path) {
  return is_at(leaf, path) || is_under(leaf, path);
}

template <class F>
bool Evaluation::any_name(const OperandCode& operand, PathView path, const F& f) const {
  const auto among = [&](const label::Names& names) {
    for (const std::string& name : names.list())
      if (has(operand, path, name) && f(std::string_view(name))) return true;
    return false;
  };
  if (operand.scope == OperandCode::Scope::kRoles) return among(context_.principal->asker().roles);
  if (operand.scope == OperandCode::Scope::kScopes)
    return among(context_.principal->asker().scopes);
  if (const label::Sets* sets = single(operand.scope)) return among(names_of(*sets, operand.field));
  const bool all = operand.scope != OperandCode::Scope::kArgument;
  for (const Argument& leaf : call_.arguments) {
    if (!all && !is_within(leaf.path, path)) continue;
    if (among(names_of(leaf.label->sets(), operand.field))) return true;
  }
  return false;
}

template <class F> bool Evaluation::any_candidate(std::uint32_t set, const F& f) const {
  const SetCode& code = linked_.program.sets[set];
  switch (code.kind) {
    case SetCode::Kind::kUniversal: return false;
    case SetCode::Kind::kLiteral:
      for (std::uint32_t i = 0; i < code.b; ++i) {
        const ElementCode& element = linked_.program.elements[code.a + i];
        const bool plain = element.kind == ElementCode::Kind::kString && !element.length;
        if (plain && f(std::string_view(element.text))) return true;
      }
      return false;
    case SetCode::Kind::kOperand: {
      const OperandCode& operand = linked_.program.operands[code.a];
      return any_name(operand, view(operand.path, {}), f);
    }
    case SetCode::Kind::kUnion:
    case SetCode::Kind::kIntersect:
    case SetCode::Kind::kMinus:
    case SetCode::Kind::kXor: return any_candidate(code.a, f) || any_candidate(code.b, f);
  }
  return false;
}

}  // namespace policy
