// SPDX-License-Identifier: Apache-2.0
// Texts, elements, sets and predicates of random trees.
#include <cmath>
#include <cstring>
#include <limits>

#include "policy/syntax/testing/random_tree.h"

namespace policy {
namespace {

using E = Element::Kind;
using P = Predicate::Kind;

constexpr std::int64_t kFirstUs = -62'135'596'800LL * 1'000'000;  // 0001-01-01
constexpr std::uint64_t kUsRange = 315'537'897'600ULL * 1'000'000;

}  // namespace

// A keyword is a name too, but `not`, which is an operator before a word.
std::string RandomTree::name() {
  return pick({"x",    "from", "when", "and",  "or",    "any",    "all", "true",
               "inf",  "int",  "str",  "path", "union", "with",   "is",  "value",
               "tags", "host", "_9",   "let",  "in",    "because"});
}

std::string RandomTree::word() { return pick({"a", "b", "c", "pii", "secret"}); }

std::string RandomTree::text() {
  if (!free()) return word();
  std::string out;
  for (std::uint64_t n = below(4); n > 0; --n)
    out += pick({"a", "*", "\"", "\\", "\n", "\t", "\xc3\xa9", "\xf0\x9f\x9a\xaa", "//", "/*", "{",
                 "\x01", "\xe2\x80\xae", " ", "'", "\\u0041", std::string_view("\0", 1)});
  return out;
}

std::string RandomTree::pattern() {
  if (!free()) return pick({"a", "a|b", ".*", "[a-c]+", "p.i", "x\\.y"});
  std::string out;
  for (std::uint64_t n = below(4); n > 0; --n)
    out += pick({"a", ".*", "\\.", "\\\\", "\"", "[\xc3\xa9]", "(", " ", "\n", "//"});
  return out;
}

std::string RandomTree::wildcard() {
  if (!free()) return pick({"*", "a*", "?", "p*i", "*@x.org"});
  return pattern();
}

Number RandomTree::number() {
  if (!free() || one_in(2)) {
    const auto small = static_cast<std::int64_t>(below(11)) - 3;
    if (one_in(3)) return {false, 0, static_cast<double>(small) + 0.5};
    return {true, small, 0};
  }
  const std::uint64_t bits = below(std::numeric_limits<std::uint64_t>::max());
  if (one_in(2)) return {true, static_cast<std::int64_t>(bits), 0};
  double real = 0;
  std::memcpy(&real, &bits, sizeof real);
  if (std::isnan(real)) real = std::numeric_limits<double>::infinity();
  return {false, 0, real};
}

Instant RandomTree::instant() {
  if (free()) return {kFirstUs + static_cast<std::int64_t>(below(kUsRange))};
  return {static_cast<std::int64_t>(below(5)) * 86'400'000'000 + 1'704'067'200'000'000};
}

Range<Number> RandomTree::range(bool whole) {
  Range<Number> out;
  out.low = whole ? Number{true, static_cast<std::int64_t>(below(5)), 0} : number();
  out.high = out.low;
  if (one_in(4)) return out;
  out.high = whole ? Number{true, out.low->integer + 1 + static_cast<std::int64_t>(below(5)), 0}
                   : number();
  if (!free() && compare(*out.low, *out.high) > 0) std::swap(out.low, out.high);
  const bool equal = *out.low == *out.high;
  if (equal) return out;
  out.low_open = one_in(3);
  out.high_open = one_in(3);
  const std::uint64_t open_end = below(4);
  if (open_end == 0) out.low.reset(), out.low_open = false;
  if (open_end == 1) out.high.reset(), out.high_open = false;
  return out;
}

Range<Instant> RandomTree::instant_range() {
  Range<Instant> out;
  out.low = instant();
  out.high = one_in(3) ? out.low : std::optional<Instant>(instant());
  if (*out.high < *out.low) std::swap(out.low, out.high);
  if (*out.low == *out.high) return out;
  out.low_open = one_in(3);
  out.high_open = one_in(3);
  const std::uint64_t open_end = below(4);
  if (open_end == 0) out.low.reset(), out.low_open = false;
  if (open_end == 1) out.high.reset(), out.high_open = false;
  return out;
}

Path RandomTree::path(std::string_view argument, bool each) {
  Path out;
  out.argument = std::string(argument);
  if (each) out.steps.push_back({Step::Kind::kEach, "", 0});
  return out;
}

Path RandomTree::any_path() {
  Path out;
  if (shape_.yett && !shape_.expanded && one_in(8)) {
    out.role = static_cast<Role>(below(9));
    return out;
  }
  out.argument = name();
  for (std::uint64_t n = shape_.yett ? below(3) : 0; n > 0; --n) {
    const auto kind = static_cast<Step::Kind>(below(3));
    Step step;
    step.kind = kind;
    if (kind == Step::Kind::kKey) step.key = name();
    if (kind == Step::Kind::kIndex) step.index = static_cast<std::uint32_t>(below(1u << 31));
    out.steps.push_back(std::move(step));
  }
  return out;
}

Field RandomTree::field(bool target) {
  return static_cast<Field>(below(shape_.yett && !target ? 4 : 3));
}

Operand RandomTree::operand(Place place) {
  Operand out;
  out.field = field(false);
  const std::uint64_t what = below(10);
  if (what < 2) {
    out.scope = Scope::kSession;
  } else if (what == 2) {
    out.scope = Scope::kArgs;
    out.intersect = one_in(2);
  } else if (what == 3 && (place.result || free())) {
    out.scope = Scope::kResult;
  } else if (what == 4 && (place.here || free())) {
    out.scope = Scope::kHere;
  } else if (what == 5 && shape_.yett) {
    out.scope = Scope::kControl;
  } else if (what == 6 && shape_.yett) {
    out.scope = Scope::kPrincipal;
    out.field = Field::kTags;
    out.scopes = one_in(2);
  } else {
    out.path =
        free() ? any_path() : path(pick({"to", "body", "amount", "count", "flag", "list"}), false);
  }
  return out;
}

Value RandomTree::literal(Kind kind) {
  Value out;
  if (kind == Kind::kBoolean) {
    out.kind = Value::Kind::kBool;
    out.truth = one_in(2);
  } else if (kind == Kind::kNumber || kind == Kind::kInteger) {
    out.kind = Value::Kind::kNumber;
    out.number = number();
    if (kind == Kind::kInteger && !free())
      out.number = {true, static_cast<std::int64_t>(below(5)), 0};
  } else if (kind == Kind::kObject) {  // stands for an instant
    out.kind = Value::Kind::kInstant;
    out.instant = instant();
  } else {
    out.text = text();
  }
  return out;
}

Value RandomTree::left(Kind& kind, bool each, Place place) {
  Value out;
  const std::uint64_t what = each ? 9 : below(10);
  if (what < 2) {
    kind = static_cast<Kind>(below(4));
    return literal(kind);
  }
  kind = Kind::kString;
  if (what == 2 && (free() || place.result)) {
    out.kind = Value::Kind::kResult;
  } else if (what == 3) {
    out.kind = Value::Kind::kSession;
  } else if (what == 4 && shape_.yett) {
    out.kind = Value::Kind::kAttribute;
    out.attribute = static_cast<Attribute>(below(9));
    if (out.attribute == Attribute::kTimeNow) kind = Kind::kObject;
    if (out.attribute > Attribute::kTimeNow) kind = Kind::kInteger;
  } else if (what == 5 && shape_.yett && (free() || !counters_.empty())) {
    out.kind = Value::Kind::kCounter;
    out.text = free() ? name() : counters_[below(counters_.size())];
    kind = Kind::kNumber;
  } else {
    out.kind = Value::Kind::kArgument;
    const Kind kinds[] = {Kind::kString, Kind::kString, Kind::kNumber, Kind::kInteger,
                          Kind::kBoolean};
    const std::string_view names[] = {"to", "body", "amount", "count", "flag"};
    const std::uint64_t which = below(5);
    kind = each ? Kind::kString : kinds[which];
    out.path = path(each ? "list" : names[which], each);
    if (each && !shape_.expanded && one_in(2)) {
      out.path = Path{};
      out.path.role = Role::kRecipient;
    }
    if (free() && !each) out.path = any_path();
  }
  return out;
}

Element RandomTree::plain_element() {
  Element out;
  out.text = word();
  return out;
}

Element RandomTree::string_element() {
  Element out;
  out.kind = static_cast<E>(below(3));
  out.text = out.kind == E::kString ? text() : out.kind == E::kPattern ? pattern() : wildcard();
  if (one_in(4)) out.length = range(true);
  return out;
}

Element RandomTree::yett_element() {
  Element out;
  const std::uint64_t kind = below(free() ? 10 : 5);
  constexpr E kKinds[] = {E::kHostUnder, E::kPathUnder, E::kEmailDomain, E::kCidr,     E::kUrl,
                          E::kPathIs,    E::kPathLike,  E::kHostIs,      E::kHostLike, E::kEmailIs};
  const std::string_view texts[] = {"x.org", "/a", "x.org", "10.0.0.0/8", ""};
  out.kind = kKinds[kind];
  if (out.kind == E::kUrl) {
    out.url.scheme = "https";
    if (one_in(2)) out.url.host_under = "x.org";
    if (one_in(3)) out.url.port = static_cast<std::uint16_t>(1 + below(65'535));
    if (one_in(3)) out.url.path_under = "/a";
    return out;
  }
  const bool like = out.kind == E::kPathLike || out.kind == E::kHostLike;
  out.text = !free() ? std::string(texts[kind]) : like ? wildcard() : text();
  return out;
}

Element RandomTree::matcher_element(Kind kind) {
  Element out;
  if (kind == Kind::kBoolean) {
    out.kind = E::kBool;
    out.truth = one_in(2);
  } else if (kind == Kind::kNumber || kind == Kind::kInteger) {
    const std::uint64_t what = below(3);
    out.kind = what == 0 ? E::kNumber : what == 1 ? E::kInt : E::kFloat;
    out.range = range(kind == Kind::kInteger);
    if (what == 0) out.range.low = number();
    if (what == 0) out.range = {out.range.low, out.range.low, false, false};
  } else if (kind == Kind::kObject || (kind == Kind::kString && one_in(8))) {
    out.kind = E::kInstant;
    out.instants = instant_range();
  } else if (shape_.yett && one_in(4)) {
    return yett_element();
  } else {
    return string_element();
  }
  return out;
}

Element RandomTree::any_element() { return matcher_element(static_cast<Kind>(below(6))); }

SetExpr RandomTree::literal_set(std::size_t count) {
  SetExpr out;
  for (std::size_t i = 0; i < count; ++i) out.elements.push_back(plain_element());
  return out;
}

SetExpr RandomTree::joined(SetExpr::Kind kind, SetExpr left, SetExpr right) {
  SetExpr out;
  out.kind = kind;
  out.parts.push_back(std::move(left));
  out.parts.push_back(std::move(right));
  return out;
}

SetExpr RandomTree::plain(int depth, Place place) {
  SetExpr out;
  const std::uint64_t what = below(depth > 0 ? 8 : 4);
  if (what == 0 && !sets_.empty()) {
    out.kind = SetExpr::Kind::kName;
    out.name = sets_[below(sets_.size())];
  } else if (what < 2) {
    out.kind = SetExpr::Kind::kOperand;
    out.operand = operand(place);
  } else if (what < 4) {
    out = literal_set(below(4));
    if (one_in(10)) out = literal_set(1), out.elements[0].text = "*";
  } else if (what < 7) {
    const auto kind =
        static_cast<SetExpr::Kind>(static_cast<std::uint64_t>(SetExpr::Kind::kUnion) + below(4));
    SetExpr left = plain(depth - 1, place);
    return joined(kind, std::move(left), plain(depth - 1, place));
  } else {
    out.kind = one_in(2) ? SetExpr::Kind::kWith : SetExpr::Kind::kWithout;
    out.parts.push_back(plain(depth - 1, place));
    out.elements.push_back(plain_element());
  }
  return out;
}

SetExpr RandomTree::matcher(Kind kind) {
  SetExpr out;
  for (std::uint64_t n = 1 + below(3); n > 0; --n) out.elements.push_back(matcher_element(kind));
  return out;
}

SetExpr RandomTree::any_set(int depth) {
  SetExpr out;
  const std::uint64_t what = below(depth > 0 ? 6 : 3);
  if (what == 0) {
    out.kind = SetExpr::Kind::kName;
    out.name = name();
  } else if (what == 1) {
    out.kind = SetExpr::Kind::kOperand;
    out.operand = operand(Place{});
  } else if (what == 2) {
    for (std::uint64_t n = below(4); n > 0; --n) out.elements.push_back(any_element());
  } else if (what < 5) {
    const auto kind =
        static_cast<SetExpr::Kind>(static_cast<std::uint64_t>(SetExpr::Kind::kUnion) + below(4));
    SetExpr left = any_set(depth - 1);
    return joined(kind, std::move(left), any_set(depth - 1));
  } else {
    out.kind = one_in(2) ? SetExpr::Kind::kWith : SetExpr::Kind::kWithout;
    out.parts.push_back(any_set(depth - 1));
    out.elements.push_back(any_element());
  }
  return out;
}

// Right of `in`, `overlaps` and `subset of`: what may be a matcher.
SetExpr RandomTree::set_for(Kind kind, int depth, Place place) {
  if (free()) return any_set(depth);
  if (kind == Kind::kString && one_in(2)) return plain(depth, place);
  if (kind == Kind::kString && !domains_.empty() && one_in(3)) {
    SetExpr out;
    out.kind = SetExpr::Kind::kName;
    out.name = domains_[below(domains_.size())];
    return out;
  }
  return matcher(kind);
}

Predicate RandomTree::value_comparison(bool each, Place place) {
  Predicate out;
  Kind kind = Kind::kString;
  out.left = left(kind, each, place);
  if (one_in(2) && kind != Kind::kObject) {
    out.kind = P::kIn;
    out.set = set_for(kind, 1, place);
    return out;
  }
  out.kind = P::kCompare;
  const bool ordered = kind == Kind::kNumber || kind == Kind::kInteger || kind == Kind::kObject;
  if (shape_.yett) out.comparator = static_cast<Comparator>(below(ordered || free() ? 6 : 2));
  out.right = free() && one_in(2) ? left(kind, false, place) : literal(kind);
  return out;
}

Predicate RandomTree::set_comparison(Place place) {
  Predicate out;
  out.operand = operand(place);
  const std::uint64_t what = below(shape_.yett ? 7 : 6);
  constexpr P kKinds[] = {P::kOverlaps, P::kSubset,    P::kSuperset, P::kSetEqual,
                          P::kEmpty,    P::kUniversal, P::kGrants};
  out.kind = kKinds[what];
  if (out.kind == P::kGrants) out.name = free() ? text() : "a.b";
  const bool matches = out.kind == P::kOverlaps || out.kind == P::kSubset;
  if (what < 4) out.set = free() ? any_set(1) : plain(1, place);
  if (matches && !free() && one_in(3)) {
    out.set = SetExpr{};
    Element one;
    one.kind = one_in(2) ? E::kPattern : E::kWildcard;
    one.text = one.kind == E::kPattern ? pattern() : wildcard();
    out.set.elements.push_back(std::move(one));
  }
  return out;
}

Predicate RandomTree::path_question(bool each) {
  Predicate out;
  constexpr P kKinds[] = {P::kPresent, P::kAbsent, P::kNamed};
  out.kind = kKinds[below(each ? 1 : 3)];
  if (each) out.kind = P::kNamed;
  out.path =
      free() && !each ? any_path() : path(each ? "list" : pick({"to", "body", "flag"}), each);
  return out;
}

Predicate RandomTree::comparison(bool each, Place place) {
  if (shape_.yett && one_in(6)) return path_question(each);
  if (each || one_in(2)) return value_comparison(each, place);
  return set_comparison(place);
}

Predicate RandomTree::predicate(int depth, Place place) {
  Predicate out;
  const std::uint64_t what = below(depth > 0 ? 8 : 5);
  if (what == 0 && (free() || !predicates_.empty())) {
    out.kind = P::kName;
    out.name = free() ? name() : predicates_[below(predicates_.size())];
    return out;
  }
  if (what == 1 && shape_.yett) {
    out.kind = one_in(2) ? P::kAny : P::kAll;
    out.parts.push_back(comparison(true, place));
    return out;
  }
  if (what < 5) return comparison(false, place);
  out.kind = what == 5 ? P::kNot : what == 6 ? P::kAnd : P::kOr;
  for (std::uint64_t n = what == 5 ? 1 : 2 + below(2); n > 0; --n)
    out.parts.push_back(predicate(depth - 1, place));
  return out;
}

Predicate RandomTree::predicate() { return predicate(shape_.depth, Place{}); }
SetExpr RandomTree::set() { return free() ? any_set(shape_.depth) : plain(shape_.depth, Place{}); }
Element RandomTree::element() { return any_element(); }

}  // namespace policy
