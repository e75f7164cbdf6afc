// SPDX-License-Identifier: Apache-2.0
// Random elements.
#include <limits>

#include "tests/policy/vocabulary.h"

namespace policy_test {
namespace {

using policy::Element;
using policy::Number;

constexpr const char* kNetworks[] = {
    "10.0.0.0/8",          "10.0.0.1", "10.0.0.0/31", "0.0.0.0/0", "::/0", "2001:db8::/32",
    "::ffff:10.0.0.0/104", "::1",      "10.1.2.3/8",  "::1/127"};

template <std::size_t N> std::string pick(Dice& dice, const char* const (&items)[N]) {
  return items[dice.below(N)];
}

template <class T> policy::Range<T> range(Dice& dice, T (*draw)(Dice&)) {
  policy::Range<T> out;
  const bool exact = dice.one_in(4);
  if (exact) {
    out.low = out.high = draw(dice);
    return out;
  }
  const std::size_t sides = dice.below(3);
  if (sides != 0) out.low = draw(dice);
  if (sides != 1) out.high = draw(dice);
  out.low_open = out.low && dice.one_in(3);
  out.high_open = out.high && dice.one_in(3);
  return out;
}

Number small(Dice& dice) { return {true, dice.between(0, 6), 0}; }

Element text_element(Dice& dice) {
  Element out;
  const std::size_t kind = dice.below(10);
  if (kind < 5) {
    out.text = dice.percent(50) ? label_name(dice) : proper_text(dice, Family::kText);
  } else if (kind < 8) {
    out.kind = Element::Kind::kPattern;
    out.text = pattern(dice);
  } else {
    out.kind = Element::Kind::kWildcard;
    out.text = wildcard(dice);
  }
  if (dice.one_in(10)) out.length = range<Number>(dice, small);
  return out;
}

Element kinded(Dice& dice, const std::vector<Element::Kind>& kinds, Family family) {
  Element out;
  out.kind = dice.from(kinds);
  constexpr const char* paths[] = {"/a*", "/*/b", "/?", "*", "/a/?"};
  const bool is_like = out.kind == Element::Kind::kPathLike || out.kind == Element::Kind::kHostLike;
  out.text = is_like ? wildcard(dice) : proper_text(dice, family);
  if (out.kind == Element::Kind::kPathLike && dice.one_in(2)) out.text = pick(dice, paths);
  return out;
}

Element number_element(Dice& dice) {
  Element out;
  const std::size_t kind = dice.below(3);
  out.kind = kind == 0   ? Element::Kind::kNumber
             : kind == 1 ? Element::Kind::kInt
                         : Element::Kind::kFloat;
  if (kind == 0) out.range.low = out.range.high = number(dice);
  if (kind == 1) out.range = range<Number>(dice, whole_number);
  if (kind == 2) out.range = range<Number>(dice, number);
  return out;
}

Element url_element(Dice& dice) {
  Element out;
  out.kind = Element::Kind::kUrl;
  constexpr const char* schemes[] = {"https", "http", "ftp"};
  if (dice.one_in(2)) out.url.scheme = pick(dice, schemes);
  if (dice.one_in(3)) out.url.host = proper_text(dice, Family::kHost);
  if (dice.one_in(3)) out.url.host_under = "x.org";
  if (dice.one_in(4)) out.url.port = static_cast<std::uint16_t>(dice.one_in(2) ? 443 : 8080);
  if (dice.one_in(3)) out.url.path_under = proper_text(dice, Family::kPath);
  if (out.url == Element::Url{}) out.url.scheme = "https";
  return out;
}

Element special(Dice& dice, Family family) {
  using K = Element::Kind;
  switch (family) {
    case Family::kPath:
      return kinded(dice, {K::kPathIs, K::kPathUnder, K::kPathUnder, K::kPathLike}, family);
    case Family::kHost:
      return kinded(dice, {K::kHostIs, K::kHostUnder, K::kHostUnder, K::kHostLike}, family);
    case Family::kEmail:
      if (dice.one_in(2)) return kinded(dice, {K::kEmailDomain}, Family::kHost);
      return kinded(dice, {K::kEmailIs}, family);
    case Family::kAddress: {
      Element out;
      out.kind = K::kCidr;
      out.text = pick(dice, kNetworks);
      return out;
    }
    default: return url_element(dice);
  }
}

}  // namespace

policy::Element element(Dice& dice, Family family, bool yett) {
  const Family about =
      family == Family::kAny || dice.one_in(10) ? static_cast<Family>(dice.below(9)) : family;
  switch (about) {
    case Family::kNumber: return number_element(dice);
    case Family::kBool: {
      Element out;
      out.kind = Element::Kind::kBool;
      out.truth = dice.one_in(2);
      return out;
    }
    case Family::kInstant: {
      Element out;
      out.kind = Element::Kind::kInstant;
      out.instants = range<policy::Instant>(dice, instant);
      return out;
    }
    case Family::kText:
    case Family::kAny: return text_element(dice);
    default: return yett && !dice.one_in(5) ? special(dice, about) : text_element(dice);
  }
}

}  // namespace policy_test
