// SPDX-License-Identifier: Apache-2.0
#include "policy/prove/decision.h"

namespace policy::proving {
namespace {

constexpr const char* kModelTool = "parse_with_ai";
constexpr const char* kBlockedTag = "__llm_blocked";
constexpr const char* kNonExecutable = "__non_executable";

bool is_obligation(const Rule& rule) {
  return rule.kind == Rule::Kind::kRedact || rule.kind == Rule::Kind::kLog;
}

}  // namespace

std::string origin_of(const std::string& tool) {
  return tool.starts_with("model:") ? tool : "tool:" + tool;
}

StateSym Decider::before(const Applicable& rules, const CallSym& call, const AskerSym& asker,
                         StateSym state) {
  SceneSym scene;
  scene.call = &call;
  scene.asker = &asker;
  scene.state = &state;
  scene.absent_is_false = loaded_.options.missing_argument_is_false;
  for (const auto& [block, tree] : rules.before) {
    scene.tree = tree;
    evaluation_.run(*block, scene, state.label);
  }
  return state;
}

// The preset: a model that reads what it must not see.
Bit Decider::llm_blocked(const CallSym& call) {
  if (!loaded_.options.llm_blocked || call.tool != kModelTool) return circuit_.falsehood();
  std::vector<Bit> parts;
  for (const NodeSym& argument : call.arguments) {
    const SetSym tags = evaluation_.set_of(argument, Field::kTags);
    if (tags.has.empty()) continue;
    const auto& index = maker_.pool(tags.sort).index;
    if (const auto at = index.find(kBlockedTag); at != index.end())
      parts.push_back(tags.has[at->second]);
  }
  return circuit_.any(std::move(parts));
}

Decider::Levels Decider::with_level(const std::vector<std::pair<const Rule*, Tri>>& rules,
                                    Bit blocked) {
  const bool hard_preset = loaded_.options.llm_blocked == Level::kHard;
  std::vector<Bit> denies;
  std::vector<Bit> allows;
  if (hard_preset) denies.push_back(blocked);
  Bit soft_open = hard_preset ? circuit_.truth() : ~blocked;  // no soft rule was true yet
  Bit soft_allow = circuit_.falsehood();
  bool any_rule = false;
  bool any_allow = false;
  for (const auto& [rule, truth] : rules) {
    if (!rule->level) continue;
    any_rule = true;
    const bool allow = rule->kind == Rule::Kind::kAllow;
    any_allow = any_allow || allow;
    denies.push_back(truth.error);
    if (*rule->level == Level::kHard) {
      (allow ? allows : denies).push_back(truth.yes);
      continue;
    }
    if (allow) soft_allow = circuit_.either(soft_allow, circuit_.both(soft_open, truth.yes));
    soft_open = circuit_.both(soft_open, ~truth.yes);
  }
  // Nothing was true: an allow rule that was not is a deny, else the default decides.
  const Bit by_default =
      circuit_.both(soft_open, circuit_.constant(loaded_.options.default_allow && !any_allow));
  allows.push_back(soft_allow);
  allows.push_back(by_default);
  const Bit deny = circuit_.any(std::move(denies));
  return {deny, circuit_.both(~deny, circuit_.any(std::move(allows))),
          circuit_.either(circuit_.constant(any_rule), blocked)};
}

VerdictSym Decider::without_level(const std::vector<std::pair<const Rule*, Tri>>& rules) {
  std::vector<Bit> denies;
  std::vector<Bit> asks;
  std::vector<Bit> allows;
  for (const auto& [rule, truth] : rules) {
    if (rule->level || is_obligation(*rule)) continue;
    denies.push_back(truth.error);
    if (rule->kind == Rule::Kind::kDeny) denies.push_back(truth.yes);
    if (rule->kind == Rule::Kind::kAsk) asks.push_back(truth.yes);
    if (rule->kind == Rule::Kind::kAllow) allows.push_back(truth.yes);
  }
  const Bit open = ~circuit_.any(std::move(denies));
  const Bit ask = circuit_.both(open, circuit_.any(std::move(asks)));
  return {circuit_.all({open, ~ask, circuit_.any(std::move(allows))}), ask};
}

VerdictSym Decider::decide(const Applicable& rules, const CallSym& call, const AskerSym& asker,
                           const StateSym& state) {
  SceneSym scene;
  scene.call = &call;
  scene.asker = &asker;
  scene.state = &state;
  std::vector<std::pair<const Rule*, Tri>> truths;
  std::vector<Bit> failed;
  bool yett = false;
  for (const auto& [rule, tree] : rules.rules) {
    scene.tree = tree;
    const bool forgives = rule->kind == Rule::Kind::kAsk || is_obligation(*rule);
    scene.absent_is_false = forgives || loaded_.options.missing_argument_is_false;
    Tri truth = circuit_.known(true);
    if (rule->when) truth = evaluation_.holds(*rule->when, scene);
    if (is_obligation(*rule)) failed.push_back(truth.error);
    yett = yett || (!rule->level && !is_obligation(*rule));
    truths.emplace_back(rule, truth);
  }
  const Levels levels = with_level(truths, llm_blocked(call));
  const Bit sqrt_allows = circuit_.either(~levels.counts, levels.allow);
  const Bit held = ~circuit_.any(std::move(failed));
  if (yett) {
    const VerdictSym own = without_level(truths);
    return {circuit_.all({sqrt_allows, own.allow, held}),
            circuit_.all({sqrt_allows, own.ask, held})};
  }
  const Bit by_default = circuit_.constant(loaded_.options.default_allow);
  const Bit allow = circuit_.choose(levels.counts, levels.allow, by_default);
  return {circuit_.both(allow, held), circuit_.falsehood()};
}

// The join of the call with the origin of its tool, and the label that came with the result.
LabelSym Decider::initial(const CallSym& call, const ResultSym& result, bool replaces) {
  LabelSym out = evaluation_.join_of(call);
  SetSym& origins = out[static_cast<std::size_t>(Field::kOrigins)];
  if (!origins.has.empty())
    origins = evaluation_.united(origins, maker_.literal(origins.sort, {origin_of(call.tool)}));
  if (!replaces) return maker_.joined(out, result.own);
  LabelSym replaced = result.own;
  SetSym& kept = replaced[static_cast<std::size_t>(Field::kOrigins)];
  kept = evaluation_.united(kept, out[static_cast<std::size_t>(Field::kOrigins)]);
  return replaced;
}

StateSym Decider::after(const Applicable& rules, const CallSym& call, const AskerSym& asker,
                        StateSym state, ResultSym result, bool replaces) {
  result.label = initial(call, result, replaces);
  SceneSym scene;
  scene.call = &call;
  scene.asker = &asker;
  scene.state = &state;
  scene.result = &result;
  scene.here = Scope::kResult;
  scene.absent_is_false = loaded_.options.missing_argument_is_false;
  for (const auto& [block, tree] : rules.result) {
    scene.tree = tree;
    evaluation_.run(*block, scene, result.label);
  }
  SetSym& tags = result.label[static_cast<std::size_t>(Field::kTags)];
  if (loaded_.options.non_executable_memory && !tags.has.empty())
    tags = evaluation_.united(tags, maker_.literal(tags.sort, {kNonExecutable}));
  scene.here = Scope::kSession;
  for (const auto& [block, tree] : rules.after) {
    scene.tree = tree;
    evaluation_.run(*block, scene, state.label);
  }
  return state;
}

}  // namespace policy::proving
