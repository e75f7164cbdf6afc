// SPDX-License-Identifier: Apache-2.0
#include "policy/load/fill_in.h"

#include "policy/load/walk.h"

namespace policy {

Predicate without_parts(const Predicate& node) {
  Predicate out;
  out.kind = node.kind;
  out.name = node.name;
  out.left = node.left;
  out.right = node.right;
  out.comparator = node.comparator;
  out.operand = node.operand;
  out.path = node.path;
  out.span = node.span;
  return out;
}

SetExpr without_parts(const SetExpr& node) {
  SetExpr out;
  out.kind = node.kind;
  out.elements = node.elements;
  out.operand = node.operand;
  out.name = node.name;
  out.span = node.span;
  return out;
}

Predicate meaning(const LetInfo& let) {
  if (const auto* value = std::get_if<Predicate>(&let.let->value)) return *value;
  const SetExpr& alias = std::get<SetExpr>(let.let->value);
  Predicate out;
  out.kind = Predicate::Kind::kName;
  out.name = alias.name;
  out.span = alias.span;
  return out;
}

Predicate fill_in(const Predicate& node, const Names& names) {
  if (node.kind == Predicate::Kind::kName) {
    const LetInfo* let = names.find(node.name);
    return let == nullptr || !let->predicate ? node : fill_in(meaning(*let), names);
  }
  Predicate out = without_parts(node);
  for (const Predicate& part : node.parts) out.parts.push_back(fill_in(part, names));
  if (has_set(node.kind)) out.set = fill_in(node.set, names);
  return out;
}

SetExpr fill_in(const SetExpr& node, const Names& names) {
  if (node.kind == SetExpr::Kind::kName) {
    const LetInfo* let = names.find(node.name);
    if (let == nullptr || let->predicate) return node;
    SetExpr value = fill_in(std::get<SetExpr>(let->let->value), names);
    if (value.kind == SetExpr::Kind::kDomain) value.kind = SetExpr::Kind::kLiteral;
    return value;
  }
  SetExpr out = without_parts(node);
  for (const SetExpr& part : node.parts) out.parts.push_back(fill_in(part, names));
  return out;
}

}  // namespace policy
