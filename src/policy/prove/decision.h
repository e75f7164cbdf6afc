// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The verdict on a call that is not known, and what the session has learnt afterwards: policy.md §5
// and §6 as circuits. Trust zone: supervisor, tests.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "policy/prove/evaluate.h"

namespace policy::proving {

// What a result of the tool comes from: of a model endpoint its own name.
std::string origin_of(const std::string& tool);

struct VerdictSym {
  Bit allow;
  Bit ask;
};

class Decider {
 public:
  // All borrowed.
  Decider(Circuit& circuit, Maker& maker, Evaluation& evaluation, const Loaded& loaded)
      : circuit_(circuit), maker_(maker), evaluation_(evaluation), loaded_(loaded) {}

  // The session after the `session before` blocks.
  StateSym before(const Applicable& rules, const CallSym& call, const AskerSym& asker,
                  StateSym state);
  // `state` is the one after before().
  VerdictSym decide(const Applicable& rules, const CallSym& call, const AskerSym& asker,
                    const StateSym& state);
  // The session after a call that ran with this result, whose own label is merged or replaces.
  StateSym after(const Applicable& rules, const CallSym& call, const AskerSym& asker,
                 StateSym state, ResultSym result, bool replaces);

 private:
  struct Levels {
    Bit deny;  // of the SQRT rules
    Bit allow;
    Bit counts;
  };
  Levels with_level(const std::vector<std::pair<const Rule*, Tri>>& rules, Bit blocked);
  VerdictSym without_level(const std::vector<std::pair<const Rule*, Tri>>& rules);
  Bit llm_blocked(const CallSym& call);
  LabelSym initial(const CallSym& call, const ResultSym& result, bool replaces);

  Circuit& circuit_;
  Maker& maker_;
  Evaluation& evaluation_;
  const Loaded& loaded_;
};

}  // namespace policy::proving
