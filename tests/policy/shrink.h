// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Makes a failing (policy, question) pair small: one simplification after the other, as long as it
// still fails. Trust zone: tests.
#pragma once

#include <functional>

#include "policy/loaded.h"
#include "policy/question.h"

namespace policy_test {

struct Trial {
  policy::Loaded loaded;
  policy::Question question;
  policy::Observed observed;
};

// The smallest trial found for which `fails` still says true. INVARIANT: what load() promises of
// policy::Loaded holds for every trial that `fails` is asked about.
Trial shrunk(Trial trial, const std::function<bool(const Trial&)>& fails);

}  // namespace policy_test
