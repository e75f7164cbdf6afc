// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The one decision: (call, policy set, context) → Decision, as the monitor asks it. Pure: no I/O,
// no clock, no state, no allocation. Deny is a value; an error while deciding denies. What it
// means: docs/reference/policy.md. Trust zone: monitor.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/reason.h"
#include "base/result.h"
#include "label/sets.h"
#include "policy/program.h"
#include "policy/question.h"

namespace policy {

class Linked;   // the program's tables: masks, patterns, operations
struct Opened;  // the evaluation's way to the states below

// A label (or the roles and scopes of a principal) as one policy set sees it: bit masks over the
// names it mentions, and the sets themselves for the few questions masks cannot answer. Made once
// per label and kept by the caller (the monitor: beside the interned label).
class Projected {
 public:
  Projected(Projected&&) noexcept;
  Projected& operator=(Projected&&) noexcept;
  ~Projected();
  const label::Sets& sets() const;

 private:
  friend class PolicySet;
  friend struct Opened;
  struct State;
  explicit Projected(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Who asks, projected once per credential.
class Principal {
 public:
  Principal(Principal&&) noexcept;
  Principal& operator=(Principal&&) noexcept;
  ~Principal();
  const Asker& asker() const;

 private:
  friend class PolicySet;
  friend struct Opened;
  struct State;
  explicit Principal(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// What is asked. Everything is borrowed for the time of the decision. Leaves under one argument
// stand together, as the session sends them.
struct Argument {
  std::string_view path;
  LeafKind kind = LeafKind::kString;
  std::string_view text;
  const Projected* label = nullptr;
  bool named = false;
};
struct Call {
  std::string_view tool;
  std::span<const Argument> arguments;
  const Projected* control = nullptr;
};

// Around the call. `session` is the state after before(); `counters` in the order of
// PolicySet::counters(): one that is not there, or is no finite number, is an error where it is
// read (so the monitor says that a sum was lost). A null pointer here or in a call denies.
struct Context {
  const Principal* principal = nullptr;
  Instant now;
  const Projected* session = nullptr;
  std::optional<std::string_view> session_value;
  std::span<const Number> counters;
};

// `results` has a bit for each rule of the tool, in order, up to 64: true or an error.
struct Decision {
  Effect effect = Effect::kDeny;
  Level level = Level::kHard;
  base::Reason reason = base::Reason::kDecisionFailed;
  RuleRef rule;
  std::uint64_t results = 0;
  std::uint64_t marks = 0;  // a bit for each ask and obligation of the tool, in order: it holds
  std::uint32_t tool = 0xffffffff;  // for ask() and obligations()
  std::uint16_t allowed = 0;        // SQRT's n_allowed, n_denied: rules and the default
  std::uint16_t denied = 0;
};

// An immutable, linked policy. Replaced whole or not at all. Thread-compatible.
class PolicySet {
 public:
  // kInvalid: the program is not one that compile() makes (an index out of range, a pattern that
  // does not compile). kExhausted: 64 asks and obligations of one tool, or more tools times tool
  // patterns than can be told apart in time. Takes the program's tables over.
  static base::Result<PolicySet> link(Program program);
  // Allows nothing: what a monitor holds before it is told.
  PolicySet();
  PolicySet(PolicySet&&) noexcept;
  PolicySet& operator=(PolicySet&&) noexcept;
  ~PolicySet();

  const base::Digest& digest() const;
  Projected project(label::Sets sets) const;
  Principal principal(Asker asker) const;
  const std::vector<CounterSpec>& counters() const;
  // True if some counter counts calls of `tool`; and which argument a sum adds up.
  bool counts(std::size_t counter, std::string_view tool) const;
  // False only if no call of `tool` can be allowed or asked, whatever it says: only tools with true
  // are offered to a model.
  bool can_allow(std::string_view tool) const;
  // True if a `result` block stands on `tool`: what it answers may get a label of its own.
  bool labels_result(std::string_view tool) const;

  Ask ask(const Decision& decision) const;                          // of an asking decision
  std::vector<std::string> redact(const Decision& decision) const;  // sorted
  std::vector<std::string> log(const Decision& decision) const;
  const Linked& linked() const { return *linked_; }

 private:
  std::unique_ptr<Linked> linked_;
};

// The session's state after the `session before` blocks; nothing if none of them applies.
std::optional<SessionState> before(const PolicySet& set, const Call& call, const Context& context);

// The decision, given the state after before(). No allocation.
Decision decide(const PolicySet& set, const Call& call, const Context& context);

// Labels of the result and the session after an allowed call ran: policy.md §6.
Learnt learn(const PolicySet& set, const Call& call, const Context& context,
             const Observed& observed);

// The same three for owned questions. answer() runs before() first: its `question.session` is what
// the session was when the call arrived; that of learn() is what answer() said in Answer::before.
Answer answer(const PolicySet& set, const Question& question);
Learnt learn(const PolicySet& set, const Question& question, const Observed& observed);

}  // namespace policy
