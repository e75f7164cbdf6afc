// SPDX-License-Identifier: Apache-2.0
#include "tests/policy/maker.h"

namespace policy_test {
namespace {

using policy::Element;
using policy::Field;
using policy::Operand;
using policy::Path;
using policy::Predicate;
using policy::Scope;
using policy::SetExpr;
using policy::Step;
using policy::Value;
using Shape = policy::ArgumentShape::Kind;

Step key(const char* name) { return {Step::Kind::kKey, name, 0}; }
Step index(int n) { return {Step::Kind::kIndex, "", static_cast<std::uint32_t>(n)}; }
Step each() { return {Step::Kind::kEach, "", 0}; }

}  // namespace

std::vector<std::string> Maker::known(Kind kind, Place place) const {
  std::vector<std::string> out;
  for (const Known& one : known_)
    if (one.kind == kind && one.place <= place) out.push_back(one.name);
  return out;
}

Predicate Maker::predicate(Place place, int depth) {
  Predicate out;
  const std::size_t kind = depth > 0 ? dice_.below(10) : 9;
  if (kind < 4) {
    out.kind = kind < 2 ? Predicate::Kind::kAnd : Predicate::Kind::kOr;
    for (int i = dice_.between(2, 3); i > 0; --i) out.parts.push_back(predicate(place, depth - 1));
    return out;
  }
  if (kind == 4) {
    out.kind = Predicate::Kind::kNot;
    out.parts.push_back(predicate(place, depth - 1));
    return out;
  }
  if (const auto names = known(Kind::kPredicate, place); !names.empty() && dice_.one_in(5)) {
    out.kind = Predicate::Kind::kName;
    out.name = dice_.from(names);
    return out;
  }
  return yett_ && dice_.one_in(5) ? quantified(place) : comparison(place);
}

Predicate Maker::comparison(Place place) {
  if (yett_ && dice_.one_in(10)) return of_path(any_path());
  if (dice_.one_in(2)) return of_set(place, operand(place));
  if (dice_.one_in(8)) {  // "pii" in x.tags
    Predicate out;
    out.kind = Predicate::Kind::kIn;
    out.left.text = label_name(dice_);
    out.set.kind = SetExpr::Kind::kOperand;
    out.set.operand = operand(place);
    return out;
  }
  Family family = Family::kAny;
  const Value value = left(place, family);
  return of_value(place, value, family);
}

Predicate Maker::quantified(Place place) {
  Predicate out;
  out.kind = dice_.one_in(2) ? Predicate::Kind::kAny : Predicate::Kind::kAll;
  const Pick pick = each_path();
  if (dice_.one_in(8)) {
    out.parts.push_back(of_path(pick.path));
  } else if (dice_.one_in(3)) {
    Operand left;
    left.path = pick.path;
    left.field = static_cast<Field>(dice_.below(4));
    out.parts.push_back(of_set(place, left));
  } else {
    Value left;
    left.kind = Value::Kind::kArgument;
    left.path = pick.path;
    out.parts.push_back(of_value(place, left, pick.family));
  }
  return out;
}

Predicate Maker::of_value(Place place, const Value& left, Family family) {
  Predicate out;
  out.left = left;
  if (dice_.percent(70)) {
    out.kind = Predicate::Kind::kIn;
    out.set = dice_.percent(80) ? matcher(place, family, 1) : plain_set(place, 1);
    return out;
  }
  out.kind = Predicate::Kind::kCompare;
  const bool ordered = family == Family::kNumber || family == Family::kInstant;
  if (yett_) out.comparator = static_cast<policy::Comparator>(dice_.below(ordered ? 6 : 2));
  out.right = right(place, family);
  return out;
}

Predicate Maker::of_set(Place place, const Operand& left) {
  Predicate out;
  out.operand = left;
  const std::size_t kind = dice_.below(yett_ ? 9 : 8);
  switch (kind) {
    case 0: out.kind = Predicate::Kind::kEmpty; return out;
    case 1: out.kind = Predicate::Kind::kUniversal; return out;
    case 2:
    case 3:
    case 4: out.kind = Predicate::Kind::kOverlaps; break;
    case 5: out.kind = Predicate::Kind::kSubset; break;
    case 6: out.kind = Predicate::Kind::kSuperset; break;
    case 7: out.kind = Predicate::Kind::kSetEqual; break;
    default:
      out.kind = Predicate::Kind::kGrants;
      out.name = dice_.one_in(2) ? "a.b" : label_name(dice_);
      return out;
  }
  const bool takes_matcher = kind >= 2 && kind <= 5;
  out.set =
      takes_matcher && dice_.one_in(2) ? matcher(place, Family::kText, 1) : plain_set(place, 2);
  return out;
}

Predicate Maker::of_path(const Path& path) {
  constexpr Predicate::Kind kKinds[] = {Predicate::Kind::kPresent, Predicate::Kind::kAbsent,
                                        Predicate::Kind::kNamed};
  Predicate out;
  out.kind = dice_.of(kKinds);
  out.path = path;
  return out;
}

// A path to one value, without [*].
Maker::Pick Maker::path() {
  const KnownArgument& known = dice_.from(arguments());
  Pick out{Path{known.name, {}, {}, {}}, known.family};
  if (!yett_) return out;
  auto& steps = out.path.steps;
  if (known.kind == Shape::kArray || (known.kind == Shape::kAny && dice_.one_in(3)))
    steps.push_back(index(dice_.between(0, 1)));
  const bool is_object = known.kind == Shape::kObject;
  if (is_object || (known.kind == Shape::kAny && steps.empty() && dice_.one_in(3)))
    steps.push_back(key(dice_.one_in(2) ? "owner" : "size"));
  if (known.item == Shape::kObject) steps.push_back(key(dice_.one_in(2) ? "name" : "qty"));
  if (dice_.one_in(40)) steps.clear();
  return out;
}

Maker::Pick Maker::each_path() {
  switch (dice_.below(7)) {
    case 0: return {Path{"items", {each(), key("name")}, {}, {}}, Family::kText};
    case 1: return {Path{"items", {each(), key("qty")}, {}, {}}, Family::kNumber};
    case 2: return {Path{"any", {each()}, {}, {}}, Family::kAny};
    case 3: return {Path{"meta", {key("list"), each()}, {}, {}}, Family::kText};
    case 4: return {Path{"cc", {each()}, {}, {}}, Family::kText};
    case 5: return {Path{"items", {index(0), each()}, {}, {}}, Family::kText};
    default: return {Path{"to", {each()}, {}, {}}, Family::kEmail};
  }
}

// A whole argument, or what is under one.
Path Maker::any_path() {
  if (yett_ && dice_.one_in(3)) return path().path;
  return Path{dice_.from(arguments()).name, {}, {}, {}};
}

Value Maker::left(Place place, Family& family) {
  Value out;
  family = Family::kText;
  if (place == Place::kResult && dice_.one_in(4)) {
    out.kind = Value::Kind::kResult;
    return out;
  }
  if (dice_.one_in(12)) {
    out.kind = Value::Kind::kSession;
    family = dice_.one_in(2) ? Family::kText : Family::kInstant;
    return out;
  }
  if (yett_ && dice_.one_in(6)) {
    out.kind = Value::Kind::kAttribute;
    out.attribute = static_cast<policy::Attribute>(dice_.below(9));
    if (out.attribute == policy::Attribute::kTimeNow) family = Family::kInstant;
    if (out.attribute > policy::Attribute::kTimeNow) family = Family::kNumber;
    return out;
  }
  if (!counters_.empty() && dice_.one_in(8)) {
    family = Family::kNumber;
    out.kind = Value::Kind::kCounter;
    out.text = dice_.from(counters_);
    return out;
  }
  if (dice_.one_in(25)) {
    family = static_cast<Family>(dice_.below(9));
    return literal(family);
  }
  const Pick pick = path();
  out.kind = Value::Kind::kArgument;
  out.path = pick.path;
  family = pick.family;
  return out;
}

Value Maker::right(Place place, Family family) {
  if (!dice_.one_in(4)) return literal(family);
  Family other = family;
  return left(place, other);
}

Value Maker::literal(Family family) {
  Value out;
  const Family about =
      family == Family::kAny || dice_.one_in(10) ? static_cast<Family>(dice_.below(4)) : family;
  if (about == Family::kNumber) {
    out.kind = Value::Kind::kNumber;
    out.number = number(dice_);
  } else if (about == Family::kBool) {
    out.kind = Value::Kind::kBool;
    out.truth = dice_.one_in(2);
  } else if (about == Family::kInstant && !dice_.one_in(4)) {
    out.kind = Value::Kind::kInstant;
    out.instant = instant(dice_);
  } else if (about == Family::kInstant) {
    out.text = "2024-01-01";
  } else {
    out.text = dice_.one_in(4) ? label_name(dice_) : proper_text(dice_, about);
  }
  return out;
}

}  // namespace policy_test
