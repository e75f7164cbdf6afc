// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Can a policy ever let such a call through? No, or yes with a call, or undecided with the reason
// (docs/reference/policy.md §11). Symbolic: every value, label, asker and time at once, as one
// formula over representative values, and a SAT search. A yes is confirmed by the decision that
// ships before anybody hears it. Trust zone: supervisor, tests.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "policy/loaded.h"
#include "policy/question.h"

namespace policy {

// What is asked: can a call of `tool` for which `such_that` is true get at most this effect?
struct Query {
  std::string tool;
  Effect at_most = Effect::kAllow;     // kAllow: allowed; kAsk: allowed or asked for
  std::optional<Predicate> such_that;  // none: any call. Names of it: those that one file binds
  // none: in whatever state the session is. Else: in a session that begins, after at most so many
  // calls, of which any that are allowed or asked for may run.
  std::optional<unsigned> prior_calls;
  // Tools whose results come with a label that replaces the call's; of all others it is merged.
  std::set<std::string> replacing;
};

struct Limits {
  std::int64_t milliseconds = 5'000;
  std::size_t size = 20'000'000;  // literals of the formula, about 8 bytes each
};

// A call before the one that was asked about; `observed` none: it was denied, or did not run.
struct Earlier {
  Question question;
  std::optional<Observed> observed;
};

struct Proof {
  enum class Verdict : std::uint8_t { kNo, kYes, kUndecided };
  Verdict verdict = Verdict::kUndecided;
  std::vector<Earlier> prior;  // kYes: first to last
  Question witness;            // kYes
  std::string why;             // kUndecided: the reason, without values
};

// The decision that confirms: the same functions as decide.h has, for a fixed policy set. `holds`
// says whether the query's predicate, if there is one, is true of the call in that state.
struct Oracle {
  std::function<Answer(const Question&)> answer;
  std::function<Learnt(const Question&, const Observed&)> learn;
  std::function<bool(const Question&)> holds;
};

// The compiled and linked policy as the oracle. Errors: those of compile() and link(); kNotFound if
// the predicate uses a name that no file binds.
base::Result<Oracle> shipped(const Loaded& loaded, const Query& query);

// Pure but for the clock that Limits::milliseconds goes by. A counter-example that the oracle does
// not confirm (a bug) is kUndecided. What is asked about: every call the tool's schema lets
// through, with any label on any argument and on the control flow, by any asker, at any time, with
// any counts; within one session the asker stays and time does not run backwards.
Proof prove(const Loaded& loaded, const Query& query, const Oracle& oracle, const Limits& limits);

// The same with that oracle.
Proof prove(const Loaded& loaded, const Query& query, const Limits& limits);

}  // namespace policy
