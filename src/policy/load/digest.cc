// SPDX-License-Identifier: Apache-2.0
#include "policy/load/digest.h"

#include <fmt/format.h>

#include "policy/syntax/print.h"

namespace policy {
namespace {

// Each part with its length, so that no two sets give the same bytes.
void add(std::string& out, std::string_view part) {
  out += std::to_string(part.size());
  out += ':';
  out += part;
}

void add(std::string& out, const Options& options) {
  const int blocked = options.llm_blocked ? 1 + static_cast<int>(*options.llm_blocked) : 0;
  add(out, fmt::format("{:d}{}{:d}{:d}{:d}{}{:d}{:d}{:d}{:d}", options.default_allow,
                       static_cast<int>(options.default_level), options.missing_argument_is_false,
                       options.search, options.non_executable_memory, blocked,
                       options.consumers_union_replaces, options.check_consumers,
                       options.open_tools, options.fail_fast));
}

void add(std::string& out, const ToolShape& tool) {
  add(out, tool.name);
  add(out, spelling(tool.effect));
  add(out, fmt::format("{:d} {} {}", tool.model, tool.arguments.size(), tool.kept.size()));
  for (const ArgumentShape& argument : tool.arguments) {
    add(out, argument.name);
    add(out, fmt::format("{} {} {:d} {} {}", static_cast<int>(argument.kind),
                         static_cast<int>(argument.item), argument.required,
                         argument.role ? spelling(*argument.role) : "-", argument.choices.size()));
    for (const std::string& choice : argument.choices) add(out, choice);
  }
  for (const std::string& field : tool.kept) add(out, field);
}

}  // namespace

base::Digest digest_of(const Loaded& loaded) {
  std::string all = "yett-policy-1";
  for (const Tree& tree : loaded.trees) {
    add(all, tree.name);
    add(all, print(tree));
  }
  add(all, loaded.options);
  for (const ToolShape& tool : loaded.tools) add(all, tool);
  return base::sha256({all});
}

}  // namespace policy
