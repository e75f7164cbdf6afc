// SPDX-License-Identifier: Apache-2.0
#include "monitor/judge.h"

#include <algorithm>

namespace monitor {
namespace {

using base::Reason;

policy::LeafKind kind_of(wire::LeafKind kind) {
  switch (kind) {
    case wire::LeafKind::kString: return policy::LeafKind::kString;
    case wire::LeafKind::kInteger: return policy::LeafKind::kInteger;
    case wire::LeafKind::kNumber: return policy::LeafKind::kNumber;
    case wire::LeafKind::kBoolean: return policy::LeafKind::kBoolean;
    case wire::LeafKind::kNull: return policy::LeafKind::kNull;
  }
  return policy::LeafKind::kNull;
}

policy::Asker asker_of(const wire::StartMonitor& start) {
  policy::Asker out;
  out.principal = start.principal;
  out.tenant = start.tenant;
  out.door = start.door;
  out.environment = start.environment;
  out.roles = label::Names(start.roles);
  out.scopes = label::Names(start.scopes);
  return out;
}

// The label of a result before policy speaks: its arguments', what led to the call, the tool.
label::LabelId plain_label(Facts& facts, const Case& asked) {
  label::Sets origin;
  origin.origins = label::Names({origin_of(asked.tool)});
  label::LabelId joined = facts.labels.join(asked.control, facts.labels.intern(origin));
  for (const label::LabelId id : asked.labels) joined = facts.labels.join(joined, id);
  return joined;
}

}  // namespace

std::size_t Case::bytes() const {
  std::size_t out = sizeof(Case);
  for (const wire::Leaf& leaf : leaves) out += sizeof leaf + leaf.path.size() + leaf.text.size();
  return out;
}

Judge::Judge(const policy::PolicySet& set, const wire::StartMonitor& start,
             const base::Clock& clock)
    : set_(set),
      start_(start),
      clock_(clock),
      principal_(set.principal(asker_of(start))),
      counters_(set) {}

Case Judge::open(Facts& facts, wire::LabelledCall& call, bool model) const {
  Case out;
  out.tool = call.tool;
  out.leaves = std::move(call.arguments);
  for (const wire::LabelText& text : call.labels) out.labels.push_back(facts.labels.intern(text));
  out.control = facts.labels.intern(call.control);
  for (const wire::Leaf& leaf : out.leaves)
    out.named.push_back(!model && facts.words.name(leaf.text));
  return out;
}

std::vector<policy::Argument> Judge::arguments_of(Facts& facts, const Case& asked) const {
  std::vector<policy::Argument> out;
  out.reserve(asked.leaves.size());
  for (std::size_t i = 0; i < asked.leaves.size(); ++i) {
    const wire::Leaf& leaf = asked.leaves[i];
    out.push_back({leaf.path, kind_of(leaf.kind), leaf.text,
                   &facts.labels.projected(asked.labels[leaf.label]), asked.named[i]});
  }
  return out;
}

policy::Context Judge::context_of(Facts& facts, const std::vector<policy::Number>& counters) const {
  policy::Context out;
  out.principal = &principal_;
  out.now = {clock_.wall_us()};
  out.session = &facts.labels.projected(facts.state);
  if (facts.value) out.session_value = *facts.value;
  out.counters = counters;
  return out;
}

// All that the answer hangs on, for the argument store.
policy::Question Judge::question_of(const Facts& facts, const Case& asked,
                                    const std::vector<policy::Number>& counters) const {
  policy::Question out;
  out.tool = asked.tool;
  for (std::size_t i = 0; i < asked.leaves.size(); ++i) {
    const wire::Leaf& leaf = asked.leaves[i];
    out.leaves.push_back({leaf.path, kind_of(leaf.kind), leaf.text,
                          facts.labels.sets(asked.labels[leaf.label]), asked.named[i]});
  }
  out.control = facts.labels.sets(asked.control);
  out.asker = principal_.asker();
  out.now = {clock_.wall_us()};
  out.session = {facts.labels.sets(facts.state), facts.value};
  for (std::size_t i = 0; i < counters.size(); ++i)
    out.counters[set_.counters()[i].name] = counters[i];
  return out;
}

// How many names the session's label has lost by that.
std::uint32_t Judge::become(Facts& facts, policy::SessionState state) const {
  const label::Sets before = facts.labels.sets(facts.state);
  facts.state = facts.labels.intern(state.label);
  facts.value = std::move(state.value);
  return names_lowered(before, facts.labels.sets(facts.state));
}

bool Judge::lost_names(const Facts& facts, const Case& asked) const {
  const auto lost = [&](label::LabelId id) {
    return facts.labels.sets(id).tags.contains(label::kRestrictedTag);
  };
  return lost(facts.state) || lost(asked.control) || std::ranges::any_of(asked.labels, lost);
}

Ruling Judge::decide(base::SessionId session, Facts& facts, const Case& asked) {
  Ruling out;
  const std::int64_t now_us = clock_.steady_us();
  const std::vector<policy::Number> counters = counters_.values(session, now_us);
  const std::vector<policy::Argument> arguments = arguments_of(facts, asked);
  const policy::Call call{asked.tool, arguments, &facts.labels.projected(asked.control)};
  out.question = question_of(facts, asked, counters);
  if (auto state = policy::before(set_, call, context_of(facts, counters)))
    out.lowered = become(facts, std::move(*state));
  if (lost_names(facts, asked)) return out;  // denied: kDecisionFailed
  const policy::Decision decision = policy::decide(set_, call, context_of(facts, counters));
  out.effect = decision.effect;
  out.reason = decision.reason;
  out.rule = decision.rule;
  if (out.effect == policy::Effect::kDeny) return out;
  // A sum that is not exact, or a window that is full, is an error while deciding.
  if (!counters_.weigh(session, asked.tool, asked.leaves, now_us).ok()) {
    out.effect = policy::Effect::kDeny;
    out.reason = Reason::kDecisionFailed;
    out.rule = {};
    return out;
  }
  out.redact = set_.redact(decision);
  out.log = set_.log(decision);
  return out;
}

void Judge::count(base::SessionId session, const Case& asked) {
  const std::int64_t now_us = clock_.steady_us();
  const auto additions = counters_.weigh(session, asked.tool, asked.leaves, now_us);
  if (additions.ok()) counters_.add(session, *additions, now_us);
}

Lesson Judge::learn(base::SessionId session, Facts& facts, const Case& asked,
                    const wire::Observation& seen) {
  const label::LabelId plain = plain_label(facts, asked);
  if (seen.reason != Reason::kOk && seen.content.empty()) return {plain, 0, 0};
  const std::vector<policy::Number> counters = counters_.values(session, clock_.steady_us());
  const std::vector<policy::Argument> arguments = arguments_of(facts, asked);
  const policy::Call call{asked.tool, arguments, &facts.labels.projected(asked.control)};
  policy::Observed observed;
  observed.text = seen.content;
  policy::Learnt learnt = policy::learn(set_, call, context_of(facts, counters), observed);
  const label::LabelId result = facts.labels.intern(learnt.result);
  if (seen.reason != Reason::kOk) return {facts.labels.join(plain, result), 0, 0};
  Lesson out;
  out.result = result;
  out.lowered = names_lowered(facts.labels.sets(plain), facts.labels.sets(result));
  out.session_lowered = become(facts, std::move(learnt.session));
  return out;
}

bool Judge::may_be_told(const Facts& facts, label::LabelId label) const {
  if (!start_.check_readers) return true;
  return facts.labels.sets(label).consumers.admits("reply:" + start_.principal);
}

bool Judge::must_wait(std::string_view model) const {
  return start_.check_readers && set_.labels_result(model);
}

}  // namespace monitor
