// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Scope requirements and approval conditions of a tool guard (rows RAMP-024...038) in our language.
// Trust zone: supervisor.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "policy/tools.h"

namespace policy {

// One condition of an approval: `over_FIELD` and `at_or_over_FIELD` with a number, FIELD with a
// value that the argument must equal.
struct RampCondition {
  enum class Kind : std::uint8_t { kNumber, kString, kBool };
  std::string key;
  Kind kind = Kind::kString;
  std::string text;  // "500", "eu", "true"
};

struct RampTool {
  std::vector<std::string> scopes;  // each is needed
  bool approval = false;            // without conditions: always
  std::vector<RampCondition> conditions;
};

// Rules of `shape`: a deny for each scope that the caller's scopes do not grant, an ask for each
// condition that holds, in the order given, and an allow. `because` says which: "needs the scope
// S"; "F exceeds N", "F is at least N", "F matched 'V'", "F is not an ordinary number", "approval
// is always needed". What a number is: a number, or text of sign, digits and fraction. Other text,
// booleans, infinities and "NaN" where a number is compared ask. An absent or null argument asks
// for nothing; a list or object in the place of a value is an error and denies. kInvalid: a
// threshold that is no decimal number, a condition on an argument that `shape` has not.
base::Result<std::string> policy_text(const RampTool& tool, const ToolShape& shape);

// An RE2 pattern that accepts, of the texts that are decimal numbers (`[+-]digits[.digits]`, one
// digit at least), those whose value is more than `threshold`, or at least it where `equal`.
// Nothing converts: the comparison is of digits. kInvalid: `threshold` is no decimal number.
base::Result<std::string> pattern_over(std::string_view threshold, bool equal);

}  // namespace policy
