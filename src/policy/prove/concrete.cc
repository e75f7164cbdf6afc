// SPDX-License-Identifier: Apache-2.0
#include "policy/prove/concrete.h"

#include <re2/re2.h>

#include <cmath>
#include <vector>

#include "policy/canonical.h"
#include "policy/prove/regex.h"

namespace policy::proving {
namespace {

using Kind = Concrete::Kind;

Said said(bool yes) { return yes ? Said::kYes : Said::kNo; }

bool within(const Range<Number>& range, const Number& x) {
  if (range.low && compare(x, *range.low) < (range.low_open ? 1 : 0)) return false;
  return !range.high || compare(x, *range.high) <= (range.high_open ? -1 : 0);
}

bool within(const Range<Instant>& range, Instant x) {
  if (range.low && (range.low_open ? x <= *range.low : x < *range.low)) return false;
  return !range.high || (range.high_open ? x < *range.high : x <= *range.high);
}

bool whole(const Number& number) {
  return number.whole || std::trunc(number.decimal) == number.decimal;
}

Said judge_number(const Element& element, const std::optional<Number>& number) {
  if (!number) return Said::kError;
  switch (element.kind) {
    case Element::Kind::kInt: return said(whole(*number) && within(element.range, *number));
    case Element::Kind::kNumber:
    case Element::Kind::kFloat: return said(within(element.range, *number));
    default: return Said::kNo;
  }
}

Said judge_path(const Element& element, const std::string& text) {
  CanonicalText form;
  CanonicalText own;
  if (!canonical_path(text, form)) return Said::kError;
  if (element.kind == Element::Kind::kPathLike)
    return said(wildcard_matches(element.text, std::string(form.view())));
  if (!canonical_path(element.text, own)) return Said::kError;
  return said(element.kind == Element::Kind::kPathIs ? form.view() == own.view()
                                                     : path_is_under(form.view(), own.view()));
}

Said judge_host(const Element& element, const std::string& text) {
  CanonicalText form;
  CanonicalText own;
  if (!canonical_host(text, form)) return Said::kError;
  if (element.kind == Element::Kind::kHostLike)
    return said(wildcard_matches(element.text, std::string(form.view())));
  if (!canonical_host(element.text, own)) return Said::kError;
  return said(element.kind == Element::Kind::kHostIs ? form.view() == own.view()
                                                     : host_is_under(form.view(), own.view()));
}

Said judge_email(const Element& element, const std::string& text) {
  CanonicalText form;
  CanonicalText own;
  if (!canonical_email(text, form)) return Said::kError;
  if (element.kind == Element::Kind::kEmailIs)
    return canonical_email(element.text, own) ? said(form.view() == own.view()) : Said::kError;
  if (!canonical_host(element.text, own)) return Said::kError;
  return said(form.view().substr(form.view().find('@') + 1) == own.view());
}

Said judge_address(const Element& element, const std::string& text) {
  const auto address = address_of(text);
  const auto block = block_of(element.text);
  return address && block ? said(contains(*block, *address)) : Said::kError;
}

Said judge_url(const Element::Url& wanted, const std::string& text) {
  const auto url = std::make_unique<CanonicalUrl>();
  CanonicalText own;
  if (!canonical_url(text, *url)) return Said::kError;
  if (wanted.scheme && url->scheme.view() != *wanted.scheme) return Said::kNo;
  if (wanted.host) {
    if (!canonical_host(*wanted.host, own)) return Said::kError;
    if (url->host.view() != own.view()) return Said::kNo;
  }
  if (wanted.host_under) {
    if (!canonical_host(*wanted.host_under, own)) return Said::kError;
    if (!host_is_under(url->host.view(), own.view())) return Said::kNo;
  }
  if (wanted.port && url->port != *wanted.port) return Said::kNo;
  if (!wanted.path_under) return Said::kYes;
  if (!canonical_path(*wanted.path_under, own)) return Said::kError;
  return said(path_is_under(url->path.view(), own.view()));
}

// What a value is beside an instant: the instant its text spells.
std::optional<Instant> as_instant(const Concrete& value) {
  if (value.kind == Kind::kInstant) return value.instant;
  return value.kind == Kind::kString ? instant_of(value.text) : std::nullopt;
}

Said equal(const Concrete& a, const Concrete& b) {
  if ((a.kind == Kind::kNumber && !a.number) || (b.kind == Kind::kNumber && !b.number))
    return Said::kError;
  if (a.kind == Kind::kInstant || b.kind == Kind::kInstant) {
    const auto x = as_instant(a);
    const auto y = as_instant(b);
    return said(x && y && *x == *y);
  }
  if (a.kind != b.kind) return Said::kNo;
  switch (a.kind) {
    case Kind::kString: return said(a.text == b.text);
    case Kind::kNumber: return said(compare(*a.number, *b.number) == 0);
    case Kind::kBool: return said(a.truth == b.truth);
    case Kind::kNull:
    case Kind::kInstant: break;
  }
  return Said::kYes;
}

// -1, 0, 1; nothing if there is no order between them.
std::optional<int> ordered(const Concrete& a, const Concrete& b) {
  if (a.kind == Kind::kNumber && b.kind == Kind::kNumber && a.number && b.number)
    return compare(*a.number, *b.number);
  if (a.kind != Kind::kInstant && b.kind != Kind::kInstant) return std::nullopt;
  const auto x = as_instant(a);
  const auto y = as_instant(b);
  if (!x || !y) return std::nullopt;
  return *x < *y ? -1 : *x == *y ? 0 : 1;
}

}  // namespace

Concrete string_value(std::string text) {
  Concrete out;
  out.text = std::move(text);
  return out;
}

Concrete number_value(Number number) {
  Concrete out;
  out.kind = Kind::kNumber;
  out.number = number;
  return out;
}

Concrete instant_value(Instant instant) {
  Concrete out;
  out.kind = Kind::kInstant;
  out.instant = instant;
  return out;
}

Concrete leaf_value(LeafKind kind, std::string text) {
  Concrete out;
  out.leaf = kind;
  switch (kind) {
    case LeafKind::kString: break;
    case LeafKind::kInteger:
    case LeafKind::kNumber:
      out.kind = Kind::kNumber;
      out.number = number_of(text);
      break;
    case LeafKind::kBoolean:
      out.kind = Kind::kBool;
      out.truth = text == "true";
      break;
    case LeafKind::kNull: out.kind = Kind::kNull; break;
  }
  out.text = std::move(text);
  return out;
}

Judge::Judge(bool search) : search_(search) {}
Judge::~Judge() = default;

const re2::RE2& Judge::compiled(const std::string& pattern) {
  auto& kept = patterns_[pattern];
  if (kept == nullptr) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    kept = std::make_unique<re2::RE2>(pattern, options);
  }
  return *kept;
}

bool Judge::is_whole(const std::string& pattern, const std::string& text) {
  return re2::RE2::FullMatch(text, compiled(pattern));
}

bool Judge::accepts_name(const Element& element, const std::string& name) {
  if (element.length) {
    const auto length = static_cast<std::int64_t>(code_points(name).size());
    if (!within(*element.length, {true, length, 0})) return false;
  }
  switch (element.kind) {
    case Element::Kind::kString: return element.text == name;
    case Element::Kind::kWildcard: return wildcard_matches(element.text, name);
    case Element::Kind::kPattern:
      return search_ ? re2::RE2::PartialMatch(name, compiled(element.text))
                     : is_whole(element.text, name);
    default: return false;
  }
}

Said Judge::judge_text(const Element& element, const std::string& text) {
  switch (element.kind) {
    case Element::Kind::kPathIs:
    case Element::Kind::kPathUnder:
    case Element::Kind::kPathLike: return judge_path(element, text);
    case Element::Kind::kHostIs:
    case Element::Kind::kHostUnder:
    case Element::Kind::kHostLike: return judge_host(element, text);
    case Element::Kind::kEmailIs:
    case Element::Kind::kEmailDomain: return judge_email(element, text);
    case Element::Kind::kCidr: return judge_address(element, text);
    case Element::Kind::kUrl: return judge_url(element.url, text);
    case Element::Kind::kInstant: {
      const auto instant = instant_of(text);
      return said(instant && within(element.instants, *instant));
    }
    default: return said(accepts_name(element, text));
  }
}

Said Judge::accepts(const Element& element, const Concrete& value) {
  switch (value.kind) {
    case Kind::kString: return judge_text(element, value.text);
    case Kind::kNumber: return judge_number(element, value.number);
    case Kind::kBool:
      return said(element.kind == Element::Kind::kBool && element.truth == value.truth);
    case Kind::kInstant:
      return said(element.kind == Element::Kind::kInstant &&
                  within(element.instants, value.instant));
    case Kind::kNull: break;
  }
  return Said::kNo;
}

Said compared(Comparator comparator, const Concrete& a, const Concrete& b) {
  if (comparator == Comparator::kEqual || comparator == Comparator::kNotEqual) {
    const Said same = equal(a, b);
    if (same == Said::kError || comparator == Comparator::kEqual) return same;
    return said(same == Said::kNo);
  }
  const auto order = ordered(a, b);
  if (!order) return Said::kError;
  switch (comparator) {
    case Comparator::kLess: return said(*order < 0);
    case Comparator::kLessEqual: return said(*order <= 0);
    case Comparator::kGreater: return said(*order > 0);
    case Comparator::kGreaterEqual: return said(*order >= 0);
    case Comparator::kEqual:
    case Comparator::kNotEqual: break;
  }
  return Said::kError;
}

bool wildcard_matches(const std::string& wildcard, const std::string& text) {
  const auto pattern = code_points(wildcard);
  const auto codes = code_points(text);
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = pattern.size();
  std::size_t resume = 0;
  while (t < codes.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == codes[t])) {
      ++p;
      ++t;
    } else if (star < pattern.size()) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace policy::proving
