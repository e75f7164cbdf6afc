// SPDX-License-Identifier: Apache-2.0
#include "monitor/shadow_trial.h"

namespace monitor {

ShadowTrial::ShadowTrial(policy::PolicySet set, policy::Instant until, const base::Clock& clock)
    : set_(std::move(set)), until_(until), clock_(clock), counters_(set_) {}

// Its own session state and counts in the place of the ruling policy's.
void ShadowTrial::put_own(base::SessionId session, policy::Question& question) {
  const auto state = sessions_.find(session.value);
  question.session = state == sessions_.end() ? policy::SessionState{} : state->second;
  question.counters.clear();
  const auto counts = counters_.values(session, clock_.steady_us());
  for (std::size_t i = 0; i < counts.size(); ++i)
    question.counters[set_.counters()[i].name] = counts[i];
}

std::optional<ShadowTrial::Opinion> ShadowTrial::judge(base::SessionId session,
                                                       policy::Question question,
                                                       policy::Effect ruling) {
  if (!runs()) return std::nullopt;
  put_own(session, question);
  Opinion out;
  out.answer = policy::answer(set_, question);
  if (!(out.answer.before == question.session)) sessions_[session.value] = out.answer.before;
  out.trial = policy::trial_of(ruling, out.answer.effect);
  if (out.trial == policy::Trial::kAgrees) return std::nullopt;
  return out;
}

void ShadowTrial::count(base::SessionId session, const std::string& tool,
                        const std::vector<wire::Leaf>& leaves) {
  const std::int64_t now_us = clock_.steady_us();
  const auto additions = counters_.weigh(session, tool, leaves, now_us);
  if (additions.ok()) counters_.add(session, *additions, now_us);
}

void ShadowTrial::learn(base::SessionId session, policy::Question question, std::string content) {
  if (!runs()) return;
  put_own(session, question);
  policy::Observed seen;
  seen.text = std::move(content);
  policy::Learnt learnt = policy::learn(set_, question, seen);
  if (!(learnt.session == question.session)) sessions_[session.value] = std::move(learnt.session);
}

void ShadowTrial::forget(base::SessionId session) {
  sessions_.erase(session.value);
  counters_.forget(session);
}

}  // namespace monitor
