// SPDX-License-Identifier: Apache-2.0
#include "policy/load/kinds.h"

#include <re2/re2.h>

namespace policy {
namespace {

void gather(const SetExpr& set, const Names& names, Elements& out) {
  using Kind = SetExpr::Kind;
  switch (set.kind) {
    case Kind::kLiteral:
    case Kind::kDomain:
      for (const Element& element : set.elements) {
        if (!is_matcher(element) && element.text == "*") out.complete = false;
        out.all.push_back(&element);
      }
      return;
    case Kind::kWith: out.all.push_back(&set.elements[0]); return gather(set.parts[0], names, out);
    case Kind::kUnion: gather(set.parts[0], names, out); return gather(set.parts[1], names, out);
    case Kind::kName: {
      const LetInfo* let = names.find(set.name);
      if (let == nullptr || let->predicate) break;
      return gather(std::get<SetExpr>(let->let->value), names, out);
    }
    default: break;
  }
  out.complete = false;
}

template <class T, class Less> bool empty(const Range<T>& range, Less less) {
  if (!range.low || !range.high) return false;
  if (less(*range.high, *range.low)) return true;
  return (range.low_open || range.high_open) && !less(*range.low, *range.high);
}

bool number_less(const Number& a, const Number& b) { return compare(a, b) < 0; }

bool wildcard(std::string_view pattern, std::string_view text) {
  std::string as_pattern;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '*') as_pattern += ".*";
    else if (pattern[i] == '?') as_pattern += ".";
    else as_pattern += RE2::QuoteMeta(re2::StringPiece(&pattern[i], 1));
  }
  return RE2::FullMatch(re2::StringPiece(text.data(), text.size()), "(?s)" + as_pattern);
}

}  // namespace

Elements elements_of(const SetExpr& set, const Names& names) {
  Elements out;
  gather(set, names, out);
  return out;
}

std::uint32_t accepted(const Element& element) {
  using Kind = Element::Kind;
  switch (element.kind) {
    case Kind::kNumber:
    case Kind::kInt:
    case Kind::kFloat: return Kinds::kNumeric;
    case Kind::kBool: return Kinds::kBoolean;
    case Kind::kInstant: return Kinds::kString | Kinds::kInstant;
    default: return Kinds::kString;
  }
}

bool accepts_labels(const Element& element) {
  using Kind = Element::Kind;
  return element.kind == Kind::kString || element.kind == Kind::kPattern ||
         element.kind == Kind::kWildcard;
}

bool accepts_nothing(const Element& element) {
  using Kind = Element::Kind;
  if (element.length && empty(*element.length, number_less)) return true;
  if (element.kind == Kind::kInt || element.kind == Kind::kFloat)
    return empty(element.range, number_less);
  if (element.kind != Kind::kInstant) return false;
  return empty(element.instants, [](Instant a, Instant b) { return a < b; });
}

bool may_accept(const Element& element, std::string_view text) {
  using Kind = Element::Kind;
  if (element.kind == Kind::kString) return element.text == text;
  if (element.kind == Kind::kPattern) {
    const RE2 compiled(element.text, RE2::Quiet);
    return RE2::FullMatch(re2::StringPiece(text.data(), text.size()), compiled);
  }
  if (element.kind == Kind::kWildcard) return wildcard(element.text, text);
  if (element.kind == Kind::kBool) return text == (element.truth ? "true" : "false");
  return true;
}

std::uint32_t kinds_of(Attribute attribute) {
  switch (attribute) {
    case Attribute::kTimeNow: return Kinds::kInstant;
    case Attribute::kTimeHour:
    case Attribute::kTimeWeekday: return Kinds::kInteger;
    default: return Kinds::kString;
  }
}

std::uint32_t kinds_of_constant(const Value& value) {
  using Kind = Value::Kind;
  switch (value.kind) {
    case Kind::kInstant: return Kinds::kInstant;
    case Kind::kNumber:
    case Kind::kCounter: return Kinds::kNumeric;
    case Kind::kBool: return Kinds::kBoolean;
    case Kind::kAttribute: return kinds_of(value.attribute);
    default: return Kinds::kString;
  }
}

bool comparable(Comparator comparator, std::uint32_t left, std::uint32_t right) {
  const bool numbers = (left & Kinds::kNumeric) != 0 && (right & Kinds::kNumeric) != 0;
  const bool instants =
      ((left & Kinds::kInstant) != 0 && (right & (Kinds::kInstant | Kinds::kString)) != 0) ||
      ((right & Kinds::kInstant) != 0 && (left & Kinds::kString) != 0);
  if (numbers || instants) return true;
  const bool equality = comparator == Comparator::kEqual || comparator == Comparator::kNotEqual;
  return equality && (left & right & (Kinds::kString | Kinds::kBoolean)) != 0;
}

}  // namespace policy
