// SPDX-License-Identifier: Apache-2.0
#include "policy/explain/judge.h"

#include <re2/re2.h>

#include <array>
#include <cmath>

#include "policy/explain/domain.h"

namespace policy::tracing {
namespace {

using Kind = Element::Kind;

// Places of the code points of well-formed UTF-8.
std::size_t code_points(std::string_view text) {
  std::size_t n = 0;
  for (const char c : text)
    if ((static_cast<unsigned char>(c) & 0xC0u) != 0x80u) ++n;
  return n;
}

bool within(const Range<Number>& r, const Number& n) {
  if (r.low && compare(n, *r.low) < (r.low_open ? 1 : 0)) return false;
  return !r.high || compare(n, *r.high) <= (r.high_open ? -1 : 0);
}

bool within(const Range<Instant>& r, Instant i) {
  if (r.low && (r.low_open ? i <= *r.low : i < *r.low)) return false;
  return !r.high || (r.high_open ? i < *r.high : i <= *r.high);
}

bool is_whole(const Number& n) { return n.whole || std::trunc(n.decimal) == n.decimal; }

bool length_fits(const Element& e, std::string_view text) {
  return !e.length ||
         within(*e.length, Number{true, static_cast<std::int64_t>(code_points(text)), 0});
}

bool takes_number(const Element& e, const Number& n) {
  switch (e.kind) {
    case Kind::kNumber: return e.range.low && compare(*e.range.low, n) == 0;
    case Kind::kInt: return is_whole(n) && within(e.range, n);
    case Kind::kFloat: return within(e.range, n);
    default: return false;
  }
}

}  // namespace

std::string_view kind_name(Datum::Kind kind) {
  constexpr std::array<std::string_view, 5> kNames{"a string", "a number", "a boolean", "null",
                                                   "an instant"};
  return kNames[static_cast<std::size_t>(kind)];
}

Judge::Judge(bool search) : search_(search) {}
Judge::~Judge() = default;

base::Result<bool> Judge::takes(const Element& e, const Datum& d) {
  switch (d.kind) {
    case Datum::Kind::kNumber: return takes_number(e, d.number);
    case Datum::Kind::kBool: return e.kind == Kind::kBool && e.truth == d.truth;
    case Datum::Kind::kInstant: return e.kind == Kind::kInstant && within(e.instants, d.instant);
    case Datum::Kind::kNull: return false;
    case Datum::Kind::kString: return takes_text(e, d.text);
  }
  return false;
}

base::Result<bool> Judge::takes_text(const Element& e, const std::string& text) {
  switch (e.kind) {
    case Kind::kString: return e.text == text && length_fits(e, text);
    case Kind::kWildcard: return is_like(e.text, text) && length_fits(e, text);
    case Kind::kPattern: {
      TRY_AS(const bool matched, matches(e.text, text, search_));
      return matched && length_fits(e, text);
    }
    case Kind::kNumber:
    case Kind::kBool:
    case Kind::kInt:
    case Kind::kFloat: return false;
    case Kind::kInstant: {
      const auto instant = instant_of(text);
      return instant && within(e.instants, *instant);
    }
    default: return in_domain(e, text);
  }
}

bool Judge::takes_name(const Element& e, const std::string& name) {
  if (e.kind != Kind::kString && e.kind != Kind::kPattern && e.kind != Kind::kWildcard)
    return false;
  const auto taken = takes_text(e, name);
  return taken.ok() && *taken;
}

bool Judge::is_tool(const ToolId& id, const std::string& tool) {
  if (id.kind == ToolId::Kind::kExact) return id.text == tool;
  if (id.kind != ToolId::Kind::kPattern) return false;
  const auto matched = matches(id.text, tool, false);
  return matched.ok() && *matched;
}

base::Result<bool> Judge::matches(const std::string& pattern, const std::string& text,
                                  bool anywhere) {
  constexpr std::int64_t kMemory = 1 << 20;  // policy.md §8
  std::unique_ptr<re2::RE2>& compiled = patterns_[pattern];
  if (compiled == nullptr) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(kMemory);
    compiled = std::make_unique<re2::RE2>(pattern, options);
  }
  if (!compiled->ok()) return base::invalid("the pattern is none that RE2 takes");
  return anywhere ? re2::RE2::PartialMatch(text, *compiled) : re2::RE2::FullMatch(text, *compiled);
}

}  // namespace policy::tracing
