// SPDX-License-Identifier: Apache-2.0
#include "policy/prove/prove.h"

#include <chrono>

#include "policy/prove/model.h"
#include "policy/prove/simplify.h"

namespace policy {
namespace {

Proof undecided(std::string why) {
  Proof out;
  out.why = std::move(why);
  return out;
}

}  // namespace

Proof prove(const Loaded& loaded, const Query& query, const Oracle& oracle, const Limits& limits) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point end = Clock::now() + std::chrono::milliseconds(limits.milliseconds);
  proving::QueryModel model(loaded, query, limits, [end] { return Clock::now() > end; });
  proving::QueryModel::Outcome outcome = model.solve();
  Proof out;
  switch (outcome.verdict) {
    case proving::sat::Verdict::kUnknown:
      return undecided("the search was given up: it took too long");
    case proving::sat::Verdict::kUnsatisfiable:
      if (!outcome.incomplete.empty()) return undecided(std::move(outcome.incomplete));
      out.verdict = Proof::Verdict::kNo;
      return out;
    case proving::sat::Verdict::kSatisfiable: break;
  }
  out.prior = std::move(outcome.prior);
  out.witness = std::move(outcome.witness);
  if (!proving::confirm(out, query, oracle))
    return undecided("a call was found that the decision does not confirm");
  proving::simplify(out, query, oracle);
  out.verdict = Proof::Verdict::kYes;
  return out;
}

}  // namespace policy
