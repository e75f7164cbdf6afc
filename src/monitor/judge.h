// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Policy as the monitor asks it: what a session has taught is kept here, a call is decided on it,
// and what its result teaches is taken back. No I/O, no frames. Trust zone: monitor.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "monitor/counters.h"
#include "monitor/label_store.h"
#include "monitor/user_words.h"
#include "policy/decide.h"
#include "policy/question.h"
#include "wire/frames.h"
#include "wire/start.h"

namespace monitor {

// What is known of one session beside its conversation. Policy state is never given up before the
// session ends: a reset forgets words, not what they were made of.
struct Facts {
  explicit Facts(const policy::PolicySet& set) : labels(set) {}
  LabelStore labels;
  label::LabelId state = label::kClean;  // SQRT's session label
  std::optional<std::string> value;      // and its string
  label::LabelId given = label::kClean;  // the join of all results that the session was given
  UserWords words;
};

// A call as policy saw it, kept until it has ended.
struct Case {
  std::string tool;
  std::vector<wire::Leaf> leaves;
  std::vector<label::LabelId> labels;  // Leaf::label indexes them
  label::LabelId control;
  std::vector<bool> named;  // by leaf

  std::size_t bytes() const;
};

// The decision and what goes with it into log and warrant.
struct Ruling {
  policy::Effect effect = policy::Effect::kDeny;
  base::Reason reason = base::Reason::kDecisionFailed;
  policy::RuleRef rule;
  std::vector<std::string> redact;
  std::vector<std::string> log;
  std::uint32_t lowered = 0;  // names that `session before` took off the session's label
  std::optional<policy::Question> question;  // none: policy was not asked

  static Ruling denied(base::Reason why) {
    Ruling out;
    out.reason = why;
    return out;
  }
};

// What an ended call has taught.
struct Lesson {
  label::LabelId result;
  std::uint32_t lowered = 0;          // names that policy took off the result's label
  std::uint32_t session_lowered = 0;  // and off the session's
};

class Judge {
 public:
  // All is borrowed and outlives the judge.
  Judge(const policy::PolicySet& set, const wire::StartMonitor& start, const base::Clock& clock);

  // Takes the leaves out of `call`; they are put back by leaves_to().
  Case open(Facts& facts, wire::LabelledCall& call, bool model) const;

  // Runs `session before`, whose effect on `facts` stays whatever the answer is, and decides.
  // SECURITY: any error while deciding denies, and so does a label that lost names (a full table):
  // a rule that denies what is tagged would not see the tag.
  Ruling decide(base::SessionId session, Facts& facts, const Case& asked);
  // The call was let through: counters count it.
  void count(base::SessionId session, const Case& asked);
  void forget(base::SessionId session) { counters_.forget(session); }

  // After an allowed call has ended. A call that went well teaches as policy says. One that did not
  // teaches the session nothing, and what came back has at least the labels of its arguments.
  Lesson learn(base::SessionId session, Facts& facts, const Case& asked,
               const wire::Observation& seen);

  // Whether what carries `label` may go to the client: it admits `reply:PRINCIPAL`.
  bool may_be_told(const Facts& facts, label::LabelId label) const;
  // The same for text of which only its session knows what it is made of: all that it was given.
  bool may_be_spoken(const Facts& facts) const { return may_be_told(facts, facts.given); }
  // Whether the words of `model` must wait for their label, which policy makes when they have
  // ended.
  bool must_wait(std::string_view model) const;

 private:
  std::vector<policy::Argument> arguments_of(Facts& facts, const Case& asked) const;
  policy::Question question_of(const Facts& facts, const Case& asked,
                               const std::vector<policy::Number>& counters) const;
  policy::Context context_of(Facts& facts, const std::vector<policy::Number>& counters) const;
  bool lost_names(const Facts& facts, const Case& asked) const;
  std::uint32_t become(Facts& facts, policy::SessionState state) const;

  const policy::PolicySet& set_;
  const wire::StartMonitor& start_;
  const base::Clock& clock_;
  policy::Principal principal_;
  Counters counters_;
};

}  // namespace monitor
