// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The unified difference of two texts (Myers 1986, "An O(ND) difference algorithm"), bounded.
// Trust zone: runner; pure, reads hostile text.
#pragma once

#include <string>
#include <string_view>

namespace workspace {

// The unified diff that makes `after` of `before`, three lines of context, under the header
// "--- a/NAME", "+++ b/NAME"; empty if they are equal. What is not text, or has more than
// kDiffLines lines: one line that says so. LIMIT: beyond kDiffSteps the part between common
// beginning and end is replaced whole: a larger diff, never a wrong one.
std::string unified_diff(std::string_view name, std::string_view before, std::string_view after);

}  // namespace workspace
