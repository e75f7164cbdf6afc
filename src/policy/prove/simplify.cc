// SPDX-License-Identifier: Apache-2.0
#include "policy/prove/simplify.h"

namespace policy::proving {
namespace {

bool is_wanted(Effect effect, const Query& query) {
  return effect == Effect::kAllow || (effect == Effect::kAsk && query.at_most == Effect::kAsk);
}

bool still(const Proof& changed, Proof& proof, const Query& query, const Oracle& oracle) {
  Proof tried = changed;
  if (!confirm(tried, query, oracle)) return false;
  proof = std::move(tried);
  return true;
}

// Tries what is left of `names` without each one.
template <class Put> void fewer_names(label::Names names, const Put& put) {
  const std::vector<std::string> all = names.list();
  for (const std::string& name : all) {
    std::vector<std::string> rest = names.list();
    std::erase(rest, name);
    label::Names without(std::move(rest));
    if (put(without)) names = std::move(without);
  }
}

// `at` finds the label in a proof: less in it, as long as the call is confirmed.
template <class At> void less_label(Proof& proof, const Query& query, const Oracle& oracle, At at) {
  const auto attempt = [&](const label::Sets& label) {
    Proof changed = proof;
    at(changed) = label;
    return still(changed, proof, query, oracle);
  };
  const label::Sets before = at(proof);
  if (before == label::Sets{} || attempt(label::Sets{})) return;
  for (auto field : {&label::Sets::tags, &label::Sets::producers, &label::Sets::origins})
    fewer_names(before.*field, [&](const label::Names& names) {
      label::Sets less = at(proof);
      less.*field = names;
      return attempt(less);
    });
  label::Sets open = at(proof);
  open.consumers = label::Consumers::everyone();
  if (before.consumers.is_everyone() || attempt(open)) return;
  fewer_names(before.consumers.names(), [&](const label::Names& names) {
    label::Sets less = at(proof);
    less.consumers = label::Consumers::only(names);
    return attempt(less);
  });
}

template <class At>
void less_question(Proof& proof, const Query& query, const Oracle& oracle, At at) {
  for (std::size_t i = 0; i < at(proof).leaves.size(); ++i) {
    less_label(proof, query, oracle,
               [&](Proof& p) -> label::Sets& { return at(p).leaves[i].label; });
    Proof unnamed = proof;
    at(unnamed).leaves[i].named = false;
    if (at(proof).leaves[i].named) still(unnamed, proof, query, oracle);
  }
  less_label(proof, query, oracle, [&](Proof& p) -> label::Sets& { return at(p).control; });
  for (auto set : {&Asker::roles, &Asker::scopes})
    fewer_names(at(proof).asker.*set, [&](const label::Names& names) {
      Proof changed = proof;
      for (Earlier& earlier : changed.prior) earlier.question.asker.*set = names;
      changed.witness.asker.*set = names;
      return still(changed, proof, query, oracle);
    });
}

}  // namespace

bool confirm(Proof& proof, const Query& query, const Oracle& oracle) {
  SessionState state = query.prior_calls ? SessionState{} : proof.witness.session;
  for (Earlier& earlier : proof.prior) {
    earlier.question.session = state;
    const Answer answer = oracle.answer(earlier.question);
    state = answer.before;
    if (!earlier.observed) continue;
    if (answer.effect == Effect::kDeny) return false;
    Question after = earlier.question;
    after.session = state;
    state = oracle.learn(after, *earlier.observed).session;
  }
  proof.witness.session = state;
  const Answer answer = oracle.answer(proof.witness);
  if (!is_wanted(answer.effect, query)) return false;
  Question judged = proof.witness;
  judged.session = answer.before;
  return oracle.holds(judged);
}

void simplify(Proof& proof, const Query& query, const Oracle& oracle) {
  for (std::size_t i = proof.prior.size(); i-- > 0;) {
    Proof changed = proof;
    changed.prior.erase(changed.prior.begin() + static_cast<std::ptrdiff_t>(i));
    if (query.prior_calls) changed.witness.session = {};
    still(changed, proof, query, oracle);
  }
  for (std::size_t i = 0; i < proof.prior.size(); ++i) {
    less_question(proof, query, oracle, [i](Proof& p) -> Question& { return p.prior[i].question; });
    if (proof.prior[i].observed)
      less_label(proof, query, oracle,
                 [i](Proof& p) -> label::Sets& { return *p.prior[i].observed->label; });
  }
  if (!query.prior_calls)
    less_label(proof, query, oracle,
               [](Proof& p) -> label::Sets& { return p.witness.session.label; });
  less_question(proof, query, oracle, [](Proof& p) -> Question& { return p.witness; });
}

}  // namespace policy::proving
