// SPDX-License-Identifier: Apache-2.0
#include "policy/load/walk.h"

namespace policy {

bool has_operand(Predicate::Kind kind) {
  using Kind = Predicate::Kind;
  return kind == Kind::kOverlaps || kind == Kind::kSubset || kind == Kind::kSuperset ||
         kind == Kind::kSetEqual || kind == Kind::kEmpty || kind == Kind::kUniversal ||
         kind == Kind::kGrants;
}

bool has_path(Predicate::Kind kind) {
  using Kind = Predicate::Kind;
  return kind == Kind::kPresent || kind == Kind::kAbsent || kind == Kind::kNamed;
}

bool has_set(Predicate::Kind kind) {
  using Kind = Predicate::Kind;
  return kind == Kind::kIn || kind == Kind::kOverlaps || kind == Kind::kSubset ||
         kind == Kind::kSuperset || kind == Kind::kSetEqual;
}

void Walk::on_predicate(const Predicate&) {}
void Walk::on_set(const SetExpr&) {}
void Walk::on_value(const Value&) {}
void Walk::on_operand(const Operand&) {}
void Walk::on_path(const Path&) {}
void Walk::on_element(const Element&) {}
void Walk::on_update(const Update&) {}

void Walk::predicate(const Predicate& node) {
  on_predicate(node);
  for (const Predicate& part : node.parts) predicate(part);
  comparison(node);
}

void Walk::comparison(const Predicate& node) {
  const bool compares = node.kind == Predicate::Kind::kCompare;
  if (compares || node.kind == Predicate::Kind::kIn) value(node.left);
  if (compares) value(node.right);
  if (has_operand(node.kind)) operand(node.operand);
  if (has_path(node.kind)) path(node.path);
  if (has_set(node.kind)) set(node.set);
}

void Walk::set(const SetExpr& node) {
  on_set(node);
  for (const SetExpr& part : node.parts) set(part);
  if (node.kind == SetExpr::Kind::kOperand) operand(node.operand);
  for (const Element& element : node.elements) on_element(element);
}

void Walk::let(const Let& node) {
  if (const auto* condition = std::get_if<Predicate>(&node.value)) predicate(*condition);
  if (const auto* names = std::get_if<SetExpr>(&node.value)) set(*names);
}

void Walk::update(const Update& node) {
  on_update(node);
  set(node.value);
}

void Walk::member(const ToolPolicy::Member& member) {
  if (const auto* rule = std::get_if<Rule>(&member); rule != nullptr && rule->when)
    predicate(*rule->when);
  const auto* block = std::get_if<Block>(&member);
  if (block == nullptr) return;
  for (const Statement& statement : block->statements) {
    if (statement.when) predicate(*statement.when);
    for (const Update& one : statement.updates) update(one);
  }
}

void Walk::value(const Value& node) {
  on_value(node);
  if (node.kind == Value::Kind::kArgument) path(node.path);
}

void Walk::operand(const Operand& node) {
  on_operand(node);
  if (node.scope == Scope::kArgument) path(node.path);
}

void Walk::path(const Path& node) { on_path(node); }

}  // namespace policy
