// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// One user turn: ask the model, let its calls be decided and carried out, show it what came of
// them, until it answers. No I/O: what happens comes in, what to do goes out. Trust zone: session
// (reads hostile text, one channel).
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "session/conversation.h"
#include "session/event.h"
#include "session/ledger.h"
#include "session/model_reply.h"
#include "session/results.h"
#include "session/running_turn.h"
#include "session/setup.h"

namespace session {

// INVARIANT: exactly one TurnDone, as the last action, after which done() is true; at most
// limits::kModelTurnsPerUserTurn prompts; no call of a reply is proposed unless all of them are
// within both limits; every call in the history has its answer behind it.
class ModelTurn final : public RunningTurn {
 public:
  // `model` is one of around.setup.
  ModelTurn(Around around, const Model& model, const wire::Turn& turn);

  void begin(std::string text, bool authentic, Actions& out);
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
  // One call of the reply that is being worked on.
  struct Pending {
    std::string id;
    std::string tool;
    std::uint32_t proposal = 0;
    bool offered = false;
    bool sent = false;  // allowed: it may take effect
    base::CallId call;
    std::optional<std::string> answer;
    label::LabelId label;
  };

  void ask(Actions& out);
  std::optional<std::string> prompt_text();
  void propose(wire::LabelledCall call, label::LabelId arguments, Actions& out);
  bool refuse_over_limit(Actions& out);
  void run_calls(Actions& out);
  Pending start_call(const std::string& id, const std::string& name, CheckedCall checked,
                     Actions& out);
  std::string id_for(const std::string& wanted, std::set<std::string>& taken);
  void answer_if_complete(Actions& out);
  void record_answers();
  void say(std::string text);
  void fail(base::Reason reason, std::string detail, Actions& out);
  void finish(base::Reason reason, std::string text, std::string detail, Actions& out);

  Around around_;
  const Model& model_;
  base::RequestId id_;
  bool stream_;
  bool done_ = false;
  std::uint32_t prompts_ = 0;
  std::uint32_t calls_ = 0;
  std::uint32_t proposal_ = 0;  // of the prompt that is out; 0: none
  std::int64_t asked_us_ = 0;
  label::LabelId control_;               // of what led to the next step
  label::LabelId read_ = label::kClean;  // of all that the model reads and has read
  ModelReply reply_;
  std::vector<Pending> batch_;
};

}  // namespace session
