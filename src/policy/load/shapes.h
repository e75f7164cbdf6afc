// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The tools, indexed for the load checks: by name, by argument, by pattern, by effect.
// Trust zone: supervisor.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "policy/tools.h"
#include "policy/tree.h"

namespace policy {

// The tools that a block applies to: indexes into Tools, rising.
using Reach = std::vector<std::uint32_t>;

// What the arguments of one name (or role) can be, over the tools of a reach. `kinds` and `items`
// are sets of bits.
struct Kinds {
  static constexpr std::uint32_t kString = 1, kInteger = 2, kNumber = 4, kBoolean = 8, kArray = 16,
                                 kObject = 32, kInstant = 64, kNumeric = kInteger | kNumber,
                                 kScalar = kString | kNumeric | kBoolean,
                                 kAll = kScalar | kArray | kObject;
  std::uint32_t kinds = 0;
  std::uint32_t items = 0;                   // of arrays
  bool known = false;                        // some tool of the reach has it
  bool everywhere = true;                    // every tool of the reach has it
  std::vector<const ArgumentShape*> shapes;  // at most 64, else empty
};
std::uint32_t bits_of(ArgumentShape::Kind kind);

class Shapes {
 public:
  explicit Shapes(const Tools& tools);  // which outlive this

  const Tools& tools() const { return *tools_; }
  const ToolShape& tool(std::uint32_t index) const { return (*tools_)[index]; }
  std::optional<std::uint32_t> find(std::string_view name) const;
  const std::vector<std::string_view>& names() const { return names_; }
  static const ArgumentShape* argument(const ToolShape& tool, std::string_view name);

  // The same id gives the same object as long as this lives. None: a pattern that does not compile,
  // or more work than kMostTests.
  const Reach* reach(const ToolId& id);
  // Cached too.
  const Kinds& argument(const Reach& reach, std::string_view name);
  Kinds role(const Reach& reach, Role role) const;
  std::vector<std::string_view> arguments(const Reach& reach) const;  // names, for proposals
  bool exhausted() const { return tests_ > kMostTests; }

 private:
  static constexpr std::size_t kMostTests = 20'000'000;  // LIMIT: pattern x tool, about 2 s
  Reach exact(std::string_view name) const;
  Reach with_effects(const std::vector<ToolEffect>& effects) const;
  bool by_pattern(const std::string& pattern, Reach& out);

  const Tools* tools_;
  std::size_t tests_ = 0;
  std::vector<std::string_view> names_;
  std::vector<std::uint32_t> sorted_;  // by name
  std::unordered_map<std::string_view, std::uint32_t> by_name_;
  std::unordered_map<std::string_view, std::vector<std::uint32_t>> by_argument_;
  std::unordered_map<std::string, std::unique_ptr<Reach>> reaches_;
  std::map<std::pair<const Reach*, std::string>, Kinds> kinds_;
};

// RE2 with policy.md's bounds (1 MiB). The message of RE2 if `pattern` does not compile, else
// empty. Cached by nobody: call it once a pattern.
std::string pattern_error(const std::string& pattern);

}  // namespace policy
