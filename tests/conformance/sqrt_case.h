// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A case of sqrt-cases as read: a policy, tools, presets and steps. Maps the file's fields to
// questions and says what is expected; it decides nothing. Trust zone: tests only.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "policy/loaded.h"
#include "policy/question.h"
#include "schema/value.h"

namespace conformance {

// A branch on a value, or a text made under the branch before it: only a plan has those.
struct SqrtBranch {
  bool value = false;  // the text
  label::Sets tested;
  std::vector<std::size_t> derived;  // and what results it was made of
};

struct SqrtStep {
  std::optional<SqrtBranch> branch;  // else a call
  policy::Question question;         // without the session
  // Arguments (tops of leaf paths) whose label is the join of earlier results.
  std::map<std::string, std::vector<std::size_t>> derived;
  std::string verdict;      // "allow" or "deny"
  std::string enforcement;  // "hard", "soft"; empty: not compared
  policy::Observed observed;
  std::optional<label::Sets> result_meta;
  std::optional<label::Sets> session_meta;
};

struct SqrtCase {
  std::string name;
  std::string evidence;
  policy::Source policy;
  policy::Tools tools;
  policy::Options options;
  policy::SessionState session;
  std::vector<SqrtStep> steps;
  std::string mode;                        // of branches: "custom", ...
  std::optional<schema::Value> branching;  // the preset for them
};

// kInvalid: a field that no adapter maps, by name.
base::Result<SqrtCase> read_sqrt_case(const schema::Value& value);

// {"tags": [...], "producers": [...], "consumers": [...]}. kInvalid: it is not that.
base::Result<label::Sets> sets_of(const schema::Value& meta);

// "tags [a, b] producers [] consumers [*]".
std::string text_of(const label::Sets& sets);

}  // namespace conformance
