// SPDX-License-Identifier: Apache-2.0
#include "policy/explain/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "policy/explain/phrase.h"
#include "policy/explain/tracer.h"
#include "policy/explain/updates.h"
#include "policy/explain/verdict.h"
#include "policy/syntax/print.h"

namespace policy {
namespace {

using tracing::Applied;
using tracing::Budget;
using tracing::fitted;
using tracing::Judge;
using tracing::Judged;
using tracing::kNameShownBytes;
using tracing::kTextBytes;
using tracing::Lets;
using tracing::listed;
using tracing::Scene;
using tracing::Setting;
using tracing::Tracer;
using tracing::Verdict;

constexpr std::size_t kArgumentLines = 300;
constexpr std::string_view kBlockedTool = "parse_with_ai";
constexpr std::string_view kBlockedTag = "__llm_blocked";

bool is_obligation(const Rule& rule) {
  return rule.kind == Rule::Kind::kRedact || rule.kind == Rule::Kind::kLog;
}

std::string kinds_of(const std::vector<const LeafValue*>& leaves) {
  constexpr std::array<std::string_view, 5> kKinds{"string", "integer", "number", "boolean",
                                                   "null"};
  std::set<std::string> kinds;
  for (const LeafValue* l : leaves) kinds.emplace(kKinds[static_cast<std::size_t>(l->kind)]);
  return listed(kinds);
}

// "; tags pii; for alice" of a label: what is not as in a fresh one.
std::string label_text(const label::Sets& label) {
  std::string out;
  if (!label.origins.empty()) out += ", from " + listed(label.origins.list());
  if (!label.tags.empty()) out += "; tags " + listed(label.tags.list());
  if (!label.producers.empty()) out += "; producers " + listed(label.producers.list());
  if (label.consumers.is_everyone()) return out;
  const auto& names = label.consumers.names();
  return out + "; for " + (names.empty() ? "nobody" : listed(names.list()));
}

std::string argument_line(const Scene& scene, const std::string& name) {
  const auto leaves = scene.leaves(name);
  std::string out = fitted(name, kNameShownBytes) + ": ";
  if (leaves.size() == 1 && leaves[0]->path == name) out += kinds_of(leaves);
  else
    out += fmt::format("{} {} ({})", leaves.size(), leaves.size() == 1 ? "leaf" : "leaves",
                       kinds_of(leaves));
  out += label_text(scene.label_at(name));
  if (scene.named(name)) out += "; named by the user";
  return fitted(out, kTextBytes);
}

// One question walked through.
class Walk {
 public:
  Walk(const Loaded& loaded, const Question& question, bool show_values)
      : loaded_(loaded),
        question_(question),
        judge_(loaded.options.search),
        session_(question.session),
        scene_(loaded, question, session_),
        tracer_(scene_, judge_, budget_, show_values) {}

  Explanation run() {
    find_blocks();
    tracing::run_before(loaded_, question_, blocks_, judge_, session_, out_.before);
    out_.answer.before = session_;
    judge_rules();
    decide();
    describe_arguments();
    return std::move(out_);
  }

 private:
  void find_blocks() {
    for (const Tree& tree : loaded_.trees) lets_.push_back(tracing::lets_of(tree));
    for (std::size_t i = 0; i < loaded_.trees.size(); ++i)
      for (const auto& declaration : loaded_.trees[i].declarations) {
        const auto* const block = std::get_if<ToolPolicy>(&declaration);
        if (block != nullptr && judge_.is_tool(block->id, question_.tool))
          blocks_.push_back({block, &lets_[i]});
      }
    std::ranges::stable_sort(blocks_, [](const Applied& a, const Applied& b) {
      return a.block->priority() > b.block->priority();
    });
  }

  template <class F> void each_rule(F f) {
    for (const Applied& applied : blocks_)
      for (const ToolPolicy::Member& member : applied.block->members)
        if (const auto* rule = std::get_if<Rule>(&member)) f(applied, *rule);
  }

  Judged judge(const Applied& applied, const Rule& rule) {
    TracedRule traced;
    traced.span = rule.span;
    traced.text = fitted(print(rule), kTextBytes);
    traced.tool = fitted(applied.block->id.text, kTextBytes);
    traced.priority = applied.block->priority();
    traced.truth = Truth::kTrue;
    const bool lenient = rule.kind == Rule::Kind::kAsk || is_obligation(rule);
    const Setting setting{applied.lets, lenient || loaded_.options.missing_argument_is_false};
    if (rule.when) traced.truth = tracer_.trace(*rule.when, setting, traced.parts.emplace_back());
    out_.rules.push_back(std::move(traced));
    return {&rule, out_.rules.back().truth, out_.rules.size() - 1};
  }

  void judge_rules() {
    each_rule([this](const Applied& applied, const Rule& rule) {
      if (!is_obligation(rule)) judged_.push_back(judge(applied, rule));
    });
  }

  bool is_llm_blocked() const {
    if (!loaded_.options.llm_blocked || question_.tool != kBlockedTool) return false;
    return std::ranges::any_of(question_.leaves, [](const LeafValue& leaf) {
      return leaf.label.tags.contains(kBlockedTag);
    });
  }

  void decide() {
    const Verdict verdict = tracing::verdict_of(judged_, loaded_.options, is_llm_blocked());
    take(verdict);
    if (verdict.effect == Effect::kDeny) return;
    if (verdict.effect == Effect::kAsk) out_.answer.ask = tracing::asked_of(judged_);
    oblige();
  }

  void take(const Verdict& verdict) {
    out_.answer.effect = verdict.effect;
    out_.answer.level = verdict.level;
    out_.answer.reason = verdict.reason;
    for (TracedRule& rule : out_.rules) rule.decisive = false;
    if (!verdict.index) return;
    TracedRule& rule = out_.rules[*verdict.index];
    rule.decisive = true;
    out_.answer.rule = {rule.span.file, rule.span.line};
  }

  void oblige() {
    std::set<std::string> redact;
    std::vector<std::string> log;
    std::optional<std::size_t> failed;
    each_rule([&](const Applied& applied, const Rule& rule) {
      if (!is_obligation(rule)) return;
      const Judged judged = judge(applied, rule);
      if (judged.truth == Truth::kError && !failed) failed = judged.index;
      if (judged.truth != Truth::kTrue) return;
      if (rule.kind == Rule::Kind::kRedact) redact.insert(rule.texts.begin(), rule.texts.end());
      else log.insert(log.end(), rule.texts.begin(), rule.texts.end());
    });
    if (failed) {
      take({Effect::kDeny, Level::kHard, base::Reason::kDecisionFailed, failed});
      out_.answer.ask = Ask{};
      return;
    }
    out_.answer.redact.assign(redact.begin(), redact.end());
    out_.answer.log = std::move(log);
  }

  void describe_arguments() {
    for (const std::string& name : scene_.arguments()) {
      if (out_.arguments.size() == kArgumentLines) break;
      out_.arguments.push_back(argument_line(scene_, name));
    }
    const auto add = [this](std::string_view what, const label::Sets& label) {
      if (label == label::Sets{}) return;
      out_.arguments.push_back(
          fitted(fmt::format("{}: a label{}", what, label_text(label)), kTextBytes));
    };
    add("@control", question_.control);
    add("@session", session_.label);
  }

  const Loaded& loaded_;
  const Question& question_;
  Judge judge_;
  SessionState session_;
  Scene scene_;
  Budget budget_;
  Tracer tracer_;
  std::vector<Lets> lets_;
  std::vector<Applied> blocks_;
  std::vector<Judged> judged_;
  Explanation out_;
};

}  // namespace

Explanation explain(const Loaded& loaded, const Question& question, bool show_values) {
  return Walk(loaded, question, show_values).run();
}

}  // namespace policy
