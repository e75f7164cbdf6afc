// SPDX-License-Identifier: Apache-2.0
#include "policy/load/fold.h"

#include <algorithm>

#include "policy/load/fill_in.h"
#include "policy/load/shapes.h"
#include "policy/load/walk.h"

namespace policy {
namespace {

using Kind = Predicate::Kind;

// The path on the left of a comparison, if it holds one.
Path* left_path(Predicate& node) {
  if (has_path(node.kind)) return &node.path;
  if (has_operand(node.kind))
    return node.operand.scope == Scope::kArgument ? &node.operand.path : nullptr;
  const bool reads = node.kind == Kind::kIn || node.kind == Kind::kCompare;
  return reads && node.left.kind == Value::Kind::kArgument ? &node.left.path : nullptr;
}

Folded known(bool truth) { return {truth, {}}; }
Folded unknown(Predicate node) { return {std::nullopt, std::move(node)}; }

// Cannot be an error, whatever the call: then what follows it in a chain may settle the chain.
bool never_errs(const Predicate& node) {
  if (has_path(node.kind)) return true;
  if (node.kind == Kind::kEmpty || node.kind == Kind::kUniversal)
    return node.operand.scope != Scope::kArgument;
  const bool joined = node.kind == Kind::kNot || node.kind == Kind::kAnd || node.kind == Kind::kOr;
  return joined && std::all_of(node.parts.begin(), node.parts.end(), never_errs);
}

// A chain in a chain of the same kind reads as one.
void append(std::vector<Predicate>& parts, Predicate more, Kind kind) {
  if (more.kind != kind) return parts.push_back(std::move(more));
  for (Predicate& part : more.parts) parts.push_back(std::move(part));
}

Predicate joined(Kind kind, std::vector<Predicate> parts, const Span& span) {
  if (parts.size() == 1) return std::move(parts[0]);
  Predicate out;
  out.kind = kind;
  out.parts = std::move(parts);
  out.span = span;
  return out;
}

}  // namespace

Predicate constant(bool truth, const Span& span) {
  Predicate out;
  out.kind = Kind::kCompare;
  out.left.kind = out.right.kind = Value::Kind::kBool;
  out.left.truth = true;
  out.right.truth = truth;
  out.left.span = out.right.span = out.span = span;
  return out;
}

Folded Fold::predicate(const Predicate& node) const {
  switch (node.kind) {
    case Kind::kAnd: return chain(node, false);
    case Kind::kOr: return chain(node, true);
    case Kind::kNot: {
      Folded part = predicate(node.parts[0]);
      if (part.constant) return known(!*part.constant);
      Predicate out = without_parts(node);
      out.parts.push_back(std::move(part.node));
      return unknown(std::move(out));
    }
    case Kind::kName: {
      const LetInfo* let = names_->find(node.name);
      return let->roles ? predicate(meaning(*let)) : unknown(node);
    }
    case Kind::kAny:
    case Kind::kAll: return quantified(node);
    case Kind::kPresent:
    case Kind::kAbsent:
    case Kind::kNamed: return presence(node);
    default: return comparison(node);
  }
}

// `and` stops at false, `or` at true; what comes before a constant is kept if it may be an error,
// for an error denies.
Folded Fold::chain(const Predicate& node, bool stop) const {
  std::vector<Predicate> parts;
  for (const Predicate& part : node.parts) {
    Folded folded = predicate(part);
    if (!folded.constant) {
      append(parts, std::move(folded.node), node.kind);
      continue;
    }
    if (*folded.constant != stop) continue;
    if (std::all_of(parts.begin(), parts.end(), never_errs)) return known(stop);
    parts.push_back(constant(stop, part.span));
    break;
  }
  if (parts.empty()) return known(!stop);
  return unknown(joined(node.kind, std::move(parts), node.span));
}

bool Fold::lacks(const Path& path) const {
  return !path.role && Shapes::argument(*tool_, path.argument) == nullptr;
}

Folded Fold::quantified(const Predicate& node) const {
  Predicate comparison = node.parts[0];
  const Path* path = left_path(comparison);
  if (path->role) return role(node, *path->role);
  if (lacks(*path)) return known(node.kind == Kind::kAll);
  return unknown(node);
}

Folded Fold::role(const Predicate& node, Role role) const {
  const bool all = node.kind == Kind::kAll;
  std::vector<Predicate> parts;
  for (const ArgumentShape& argument : tool_->arguments)
    if (plays(argument, role)) parts.push_back(of_argument(node, argument));
  if (parts.empty()) return known(all);
  return unknown(joined(all ? Kind::kAnd : Kind::kOr, std::move(parts), node.span));
}

// The comparison for one argument of the role. An array: its items, of which an absent one has
// none. Another that may be absent is stepped over, as if it were an array without items.
Predicate Fold::of_argument(const Predicate& node, const ArgumentShape& argument) const {
  Predicate comparison = node.parts[0];
  Path* path = left_path(comparison);
  path->role.reset();
  path->argument = argument.name;
  if (node.parts[0].kind == Kind::kPresent || node.parts[0].kind == Kind::kAbsent)
    return comparison;
  Predicate out = without_parts(node);
  if (argument.kind == ArgumentShape::Kind::kArray) {
    path->steps.push_back({.kind = Step::Kind::kEach, .key = {}, .index = 0});
    out.parts.push_back(std::move(comparison));
    return out;
  }
  if (argument.required) return comparison;
  Predicate given;
  given.kind = node.kind == Kind::kAll ? Kind::kAbsent : Kind::kPresent;
  given.path = {.argument = argument.name, .steps = {}, .role = {}, .span = path->span};
  given.span = node.span;
  out.kind = node.kind == Kind::kAll ? Kind::kOr : Kind::kAnd;
  out.parts = {std::move(given), std::move(comparison)};
  return out;
}

Folded Fold::presence(const Predicate& node) const {
  if (!lacks(node.path)) return unknown(node);
  return known(node.kind == Kind::kAbsent);
}

Folded Fold::comparison(const Predicate& node) const {
  Predicate copy = node;
  const Path* path = left_path(copy);
  if (quiet_ && path != nullptr && lacks(*path)) return known(false);
  return unknown(std::move(copy));
}

}  // namespace policy
