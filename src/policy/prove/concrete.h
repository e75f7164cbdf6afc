// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// One value that a leaf, an attribute or a constant may have, and what elements and comparisons say
// to it (docs/reference/policy.md §4). Trust zone: supervisor, tests.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "policy/question.h"
#include "policy/tree.h"

namespace re2 {
class RE2;
}

namespace policy::proving {

struct Concrete {
  enum class Kind : std::uint8_t { kString, kNumber, kBool, kNull, kInstant };
  Kind kind = Kind::kString;
  LeafKind leaf = LeafKind::kString;  // how a leaf spells it
  std::string text;                   // kString; of a leaf always
  std::optional<Number> number;       // kNumber: none if reading it is an error
  bool truth = false;                 // kBool
  Instant instant;                    // kInstant
};

Concrete string_value(std::string text);
Concrete number_value(Number number);
Concrete instant_value(Instant instant);
// As the JSON text of a leaf of that kind.
Concrete leaf_value(LeafKind kind, std::string text);

enum class Said : std::uint8_t { kNo, kYes, kError };

// RE2 patterns are compiled once and kept.
class Judge {
 public:
  explicit Judge(bool search);
  Judge(const Judge&) = delete;
  Judge& operator=(const Judge&) = delete;
  ~Judge();

  Said accepts(const Element& element, const Concrete& value);
  bool accepts_name(const Element& element, const std::string& name);
  bool is_whole(const std::string& pattern, const std::string& text);
  bool search() const { return search_; }

 private:
  Said judge_text(const Element& element, const std::string& text);
  const re2::RE2& compiled(const std::string& pattern);
  bool search_;
  std::unordered_map<std::string, std::unique_ptr<re2::RE2>> patterns_;
};

Said compared(Comparator comparator, const Concrete& a, const Concrete& b);
bool wildcard_matches(const std::string& wildcard, const std::string& text);

}  // namespace policy::proving
