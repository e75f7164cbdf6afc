// SPDX-License-Identifier: Apache-2.0
//
// Values and operands: what a path, an attribute or a label of the call says.
#include <algorithm>
#include <bit>
#include <cmath>

#include "base/bytes.h"
#include "policy/evaluation_inl.h"

namespace policy {
namespace {

constexpr std::int64_t kHourUs = 3'600'000'000;
constexpr std::int64_t kDayUs = 24 * kHourUs;

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

Reading missing(Says why) {
  Reading r;
  r.state = why;
  return r;
}

Reading number(const Number& n) {
  Reading r;
  r.kind = Reading::Kind::kNumber;
  r.number = n;
  return r;
}

Reading whole(std::int64_t n) { return number({true, n, 0}); }

// SECURITY: text that is not UTF-8 is read differently by different programs; patterns too judge
// code points.
Reading string(std::string_view text) {
  Reading r;
  r.text = text;
  if (!is_ascii(text) && !base::is_utf8(text)) r.state = Says::kError;
  return r;
}

Reading instant(Instant at) {
  Reading r;
  r.kind = Reading::Kind::kInstant;
  r.instant = at;
  return r;
}

Reading of_leaf(const Argument& leaf) {
  Reading r;
  switch (leaf.kind) {
    case LeafKind::kString: return string(leaf.text);
    case LeafKind::kInteger:
    case LeafKind::kNumber: {
      const auto read = number_of(leaf.text);
      return read ? number(*read) : missing(Says::kError);
    }
    case LeafKind::kBoolean:
      r.kind = Reading::Kind::kBool;
      r.truth = leaf.text == "true";
      if (!r.truth && leaf.text != "false") r.state = Says::kError;
      return r;
    case LeafKind::kNull: r.kind = Reading::Kind::kNull; return r;
  }
  return missing(Says::kError);
}

}  // namespace

bool is_ascii(std::string_view text) {
  std::uint64_t high = 0;
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t word = 0;
    std::copy_n(text.data() + i, 8, reinterpret_cast<char*>(&word));
    high |= word;
  }
  for (; i < text.size(); ++i) high |= static_cast<unsigned char>(text[i]);
  return (high & 0x8080808080808080u) == 0;
}

const label::Names& names_of(const label::Sets& sets, Field field) {
  switch (field) {
    case Field::kTags: return sets.tags;
    case Field::kProducers: return sets.producers;
    case Field::kConsumers: return sets.consumers.names();
    case Field::kOrigins: return sets.origins;
  }
  return sets.tags;
}

PathView Evaluation::view(std::uint32_t path, std::string_view base) const {
  if (linked_.program.paths.empty()) return {};  // operands without a path
  const auto& segments = linked_.program.paths[path].segments;
  if (segments.size() == 1) return {{}, segments[0]};
  return {base, segments.back()};
}

bool Evaluation::is_present(PathView path) const {
  for (const Argument& leaf : call_.arguments)
    if (is_within(leaf.path, path)) return true;
  return false;
}

Reading Evaluation::read_argument(PathView path) const {
  bool below = false;
  for (const Argument& leaf : call_.arguments) {
    if (is_at(leaf.path, path)) return of_leaf(leaf);
    below = below || is_under(leaf.path, path);
  }
  return missing(below ? Says::kError : Says::kAbsent);
}

Reading Evaluation::read_attribute(Attribute attribute) const {
  const Asker& asker = context_.principal->asker();
  const std::int64_t us = context_.now.us;
  switch (attribute) {
    case Attribute::kPrincipalId: return string(asker.principal);
    case Attribute::kTenantId: return string(asker.tenant);
    case Attribute::kDoorName: return string(asker.door);
    case Attribute::kToolName: return string(call_.tool);
    case Attribute::kToolEffect:
      return effect_ ? string(spelling(*effect_)) : missing(Says::kError);
    case Attribute::kEnvironmentName: return string(asker.environment);
    case Attribute::kTimeNow: return instant(context_.now);
    case Attribute::kTimeHour: return whole(floor_div(us, kHourUs) - floor_div(us, kDayUs) * 24);
    case Attribute::kTimeWeekday: {  // 1970-01-01 was a Thursday
      const std::int64_t days = floor_div(us, kDayUs) + 3;
      return whole(days - floor_div(days, 7) * 7 + 1);
    }
  }
  return missing(Says::kError);
}

// A counter that the monitor could not keep, or did not give, is not a number it can be compared
// by.
Reading Evaluation::read_counter(std::uint32_t counter) const {
  if (counter >= context_.counters.size()) return missing(Says::kError);
  const Number& n = context_.counters[counter];
  if (!n.whole && !std::isfinite(n.decimal)) return missing(Says::kError);
  return number(n);
}

Reading Evaluation::read(std::uint32_t value, std::string_view base) const {
  const ValueCode& code = linked_.program.values[value];
  switch (code.kind) {
    case ValueCode::Kind::kArgument: return read_argument(view(code.index, base));
    case ValueCode::Kind::kResult:
      return learning_.text ? string(*learning_.text) : missing(Says::kError);
    case ValueCode::Kind::kSession:
      return context_.session_value ? string(*context_.session_value) : missing(Says::kAbsent);
    case ValueCode::Kind::kString: return string(linked_.program.texts[code.index]);
    case ValueCode::Kind::kInstant: return instant({static_cast<std::int64_t>(code.bits)});
    case ValueCode::Kind::kInteger: return whole(static_cast<std::int64_t>(code.bits));
    case ValueCode::Kind::kDecimal: return number({false, 0, std::bit_cast<double>(code.bits)});
    case ValueCode::Kind::kBool: {
      Reading r;
      r.kind = Reading::Kind::kBool;
      r.truth = code.bits != 0;
      return r;
    }
    case ValueCode::Kind::kAttribute: return read_attribute(static_cast<Attribute>(code.index));
    case ValueCode::Kind::kCounter: return read_counter(code.index);
  }
  return missing(Says::kError);
}

// The one label that the scope means; null where it is a join over arguments or no label.
const label::Sets* Evaluation::single(OperandCode::Scope scope) const {
  switch (scope) {
    case OperandCode::Scope::kResult: return learning_.result;
    case OperandCode::Scope::kSession:
      return learning_.session != nullptr ? learning_.session : &context_.session->sets();
    case OperandCode::Scope::kControl: return &call_.control->sets();
    default: return nullptr;
  }
}

// True if all leaves of the argument that `one` belongs to are such, or, not `whole`, one of them.
template <class Is>
bool Evaluation::argument_is(const Argument& one, const Is& is, bool whole) const {
  const std::string_view name = one.path.substr(0, one.path.find('/'));
  for (const Argument& leaf : call_.arguments)
    if (is_within(leaf.path, {{}, name}) && is(leaf) != whole) return !whole;
  return whole;
}

template <class Is> bool Evaluation::any_argument(const Is& is, bool whole) const {
  for (const Argument& leaf : call_.arguments)
    if (argument_is(leaf, is, whole)) return true;
  return false;
}

template <class Is> bool Evaluation::all_arguments(const Is& is, bool whole) const {
  for (const Argument& leaf : call_.arguments)
    if (!argument_is(leaf, is, whole)) return false;
  return true;
}

Says Evaluation::everyone(const OperandCode& operand, PathView path) const {
  using Scope = OperandCode::Scope;
  if (operand.scope == Scope::kRoles || operand.scope == Scope::kScopes) return Says::kFalse;
  if (operand.scope == Scope::kArgument && !is_present(path)) return Says::kAbsent;
  if (operand.scope == Scope::kResult && learning_.result == nullptr) return Says::kError;
  if (operand.field != Field::kConsumers) return Says::kFalse;
  const auto is_everyone = [](const label::Sets& s) { return s.consumers.is_everyone(); };
  if (const label::Sets* sets = single(operand.scope)) return says(is_everyone(*sets));
  bool all = true;
  for (const Argument& leaf : call_.arguments)
    if (operand.scope != Scope::kArgument || is_within(leaf.path, path))
      all = all && is_everyone(leaf.label->sets());
  if (all || operand.scope != Scope::kArgsUnion) return says(all);
  // One argument that is for everybody in all its leaves.
  return says(
      any_argument([&](const Argument& leaf) { return is_everyone(leaf.label->sets()); }, true));
}

// The join of an argument: names of its leaves, but consumers that all its leaves admit.
bool Evaluation::has(const OperandCode& operand, PathView path, std::string_view name) const {
  using Scope = OperandCode::Scope;
  const bool consumers = operand.field == Field::kConsumers;
  const auto among = [&](const label::Sets& sets) {
    return consumers ? sets.consumers.admits(name) : names_of(sets, operand.field).contains(name);
  };
  const auto leaf_has = [&](const Argument& leaf) { return among(leaf.label->sets()); };
  if (operand.scope == Scope::kRoles) return context_.principal->asker().roles.contains(name);
  if (operand.scope == Scope::kScopes) return context_.principal->asker().scopes.contains(name);
  if (const label::Sets* sets = single(operand.scope)) return among(*sets);
  if (operand.scope == Scope::kArgsUnion) {
    if (call_.arguments.empty()) return consumers;
    return any_argument(leaf_has, consumers);
  }
  if (operand.scope == Scope::kArgsIntersect) {
    if (call_.arguments.empty()) return consumers;
    return all_arguments(leaf_has, consumers);
  }
  for (const Argument& leaf : call_.arguments)
    if (is_within(leaf.path, path) && leaf_has(leaf) != consumers) return !consumers;
  return consumers;
}

}  // namespace policy
