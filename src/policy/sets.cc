// SPDX-License-Identifier: Apache-2.0
//
// Set expressions asked, not made: whether one is universal, what it holds, whom it accepts.
#include "policy/evaluation_inl.h"

namespace policy {
namespace {

using Kind = SetCode::Kind;

}  // namespace

Says Evaluation::is_universal(std::uint32_t set) const {
  const SetCode& code = linked_.program.sets[set];
  if (code.kind == Kind::kUniversal) return Says::kTrue;
  if (code.kind == Kind::kLiteral) return Says::kFalse;
  if (code.kind == Kind::kOperand) {
    const OperandCode& operand = linked_.program.operands[code.a];
    return everyone(operand, view(operand.path, {}));
  }
  const Says left = is_universal(code.a);
  if (!is_known(left)) return left;
  const Says right = is_universal(code.b);
  if (!is_known(right)) return right;
  const bool l = left == Says::kTrue;
  const bool r = right == Says::kTrue;
  // All names but those that some pattern accepts, or only those: no set of names.
  const bool pattern = linked_.sets[code.b].is_matcher;
  switch (code.kind) {
    case Kind::kUnion: return says(l || r);
    case Kind::kIntersect: return l && pattern ? Says::kError : says(l && r);
    case Kind::kMinus:
      if (l && pattern) return Says::kError;
      if (!l || r) return Says::kFalse;
      return is_empty(code.b) ? Says::kTrue : Says::kError;
    case Kind::kXor:
      if (l == r) return Says::kFalse;
      return is_empty(l ? code.b : code.a) ? Says::kTrue : Says::kError;
    default: return Says::kError;
  }
}

bool Evaluation::holds(std::uint32_t set, std::string_view name) const {
  const SetCode& code = linked_.program.sets[set];
  switch (code.kind) {
    case Kind::kUniversal: return true;
    case Kind::kLiteral:
      for (std::uint32_t i = 0; i < code.b; ++i)
        if (accepts_name(code.a + i, name)) return true;
      return false;
    case Kind::kOperand: {
      const OperandCode& operand = linked_.program.operands[code.a];
      return has(operand, view(operand.path, {}), name);
    }
    case Kind::kUnion: return holds(code.a, name) || holds(code.b, name);
    case Kind::kIntersect: return holds(code.a, name) && holds(code.b, name);
    case Kind::kMinus: return holds(code.a, name) && !holds(code.b, name);
    case Kind::kXor: return holds(code.a, name) != holds(code.b, name);
  }
  return false;
}

bool Evaluation::is_empty(std::uint32_t set) const {
  if (linked_.sets[set].has_text_matcher) return false;
  return !any_candidate(set, [&](std::string_view name) { return holds(set, name); });
}

// Where is_universal() had no error. As holds(), but elements judge a value and may err: a true
// one wins over an error. Differences and intersections are sets of names, whatever made them.
Says Evaluation::judge(std::uint32_t set, const Reading& v) const {
  const SetCode& code = linked_.program.sets[set];
  if (code.kind == Kind::kUnion) {
    const Says left = judge(code.a, v);
    if (left == Says::kTrue) return left;
    const Says right = judge(code.b, v);
    return right == Says::kFalse ? left : right;
  }
  if (code.kind != Kind::kLiteral)
    return says(v.kind == Reading::Kind::kString && holds(set, v.text));
  Says answer = Says::kFalse;
  for (std::uint32_t i = 0; i < code.b; ++i) {
    const Says one = judge_element(code.a + i, v);
    if (one == Says::kTrue) return one;
    if (one == Says::kError) answer = one;
  }
  return answer;
}

Says Evaluation::overlaps(std::uint32_t operand, std::uint32_t set, std::string_view base) const {
  const OperandCode& left = linked_.program.operands[operand];
  const PathView path = view(left.path, base);
  const Says all = everyone(left, path);
  if (!is_known(all)) return all;
  const Says right = is_universal(set);
  if (!is_known(right)) return right;
  if (all == Says::kTrue) return says(right == Says::kTrue || !is_empty(set));
  return says(any_name(left, path, [&](std::string_view name) { return holds(set, name); }));
}

Says Evaluation::subset(std::uint32_t operand, std::uint32_t set, std::string_view base) const {
  const OperandCode& left = linked_.program.operands[operand];
  const PathView path = view(left.path, base);
  const Says all = everyone(left, path);
  if (!is_known(all)) return all;
  const Says right = is_universal(set);
  if (!is_known(right)) return right;
  if (all == Says::kTrue) return right;
  return says(!any_name(left, path, [&](std::string_view name) { return !holds(set, name); }));
}

Says Evaluation::superset(std::uint32_t operand, std::uint32_t set, std::string_view base) const {
  const OperandCode& left = linked_.program.operands[operand];
  const PathView path = view(left.path, base);
  const Says all = everyone(left, path);
  if (!is_known(all)) return all;
  const Says right = is_universal(set);
  if (!is_known(right)) return right;
  if (all == Says::kTrue) return Says::kTrue;
  if (right == Says::kTrue) return Says::kFalse;
  return says(!any_candidate(
      set, [&](std::string_view name) { return holds(set, name) && !has(left, path, name); }));
}

Says Evaluation::equal(std::uint32_t operand, std::uint32_t set, std::string_view base) const {
  const OperandCode& left = linked_.program.operands[operand];
  const Says all = everyone(left, view(left.path, base));
  if (!is_known(all)) return all;
  const Says right = is_universal(set);
  if (!is_known(right)) return right;
  if (all == Says::kTrue || right == Says::kTrue) return says(all == right);
  const Says within = subset(operand, set, base);
  return within == Says::kTrue ? superset(operand, set, base) : within;
}

}  // namespace policy
