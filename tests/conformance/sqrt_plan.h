// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What of sqrt-cases only a plan has: values made of labelled values, and branches on them. The
// programs run in the shipped language, and what a branch leads to is asked of the shipped
// decision. Trust zone: tests only.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "label/sets.h"
#include "schema/value.h"

namespace conformance {

using Labelled = std::map<std::string, label::Sets>;  // the inputs of a program by name

// The programs that a case's `operation` names, each an expression over its inputs: code is taken
// as it is ("isinstance(x, str)", alternatives between slashes), words by what they say. Empty: no
// adapter.
std::vector<std::string> expressions_of(std::string_view operation);

// The label of the expression's value, the inputs being of whatever kinds let it run without an
// error. kInvalid: it is no plan, or none do.
base::Result<label::Sets> label_of(const std::string& expression, const Labelled& inputs);

// The label of a text that is made under a branch on `tested`.
base::Result<label::Sets> label_under_branch(const label::Sets& tested);

// "allow" or "deny": whether what stands under a branch on `tested` may be done, with the preset
// `branching_meta_policy` as rules about the control flow. It rules in mode "custom" only.
base::Result<std::string> branch_verdict(const label::Sets& tested, std::string_view mode,
                                         const schema::Value* preset);

}  // namespace conformance
