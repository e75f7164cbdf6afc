// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// JSON arguments of a case as the leaves of a question. Trust zone: tests only.
#pragma once

#include <string>
#include <vector>

#include "policy/question.h"
#include "schema/value.h"

namespace conformance {

// A leaf for each scalar at or under `value`, at `path`, all labelled `label`.
void add_leaves(const std::string& path, const schema::Value& value, const label::Sets& label,
                std::vector<policy::LeafValue>& out);

// The leaves of an object of arguments; empty for anything else.
std::vector<policy::LeafValue> leaves_of(const schema::Value& arguments, const label::Sets& label);

}  // namespace conformance
