// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The lets of one file: what kind each is, whether they form a circle, how large each is when the
// names in it are filled in. Trust zone: supervisor.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "policy/load/findings.h"
#include "policy/tree.h"

namespace policy {

inline constexpr std::uint64_t kMostNodes = 1'000'000;  // policy.md §8, names and packs filled in
inline constexpr std::uint32_t kDeepest = 2048;         // levels of a tree, names filled in

struct LetInfo {
  const Let* let = nullptr;
  bool predicate = false;  // else a set
  bool matcher = false;    // of a set: holds a pattern, a number or a domain
  bool roles = false;      // @role.R in it or in what it names
  std::uint64_t size = 1;  // nodes, filled in; at most kMostNodes + 1
  std::uint32_t depth = 1;
};

// Of one tree, which outlives it. After build() without an error every name is bound, no circle.
class Names {
 public:
  static Names build(const Tree& tree, Findings& findings);
  const LetInfo* find(std::string_view name) const;

  // Of a node, with its names filled in (saturating at kMostNodes + 1).
  std::uint64_t size(const Predicate& node) const;
  std::uint64_t size(const SetExpr& node) const;
  std::uint64_t size(const ToolPolicy::Member& member) const;
  bool roles(const Predicate& node) const;
  bool roles(const SetExpr& node) const;
  bool roles(const ToolPolicy::Member& member) const;
  bool matcher(const SetExpr& node) const;
  bool predicate(const Let& let) const;
  // Levels, with names filled in (saturating at kDeepest + 1).
  std::uint32_t depth(const Predicate& node) const;
  std::uint32_t depth(const SetExpr& node) const;
  std::vector<std::string_view> words(bool predicates) const;  // names of one kind

 private:
  void collect(const Tree& tree, Findings& findings);
  void order(Findings& findings);
  void measure(std::uint32_t index, Findings& findings);
  std::vector<LetInfo> lets_;
  std::vector<std::uint32_t> sorted_;  // what is named comes first
  std::unordered_map<std::string_view, std::uint32_t> by_name_;
};

// An element that is not one plain string.
bool is_matcher(const Element& element);

}  // namespace policy
