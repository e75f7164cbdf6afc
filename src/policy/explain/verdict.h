// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// From the truth of the rules to the effect: the two verdicts and the stricter of them
// (docs/reference/policy.md §5). Trust zone: supervisor.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "policy/explain/explain.h"
#include "policy/options.h"
#include "policy/question.h"
#include "policy/tree.h"

namespace policy::tracing {

// A rule and its truth; `index` is its place in Explanation::rules.
struct Judged {
  const Rule* rule = nullptr;
  Truth truth = Truth::kFalse;
  std::size_t index = 0;
};

struct Verdict {
  Effect effect = Effect::kDeny;
  Level level = Level::kHard;
  base::Reason reason = base::Reason::kNoRule;
  std::optional<std::size_t> index;  // of the deciding rule
};

// `llm_blocked`: the preset denies this call, at the level of the options.
Verdict verdict_of(const std::vector<Judged>& rules, const Options& options, bool llm_blocked);

// What a person is asked if the verdict is to ask.
Ask asked_of(const std::vector<Judged>& rules);

}  // namespace policy::tracing
