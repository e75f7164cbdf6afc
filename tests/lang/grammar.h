// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Programs by rule: tests/lang/grammar.txt. Trust zone: tests.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace lang {

class Grammar {
 public:
  struct Rule {
    std::string kind, entry, text;
    unsigned height = 0;             // of the least that it can become
    mutable std::uint64_t used = 0;  // times that it stood in a program
  };

  // Reads the file; empty if it is not there or names a kind that has no rule (`error` says so).
  static std::optional<Grammar> read(const std::string& path, std::string& error);

  // A program: variables, then statements, each in a `try` of its own that prints what was raised.
  std::string program(std::uint64_t seed) const;
  // A program that prints this rule's text (runs it, if it is a statement), shallow.
  std::string program_of(const Rule& rule, std::uint64_t seed) const;
  // `text` with each kind replaced by something small of it.
  std::string expand(const std::string& text, std::uint64_t seed) const;
  // Whether what it becomes is an expression by itself.
  static bool is_expression(const std::string& kind);
  const std::vector<Rule>& rules() const { return rules_; }

 private:
  class Writer;
  std::vector<Rule> rules_;
  std::map<std::string, std::vector<std::size_t>, std::less<>> kinds_;
};

}  // namespace lang
