// SPDX-License-Identifier: Apache-2.0
#include "cli/policy_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "cli/policy_sample.h"
#include "policy/syntax/print.h"

namespace cli {
namespace {

using policy::Answer;
using policy::Loaded;
using policy::Question;

constexpr std::size_t kFlipsMax = 32;
constexpr std::uint64_t kSeed = 1;

void strip_docs(policy::ToolPolicy& tool) {
  tool.docs.clear();
  for (auto& member : tool.members) {
    if (auto* rule = std::get_if<policy::Rule>(&member)) rule->docs.clear();
    if (auto* block = std::get_if<policy::Block>(&member)) {
      block->docs.clear();
      for (auto& statement : block->statements) statement.docs.clear();
    }
  }
}

// A declaration alone as its lines. Doc comments mean nothing to the decision.
template <class D> std::vector<std::string> lines_alone(D declaration) {
  if constexpr (std::is_same_v<D, policy::ToolPolicy>) strip_docs(declaration);
  if constexpr (std::is_same_v<D, policy::Let>) declaration.docs.clear();
  policy::Tree tree;
  tree.declarations.emplace_back(std::move(declaration));
  return lines_of(policy::print(tree));
}

// The text of every tool id, and of the names under "names", in order of evaluation.
struct Told {
  std::vector<std::string> order;
  std::map<std::string, std::vector<std::string>> lines;
  void add(const std::string& key, std::vector<std::string> more) {
    auto [place, fresh] = lines.try_emplace(key);
    if (fresh) order.push_back(key);
    for (std::string& line : more)
      if (!line.empty()) place->second.push_back(std::move(line));
  }
};

std::string spelled(const policy::ToolId& id) {
  return fmt::format("tool {}\"{}\"", id.kind == policy::ToolId::Kind::kPattern ? "r" : "",
                     id.text);
}

Told told_by(const Loaded& loaded) {
  Told out;
  for (const policy::Tree& tree : loaded.trees)
    for (const auto& declaration : tree.declarations) {
      if (const auto* tool = std::get_if<policy::ToolPolicy>(&declaration))
        out.add(spelled(tool->id), lines_alone(*tool));
      if (const auto* let = std::get_if<policy::Let>(&declaration))
        out.add("names", lines_alone(*let));
      if (const auto* counter = std::get_if<policy::Counter>(&declaration))
        out.add("names", lines_alone(*counter));
    }
  return out;
}

// Both answers, and what an allowed call would teach, to one question.
struct Both {
  Answer before, after;
  std::string what;  // empty: the same
};

// Of two that let the session begin the call in the same state.
bool learns_alike(const PolicyGround& a, const PolicyGround& b, Question q,
                  const policy::SessionState& before) {
  q.session = before;
  const policy::Observed seen{"done", std::nullopt, policy::Observed::Combine::kMerge};
  return policy::learn(a.set, q, seen) == policy::learn(b.set, q, seen);
}

Both ask_both(const PolicyGround& before, const PolicyGround& after, const Question& q) {
  Both out{policy::answer(before.set, q), policy::answer(after.set, q), ""};
  const Answer& a = out.before;
  const Answer& b = out.after;
  if (a.effect != b.effect)
    out.what = fmt::format("{} -> {}", name_of(a.effect), name_of(b.effect));
  else if (a.ask != b.ask) out.what = "who is asked";
  else if (a.redact != b.redact || a.log != b.log) out.what = "obligations";
  else if (a.before != b.before) out.what = "what the session learns before";
  else if (a.effect == policy::Effect::kAllow && !learns_alike(before, after, q, a.before))
    out.what = "what is learnt";
  return out;
}

}  // namespace

std::vector<PolicyChange> changes_between(const Loaded& before, const Loaded& after) {
  Told a = told_by(before);
  Told b = told_by(after);
  for (const std::string& key : b.order)
    if (!a.lines.contains(key)) a.order.push_back(key);
  std::vector<PolicyChange> out;
  for (const std::string& key : a.order) {
    auto lines = diff_lines(a.lines[key], b.lines[key]);
    if (std::ranges::any_of(lines, [](const DiffLine& line) { return line.sign != ' '; }))
      out.push_back({key, std::move(lines)});
  }
  return out;
}

policy::Tools sampled_tools(const PolicyGround& before, const PolicyGround& after) {
  if (!before.loaded.tools.empty()) return before.loaded.tools;
  return tools_mentioned({&before.loaded, &after.loaded});
}

std::uint32_t samples_for(const policy::Tools& tools, std::uint32_t usual) {
  constexpr std::size_t kAll = 100'000;
  const std::size_t share = kAll / std::max<std::size_t>(tools.size(), 1);
  return std::min(usual, static_cast<std::uint32_t>(std::max<std::size_t>(share, 50)));
}

Sample flips_between(const PolicyGround& before, const PolicyGround& after,
                     const policy::Tools& tools, std::uint32_t samples) {
  Sample out;
  Sampler sampler(vocabulary_of({&before.loaded, &after.loaded}), kSeed);
  std::map<std::tuple<std::string, std::string, std::string, std::string>, std::size_t> known;
  const auto key_of = [&](const Question& q, const Both& both) {
    return std::tuple(q.tool, both.what, place_text(before.loaded, both.before.rule),
                      place_text(after.loaded, both.after.rule));
  };
  for (const policy::ToolShape& tool : tools)
    for (std::uint32_t i = 0; i < samples; ++i, ++out.questions) {
      const Question question = sampler.ask(tool);
      const Both both = ask_both(before, after, question);
      if (both.what.empty()) continue;
      ++out.flipped;
      const auto key = key_of(question, both);
      const auto [place, fresh] = known.try_emplace(key, out.flips.size());
      if (!fresh) {
        if (place->second < out.flips.size()) ++out.flips[place->second].times;
        continue;
      }
      if (out.flips.size() == kFlipsMax) {
        place->second = kFlipsMax;
        continue;
      }
      const Question small = shrunk(question, &tool, [&](const Question& q) {
        return key_of(q, ask_both(before, after, q)) == key;
      });
      Both again = ask_both(before, after, small);
      out.flips.push_back({small, std::move(again.before), std::move(again.after), both.what, 1});
    }
  return out;
}

}  // namespace cli
