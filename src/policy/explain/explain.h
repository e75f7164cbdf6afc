// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Why: the same decision made again by a tracer that walks the tree and writes down each rule that
// applied, what its parts said and where the data of each argument came from. For operators, never
// for a model. Trust zone: supervisor.
#pragma once

#include <string>
#include <vector>

#include "policy/loaded.h"
#include "policy/question.h"

namespace policy {

enum class Truth : std::uint8_t { kFalse, kTrue, kError };

// One predicate or part of one, as it stands in the source.
struct Traced {
  Span span;
  std::string text;  // as written, canonical spelling
  Truth truth = Truth::kFalse;
  std::string note;       // what was compared: names of labels, kinds, counts; why an error
  bool evaluated = true;  // false: the answer was known before
  std::vector<Traced> parts;
};

struct TracedRule {
  Span span;
  std::string text;  // "must deny when ..."
  std::string tool;  // the id as written
  std::int32_t priority = 0;
  Truth truth = Truth::kFalse;
  bool decisive = false;
  std::vector<Traced> parts;
};

struct Explanation {
  Answer answer;  // INVARIANT: equal to answer() of the compiled set (a property test)
  std::vector<std::string> before;     // session updates that ran, "FILE:LINE: ..."
  std::vector<TracedRule> rules;       // in order of evaluation
  std::vector<std::string> arguments;  // "to: string, from user, tool:inbox; tags pii" - no values
};

// With `show_values` texts of arguments stand in the notes: only for a terminal of the operator.
Explanation explain(const Loaded& loaded, const Question& question, bool show_values);

// As lines for people.
std::string render(const Explanation& explanation, const Loaded& loaded);

}  // namespace policy
