// SPDX-License-Identifier: Apache-2.0
//
// One test after the other, as the jumps say.
#include "policy/evaluation_inl.h"

namespace policy {

Says Evaluation::condition(std::uint32_t first, std::uint32_t count, bool absent_is_false) const {
  const Operation* const operations = linked_.operations.data() + first;
  for (std::uint32_t i = 0; i < count;) {
    const Operation& op = operations[i];
    Says told = test(op, {}, absent_is_false);
    if (told == Says::kAbsent) told = absent_is_false ? Says::kFalse : Says::kError;
    if (told == Says::kError) return told;
    if ((told == Says::kTrue) == op.sense) {
      if (op.target == TestCode::kThenTrue) return Says::kTrue;
      if (op.target == TestCode::kThenFalse) return Says::kFalse;
      i = op.target;
    } else if (++i == count) {
      return says(op.target == TestCode::kThenFalse);
    }
  }
  return Says::kTrue;  // no tests: always
}

Says Evaluation::test(const Operation& op, std::string_view base, bool absent_is_false) const {
  using Kind = Operation::Kind;
  switch (op.kind) {
    case Kind::kMaskArgument: return mask_of_argument(op);
    case Kind::kMaskArgs: return mask_of_args(op);
    case Kind::kMaskSession:
      return says((Opened::of(*context_.session).masks.get(op.detail, op.word) & op.mask()) != 0);
    case Kind::kMaskControl:
      return says((Opened::of(*call_.control).masks.get(op.detail, op.word) & op.mask()) != 0);
    case Kind::kMaskRoles:
      return says((Opened::of(*context_.principal).masks.get(0, op.word) & op.mask()) != 0);
    case Kind::kMaskScopes:
      return says((Opened::of(*context_.principal).masks.get(1, op.word) & op.mask()) != 0);
    case Kind::kText: return text(op, base);
    case Kind::kIn: return in(op, base);
    case Kind::kCompare: {
      const Reading a = read(op.a, base);
      if (a.state != Says::kTrue) return a.state;
      const Reading b = read(op.b, {});
      if (b.state != Says::kTrue) return b.state;
      return compare_values(static_cast<Comparator>(op.detail), a, b);
    }
    case Kind::kOverlaps: return overlaps(op.a, op.b, base);
    case Kind::kSubset: return subset(op.a, op.b, base);
    case Kind::kSuperset: return superset(op.a, op.b, base);
    case Kind::kSetEqual: return equal(op.a, op.b, base);
    case Kind::kEmpty:
    case Kind::kUniversal: {
      const OperandCode& operand = linked_.program.operands[op.a];
      const PathView path = view(operand.path, base);
      const Says all = everyone(operand, path);
      if (op.kind == Kind::kUniversal || all != Says::kFalse)
        return op.kind == Kind::kEmpty && all == Says::kTrue ? Says::kFalse : all;
      return says(!any_name(operand, path, [](std::string_view) { return true; }));
    }
    case Kind::kPresent: return says(is_present(view(op.a, base)));
    case Kind::kAbsent: return says(!is_present(view(op.a, base)));
    case Kind::kNamed: return named(view(op.a, base));
    case Kind::kAny:
    case Kind::kAll: return quantified(op, absent_is_false);
    case Kind::kConstant: return says(op.a != 0);
  }
  return Says::kError;
}

Says Evaluation::in(const Operation& op, std::string_view base) const {
  const Reading value = read(op.a, base);
  if (value.state != Says::kTrue) return value.state;
  const Says universal = is_universal(op.b);
  if (!is_known(universal)) return universal;
  return judge(op.b, value);
}

Says Evaluation::text(const Operation& op, std::string_view base) const {
  const Reading value = read_argument(view(op.a, base));
  if (value.state != Says::kTrue) return value.state;
  return says(value.kind == Reading::Kind::kString && linked_.patterns.matches(op.b, value.text));
}

// The masks of a join: or, but and of consumers.
Says Evaluation::mask_of_argument(const Operation& op) const {
  const PathView path = view(op.a, {});
  const bool consumers = op.detail == static_cast<std::uint8_t>(Field::kConsumers);
  std::uint64_t joined = consumers ? ~std::uint64_t{0} : 0;
  bool found = false;
  for (const Argument& leaf : call_.arguments) {
    if (!is_within(leaf.path, path)) continue;
    found = true;
    const std::uint64_t mask = Opened::of(*leaf.label).masks.get(op.detail, op.word);
    joined = consumers ? joined & mask : joined | mask;
  }
  return found ? says((joined & linked_.masks[op.b]) != 0) : Says::kAbsent;
}

Says Evaluation::mask_of_args(const Operation& op) const {
  const bool consumers = op.detail == static_cast<std::uint8_t>(Field::kConsumers);
  std::uint64_t joined = consumers ? ~std::uint64_t{0} : 0;
  for (const Argument& leaf : call_.arguments) {
    const std::uint64_t mask = Opened::of(*leaf.label).masks.get(op.detail, op.word);
    joined = consumers ? joined & mask : joined | mask;
  }
  return says((joined & op.mask()) != 0);
}

Says Evaluation::named(PathView path) const {
  bool found = false;
  for (const Argument& leaf : call_.arguments) {
    if (!is_within(leaf.path, path)) continue;
    if (!leaf.named) return Says::kFalse;
    found = true;
  }
  return says(found);
}

Says Evaluation::quantified(const Operation& op, bool absent_is_false) const {
  const PathCode& path = linked_.program.paths[op.a];
  if (path.segments.size() > 1) return each({path, op, absent_is_false}, 0, {});
  if (!is_present({{}, path.segments[0]})) return says(op.kind == Operation::Kind::kAll);
  return test(linked_.inner[op.b], {}, absent_is_false);
}

// Asks the inner test of everything that the path from `segment` on stands for under `base`.
Says Evaluation::each(const Quantified& q, std::size_t segment, std::string_view base) const {
  if (segment + 1 == q.path.segments.size()) {
    const Says told = test(linked_.inner[q.op.b], base, q.absent_is_false);
    if (told != Says::kAbsent) return told;
    return q.absent_is_false ? Says::kFalse : Says::kError;
  }
  const bool is_any = q.op.kind == Operation::Kind::kAny;
  const PathView of{base, q.path.segments[segment]};
  for (const Argument& leaf : call_.arguments)
    if (is_at(leaf.path, of)) return Says::kError;  // a value where steps were expected
  const std::size_t size = of.base.size() + of.rest.size();
  std::string_view last;
  for (const Argument& leaf : call_.arguments) {
    if (!is_under(leaf.path, of)) continue;
    const std::string_view step = leaf.path.substr(0, leaf.path.find('/', size + 1));
    if (step == last) continue;
    last = step;
    const Says told = each(q, segment + 1, step);
    if (told == Says::kError || (told == Says::kTrue) == is_any) return told;
  }
  return says(!is_any);
}

}  // namespace policy
