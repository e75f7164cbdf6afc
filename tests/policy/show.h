// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Questions and answers as text, for reports of a mismatch. Trust zone: tests.
#pragma once

#include <string>

#include "policy/options.h"
#include "policy/question.h"

namespace policy_test {

std::string show(const label::Sets& label);
std::string show(const policy::SessionState& state);
std::string show(const policy::Answer& answer);
std::string show(const policy::Learnt& learnt);
std::string show(const policy::Question& question);
std::string show(const policy::Observed& observed);
std::string show(const policy::Options& options);  // only what is not the default

}  // namespace policy_test
