// SPDX-License-Identifier: Apache-2.0
#include "policy/syntax/diagnostic.h"

#include <fmt/format.h>

#include <algorithm>

#include "policy/syntax/utf8.h"

namespace policy {
namespace {

constexpr std::size_t kShownColumns = 100;

std::string_view line_of(std::string_view text, std::uint32_t line) {
  for (std::uint32_t at = 1; at < line; ++at) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  return text.substr(0, text.find('\n'));
}

// The line, a code point an entry; what cannot be seen or is malformed is a space.
std::vector<std::string> cells(std::string_view line) {
  std::vector<std::string> out;
  while (!line.empty()) {
    const CodePoint c = decode_utf8(line);
    const bool plain = c.size != 0 && is_visible(c.value);
    out.emplace_back(plain ? line.substr(0, c.size) : std::string_view(" "));
    line.remove_prefix(std::max<std::size_t>(c.size, 1));
  }
  return out;
}

std::string excerpt(const Span& span, std::string_view text) {
  std::vector<std::string> line = cells(line_of(text, span.line));
  std::size_t at = std::min<std::size_t>(span.column == 0 ? 0 : span.column - 1, line.size());
  std::size_t wide = span.end_line == span.line && span.end_column > span.column
                         ? span.end_column - span.column
                         : 1;
  const std::size_t from = at > kShownColumns / 2 ? at - kShownColumns / 2 : 0;
  const std::size_t to = std::min(line.size(), from + kShownColumns);
  std::string shown = from > 0 ? "..." : "";
  const std::size_t shift = at - from + shown.size();
  for (std::size_t i = from; i < to; ++i) shown += line[i];
  if (to < line.size()) shown += "...";
  wide = std::max<std::size_t>(1, std::min(wide, to > at ? to - at : 1));
  return fmt::format("  {}\n  {}{}\n", shown, std::string(shift, ' '), std::string(wide, '^'));
}

}  // namespace

std::string render(const Diagnostic& diagnostic, const std::vector<Source>& sources) {
  const Span& span = diagnostic.span;
  const bool known = span.file < sources.size();
  std::string out = fmt::format(
      "{}:{}:{}: {}: {} [{}]\n", known ? sources[span.file].name : "policy", span.line, span.column,
      diagnostic.severity == Diagnostic::Severity::kError ? "error" : "warning", diagnostic.message,
      diagnostic.name);
  if (known && span.line > 0) out += excerpt(span, sources[span.file].text);
  if (!diagnostic.hint.empty()) out += fmt::format("  hint: {}\n", diagnostic.hint);
  return out;
}

bool has_errors(const std::vector<Diagnostic>& diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(), [](const Diagnostic& d) {
    return d.severity == Diagnostic::Severity::kError;
  });
}

}  // namespace policy
