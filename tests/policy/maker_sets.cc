// SPDX-License-Identifier: Apache-2.0
// Random set expressions, and the names that files bind to them.
#include "tests/policy/maker.h"

namespace policy_test {
namespace {

using policy::Element;
using policy::Operand;
using policy::Scope;
using policy::SetExpr;

SetExpr of_two(SetExpr::Kind kind, SetExpr left, SetExpr right) {
  SetExpr out;
  out.kind = kind;
  out.parts = {std::move(left), std::move(right)};
  return out;
}

SetExpr of_element(SetExpr::Kind kind, SetExpr left, Element element) {
  SetExpr out;
  out.kind = kind;
  out.parts.push_back(std::move(left));
  out.elements.push_back(std::move(element));
  return out;
}

bool is_plain(const Element& e) { return e.kind == Element::Kind::kString && !e.length; }

Element plain_element(Dice& dice) {
  Element out;
  out.text = label_name(dice);
  return out;
}

SetExpr named(const std::string& name) {
  SetExpr out;
  out.kind = SetExpr::Kind::kName;
  out.name = name;
  return out;
}

}  // namespace

Operand Maker::operand(Place place) {
  Operand out;
  out.field = static_cast<policy::Field>(dice_.below(yett_ ? 4 : 3));
  const std::size_t scope = dice_.below(12);
  if (scope < 5) {
    out.path = any_path();
  } else if (scope < 7) {
    out.scope = Scope::kArgs;
    out.intersect = dice_.one_in(2);
  } else if (scope < 9) {
    out.scope = Scope::kSession;
  } else if (scope == 9 && place != Place::kCheck) {
    out.scope = Scope::kHere;
  } else if (scope == 10 && place == Place::kResult) {
    out.scope = Scope::kResult;
  } else if (yett_) {
    out.scope = dice_.one_in(2) ? Scope::kControl : Scope::kPrincipal;
    out.scopes = out.scope == Scope::kPrincipal && dice_.one_in(2);
    if (out.scope == Scope::kPrincipal) out.field = policy::Field::kTags;
  } else {
    out.path = any_path();
  }
  return out;
}

SetExpr Maker::names() {
  SetExpr out;
  if (dice_.one_in(6)) {
    Element all;
    all.text = "*";
    out.elements.push_back(all);
    return out;
  }
  if (dice_.one_in(60)) {
    const std::size_t first = dice_.below(30);
    for (std::size_t i = 0; i < 70; ++i) {
      Element rare;
      rare.text = rare_name(first + i);
      out.elements.push_back(rare);
    }
    return out;
  }
  for (int i = dice_.between(0, 3); i > 0; --i) out.elements.push_back(plain_element(dice_));
  return out;
}

SetExpr Maker::plain_set(Place place, int depth) {
  const std::size_t kind = depth > 0 ? dice_.below(12) : dice_.below(5);
  if (kind < 3) return names();
  if (kind == 3) {
    SetExpr out;
    out.kind = SetExpr::Kind::kOperand;
    out.operand = operand(place);
    return out;
  }
  if (kind == 4) {
    const auto lets = known(Kind::kPlain, place);
    return lets.empty() ? names() : named(dice_.from(lets));
  }
  const auto kinds = {SetExpr::Kind::kUnion, SetExpr::Kind::kIntersect, SetExpr::Kind::kMinus,
                      SetExpr::Kind::kXor};
  SetExpr left = plain_set(place, depth - 1);
  if (kind < 7) {
    const bool adds = kind == 5;
    Element element = plain_element(dice_);
    if (!adds && dice_.one_in(2)) element = policy_test::element(dice_, Family::kText, yett_);
    return of_element(adds ? SetExpr::Kind::kWith : SetExpr::Kind::kWithout, std::move(left),
                      element);
  }
  const SetExpr::Kind op = *(kinds.begin() + dice_.below(4));
  const bool takes_matcher = op == SetExpr::Kind::kIntersect || op == SetExpr::Kind::kMinus;
  if (takes_matcher && dice_.one_in(3))
    return of_two(op, std::move(left), matcher(place, Family::kText, depth - 1));
  return of_two(op, std::move(left), plain_set(place, depth - 1));
}

// With at least one element that is no plain name: SetExpr's static kind is a matcher.
SetExpr Maker::matcher(Place place, Family family, int depth) {
  const auto lets = known(Kind::kMatcher, place);
  if (!lets.empty() && dice_.one_in(6)) return named(dice_.from(lets));
  if (depth > 0 && dice_.one_in(5)) {
    SetExpr some = matcher(place, family, depth - 1);
    if (dice_.one_in(3))
      return of_element(SetExpr::Kind::kWith, std::move(some), element(dice_, family, yett_));
    SetExpr other =
        dice_.one_in(2) ? matcher(place, family, depth - 1) : plain_set(place, depth - 1);
    if (dice_.one_in(2)) std::swap(some, other);
    return of_two(SetExpr::Kind::kUnion, std::move(some), std::move(other));
  }
  SetExpr out;
  bool found = false;
  for (int i = dice_.between(1, 3); i > 0 || !found; --i) {
    out.elements.push_back(element(dice_, family, yett_));
    found = found || !is_plain(out.elements.back());
  }
  return out;
}

policy::Let Maker::let(const std::string& name) {
  policy::Let out;
  out.name = name;
  constexpr Place kPlaces[] = {Place::kCheck, Place::kCheck, Place::kCheck, Place::kBefore,
                               Place::kResult};
  const Place place = dice_.of(kPlaces);
  const std::size_t kind = dice_.below(5);
  Kind made = Kind::kPredicate;
  if (kind < 2) {
    out.value = predicate(place, 2);
  } else if (kind == 2) {
    made = Kind::kPlain;
    out.value = plain_set(place, 2);
  } else if (kind == 3) {
    made = Kind::kMatcher;
    out.value = matcher(place, static_cast<Family>(dice_.below(10)), 2);
  } else {
    SetExpr set;
    set.kind = SetExpr::Kind::kDomain;
    do set.elements = {element(dice_, Family::kAny, yett_)};
    while (set.elements[0].kind == Element::Kind::kNumber);  // `let x = 5;` is no domain
    made = is_plain(set.elements[0]) ? Kind::kPlain : Kind::kMatcher;
    out.value = set;
  }
  known_.push_back({name, made, place});
  return out;
}

policy::Counter Maker::counter(const std::string& name) {
  policy::Counter out;
  out.name = name;
  if (dice_.one_in(2)) out.sum_of = "amount";
  out.tool.text = dice_.from(tool_names());
  if (dice_.one_in(3)) {
    out.tool.kind = policy::ToolId::Kind::kPattern;
    out.tool.text = "send_.*";
  }
  out.per = static_cast<policy::Counter::Per>(dice_.below(3));
  out.within_s = 3600;
  counters_.push_back(name);
  return out;
}

}  // namespace policy_test
