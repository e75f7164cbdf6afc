// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// One user turn by a plan: a planner writes a program (or the user did), it is checked as a whole,
// it runs with labels on every value, each of its calls is proposed. No I/O. Trust zone: session
// (reads hostile text, one channel).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lang/plan.h"
#include "session/model_reply.h"
#include "session/plan_prompt.h"
#include "session/plan_trace.h"
#include "session/running_turn.h"

namespace session {

// INVARIANT: exactly one TurnDone, as the last action, after which done() is true. A planner reads
// the user's words, its own programs and fixed words of ours, and at most kPlannerBits bits a
// conversation that depend on data. A denial ends the plan.
class PlanTurn final : public RunningTurn, private lang::Host {
 public:
  // LIMIT: programs of one turn; replies of the quarantined model to one question; bits that
  // planners of one conversation are told.
  static constexpr std::uint32_t kAttempts = 4;
  static constexpr std::uint32_t kReplies = 3;
  static constexpr std::uint32_t kPlannerBits = 64;

  // `planner`, of around.setup, may be null where the program is given. `read`: of what the client
  // has read in this session so far.
  PlanTurn(Around around, const Model* planner, label::LabelId read);

  void begin(wire::Turn turn, Actions& out);
  void on_model_verdict(const wire::Verdict& verdict, Actions& out) override;
  void on_model_delta(const wire::ModelDelta& delta, Actions& out) override;
  void on_model_result(const wire::CallResult& result, Actions& out) override;
  void on_tool_verdict(std::uint64_t place, const wire::Verdict& verdict, Actions& out) override;
  void on_tool_result(std::uint64_t place, const wire::CallResult& result, Actions& out) override;
  void stop(Actions& out) override;

  base::RequestId id() const override { return id_; }
  bool done() const override { return done_; }
  label::LabelId read() const override { return read_; }

 private:
  // The call that the plan waits for.
  struct Waiting {
    enum class What : unsigned char { kTool, kAsk, kChoose } what = What::kTool;
    lang::Call call;
    wire::LabelledCall proposed;  // kTool
    std::string query;            // kAsk, kChoose: all that the quarantined model reads
    schema::Value schema;
    label::LabelId asked;       // of the query and what led to it
    std::uint32_t replies = 0;  // that were not of the form
    base::CallId id;
  };
  struct Round {
    std::string reply;
    std::string problem;
  };

  // the planner
  void ask_planner(Actions& out);
  void on_planner_reply(const wire::CallResult& result, Actions& out);
  void try_program(std::string program, std::string reply, Actions& out);
  bool repair(std::string reply, std::string problem, std::uint32_t bits, Actions& out);

  // the plan
  void run(lang::Plan plan, Actions& out);
  lang::Answer call(const lang::Call& call) override;
  lang::Answer finals(const lang::Call& call);
  lang::Answer call_tool(const lang::Call& call);
  lang::Answer ask(const lang::Call& call);
  lang::Answer choose(const lang::Call& call);
  lang::Answer propose();
  lang::Answer failed(std::string text, label::LabelId label);
  wire::LabelledCall proposal() const;
  std::optional<lang::Answer> answer(const wire::CallResult& result);
  lang::Answer of_tool(const wire::CallResult& result);
  std::optional<lang::Answer> of_model(const wire::CallResult& result);
  lang::Answer picked(const schema::Value& index, label::LabelId given);
  void go_on(lang::Answer answer, Actions& out);
  void deny(base::Reason reason, Actions& out);
  void on_outcome(lang::Outcome outcome, Actions& out);
  void on_raised(const lang::Outcome& outcome, Actions& out);

  void show(wire::PlanState state, std::string text, std::uint32_t line, std::uint32_t column,
            std::string message, Actions& out);
  void remember(std::string answer);
  void finish(base::Reason reason, std::string text, std::string detail, std::uint32_t line,
              Actions& out);
  void forget_machine();

  Around around_;
  const Model* planner_;
  PlanTools tools_;
  base::RequestId id_;
  bool given_ = false;   // the program was: nobody repairs it
  bool traced_ = false;  // asked for
  bool done_ = false;
  bool resumed_ = false;      // another session had begun it
  bool replaying_ = false;    // the present answer is a recorded one
  bool changed_ = false;      // a call of this turn may have had an effect
  bool not_resumed_ = false;  // the plan does not do what its record says
  std::uint32_t attempt_ = 1;
  std::uint32_t calls_ = 0;
  std::uint32_t proposal_ = 0;  // that is out; 0: none
  label::LabelId said_;         // of the user's words
  label::LabelId base_;         // of the program
  label::LabelId read_;
  std::int64_t asked_us_ = 0;
  ModelReply reply_;
  std::vector<Round> rounds_;
  std::string program_;
  std::vector<wire::RecordedStep> steps_;  // that answer the first calls
  std::size_t next_step_ = 0;

  std::optional<PlanTrace> trace_;  // of the plan that runs, if it was asked for
  std::optional<lang::Plan> plan_;
  std::unique_ptr<lang::Machine> machine_;  // of plan_
  std::optional<Waiting> waiting_;
  std::optional<schema::Value> final_;  // of final_return_value()
  schema::Value metadata_;
  wire::PlanEnd end_;
  Actions* out_ = nullptr;  // while the machine runs
};

}  // namespace session
