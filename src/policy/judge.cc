// SPDX-License-Identifier: Apache-2.0
//
// Whether an element accepts a value, and how two values compare.
#include <bit>
#include <cmath>

#include "policy/evaluation_inl.h"

namespace policy {
namespace {

using Kind = ElementCode::Kind;

Number number_in(const BoundCode& bound) {
  if (bound.kind == BoundCode::Kind::kDecimal) return {false, 0, std::bit_cast<double>(bound.bits)};
  return {true, static_cast<std::int64_t>(bound.bits), 0};
}

// `compared` is the value against the bound: -1, 0, 1.
bool above(const BoundCode& low, int compared) { return low.open ? compared > 0 : compared >= 0; }
bool below(const BoundCode& high, int compared) { return high.open ? compared < 0 : compared <= 0; }

int order(Instant a, Instant b) { return a < b ? -1 : b < a ? 1 : 0; }

Instant instant_in(const BoundCode& bound) { return {static_cast<std::int64_t>(bound.bits)}; }

bool has_no_fraction(const Number& n) { return n.whole || std::trunc(n.decimal) == n.decimal; }

bool length_fits(const ElementCode& element, std::string_view text) {
  if (!element.length) return true;
  return in_range(*element.length, {true, static_cast<std::int64_t>(code_points(text)), 0});
}

Says judge_path(const ElementCode& e, const Patterns& patterns, Patterns::Id id,
                std::string_view text) {
  CanonicalText path;
  if (!canonical_path(text, path)) return Says::kError;
  if (e.kind == Kind::kPathIs) return says(path.view() == e.text);
  if (e.kind == Kind::kPathUnder) return says(path_is_under(path.view(), e.text));
  return says(patterns.matches(id, path.view()));
}

Says judge_host(const ElementCode& e, const Patterns& patterns, Patterns::Id id,
                std::string_view text) {
  CanonicalText host;
  if (!canonical_host(text, host)) return Says::kError;
  if (e.kind == Kind::kHostIs) return says(host.view() == e.text);
  if (e.kind == Kind::kHostUnder) return says(host_is_under(host.view(), e.text));
  return says(patterns.matches(id, host.view()));
}

Says judge_email(const ElementCode& e, std::string_view text) {
  CanonicalText email;
  if (!canonical_email(text, email)) return Says::kError;
  if (e.kind == Kind::kEmailIs) return says(email.view() == e.text);
  return says(email.view().substr(email.view().find('@') + 1) == e.text);
}

Says judge_url(const UrlCode& want, std::string_view text) {
  CanonicalUrl url;
  if (!canonical_url(text, url)) return Says::kError;
  return says((!want.scheme || url.scheme.view() == *want.scheme) &&
              (!want.host || url.host.view() == *want.host) &&
              (!want.host_under || host_is_under(url.host.view(), *want.host_under)) &&
              (!want.port || url.port == *want.port) &&
              (!want.path_under || path_is_under(url.path.view(), *want.path_under)));
}

// The instant that a value is or spells.
std::optional<Instant> instant_in(const Reading& r) {
  if (r.kind == Reading::Kind::kInstant) return r.instant;
  return r.kind == Reading::Kind::kString ? instant_of(r.text) : std::nullopt;
}

bool is_order(Comparator c) { return c != Comparator::kEqual && c != Comparator::kNotEqual; }

Says ordered(Comparator comparator, int order) {
  switch (comparator) {
    case Comparator::kEqual: return says(order == 0);
    case Comparator::kNotEqual: return says(order != 0);
    case Comparator::kLess: return says(order < 0);
    case Comparator::kLessEqual: return says(order <= 0);
    case Comparator::kGreater: return says(order > 0);
    case Comparator::kGreaterEqual: return says(order >= 0);
  }
  return Says::kError;
}

bool same(const Reading& a, const Reading& b) {
  if (a.kind != b.kind) return false;
  if (a.kind == Reading::Kind::kString) return a.text == b.text;
  return a.kind == Reading::Kind::kNull || a.truth == b.truth;
}

}  // namespace

std::size_t code_points(std::string_view utf8) {
  std::size_t count = 0;
  for (const char c : utf8) count += (static_cast<unsigned char>(c) & 0xc0) != 0x80 ? 1 : 0;
  return count;
}

bool in_range(const RangeCode& range, const Number& n) {
  return (!range.low || above(*range.low, compare(n, number_in(*range.low)))) &&
         (!range.high || below(*range.high, compare(n, number_in(*range.high))));
}

bool in_range(const RangeCode& range, Instant at) {
  return (!range.low || above(*range.low, order(at, instant_in(*range.low)))) &&
         (!range.high || below(*range.high, order(at, instant_in(*range.high))));
}

Says compare_values(Comparator comparator, const Reading& a, const Reading& b) {
  using Is = Reading::Kind;
  if (a.kind == Is::kInstant || b.kind == Is::kInstant) {
    const auto left = instant_in(a);
    const auto right = instant_in(b);
    if (left && right) return ordered(comparator, order(*left, *right));
  } else if (a.kind == Is::kNumber && b.kind == Is::kNumber) {
    return ordered(comparator, compare(a.number, b.number));
  } else if (!is_order(comparator)) {
    return says(same(a, b) == (comparator == Comparator::kEqual));
  }
  return is_order(comparator) ? Says::kError : says(comparator == Comparator::kNotEqual);
}

bool Evaluation::accepts_name(std::uint32_t element, std::string_view name) const {
  const ElementCode& e = linked_.program.elements[element];
  if (e.kind == Kind::kString) return e.text == name && length_fits(e, name);
  if (e.kind != Kind::kPattern && e.kind != Kind::kWildcard) return false;
  return linked_.patterns.matches(linked_.elements[element].pattern, name) && length_fits(e, name);
}

Says Evaluation::judge_element(std::uint32_t element, const Reading& v) const {
  const ElementCode& e = linked_.program.elements[element];
  const ElementFacts& facts = linked_.elements[element];
  switch (e.kind) {
    case Kind::kNumber:
    case Kind::kFloat:
      return says(v.kind == Reading::Kind::kNumber && in_range(*e.range, v.number));
    case Kind::kInt:
      return says(v.kind == Reading::Kind::kNumber && has_no_fraction(v.number) &&
                  in_range(*e.range, v.number));
    case Kind::kTrue: return says(v.kind == Reading::Kind::kBool && v.truth);
    case Kind::kFalse: return says(v.kind == Reading::Kind::kBool && !v.truth);
    case Kind::kInstant: {
      const auto at = instant_in(v);
      return says(at && in_range(*e.range, *at));
    }
    default: break;
  }
  if (v.kind != Reading::Kind::kString) return Says::kFalse;
  switch (e.kind) {
    case Kind::kPathIs:
    case Kind::kPathUnder:
    case Kind::kPathLike: return judge_path(e, linked_.patterns, facts.pattern, v.text);
    case Kind::kHostIs:
    case Kind::kHostUnder:
    case Kind::kHostLike: return judge_host(e, linked_.patterns, facts.pattern, v.text);
    case Kind::kEmailIs:
    case Kind::kEmailDomain: return judge_email(e, v.text);
    case Kind::kUrl: return judge_url(*e.url, v.text);
    case Kind::kCidr: {
      const auto address = address_of(v.text);
      return address ? says(contains(facts.block, *address)) : Says::kError;
    }
    default: return says(accepts_name(element, v.text));
  }
}

}  // namespace policy
