// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a policy: no crash; an error has a place that is inside the text; the rules written
// out again are the same rules; the order of the tools changes no decision; and a tool that the
// policy does not name, or that has a hard deny, is never allowed.
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "policy/parse.h"

namespace {

using policy::Rule;

std::string written(const Rule& rule) {
  return fmt::format("tool \"{}\" {{ priority {}; {} {} always; }}\n", rule.tool, rule.priority,
                     rule.level == policy::Level::kHard ? "must" : "should",
                     rule.effect == policy::RuleEffect::kAllow ? "allow" : "deny");
}

std::string written(const std::vector<Rule>& rules) {
  std::string out;
  for (const Rule& rule : rules) out += written(rule);
  return out;
}

bool same(const Rule& a, const Rule& b) {
  return a.tool == b.tool && a.level == b.level && a.effect == b.effect && a.priority == b.priority;
}

bool is_allowed(const policy::PolicySet& set, const std::string& tool) {
  const auto decision = policy::decide(set, {tool, {}, nullptr}, {"t", "p", "d"});
  return decision.effect == policy::Effect::kAllow;
}

void look_at_decisions(const std::vector<Rule>& rules, const std::vector<Rule>& reread) {
  const policy::PolicySet set(rules, {});
  const policy::PolicySet again(reread, {});
  CHECK(!is_allowed(set, ""));  // no rule can name it
  for (const Rule& rule : rules) {
    CHECK(is_allowed(set, rule.tool) == is_allowed(again, rule.tool));
    if (rule.level == policy::Level::kHard && rule.effect == policy::RuleEffect::kDeny)
      CHECK(!is_allowed(set, rule.tool));
  }
}

void look_at(std::string_view source, const std::vector<Rule>& rules) {
  const auto lines = static_cast<std::size_t>(std::ranges::count(source, '\n')) + 1;
  for (const Rule& rule : rules) {
    CHECK(!rule.tool.empty() && rule.tool.size() <= base::limits::kNameBytes);
    CHECK(rule.line >= 1 && rule.line <= lines);
  }
  const auto reread = policy::parse(written(rules));
  CHECK(reread.ok() && std::ranges::equal(*reread, rules, same));
  look_at_decisions(rules, *reread);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view source(reinterpret_cast<const char*>(data), size);
  const auto rules = policy::parse(source);
  if (rules.ok()) {
    look_at(source, *rules);
    return 0;
  }
  const std::string& message = rules.error().message;
  CHECK(message.starts_with("line ") && base::is_utf8(message));
  CHECK(std::ranges::none_of(message, [](char c) { return c >= 0 && c < ' '; }));
  return 0;
}
