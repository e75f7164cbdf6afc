// SPDX-License-Identifier: Apache-2.0
// Feeds the policy parser. A text is a policy or has one error with a position; a policy that is
// printed or formatted is the same policy, and a formatted text stays as it is.
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

#include "base/result.h"
#include "policy/syntax/parse.h"
#include "policy/syntax/print.h"

namespace {

void check_tree(const policy::Source& source, const policy::Tree& tree) {
  const auto printed = policy::parse({source.name, policy::print(tree)});
  const auto* same = std::get_if<policy::Tree>(&printed);
  CHECK(same != nullptr && *same == tree);
  const auto formatted = policy::format(source);
  const auto* text = std::get_if<std::string>(&formatted);
  CHECK(text != nullptr);
  const auto again = policy::parse({source.name, *text});
  const auto* kept = std::get_if<policy::Tree>(&again);
  CHECK(kept != nullptr && *kept == tree);
  const auto twice = policy::format({source.name, *text});
  CHECK(std::get_if<std::string>(&twice) != nullptr && std::get<std::string>(twice) == *text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const policy::Source source{"fuzz", std::string(reinterpret_cast<const char*>(data), size)};
  const auto outcome = policy::parse(source);
  if (const auto* tree = std::get_if<policy::Tree>(&outcome)) check_tree(source, *tree);
  if (const auto* error = std::get_if<policy::Diagnostic>(&outcome)) {
    CHECK(error->span.line > 0 && error->span.column > 0 && !error->message.empty());
    CHECK(!policy::render(*error, {source}).empty());
  }
  const auto predicate = policy::parse_predicate(source);
  if (const auto* found = std::get_if<policy::Predicate>(&predicate)) {
    const auto back = policy::parse_predicate({"fuzz", policy::print(*found)});
    CHECK(std::get_if<policy::Predicate>(&back) != nullptr);
    CHECK(std::get<policy::Predicate>(back) == *found);
  }
  return 0;
}
