// SPDX-License-Identifier: Apache-2.0
#include "policy/load/findings.h"

#include <algorithm>

namespace policy {

void Findings::error(std::string_view name, const Span& span, std::string message,
                     std::string hint) {
  if (full()) return;
  add(Diagnostic::Severity::kError, name, span, std::move(message), std::move(hint));
}

void Findings::warning(std::string_view name, const Span& span, std::string message,
                       std::string hint) {
  if (warnings_ >= kMostWarnings) return;
  add(Diagnostic::Severity::kWarning, name, span, std::move(message), std::move(hint));
}

void Findings::report(bool only_warn, std::string_view name, const Span& span, std::string message,
                      std::string hint) {
  if (only_warn) return warning(name, span, std::move(message), std::move(hint));
  error(name, span, std::move(message), std::move(hint));
}

void Findings::add(Diagnostic::Severity severity, std::string_view name, const Span& span,
                   std::string message, std::string hint) {
  if (!seen_.emplace(std::string(name), span.file, span.line, span.column, message).second) return;
  ++(severity == Diagnostic::Severity::kError ? errors_ : warnings_);
  found_.push_back({severity, std::string(name), span, std::move(message), std::move(hint)});
}

std::vector<Diagnostic> Findings::take() {
  std::stable_sort(found_.begin(), found_.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.span.file, a.span.line, a.span.column) <
           std::tie(b.span.file, b.span.line, b.span.column);
  });
  return std::move(found_);
}

}  // namespace policy
