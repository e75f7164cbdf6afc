// SPDX-License-Identifier: Apache-2.0
#include "spec/element.h"

#include <re2/re2.h>

#include <charconv>
#include <chrono>
#include <cmath>
#include <limits>

#include "spec/canonical.h"

namespace spec {
namespace {

using policy::Element;
using policy::Instant;
using policy::Number;
using Kind = policy::Element::Kind;

static_assert(std::numeric_limits<long double>::digits >= 64, "holds any int64 and any double");
long double exact(const Number& number) {
  return number.whole ? static_cast<long double>(number.integer)
                      : static_cast<long double>(number.decimal);
}

bool is_whole(const Number& number) {
  return number.whole || std::trunc(number.decimal) == number.decimal;
}

bool within(const policy::Range<Number>& range, const Number& x) {
  if (range.low && by_value(x, *range.low) < (range.low_open ? 1 : 0)) return false;
  return !range.high || by_value(x, *range.high) <= (range.high_open ? -1 : 0);
}

bool within(const policy::Range<Instant>& range, const Instant& x) {
  if (range.low && (range.low_open ? x <= *range.low : x < *range.low)) return false;
  return !range.high || (range.high_open ? x < *range.high : x <= *range.high);
}

bool fits_length(const Element& element, const std::string& text) {
  return !element.length || within(*element.length, {true, code_points(text), 0});
}

Truth truth(bool holds) { return holds ? Truth::kTrue : Truth::kFalse; }

// `form` is the canonical form of what is judged, `own` that of the element's text.
Truth same(const std::optional<std::string>& form, const std::optional<std::string>& own) {
  return form && own ? truth(*form == *own) : Truth::kError;
}

Truth below(const std::optional<std::string>& form, const std::optional<std::string>& own) {
  if (!form || !own) return Truth::kError;
  return truth(*form == *own || *own == "/" || form->starts_with(*own + "/"));
}

Truth in_zone(const std::optional<std::string>& form, const std::optional<std::string>& own) {
  if (!form || !own) return Truth::kError;
  return truth(*form == *own || form->ends_with("." + *own));
}

Truth accepts_url(const Element::Url& wanted, const std::string& text) {
  const auto url = canonical_url(text);
  if (!url) return Truth::kError;
  std::vector<Truth> parts;
  if (wanted.scheme) parts.push_back(truth(url->scheme == *wanted.scheme));
  if (wanted.host) parts.push_back(same(url->host, canonical_host(*wanted.host)));
  if (wanted.host_under) parts.push_back(in_zone(url->host, canonical_host(*wanted.host_under)));
  if (wanted.port) parts.push_back(truth(url->port == *wanted.port));
  if (wanted.path_under) parts.push_back(below(url->path, canonical_path(*wanted.path_under)));
  for (const Truth part : parts)
    if (part != Truth::kTrue) return part;
  return Truth::kTrue;
}

bool is_canonicalising(Kind kind) { return kind >= Kind::kPathIs && kind <= Kind::kUrl; }

Truth accepts_text(const Element& element, const std::string& text, Patterns& patterns) {
  const std::string& own = element.text;
  if (is_canonicalising(element.kind) && text.size() > 4096) return Truth::kError;
  const auto liked = [&own](const std::optional<std::string>& form) {
    return form ? truth(like(own, *form)) : Truth::kError;
  };
  switch (element.kind) {
    case Kind::kPathIs: return same(canonical_path(text), canonical_path(own));
    case Kind::kPathUnder: return below(canonical_path(text), canonical_path(own));
    case Kind::kPathLike: return liked(canonical_path(text));
    case Kind::kHostIs: return same(canonical_host(text), canonical_host(own));
    case Kind::kHostUnder: return in_zone(canonical_host(text), canonical_host(own));
    case Kind::kHostLike: return liked(canonical_host(text));
    case Kind::kEmailIs: return same(canonical_email(text), canonical_email(own));
    case Kind::kEmailDomain: {
      const auto form = canonical_email(text);
      if (!form) return Truth::kError;
      return same(form->substr(form->find('@') + 1), canonical_host(own));
    }
    case Kind::kCidr: {
      const auto address = address_of(text);
      const auto network = network_of(own);
      return address && network ? truth(inside(*address, *network)) : Truth::kError;
    }
    case Kind::kUrl: return accepts_url(element.url, text);
    case Kind::kInstant: {
      const auto instant = instant_of(text);
      return truth(instant && within(element.instants, *instant));
    }
    default: return truth(accepts_name(element, text, patterns));
  }
}

}  // namespace

std::optional<Number> number_of(const std::string& text) {
  Number out;
  const char* const end = text.data() + text.size();
  if (text.find_first_of(".eE") == std::string::npos) {
    const auto read = std::from_chars(text.data(), end, out.integer);
    return read.ec == std::errc() && read.ptr == end ? std::optional(out) : std::nullopt;
  }
  out.whole = false;
  const auto read = std::from_chars(text.data(), end, out.decimal);
  const bool held = read.ec == std::errc() && read.ptr == end;
  return held && std::fabs(out.decimal) < std::ldexp(1.0, 53) ? std::optional(out) : std::nullopt;
}

int by_value(const Number& a, const Number& b) {
  const long double x = exact(a);
  const long double y = exact(b);
  return x < y ? -1 : x > y ? 1 : 0;
}

std::int64_t code_points(const std::string& text) {
  std::int64_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xc0) != 0x80 ? 1 : 0;
  return count;
}

Patterns::Patterns(bool search) : search_(search) {}
Patterns::~Patterns() = default;

const re2::RE2& Patterns::compiled(const std::string& pattern) {
  auto& kept = compiled_[pattern];
  if (!kept) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    kept = std::make_unique<re2::RE2>(pattern, options);
  }
  return *kept;
}

bool Patterns::whole(const std::string& pattern, const std::string& text) {
  return re2::RE2::FullMatch(text, compiled(pattern));
}

bool Patterns::matches(const std::string& pattern, const std::string& text) {
  return search_ ? re2::RE2::PartialMatch(text, compiled(pattern)) : whole(pattern, text);
}

bool accepts_name(const Element& element, const std::string& name, Patterns& patterns) {
  if (!fits_length(element, name)) return false;
  if (element.kind == Kind::kString) return element.text == name;
  if (element.kind == Kind::kPattern) return patterns.matches(element.text, name);
  return element.kind == Kind::kWildcard && like(element.text, name);
}

Truth accepts(const Element& element, const Data& data, Patterns& patterns) {
  if (const auto* text = std::get_if<std::string>(&data))
    return accepts_text(element, *text, patterns);
  if (const auto* number = std::get_if<Number>(&data)) {
    if (element.kind == Kind::kInt)
      return truth(is_whole(*number) && within(element.range, *number));
    const bool takes = element.kind == Kind::kNumber || element.kind == Kind::kFloat;
    return truth(takes && within(element.range, *number));
  }
  if (const auto* flag = std::get_if<bool>(&data))
    return truth(element.kind == Kind::kBool && element.truth == *flag);
  if (const auto* instant = std::get_if<Instant>(&data))
    return truth(element.kind == Kind::kInstant && within(element.instants, *instant));
  return Truth::kFalse;
}

}  // namespace spec
