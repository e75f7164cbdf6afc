// SPDX-License-Identifier: Apache-2.0
#include "cli/policy_packs.h"

#include "cli/policy_lines.h"
#include "policy/load/packs.h"

namespace cli {
namespace {

// The first sentence below the heading.
std::string first_sentence(std::string_view readme) {
  std::string out;
  for (const std::string& line : lines_of(readme)) {
    if (line.starts_with('#') || (line.empty() && out.empty())) continue;
    if (line.empty()) break;
    out += (out.empty() ? "" : " ") + line;
  }
  const std::size_t end = out.find(". ");
  return end == std::string_view::npos ? out : out.substr(0, end + 1);
}

}  // namespace

policy::Packs packs() { return policy::built_in_pack; }

std::vector<PackTold> list_packs() {
  std::vector<PackTold> out;
  for (const std::string& name : policy::built_in_packs())
    out.push_back({name, first_sentence(policy::built_in_pack_readme(name).value_or(""))});
  return out;
}

}  // namespace cli
