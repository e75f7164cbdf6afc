// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What one element of a set accepts: docs/reference/policy.md §4. Trust zone: tests.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "policy/tree.h"

namespace re2 {
class RE2;
}

namespace spec {

// A value that was read: null, text, number, truth, instant.
struct Null {
  friend bool operator==(const Null&, const Null&) = default;
};
using Data = std::variant<Null, std::string, policy::Number, bool, policy::Instant>;

// The number that a leaf's text spells; nothing where §4 says that reading it is an error.
std::optional<policy::Number> number_of(const std::string& text);
// The instant that a text spells; nothing if it spells none.
std::optional<policy::Instant> instant_of(const std::string& text);
// -1, 0, 1 by value.
int by_value(const policy::Number& a, const policy::Number& b);

// `*` any run, `?` one code point, the whole text (§1, §4).
bool like(const std::string& wildcard, const std::string& text);
bool is_utf8(const std::string& text);  // RFC 3629
std::int64_t code_points(const std::string& text);

enum class Truth : std::uint8_t { kFalse, kTrue, kError };

// RE2, compiled once and kept while the model lives.
class Patterns {
 public:
  explicit Patterns(bool search);
  ~Patterns();
  bool whole(const std::string& pattern, const std::string& text);
  // As an element's pattern matches: whole, or anywhere under `compat match = search`.
  bool matches(const std::string& pattern, const std::string& text);

 private:
  const re2::RE2& compiled(const std::string& pattern);
  bool search_;
  std::map<std::string, std::unique_ptr<re2::RE2>> compiled_;
};

// Does `element` accept the value, or the name of a label? A name is accepted by strings, patterns,
// wildcards only, and judging one never errs.
Truth accepts(const policy::Element& element, const Data& data, Patterns& patterns);
bool accepts_name(const policy::Element& element, const std::string& name, Patterns& patterns);

}  // namespace spec
