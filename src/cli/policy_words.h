// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What a policy mentions: the names of labels, the values of arguments, the numbers and times next
// to which its answers change. Questions drawn from them reach more of it than random text would.
// Trust zone: command line.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "policy/loaded.h"

namespace cli {

// A value that an argument could have. Texts of patterns and domains are examples, inside and just
// outside.
struct Mentioned {
  enum class Kind : std::uint8_t { kText, kNumber, kBool };
  Kind kind = Kind::kText;
  std::string text;
  friend auto operator<=>(const Mentioned&, const Mentioned&) = default;
};

// Everything sorted and without repetition.
struct Vocabulary {
  std::map<policy::Field, std::vector<std::string>> names;
  std::vector<std::string> roles, scopes;
  std::map<std::string, std::vector<Mentioned>>
      values;  // by path, steps as in leaves: to, meta/owner
  std::map<policy::Attribute, std::vector<std::string>> attributes;
  std::vector<std::string> session_values;
  std::vector<policy::Instant> instants;
  std::map<std::string, std::vector<policy::Number>> counters;
};

// What these policies mention, all together.
Vocabulary vocabulary_of(const std::vector<const policy::Loaded*>& all);

// Tools with an exact id, each with the arguments that its own rules mention, of any kind.
policy::Tools tools_mentioned(const std::vector<const policy::Loaded*>& all);

// Texts that `pattern` (RE2) is likely to accept, at most eight; not checked against it.
std::vector<std::string> examples_of(std::string_view pattern);

}  // namespace cli
