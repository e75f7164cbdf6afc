// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What is wrong with a policy, for people: where, what was found, what was expected, what to do.
// Trust zone: supervisor.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/loaded.h"
#include "policy/words.h"

namespace policy {

struct Diagnostic {
  enum class Severity : std::uint8_t { kError, kWarning };
  Severity severity = Severity::kError;
  std::string name;  // "syntax", "unknown-tool", "never-true", ...: docs/reference/policy.md §8
  Span span;
  std::string message;  // lower case, no full stop: what was found and what was expected
  std::string hint;     // what to do next; may be empty
  friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

// "FILE:LINE:COLUMN: error: MESSAGE [NAME]", the source line, a caret line, and "  hint: HINT".
// Control characters of the source line are shown as spaces; a long line is cut around the caret.
std::string render(const Diagnostic& diagnostic, const std::vector<Source>& sources);

bool has_errors(const std::vector<Diagnostic>& diagnostics);

}  // namespace policy
