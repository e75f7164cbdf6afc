// SPDX-License-Identifier: Apache-2.0
#include "policy/prove/model.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "policy/prove/cells.h"
#include "policy/prove/names.h"

namespace policy::proving {
namespace {

const ToolShape* shape_of(const Loaded& loaded, const std::string& tool) {
  for (const ToolShape& shape : loaded.tools)
    if (shape.name == tool) return &shape;
  return nullptr;
}

}  // namespace

QueryModel::QueryModel(const Loaded& loaded, const Query& query, const Limits& limits,
                       std::function<bool()> stop)
    : loaded_(loaded),
      query_(query),
      limits_(limits),
      stop_(std::move(stop)),
      judge_(loaded.options.search),
      collector_(sorts_),
      maker_(circuit_, sorts_, pools_, collector_),
      evaluation_(circuit_, maker_, sorts_, judge_, loaded),
      decider_(circuit_, maker_, evaluation_, loaded),
      no_names_(std::make_unique<Tree>()) {}

QueryModel::~QueryModel() = default;

QueryModel::Outcome QueryModel::solve() {
  Outcome out;
  find_candidates();
  if (names_ == nullptr) return out;
  collect();
  make_pools();
  if (!stop_()) build();
  out.incomplete = incomplete_;
  if (circuit_.size() > limits_.size || stop_()) return out;
  out.verdict =
      circuit_.solver().solve([this] { return stop_() || circuit_.size() > limits_.size; });
  if (out.verdict != sat::Verdict::kSatisfiable) return out;
  for (const Step& step : steps_)
    for (std::size_t i = 0; i < step.calls.size(); ++i) {
      if (!is_true(step.chosen[i])) continue;
      Earlier earlier{question_of(step.calls[i]), std::nullopt};
      if (is_true(step.ran[i])) {
        const Concrete* text = value_of(step.results[i].text);
        earlier.observed = Observed{
            text != nullptr ? text->text : std::string(), label_of(step.results[i].own),
            is_true(step.replaces[i]) ? Observed::Combine::kReplace : Observed::Combine::kMerge};
      }
      out.prior.push_back(std::move(earlier));
    }
  out.witness = question_of(call_);
  if (query_.prior_calls) return out;
  out.witness.session.label = label_of(initial_.label);
  if (is_true(initial_.has_value)) out.witness.session.value = value_of(initial_.value)->text;
  return out;
}

// The declared tools; with compat open_tools also those that rules name, and one for each
// combination of the patterns in tool ids.
std::vector<std::string> QueryModel::tools_before() {
  std::set<std::string> names;
  for (const ToolShape& shape : loaded_.tools) names.insert(shape.name);
  if (!loaded_.options.open_tools) return {names.begin(), names.end()};
  std::vector<RegularTest> tests;
  for (const Tree& tree : loaded_.trees)
    for (const auto& declaration : tree.declarations) {
      const auto* policy = std::get_if<ToolPolicy>(&declaration);
      if (policy == nullptr) continue;
      if (policy->id.kind == ToolId::Kind::kExact) names.insert(policy->id.text);
      if (policy->id.kind != ToolId::Kind::kPattern) continue;
      auto nfa = pattern_nfa(policy->id.text, false);
      if (nfa) tests.emplace_back(std::move(*nfa));
      else incomplete_ = "a tool id goes beyond what is analysed";
    }
  const Cells cells = cells_of(tests, 1, 100'000, stop_);
  if (!cells.complete) incomplete_ = "the patterns of tool ids together are too big";
  for (const Cell& cell : cells.cells) names.insert(cell.words.begin(), cell.words.end());
  names.erase("");
  return {names.begin(), names.end()};
}

// Only calls that may change what the session has learnt come before.
void QueryModel::find_candidates() {
  asked_.tool = query_.tool;
  asked_.rules = applicable(loaded_, query_.tool, judge_);
  const bool any_before = query_.prior_calls.value_or(0) > 0;
  for (const std::string& tool : any_before ? tools_before() : std::vector<std::string>{}) {
    Candidate candidate{tool, applicable(loaded_, tool, judge_), {}, false};
    candidate.learns = !candidate.rules.after.empty();
    if (candidate.rules.before.empty() && !candidate.learns) continue;
    candidates_.push_back(std::move(candidate));
  }
  names_ = no_names_.get();
  if (query_.such_that) names_ = tree_for(loaded_, *query_.such_that, *no_names_);
}

void QueryModel::collect() {
  const bool open = loaded_.options.open_tools;
  const std::size_t steps = query_.prior_calls.value_or(0);
  for (const Candidate& candidate : candidates_)
    collector_.read(candidate.tool, candidate.rules, steps, candidate.learns);
  collector_.read(asked_.tool, asked_.rules, 1, false);
  if (query_.such_that) collector_.read(asked_.tool, *query_.such_that, *names_);
  for (Candidate& candidate : candidates_) {
    candidate.layout =
        layout_of(shape_of(loaded_, candidate.tool), candidate.tool, open, collector_, sorts_);
    count_values(candidate.layout, steps, sorts_);
    if (!candidate.layout.incomplete.empty()) incomplete_ = candidate.layout.incomplete;
  }
  asked_.layout = layout_of(shape_of(loaded_, asked_.tool), asked_.tool, open, collector_, sorts_);
  count_values(asked_.layout, 1, sorts_);
  if (!asked_.layout.incomplete.empty()) incomplete_ = asked_.layout.incomplete;
  for (const Tree& tree : loaded_.trees)
    for (const auto& declaration : tree.declarations)
      if (const auto* counter = std::get_if<Counter>(&declaration)) counters_.push_back(counter);
  for (const Attribute attribute : {Attribute::kPrincipalId, Attribute::kTenantId,
                                    Attribute::kDoorName, Attribute::kEnvironmentName})
    ++sorts_.at(sorts_.id(sort_key(attribute))).values;
  sorts_.at(sorts_.id(sort_key(Attribute::kTimeNow))).values += steps + 1;
  ++sorts_.at(sorts_.id(kSessionKey)).values;
  sorts_.at(sorts_.id(kResultKey)).values += steps;
  for (const Counter* counter : counters_)
    sorts_.at(sorts_.id(counter_key(counter->name))).numeric += steps + 1;
}

void QueryModel::make_pools() {
  sorts_.id(kRolesKey);
  sorts_.id(kScopesKey);
  for (const Field field : {Field::kTags, Field::kProducers, Field::kConsumers, Field::kOrigins})
    sorts_.id(sort_key(field));
  if (collector_.uses(Field::kTags)) {
    auto& tags = sorts_.at(sorts_.id(sort_key(Field::kTags))).strings;
    tags.insert({"__restricted", "__llm_blocked"});
    if (loaded_.options.non_executable_memory) tags.insert("__non_executable");
  }
  if (collector_.uses(Field::kOrigins)) {
    auto& origins = sorts_.at(sorts_.id(sort_key(Field::kOrigins))).strings;
    origins.insert("unknown");
    for (const Candidate& candidate : candidates_)
      if (candidate.learns) origins.insert(origin_of(candidate.tool));
  }
  const PoolLimits limits{24, 400'000, stop_};
  for (std::size_t id = 0; id < sorts_.size(); ++id) {
    if (sorts_.root(id) != id) continue;
    Pool& pool = pools_[id] = pool_of(sorts_.at(id), judge_, limits);
    if (!pool.incomplete.empty()) incomplete_ = pool.incomplete;
  }
}

StateSym QueryModel::first_state() {
  StateSym out;
  out.label = query_.prior_calls ? maker_.clean_label() : maker_.label();
  out.value = maker_.text(kSessionKey);
  // Nothing in the language sets it: it is what it is from the begin.
  out.has_value = query_.prior_calls ? circuit_.falsehood() : circuit_.fresh();
  return out;
}

void QueryModel::build() {
  asker_ = maker_.asker();
  initial_ = first_state();
  StateSym state = initial_;
  const unsigned steps = candidates_.empty() ? 0 : query_.prior_calls.value_or(0);
  for (unsigned i = 0; i < steps && !stop_(); ++i) state = take_step(state);
  call_ = maker_.call(asked_.tool, asked_.layout, counters_);
  if (!steps_.empty()) keep_order(steps_.back().calls[0].now, call_.now);
  state = decider_.before(asked_.rules, call_, asker_, std::move(state));
  const VerdictSym verdict = decider_.decide(asked_.rules, call_, asker_, state);
  circuit_.require(query_.at_most == Effect::kAllow ? verdict.allow
                                                    : circuit_.either(verdict.allow, verdict.ask));
  if (!query_.such_that) return;
  SceneSym scene;
  scene.call = &call_;
  scene.asker = &asker_;
  scene.state = &state;
  scene.tree = names_;
  scene.absent_is_false = loaded_.options.missing_argument_is_false;
  circuit_.require(evaluation_.holds(*query_.such_that, scene).yes);
}

ResultSym QueryModel::result_of(const std::string& tool, Bit& replaces) {
  ResultSym out;
  out.own = maker_.label();
  out.text = maker_.text(kResultKey);
  replaces = query_.replacing.contains(tool) ? circuit_.truth() : circuit_.falsehood();
  return out;
}

StateSym QueryModel::take_step(const StateSym& state) {
  Step step;
  step.chosen = circuit_.one_of(candidates_.size() + 1);
  StateSym out = state;
  ValueSym now;
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    const Candidate& candidate = candidates_[i];
    CallSym call = maker_.call(candidate.tool, candidate.layout, counters_);
    if (i == 0) now = call.now;
    call.now = now;
    StateSym next = decider_.before(candidate.rules, call, asker_, state);
    Bit ran = circuit_.falsehood();
    Bit replaces = circuit_.falsehood();
    ResultSym result;
    if (candidate.learns) {
      const VerdictSym verdict = decider_.decide(candidate.rules, call, asker_, next);
      ran = circuit_.both(circuit_.fresh(), circuit_.either(verdict.allow, verdict.ask));
      result = result_of(candidate.tool, replaces);
      StateSym learnt = decider_.after(candidate.rules, call, asker_, next, result,
                                       query_.replacing.contains(candidate.tool));
      next.label = maker_.chosen(ran, learnt.label, next.label);
    }
    out.label = maker_.chosen(step.chosen[i], next.label, out.label);
    step.calls.push_back(std::move(call));
    step.ran.push_back(ran);
    step.results.push_back(std::move(result));
    step.replaces.push_back(replaces);
  }
  if (!steps_.empty()) keep_order(steps_.back().calls[0].now, now);
  steps_.push_back(std::move(step));
  return out;
}

void QueryModel::keep_order(const ValueSym& before, const ValueSym& after) {
  for (const ValueSym::Way& a : before.ways)
    for (const ValueSym::Way& b : after.ways)
      if (b.value.instant < a.value.instant) circuit_.clause(std::array{~a.guard, ~b.guard});
}

bool QueryModel::is_true(Bit bit) { return circuit_.solver().value(bit); }

const Concrete* QueryModel::value_of(const ValueSym& value) {
  for (const ValueSym::Way& way : value.ways)
    if (is_true(way.guard)) return &way.value;
  return nullptr;
}

label::Names QueryModel::names_of(const SetSym& set) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < set.has.size(); ++i)
    if (is_true(set.has[i])) out.push_back(maker_.pool(set.sort).strings[i]);
  return label::Names(std::move(out));
}

label::Sets QueryModel::label_of(const LabelSym& label) {
  const auto at = [&](Field field) -> const SetSym& {
    return label[static_cast<std::size_t>(field)];
  };
  label::Sets out;
  out.tags = names_of(at(Field::kTags));
  out.producers = names_of(at(Field::kProducers));
  out.origins = names_of(at(Field::kOrigins));
  const SetSym& consumers = at(Field::kConsumers);
  out.consumers = is_true(consumers.all) ? label::Consumers::everyone()
                                         : label::Consumers::only(names_of(consumers));
  return out;
}

void QueryModel::leaves_of(const NodeSym& node, std::vector<LeafValue>& out) {
  if (is_true(node.leaf)) {
    const Concrete* value = value_of(node.value);
    out.push_back(
        {node.spot->path, value->leaf, value->text, label_of(node.label), is_true(node.named)});
  }
  for (const NodeSym& child : node.children) leaves_of(child, out);
}

Question QueryModel::question_of(const CallSym& call) {
  const auto text = [&](const ValueSym& value) { return value_of(value)->text; };
  Question out;
  out.tool = call.tool;
  for (const NodeSym& argument : call.arguments) leaves_of(argument, out.leaves);
  out.control = label_of(call.control);
  out.asker = {text(asker_.principal),   text(asker_.tenant),    text(asker_.door),
               text(asker_.environment), names_of(asker_.roles), names_of(asker_.scopes)};
  out.now = value_of(call.now)->instant;
  for (const auto& [name, value] : call.counters)
    if (const Concrete* number = value_of(value)) out.counters[name] = *number->number;
  return out;
}

}  // namespace policy::proving
