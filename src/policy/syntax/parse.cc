// SPDX-License-Identifier: Apache-2.0
#include "policy/syntax/parse.h"

#include <fmt/format.h>

#include "policy/syntax/limits.h"
#include "policy/syntax/parser.h"

namespace policy {
namespace {

std::optional<Diagnostic> too_long(const Source& source, std::uint32_t file) {
  if (source.text.size() <= kFileBytes) return std::nullopt;
  Diagnostic error;
  error.name = "syntax";
  error.span = {file, 1, 1, 1, 1};
  error.message =
      fmt::format("found {} bytes, expected at most {}", source.text.size(), kFileBytes);
  error.hint = "split the policy into several files";
  return error;
}

}  // namespace

std::variant<Tree, Diagnostic> parse(const Source& source, std::uint32_t file) {
  if (auto error = too_long(source, file)) return *error;
  Parser parser(source, file);
  Tree tree = parser.file(source.name);
  if (parser.failed()) return parser.error();
  return tree;
}

std::variant<Predicate, Diagnostic> parse_predicate(const Source& source, std::uint32_t file) {
  if (auto error = too_long(source, file)) return *error;
  Parser parser(source, file);
  Predicate predicate = parser.whole_predicate();
  if (parser.failed()) return parser.error();
  return predicate;
}

}  // namespace policy
