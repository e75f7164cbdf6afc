// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Policy tests: docs/reference/policy.md §10, read from TOML and run against the compiled policy,
// the same that the monitor links. Trust zone: command line.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/policy_ground.h"
#include "cli/problems.h"
#include "policy/explain/explain.h"
#include "policy/question.h"

namespace cli {

// One call of a case: what is asked (session and counters come from the run) and what is expected.
struct PolicyStep {
  std::size_t line = 0;
  policy::Question question;
  policy::Effect expect = policy::Effect::kDeny;
  std::string reason;      // empty: any
  std::uint32_t rule = 0;  // line of the deciding rule; 0: any
  policy::Observed result;
  std::map<std::string, std::size_t> from;  // argument: the step whose result it carries
};
struct PolicyCase {
  std::string name;
  std::size_t line = 0;
  policy::SessionState session;
  std::map<std::string, policy::Number> counters;
  std::vector<PolicyStep> steps;  // at least one
};
struct PolicyTestFile {
  std::string name;                        // as a user names it
  std::vector<std::string> policy;         // beside it; empty: not said
  std::optional<policy::Tools> tools;      // none: the configuration's
  std::optional<policy::Options> options;  // none: the configuration's
};

// The head of the file: enough to load the policy. With a problem nothing must be used.
PolicyTestFile read_test_file(std::string_view text, std::string name, Problems& problems);
// Its cases. Each call must fit `tools`; with `open` anything does.
std::vector<PolicyCase> read_cases(std::string_view text, const policy::Tools& tools, bool open,
                                   Problems& problems);

// What came of one case. Of a failure: the step, and what people are told.
struct PolicyResult {
  const PolicyCase* of = nullptr;
  bool passed = true;
  std::size_t step = 0;  // that failed
  policy::Answer got;
  policy::Question asked;             // with the session as it was
  std::vector<std::string> failures;  // "expected deny, got allow (allowed_by_rule)", ...
};

// How often each rule was judged.
struct RuleCount {
  policy::RuleRef rule;
  std::uint32_t column = 0;  // several rules may stand in a line
  std::string text;
  std::uint32_t hit = 0;  // judged at all
  std::uint32_t as_true = 0;
  std::uint32_t as_false = 0;
  std::uint32_t as_error = 0;
};
class PolicyCoverage {
 public:
  explicit PolicyCoverage(const policy::Loaded& loaded);
  void add(const policy::Explanation& explanation);
  // In the order of the sources. Rules that expansion made of one line are one.
  const std::vector<RuleCount>& rules() const { return rules_; }
  std::size_t hit() const;

 private:
  RuleCount* find(const policy::Span& span);
  std::vector<RuleCount> rules_;
};

// Runs a case from its first step to the first that fails. `coverage` may be null.
PolicyResult run_case(const PolicyCase& of, const PolicyGround& ground, PolicyCoverage* coverage);

}  // namespace cli
