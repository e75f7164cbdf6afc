// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A plan from its text to its result: check, run, resume. Trust zone: session.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "label/table.h"
#include "lang/host.h"
#include "lang/memory.h"
#include "lang/source.h"
#include "lang/trace.h"
#include "schema/value.h"

namespace lang {

// LIMIT: docs/reference/plan-language.md §4; each ends the plan with a limit that names it.
struct Limits {
  std::uint64_t steps = 10'000'000;
  std::uint32_t depth = 200;            // calls inside each other
  std::size_t heap_bytes = 64 << 20;    // counted, never given back before the end of a run
  std::size_t string_bytes = 16 << 20;  // of one string
  std::size_t elements = 1'000'000;     // of one container
  std::size_t output_bytes = 1 << 20;   // of print
  std::uint32_t calls = 200;            // of tools
  std::size_t stack_bytes = std::size_t{3} << 20;  // of the thread that runs it
};
inline constexpr unsigned kIntegerBits = 4096;

struct Resolved;  // resolve.h
struct Program;   // code.h
class Run;        // run.h

// A checked plan; immutable, so that runs can share it.
class Plan {
 public:
  // The first problem if the text is no plan or names what is neither defined nor a tool.
  static std::variant<Plan, Problem> check(std::string_view source,
                                           const std::vector<Signature>& tools);
  Plan(Plan&&) noexcept;
  Plan& operator=(Plan&&) noexcept;
  ~Plan();
  const Resolved& resolved() const { return *resolved_; }
  const Program& program() const { return *program_; }
  const std::vector<Signature>& tools() const { return tools_; }

 private:
  Plan(std::unique_ptr<Resolved> resolved, std::unique_ptr<Program> program,
       std::vector<Signature> tools);
  std::unique_ptr<Resolved> resolved_;
  std::unique_ptr<Program> program_;
  std::vector<Signature> tools_;
};

struct Outcome {
  enum class Kind : std::uint8_t {
    kDone,
    kSuspended,  // `call` waits for its answer
    kRaised,     // an exception that nobody caught
    kDenied,     // the answer of a call was kDenied
    kLimit,      // `text` names it
  };
  Kind kind = Kind::kDone;
  // kDone: final_return_value, else the last expression, else null.
  schema::Value value;
  // SECURITY: of value or of text: the join over all of it and the control flow that led to it.
  label::LabelId label = label::kClean;
  std::vector<LeafLabel> leaves;
  std::string output;  // of print
  label::LabelId output_label = label::kClean;
  std::string error;       // kRaised: the type ("ValueError"); safe to show only under error_label
  std::string text;        // kRaised: str(exception), labelled `label`; kLimit: fixed words
  std::uint32_t line = 0;  // where it ended
  Call call;
};

// A call and what came back: what a run has to be given to come to the same state again.
struct Recorded {
  Call call;
  Answer answer;
};

// One run of a plan. A call that waits leaves the machine as it is: resume() goes on from there,
// unless a function of ours stood between (a tool called by `map`, by a key of `sorted`): then, as
// after a restart of the session (DESIGN §3), the plan runs again from its start against the
// recorded answers, which is the same run because a run is deterministic. One thread. `plan` and
// `labels` are borrowed.
class Machine {
 public:
  // `tracer` and `memory`, borrowed, may be null.
  Machine(const Plan& plan, label::Table& labels, const Limits& limits = {},
          Tracer* tracer = nullptr, Memory* memory = nullptr);
  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  // Before run(): the calls of an earlier run of the same plan with their answers (never kLater),
  // labels as `labels` has them. run() then asks the host only for what comes behind them. A plan
  // that makes another call than the recorded one ends with kLimit, "recorded calls".
  void recall(std::vector<Recorded> records);
  const std::vector<Recorded>& records() const { return records_; }
  // Runs until the end or until the host answers kLater.
  Outcome run(Host& host);
  // Goes on with the answer to the call that waits (kLater is a bug). Only after kSuspended.
  Outcome resume(Host& host, Answer answer);

 private:
  class Replay;
  Outcome settled(Outcome outcome);
  const Plan& plan_;
  label::Table& labels_;
  Limits limits_;
  Tracer* tracer_;
  Memory* memory_;
  std::uint64_t traced_ = 0;          // events told
  std::unique_ptr<Program> program_;  // with traces, if there is a tracer
  std::unique_ptr<Run> run_;          // that waits, if it can go on
  std::vector<Recorded> records_;
  std::optional<Call> waiting_;
};

}  // namespace lang
