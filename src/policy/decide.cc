// SPDX-License-Identifier: Apache-2.0
#include "policy/decide.h"

#include <algorithm>

#include "policy/verdict.h"

namespace policy {
namespace {

bool is_of(const Linked& linked, const Projected* p) {
  return p != nullptr && Opened::of(*p).of == &linked;
}

// SECURITY: a label that is missing, or was projected for another set, would read as clean.
bool is_complete(const Linked& linked, const Call& call, const Context& context) {
  return is_of(linked, call.control) && is_of(linked, context.session) &&
         context.principal != nullptr && Opened::of(*context.principal).of == &linked &&
         std::ranges::all_of(call.arguments,
                             [&](const Argument& leaf) { return is_of(linked, leaf.label); });
}

// The preset against what a language model wrote being read by another one as instructions.
bool is_llm_blocked(const Call& call) {
  if (call.tool != "parse_with_ai") return false;
  return std::ranges::any_of(call.arguments, [](const Argument& leaf) {
    return leaf.label->sets().tags.contains("__llm_blocked");
  });
}

std::uint32_t marks_in(const Linked& linked, const PolicyCode& policy) {
  std::uint32_t marks = 0;
  for (std::uint32_t r = 0; r < policy.rules; ++r)
    marks += is_marked(linked.heads[policy.first_rule + r].kind) ? 1 : 0;
  return marks;
}

class Deciding {
 public:
  Deciding(const Linked& linked, const Call& call, const Context& context, std::uint32_t tool)
      : linked_(linked),
        call_(call),
        tool_(tool),
        evaluation_(linked, call, context,
                    tool == kNoTool ? std::nullopt : linked.tools[tool].effect, {}),
        tally_(linked.program.compat) {}

  Decision decide() {
    const auto& preset = linked_.program.compat.llm_blocked;
    if (preset && is_llm_blocked(call_)) tally_.preset_denies(*preset);
    if (tool_ == kNoTool) take_matching();
    else take_known();
    Decision decision = tally_.decision(linked_);
    decision.tool = tool_;
    return decision;
  }

 private:
  void take_known() {
    const ToolEntry& entry = linked_.tools[tool_];
    if (entry.one_span) return take(entry.only);
    for (std::uint32_t i = 0; i < entry.count; ++i)
      take(span_of(linked_.program.policies[linked_.lists[entry.first + i]]));
  }

  // A tool that nobody declared or named: by the patterns of tool ids. The marks are counted over
  // all such policies, so that ask() knows them again without the name.
  void take_matching() {
    for (const std::uint32_t at : linked_.pattern_policies) {
      const PolicyCode& policy = linked_.program.policies[at];
      if (linked_.patterns.matches(linked_.ids[at], call_.tool)) take(span_of(policy));
      else tally_.pass_marks(marks_in(linked_, policy));
    }
  }

  static RuleSpan span_of(const PolicyCode& policy) { return {policy.first_rule, policy.rules}; }

  void take(RuleSpan span) {
    for (std::uint32_t r = span.first; r < span.first + span.count; ++r) {
      const RuleHead& head = linked_.heads[r];
      const Says told = evaluation_.condition(head.first, head.count, head.absent_is_false);
      tally_.take(head, {at_++, r}, told);
    }
  }

  const Linked& linked_;
  const Call& call_;
  std::uint32_t tool_;
  Evaluation evaluation_;
  Tally tally_;
  std::uint32_t at_ = 0;
};

// Calls f(rule) for each ask and obligation that holds.
template <class F> void each_holding(const Linked& linked, const Decision& decision, F f) {
  std::uint32_t mark = 0;
  linked.each_marked(decision.tool, [&](std::uint32_t at) {
    const PolicyCode& policy = linked.program.policies[at];
    for (std::uint32_t r = policy.first_rule; r < policy.first_rule + policy.rules; ++r) {
      if (!is_marked(linked.heads[r].kind)) continue;
      if (mark < kMarks && (decision.marks >> mark & 1) != 0) f(linked.program.rules[r]);
      ++mark;
    }
  });
}

}  // namespace

Decision decide(const PolicySet& set, const Call& call, const Context& context) {
  const Linked& linked = set.linked();
  if (!is_complete(linked, call, context)) return {};
  return Deciding(linked, call, context, linked.find(call.tool)).decide();
}

Ask PolicySet::ask(const Decision& decision) const {
  Ask sum;
  bool first = true;
  each_holding(*linked_, decision, [&](const RuleCode& rule) {
    if (rule.kind != RuleCode::Kind::kAsk) return;
    for (const std::string& role : rule.texts)
      if (std::ranges::find(sum.roles, role) == sum.roles.end()) sum.roles.push_back(role);
    sum.is_signed = sum.is_signed || rule.is_signed;
    sum.within_s = first ? rule.within_s : std::min(sum.within_s, rule.within_s);
    first = false;
  });
  std::ranges::sort(sum.roles);
  return sum;
}

std::vector<std::string> PolicySet::redact(const Decision& decision) const {
  std::vector<std::string> fields;
  each_holding(*linked_, decision, [&](const RuleCode& rule) {
    if (rule.kind == RuleCode::Kind::kRedact)
      fields.insert(fields.end(), rule.texts.begin(), rule.texts.end());
  });
  std::ranges::sort(fields);
  const auto repeated = std::ranges::unique(fields);
  fields.erase(repeated.begin(), repeated.end());
  return fields;
}

std::vector<std::string> PolicySet::log(const Decision& decision) const {
  std::vector<std::string> texts;
  each_holding(*linked_, decision, [&](const RuleCode& rule) {
    if (rule.kind == RuleCode::Kind::kLog)
      texts.insert(texts.end(), rule.texts.begin(), rule.texts.end());
  });
  return texts;
}

}  // namespace policy
