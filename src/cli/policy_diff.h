// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What one policy says otherwise than another: in words, and in answers to questions drawn from
// what both mention. A sample: what it finds is true, what it does not find may still be there.
// Trust zone: command line.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/policy_ground.h"
#include "cli/policy_lines.h"

namespace cli {

// The lines of one tool's blocks, or of the names (`let`, `counter`), that are not the same.
struct PolicyChange {
  std::string tool;  // "tool \"x\"" as written; "names"
  std::vector<DiffLine> lines;
};
std::vector<PolicyChange> changes_between(const policy::Loaded& before,
                                          const policy::Loaded& after);

// A question that the two answer differently, made as small as it can be.
struct Flip {
  policy::Question question;
  policy::Answer before, after;
  std::string what;         // "allow -> deny", or "obligations", "who is asked", "what is learnt"
  std::uint64_t times = 0;  // questions that flip by the same two rules
};
struct Sample {
  std::uint64_t questions = 0;
  std::uint64_t flipped = 0;
  std::vector<Flip> flips;  // one for each pair of rules and change, at most 32
};
// The tools that both know; without any, what their rules mention of tools and arguments.
policy::Tools sampled_tools(const PolicyGround& before, const PolicyGround& after);
// Questions a tool, so that all together are about 100,000 at most, but 50 at least.
std::uint32_t samples_for(const policy::Tools& tools, std::uint32_t usual);
// `samples` questions for each tool of `tools`, the same every time.
Sample flips_between(const PolicyGround& before, const PolicyGround& after,
                     const policy::Tools& tools, std::uint32_t samples);

}  // namespace cli
