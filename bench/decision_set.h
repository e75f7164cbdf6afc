// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The comparison policy (role or scope, pattern on an argument, labels that do not overlap) for any
// number of tools, and the 64 questions asked of it: 18 are to be allowed, as of bench/peers.
// Trust zone: benchmarks.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "policy/decide.h"
#include "policy/load/load.h"

namespace bench {

enum class Pattern { kSuffix, kOwnSuffix, kRe2, kOwnRe2 };  // own: another text for every tool

std::vector<policy::Source> policy_files(std::size_t tools, Pattern pattern);
policy::Tools tools_of(std::size_t tools);

// How long the three steps from text to a linked set took, in ms.
struct LoadTimes {
  double load = 0;
  double compile = 0;
  double link = 0;
};
policy::PolicySet make_set(std::size_t tools, Pattern pattern, LoadTimes* times = nullptr);

// A set with its principals and labels projected, ready to be asked.
class Questions {
 public:
  static constexpr std::size_t kKinds = 64;

  Questions(std::size_t tools, Pattern pattern);

  // Question `kind` (0..63) about a tool. What `calls` hold is borrowed from here and from `name`.
  policy::Call call(std::size_t kind, std::size_t tool, std::string_view name);
  policy::Context context(std::size_t kind) const;
  const policy::PolicySet& set() const { return set_; }
  const std::string& name(std::size_t tool) const { return names_[tool]; }
  std::size_t tools() const { return names_.size(); }

 private:
  policy::PolicySet set_;
  std::vector<std::string> names_;
  std::vector<std::string> good_;  // an address that the tool's pattern takes: one for all, or each
  std::vector<policy::Principal> principals_;
  std::vector<policy::Projected> labels_;  // internal, public, public and untrusted, clean
  std::array<std::array<policy::Argument, 3>, kKinds> arguments_;
};

}  // namespace bench
