// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A question to the policy, whole, as the argument store keeps it (ValueKind::kQuestion): with it a
// call can be decided again, by today's policy or another. docs/reference/values.md.
// Trust zone: monitor writes; the command line reads, believing nothing.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "policy/question.h"

namespace monitor {

// The bytes of a question as it was asked: the session as it was before the `session before`
// blocks, counters as they stood.
std::string encode(const policy::Question& question);

// kViolation: not what encode() writes.
base::Result<policy::Question> decode_question(std::string_view bytes);

}  // namespace monitor
