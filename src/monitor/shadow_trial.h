// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A policy on trial beside the one that rules (`yett policy shadow`): it is asked what the ruling
// one was asked and what it would have said otherwise is handed back to be logged. Nothing of it
// takes effect, and from its end on it is not asked any more. LIMIT: values carry the labels that
// the ruling policy gave them; only the session's state is the shadow's own. Trust zone: monitor.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/id.h"
#include "monitor/counters.h"
#include "policy/shadow.h"
#include "wire/value.h"

namespace monitor {

class ShadowTrial {
 public:
  // `clock` is borrowed.
  ShadowTrial(policy::PolicySet set, policy::Instant until, const base::Clock& clock);
  ShadowTrial(const ShadowTrial&) = delete;  // the counters look at its set
  ShadowTrial& operator=(const ShadowTrial&) = delete;

  const base::Digest& digest() const { return set_.digest(); }
  bool runs() const { return policy::shadow_runs({clock_.wall_us()}, until_); }

  // What it says otherwise than `ruling`; nothing if it agrees or its time is over. `question` is
  // the ruling policy's.
  struct Opinion {
    policy::Trial trial = policy::Trial::kAgrees;
    policy::Answer answer;
  };
  std::optional<Opinion> judge(base::SessionId session, policy::Question question,
                               policy::Effect ruling);
  // The call was let through by the ruling policy, and: it has ended well.
  void count(base::SessionId session, const std::string& tool,
             const std::vector<wire::Leaf>& leaves);
  void learn(base::SessionId session, policy::Question question, std::string content);
  void forget(base::SessionId session);

 private:
  void put_own(base::SessionId session, policy::Question& question);

  policy::PolicySet set_;
  policy::Instant until_;
  const base::Clock& clock_;
  Counters counters_;
  std::map<std::uint64_t, policy::SessionState>
      sessions_;  // of open sessions that learnt something
};

}  // namespace monitor
