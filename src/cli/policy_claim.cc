// SPDX-License-Identifier: Apache-2.0
#include "cli/policy_claim.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <functional>

#include "base/bytes.h"
#include "cli/policy_leaves.h"
#include "policy/syntax/parse.h"

namespace cli {
namespace {

constexpr unsigned kCallsMax = 8;
constexpr const char* kForm =
    "a claim is 'TOOL may be allowed [or asked] [when PREDICATE] [after N calls]'";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\n");
  if (first == std::string_view::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t\n") - first + 1);
}

// Takes `words` (parted by any white space) off the front of `text`.
bool take(std::string_view& text, std::initializer_list<std::string_view> words) {
  std::string_view rest = text;
  for (const std::string_view word : words) {
    rest = trimmed(rest);
    const bool whole =
        rest.starts_with(word) && (rest.size() == word.size() || rest[word.size()] == ' ' ||
                                   rest[word.size()] == '\n' || rest[word.size()] == '\t');
    if (!whole) return false;
    rest.remove_prefix(word.size());
  }
  text = rest;
  return true;
}

// Takes "after N calls" off the end.
base::Result<std::optional<unsigned>> take_calls(std::string_view& text) {
  text = trimmed(text);
  const std::size_t at = text.rfind("after ");
  if (at == std::string_view::npos || (at > 0 && text[at - 1] != ' '))
    return std::optional<unsigned>();
  std::string_view rest = trimmed(text.substr(at + 6));
  unsigned calls = 0;
  const auto read = std::from_chars(rest.data(), rest.data() + rest.size(), calls);
  if (read.ec != std::errc()) return std::optional<unsigned>();
  rest.remove_prefix(static_cast<std::size_t>(read.ptr - rest.data()));
  rest = trimmed(rest);
  if (rest != "calls" && rest != "call") return std::optional<unsigned>();
  if (calls > kCallsMax) return base::invalid(fmt::format("at most {} calls before", kCallsMax));
  text = trimmed(text.substr(0, at));
  return std::optional(calls);
}

using Seen = std::function<void(const policy::Path&)>;

void see(const policy::SetExpr& set, const Seen& seen) {  // NOLINT: nesting is bounded
  if (set.kind == policy::SetExpr::Kind::kOperand) seen(set.operand.path);
  for (const policy::SetExpr& part : set.parts) see(part, seen);
}
void see(const policy::Predicate& p, const Seen& seen) {  // NOLINT: nesting is bounded
  for (const policy::Predicate& part : p.parts) see(part, seen);
  seen(p.left.path);
  seen(p.right.path);
  seen(p.operand.path);
  seen(p.path);
  see(p.set, seen);
}

// What the predicate says of arguments must be of the tool's.
base::Status check_arguments(const policy::Predicate& predicate, const policy::ToolShape& tool) {
  std::vector<std::string> names;
  for (const auto& argument : tool.arguments) names.push_back(argument.name);
  std::string unknown;
  bool role = false;
  see(predicate, [&](const policy::Path& path) {
    role |= path.role.has_value();
    if (!path.argument.empty() && std::ranges::find(names, path.argument) == names.end())
      unknown = path.argument;
  });
  if (role) return base::invalid("a claim names arguments, not roles");
  if (unknown.empty()) return base::ok();
  const std::string_view near = base::nearest(unknown, names);
  return base::invalid(fmt::format("tool `{}` has no argument `{}`{}", base::printable(tool.name),
                                   base::printable(unknown),
                                   near.empty() ? "" : fmt::format("; did you mean `{}`?", near)));
}

base::Result<std::string> take_tool(std::string_view& text) {
  text = trimmed(text);
  if (!text.starts_with('"')) {
    const std::size_t end = std::min(text.find_first_of(" \t\n"), text.size());
    const std::string name(text.substr(0, end));
    text.remove_prefix(end);
    return name;
  }
  const std::size_t end = text.find('"', 1);
  if (end == std::string_view::npos) return base::invalid(kForm);
  const std::string name(text.substr(1, end - 1));
  text.remove_prefix(end + 1);
  return name;
}

}  // namespace

base::Result<policy::Query> query_of(const std::string& claim, const policy::Tools& tools,
                                     bool open) {
  std::string_view text = claim;
  policy::Query out;
  TRY_AS(out.tool, take_tool(text));
  if (!take(text, {"may", "be", "allowed"})) return base::invalid(kForm);
  if (take(text, {"or", "asked"})) out.at_most = policy::Effect::kAsk;
  TRY_AS(out.prior_calls, take_calls(text));
  if (take(text, {"when"})) {
    const policy::Source source{"claim", std::string(trimmed(text))};
    auto parsed = policy::parse_predicate(source);
    if (const auto* wrong = std::get_if<policy::Diagnostic>(&parsed))
      return base::invalid(policy::render(*wrong, {source}));
    out.such_that = std::get<policy::Predicate>(std::move(parsed));
    text = "";
  }
  if (!trimmed(text).empty()) return base::invalid(kForm);
  const policy::ToolShape* shape = find_tool(tools, out.tool);
  if (shape == nullptr && !open)
    return base::invalid(fmt::format("there is no tool `{}`", base::printable(out.tool)));
  if (shape != nullptr && out.such_that) TRY(check_arguments(*out.such_that, *shape));
  return out;
}

}  // namespace cli
