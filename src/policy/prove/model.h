// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The formula of one query, and the calls that a solution of it spells. Trust zone: supervisor,
// tests.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "policy/prove/decision.h"
#include "policy/prove/prove.h"

namespace policy::proving {

class QueryModel {
 public:
  // Borrows all three. `stop`: asked now and then whether to give up.
  QueryModel(const Loaded& loaded, const Query& query, const Limits& limits,
             std::function<bool()> stop);
  QueryModel(const QueryModel&) = delete;
  QueryModel& operator=(const QueryModel&) = delete;
  ~QueryModel();

  struct Outcome {
    sat::Verdict verdict = sat::Verdict::kUnknown;
    std::string incomplete;  // why an unsatisfiable formula is no proof; empty: it is one
    std::vector<Earlier> prior;
    Question witness;  // its session: only where Query::prior_calls is none
  };
  Outcome solve();

 private:
  // A tool that a call may be of.
  struct Candidate {
    std::string tool;
    Applicable rules;
    Layout layout;
    bool learns = false;  // has blocks that run after the call
  };
  // One of the calls before, if it is made at all.
  struct Step {
    std::vector<Bit> chosen;  // by candidate; the last: no call
    std::vector<CallSym> calls;
    std::vector<Bit> ran;
    std::vector<ResultSym> results;
    std::vector<Bit> replaces;
  };

  std::vector<std::string> tools_before();
  void find_candidates();
  void collect();
  void make_pools();
  void build();
  StateSym take_step(const StateSym& state);
  ResultSym result_of(const std::string& tool, Bit& replaces);
  StateSym first_state();
  void keep_order(const ValueSym& before, const ValueSym& after);

  bool is_true(Bit bit);
  Question question_of(const CallSym& call);
  void leaves_of(const NodeSym& node, std::vector<LeafValue>& out);
  const Concrete* value_of(const ValueSym& value);
  label::Names names_of(const SetSym& set);
  label::Sets label_of(const LabelSym& label);

  const Loaded& loaded_;
  const Query& query_;
  const Limits& limits_;
  std::function<bool()> stop_;
  Judge judge_;
  Sorts sorts_;
  Collector collector_;
  std::map<std::size_t, Pool> pools_;
  std::vector<Candidate> candidates_;  // of the calls before
  Candidate asked_;
  const Tree* names_ = nullptr;  // of the query
  std::vector<const Counter*> counters_;
  std::string incomplete_;
  Circuit circuit_;
  Maker maker_;
  Evaluation evaluation_;
  Decider decider_;
  AskerSym asker_;
  StateSym initial_;
  std::vector<Step> steps_;
  CallSym call_;
  std::unique_ptr<Tree> no_names_;
};

}  // namespace policy::proving
