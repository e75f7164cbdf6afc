// SPDX-License-Identifier: Apache-2.0
#include "tests/policy/show.h"

#include <fmt/format.h>

namespace policy_test {
namespace {

// Odd bytes escaped, in quotes.
std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte > 0x7e) out += fmt::format("\\x{:02x}", byte);
    else out += c;
  }
  return out + "\"";
}

std::string show(const label::Names& names) {
  std::string out = "{";
  for (const std::string& name : names.list()) out += (out.size() > 1 ? ", " : "") + name;
  return out + "}";
}

}  // namespace

std::string show(const label::Sets& label) {
  if (label == label::Sets{}) return "fresh";
  return fmt::format("tags {} producers {} origins {} consumers {}", show(label.tags),
                     show(label.producers), show(label.origins),
                     label.consumers.is_everyone() ? "*" : show(label.consumers.names()));
}

std::string show(const policy::SessionState& state) {
  return show(state.label) + (state.value ? " value " + quoted(*state.value) : "");
}

std::string show(const policy::Answer& answer) {
  constexpr const char* kEffects[] = {"allow", "ask", "deny"};
  std::string out =
      fmt::format("{} {} {} by {}:{}", kEffects[static_cast<std::size_t>(answer.effect)],
                  answer.level == policy::Level::kHard ? "hard" : "soft", base::slug(answer.reason),
                  answer.rule.file, answer.rule.line);
  for (const std::string& role : answer.ask.roles) out += " role " + role;
  out += fmt::format("{} within {}", answer.ask.is_signed ? " signed" : "", answer.ask.within_s);
  for (const std::string& field : answer.redact) out += " redact " + field;
  for (const std::string& text : answer.log) out += " log " + text;
  return out + "\n    session: " + show(answer.before);
}

std::string show(const policy::Learnt& learnt) {
  return "result " + show(learnt.result) + "\n    session " + show(learnt.session);
}

std::string show(const policy::Question& question) {
  constexpr const char* kKinds[] = {"string", "integer", "number", "boolean", "null"};
  std::string out = "call " + question.tool + "\n";
  for (const policy::LeafValue& leaf : question.leaves)
    out +=
        fmt::format("  {} = {} {}{}; {}\n", leaf.path, kKinds[static_cast<std::size_t>(leaf.kind)],
                    quoted(leaf.text), leaf.named ? " named" : "", show(leaf.label));
  out += "  control: " + show(question.control) + "\n  session: " + show(question.session) + "\n";
  const policy::Asker& asker = question.asker;
  out += fmt::format("  by {} of {} at {} in {}, roles {} scopes {}, at {} us\n", asker.principal,
                     asker.tenant, asker.door, asker.environment, show(asker.roles),
                     show(asker.scopes), question.now.us);
  for (const auto& [name, number] : question.counters)
    out += fmt::format(
        "  counter {} = {}\n", name,
        number.whole ? fmt::format("{}", number.integer) : fmt::format("{}", number.decimal));
  return out;
}

std::string show(const policy::Observed& observed) {
  constexpr const char* kCombines[] = {"merge", "replace", "ignore"};
  return fmt::format("observed {}{} {}", quoted(observed.text),
                     observed.label ? " with " + show(*observed.label) : "",
                     kCombines[static_cast<std::size_t>(observed.combine)]);
}

std::string show(const policy::Options& options) {
  const policy::Options usual;
  std::string out = "options:";
  const auto add = [&out](bool differs, const char* name) {
    if (differs) out += std::string(" ") + name;
  };
  add(options.default_allow, "default_allow");
  add(options.default_level != usual.default_level, "default_level=hard");
  add(options.missing_argument_is_false, "missing_argument=false");
  add(options.search, "match=search");
  add(options.non_executable_memory, "non_executable_memory");
  add(!options.llm_blocked, "llm_blocked=off");
  add(options.llm_blocked == policy::Level::kSoft, "llm_blocked=soft");
  add(options.consumers_union_replaces, "consumers_union=replace");
  return out;
}

}  // namespace policy_test
