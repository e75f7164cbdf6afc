// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What generated programs use of the language: kinds of nodes, operators, rows of the tables.
// Trust zone: tests.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "lang/grammar.h"

namespace lang {

class Coverage {
 public:
  void add(const std::string& program);
  // Nodes, operators and rows of the tables by how often they were used.
  void print(const Grammar& grammar) const;
  // Those never used.
  std::vector<std::string> missing(const Grammar& grammar) const;

 private:
  std::map<std::string, std::uint64_t> all(const Grammar& grammar) const;
  std::map<std::string, std::uint64_t> nodes_;
};

}  // namespace lang
