// SPDX-License-Identifier: Apache-2.0
#include "spec/decide.h"

#include <algorithm>
#include <set>

namespace spec {
namespace {

using base::Reason;
using policy::Answer;
using policy::Effect;
using policy::Level;
using policy::Question;
using policy::Rule;
using Kind = policy::Rule::Kind;

bool is_obligation(const Rule& rule) {
  return rule.kind == Kind::kRedact || rule.kind == Kind::kLog;
}

// §5.3: asks that are true add up.
void add(const policy::Ask& one, bool is_first, policy::Ask& all) {
  all.roles.insert(all.roles.end(), one.roles.begin(), one.roles.end());
  std::ranges::sort(all.roles);
  all.roles.erase(std::ranges::unique(all.roles).begin(), all.roles.end());
  all.is_signed = all.is_signed || one.is_signed;
  all.within_s = is_first ? one.within_s : std::min(all.within_s, one.within_s);
}

}  // namespace

Model::Model(const policy::Loaded& loaded) : loaded_(loaded), evaluator_(loaded) {}

// §5: the blocks whose id matches; priority from high to low, then file, then position.
std::vector<Model::Applied> Model::blocks_for(const std::string& tool) {
  std::vector<Applied> out;
  for (const policy::Tree& tree : loaded_.trees)
    for (const auto& declaration : tree.declarations)
      if (const auto* block = std::get_if<policy::ToolPolicy>(&declaration))
        if (evaluator_.is_for(block->id, tool)) out.push_back({block, &tree});
  std::ranges::stable_sort(out, [](const Applied& a, const Applied& b) {
    return a.block->priority() > b.block->priority();
  });
  return out;
}

std::vector<Model::Judged> Model::judged(const std::vector<Applied>& blocks, Scene& scene) {
  std::vector<Judged> out;
  for (const Applied& applied : blocks) {
    for (const auto& member : applied.block->members) {
      const auto* rule = std::get_if<Rule>(&member);
      if (rule == nullptr) continue;
      scene.file = applied.file;
      // §4: in `ask when` and `oblige when` a comparison with an absent argument is false.
      scene.absent_is_false = loaded_.options.missing_argument_is_false ||
                              rule->kind == Kind::kAsk || is_obligation(*rule);
      out.push_back({rule, evaluator_.holds(rule->when, scene)});
    }
  }
  return out;
}

// §6, `compat llm_blocked`.
bool Model::is_llm_blocked(const Question& question) const {
  if (!loaded_.options.llm_blocked || question.tool != "parse_with_ai") return false;
  return std::ranges::any_of(question.leaves, [](const policy::LeafValue& leaf) {
    return leaf.label.tags.contains("__llm_blocked");
  });
}

// §5.2, the default.
Model::Verdict Model::fallback() const {
  Verdict out;
  out.level = loaded_.options.default_level;
  if (loaded_.options.default_allow) {
    out.effect = Effect::kAllow;
    out.reason = Reason::kAllowedByRule;
  }
  return out;
}

// §5.2.
Model::Verdict Model::sqrt_verdict(const std::vector<Judged>& rules, bool llm_blocked) const {
  const auto verdict = [](Effect effect, Level level, Reason reason, const Rule* rule) {
    return Verdict{effect, level, reason, rule};
  };
  if (llm_blocked && loaded_.options.llm_blocked == Level::kHard)
    return verdict(Effect::kDeny, Level::kHard, Reason::kDeniedByRule, nullptr);
  for (const auto& [rule, truth] : rules) {
    if (truth == Truth::kError)
      return verdict(Effect::kDeny, Level::kHard, Reason::kDecisionFailed, rule);
    if (truth == Truth::kTrue && rule->kind == Kind::kDeny && rule->level == Level::kHard)
      return verdict(Effect::kDeny, Level::kHard, Reason::kDeniedByRule, rule);
  }
  for (const auto& [rule, truth] : rules)
    if (truth == Truth::kTrue && rule->level == Level::kHard)
      return verdict(Effect::kAllow, Level::kHard, Reason::kAllowedByRule, rule);
  if (llm_blocked) return verdict(Effect::kDeny, Level::kSoft, Reason::kDeniedByRule, nullptr);
  for (const auto& [rule, truth] : rules) {
    if (truth != Truth::kTrue) continue;
    return rule->kind == Kind::kAllow
               ? verdict(Effect::kAllow, Level::kSoft, Reason::kAllowedByRule, rule)
               : verdict(Effect::kDeny, Level::kSoft, Reason::kDeniedByRule, rule);
  }
  for (const Level level : {Level::kHard, Level::kSoft})
    for (const auto& [rule, truth] : rules)
      if (rule->kind == Kind::kAllow && rule->level == level)
        return verdict(Effect::kDeny, level, Reason::kUnmetRequirement, rule);
  return fallback();
}

// §5.3.
Model::Verdict Model::yett_verdict(const std::vector<Judged>& rules) {
  const auto hard = [](Effect effect, Reason reason, const Rule* rule) {
    return Verdict{effect, Level::kHard, reason, rule};
  };
  for (const auto& [rule, truth] : rules) {
    if (truth == Truth::kError) return hard(Effect::kDeny, Reason::kDecisionFailed, rule);
    if (truth == Truth::kTrue && rule->kind == Kind::kDeny)
      return hard(Effect::kDeny, Reason::kDeniedByRule, rule);
  }
  for (const auto& [rule, truth] : rules)
    if (truth == Truth::kTrue && rule->kind == Kind::kAsk)
      return hard(Effect::kAsk, Reason::kApprovalRequired, rule);
  for (const auto& [rule, truth] : rules)
    if (truth == Truth::kTrue) return hard(Effect::kAllow, Reason::kAllowedByRule, rule);
  for (const auto& [rule, truth] : rules)
    if (rule->kind == Kind::kAllow) return hard(Effect::kDeny, Reason::kUnmetRequirement, rule);
  return hard(Effect::kDeny, Reason::kNoRule, nullptr);
}

// §5.4, §5.6: a verdict counts only if rules of its kind apply; of two the stricter; of equals the
// one whose rule comes first, one without a rule last.
Model::Verdict Model::verdict(const std::vector<Judged>& rules, bool llm_blocked) const {
  std::vector<Judged> leveled;
  std::vector<Judged> plain;
  for (const Judged& judged : rules)
    if (!is_obligation(*judged.rule)) (judged.rule->level ? leveled : plain).push_back(judged);
  const bool sqrt_counts = !leveled.empty() || llm_blocked;
  if (!sqrt_counts) return plain.empty() ? fallback() : yett_verdict(plain);
  const Verdict sqrt = sqrt_verdict(leveled, llm_blocked);
  if (plain.empty()) return sqrt;
  const Verdict yett = yett_verdict(plain);
  if (sqrt.effect != yett.effect) return yett.effect > sqrt.effect ? yett : sqrt;
  for (const auto& [rule, truth] : rules)
    if (rule == sqrt.rule || rule == yett.rule) return rule == sqrt.rule ? sqrt : yett;
  return sqrt;
}

// §5.
Answer Model::decide(const Question& question) {
  Scene scene{question, nullptr, question.session, {}, {}, {}, {}};
  const auto blocks = blocks_for(question.tool);
  run(blocks, policy::Block::Kind::kBefore, scene);
  const auto rules = judged(blocks, scene);
  Verdict verdict = this->verdict(rules, is_llm_blocked(question));
  if (verdict.effect != Effect::kDeny)  // §5.5: an error in an obligation denies
    for (const auto& [rule, truth] : rules)
      if (is_obligation(*rule) && truth == Truth::kError && verdict.effect != Effect::kDeny)
        verdict = {Effect::kDeny, Level::kHard, Reason::kDecisionFailed, rule};

  Answer out;
  out.effect = verdict.effect;
  out.level = verdict.level;
  out.reason = verdict.reason;
  if (verdict.rule != nullptr) out.rule = {verdict.rule->span.file, verdict.rule->span.line};
  out.before = scene.session;
  if (out.effect == Effect::kDeny) return out;
  std::set<std::string> redact;
  bool is_first = true;
  for (const auto& [rule, truth] : rules) {
    if (truth != Truth::kTrue) continue;
    if (rule->kind == Kind::kRedact) redact.insert(rule->texts.begin(), rule->texts.end());
    if (rule->kind == Kind::kLog) out.log.push_back(rule->texts[0]);
    if (rule->kind != Kind::kAsk || out.effect != Effect::kAsk) continue;
    add(rule->ask, is_first, out.ask);
    is_first = false;
  }
  out.redact.assign(redact.begin(), redact.end());
  return out;
}

policy::Answer decide(const policy::Loaded& loaded, const Question& question) {
  return Model(loaded).decide(question);
}

policy::Learnt learn(const policy::Loaded& loaded, const Question& question,
                     const policy::Observed& observed) {
  return Model(loaded).learn(question, observed);
}

}  // namespace spec
