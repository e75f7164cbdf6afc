// SPDX-License-Identifier: Apache-2.0
//
// The decision for owned questions.
#include "policy/decide.h"

namespace policy {
namespace {

// A question with everything projected; what its views point to lives as long as it does.
class Asked {
 public:
  Asked(const PolicySet& set, const Question& question)
      : control_(set.project(question.control)),
        session_(set.project(question.session.label)),
        principal_(set.principal(question.asker)) {
    labels_.reserve(question.leaves.size());
    for (const LeafValue& leaf : question.leaves) {
      labels_.push_back(set.project(leaf.label));
      arguments_.push_back({leaf.path, leaf.kind, leaf.text, &labels_.back(), leaf.named});
    }
    for (const CounterSpec& spec : set.counters()) {
      const auto found = question.counters.find(spec.name);
      counters_.push_back(found == question.counters.end() ? Number{} : found->second);
    }
    call = {question.tool, arguments_, &control_};
    context = {&principal_, question.now, &session_, std::nullopt, counters_};
    if (question.session.value) context.session_value = *question.session.value;
  }
  Asked(const Asked&) = delete;
  Asked& operator=(const Asked&) = delete;

  // Runs before() and goes on with what it says.
  SessionState prepare(const PolicySet& set, const Question& question) {
    auto changed = policy::before(set, call, context);
    if (!changed) return question.session;
    session_ = set.project(changed->label);
    return *std::move(changed);
  }

  Call call;
  Context context;

 private:
  Projected control_;
  Projected session_;
  Principal principal_;
  std::vector<Projected> labels_;
  std::vector<Argument> arguments_;
  std::vector<Number> counters_;
};

}  // namespace

Answer answer(const PolicySet& set, const Question& question) {
  Asked asked(set, question);
  Answer answer;
  answer.before = asked.prepare(set, question);
  const Decision decision = decide(set, asked.call, asked.context);
  answer.effect = decision.effect;
  answer.level = decision.level;
  answer.reason = decision.reason;
  answer.rule = decision.rule;
  if (decision.effect == Effect::kAsk) answer.ask = set.ask(decision);
  if (decision.effect == Effect::kDeny) return answer;
  answer.redact = set.redact(decision);
  answer.log = set.log(decision);
  return answer;
}

Learnt learn(const PolicySet& set, const Question& question, const Observed& observed) {
  const Asked asked(set, question);
  return learn(set, asked.call, asked.context, observed);
}

}  // namespace policy
