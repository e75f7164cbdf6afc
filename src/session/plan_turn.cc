// SPDX-License-Identifier: Apache-2.0
// A plan's turn from the user's words to a program, and from its end to the answer.
#include "session/plan_turn.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "schema/write.h"
#include "session/choose.h"
#include "session/prompt.h"
#include "session/words.h"

namespace session {
namespace {

namespace limits = base::limits;
using base::Reason;

// LIMIT: a prompt; the rest of the frame is for its labels.
constexpr std::size_t kPromptBytes = limits::kBodyBytes - (1u << 20);
// LIMIT: the parts of a TurnDone.
constexpr std::size_t kTextBytes = limits::kBodyBytes - (4u << 20);
constexpr std::size_t kMetadataBytes = 1u << 20;
// What a planner is told by a fixed code and a line, at most; and by one fixed sentence.
constexpr std::uint32_t kDenialBits = 20;
constexpr std::uint32_t kErrorBits = 1;

std::string said(Reason reason) { return std::string(base::sentence(reason)); }

wire::Leaf body_leaf(std::string text) {
  wire::Leaf leaf;
  leaf.path = "body";
  leaf.text = std::move(text);
  return leaf;
}

// A text as it is, anything else as JSON.
std::string shown(const schema::Value& value) {
  return value.as_string() != nullptr ? *value.as_string() : schema::write(value);
}

}  // namespace

PlanTurn::PlanTurn(Around around, const Model* planner, label::LabelId read)
    : around_(around), planner_(planner), tools_(PlanTools::of(around.setup)), read_(read) {}

void PlanTurn::begin(wire::Turn turn, Actions& out) {
  id_ = turn.turn;
  traced_ = turn.trace;
  given_ = turn.mode == wire::TurnMode::kPlan || turn.resumes();
  said_ = around_.labels.said_by_user(turn.authentic);
  if (turn.resumes()) {
    base_ = around_.labels.given(turn.resume.base);
    attempt_ = turn.resume.attempt;
    steps_ = std::move(turn.resume.steps);
    resumed_ = true;
    changed_ = true;  // nobody repairs what goes on here
    around_.conversation.begin_turn(std::move(turn.text), said_, Audience::kModel);
    return try_program(std::move(turn.resume.program), "", out);
  }
  if (given_) {
    base_ = around_.labels.join(said_, read_);
    read_ = base_;
    around_.conversation.begin_turn(turn.text, base_, Audience::kModel);
    return try_program(std::move(turn.text), "", out);
  }
  around_.conversation.begin_turn(std::move(turn.text), said_);
  ask_planner(out);
}

// ---- the planner --------------------------------------------------------------------------------

// SECURITY: this prompt is made of for_planner() and rounds_ alone, neither of which holds anything
// that a tool or the quarantined model has said.
void PlanTurn::ask_planner(Actions& out) {
  static const schema::Value kNoTools = schema::Value::array();
  Conversation shown_to = around_.conversation.for_planner();
  const label::LabelId label =
      around_.labels.join(shown_to.label(around_.labels), around_.labels.planned());
  for (const Round& round : rounds_) {
    Message reply;
    reply.role = Role::kAssistant;
    reply.text = round.reply;
    shown_to.append(std::move(reply));
    shown_to.begin_turn(round.problem, label::kClean);
  }
  const std::string system = planner_system(tools_, around_.setup.operator_text);
  std::string body =
      render({planner_->offered, planner_->options, system, kNoTools, shown_to, false});
  if (body.size() > kPromptBytes)
    return finish(Reason::kTooLarge, "", "The conversation is too large for a model", 0, out);
  reply_ = ModelReply();
  asked_us_ = around_.clock.steady_us();
  waiting_.reset();
  proposal_ = around_.ledger.open(Purpose::kModel, 0);
  wire::LabelledCall call;
  call.turn = id_;
  call.proposal = proposal_;
  call.tool = planner_->offered.tool;
  call.definition = planner_->offered.definition;
  call.arguments.push_back(body_leaf(std::move(body)));
  call.labels.push_back(around_.labels.text(label));
  call.control = around_.labels.text(said_);
  out.emplace_back(std::move(call));
}

void PlanTurn::on_planner_reply(const wire::CallResult& result, Actions& out) {
  base_ = around_.labels.join(around_.labels.given(result.label), around_.labels.planned());
  read_ = around_.labels.join(read_, base_);
  if (result.reason != Reason::kOk)
    return finish(
        result.reason, "",
        words::model_failed(planner_->offered, result,
                            (around_.clock.steady_us() - asked_us_ + 500'000) / 1'000'000),
        0, out);
  std::string reply = reply_.text().empty() ? result.content : reply_.text();
  auto program = fenced_program(reply);
  if (program) return try_program(std::move(*program), std::move(reply), out);
  show(wire::PlanState::kRejected, "", 0, 0, words::no_program(), out);
  if (repair(std::move(reply), words::no_program(), 0, out)) return;
  finish(Reason::kPlanRejected, "", said(Reason::kPlanRejected), 0, out);
}

void PlanTurn::try_program(std::string program, std::string reply, Actions& out) {
  auto checked = lang::Plan::check(program, tools_.signatures);
  if (const auto* problem = std::get_if<lang::Problem>(&checked)) {
    const std::string told = words::plan_problem(*problem, program);
    const std::uint32_t line = problem->place.line;
    const std::string message =
        problem->hint.empty() ? problem->message : problem->message + "; " + problem->hint;
    show(wire::PlanState::kRejected, std::move(program), line, problem->place.column + 1, message,
         out);
    if (repair(std::move(reply), told, 0, out)) return;
    return finish(Reason::kPlanRejected, "", said(Reason::kPlanRejected), line, out);
  }
  program_ = std::move(program);
  if (!resumed_) show(wire::PlanState::kRunning, program_, 0, 0, "", out);
  run(std::move(std::get<lang::Plan>(checked)), out);
}

// Another attempt, if there is one; `bits` of what it is told hang on data.
bool PlanTurn::repair(std::string reply, std::string problem, std::uint32_t bits, Actions& out) {
  if (given_ || attempt_ >= kAttempts || around_.planner_bits + bits > kPlannerBits) return false;
  around_.planner_bits += bits;
  rounds_.push_back({std::move(reply), std::move(problem)});
  ++attempt_;
  forget_machine();
  ask_planner(out);
  return true;
}

// ---- the plan's end -----------------------------------------------------------------------------

void PlanTurn::run(lang::Plan plan, Actions& out) {
  plan_.emplace(std::move(plan));
  if (traced_) trace_.emplace(around_.labels);
  machine_ = std::make_unique<lang::Machine>(*plan_, around_.labels.table(), lang::Limits{},
                                             trace_ ? &*trace_ : nullptr);
  out_ = &out;
  on_outcome(machine_->run(*this), out);
}

void PlanTurn::go_on(lang::Answer answer, Actions& out) {
  out_ = &out;
  on_outcome(machine_->resume(*this, std::move(answer)), out);
}

void PlanTurn::on_outcome(lang::Outcome outcome, Actions& out) {
  out_ = nullptr;
  if (not_resumed_) return finish(Reason::kNotResumed, "", said(Reason::kNotResumed), 0, out);
  switch (outcome.kind) {
    case lang::Outcome::Kind::kSuspended: return;
    case lang::Outcome::Kind::kDone: {
      std::string text = shown(final_ ? *final_ : outcome.value);
      if (!final_ && outcome.value.is_null()) text.clear();
      if (text.size() > kTextBytes)
        return finish(Reason::kTooLarge, "", said(Reason::kTooLarge), 0, out);
      end_.output = std::move(outcome.output);
      end_.metadata = metadata_.as_object() == nullptr ? "" : schema::write(metadata_);
      if (end_.metadata.size() > kMetadataBytes) end_.metadata.clear();
      return finish(Reason::kOk, std::move(text), "", 0, out);
    }
    case lang::Outcome::Kind::kLimit:
      return finish(Reason::kPlanLimit, "",
                    fmt::format("The plan reached a limit: {}", outcome.text), outcome.line, out);
    case lang::Outcome::Kind::kRaised: return on_raised(outcome, out);
    case lang::Outcome::Kind::kDenied: break;  // deny() ends a turn itself
  }
  finish(Reason::kPlanFailed, "", said(Reason::kPlanFailed), outcome.line, out);
}

// SECURITY: the planner is told what went wrong only where nothing of it comes from data, and
// nothing at all once the plan may have changed something.
void PlanTurn::on_raised(const lang::Outcome& outcome, Actions& out) {
  const bool clean = is_clean_of_data(around_.labels.sets(outcome.label));
  const std::string told =
      clean ? words::plan_error(outcome.error, outcome.line) : words::plan_error_withheld();
  if (!changed_ && !given_) {
    const std::string reply = "```python\n" + program_ + "```";
    const std::uint32_t line = outcome.line;
    const std::size_t before = out.size();
    if (attempt_ < kAttempts) show(wire::PlanState::kFailed, "", line, 0, outcome.error, out);
    if (repair(reply, told, clean ? 0 : kErrorBits, out)) return;
    out.resize(before);
  }
  end_.output = outcome.output;
  finish(Reason::kPlanFailed, "",
         fmt::format("{} at line {}: {}", outcome.error, outcome.line,
                     base::printable(outcome.text.substr(0, 500))),
         outcome.line, out);
}

void PlanTurn::deny(Reason reason, Actions& out) {
  const std::uint32_t line = waiting_ ? waiting_->call.line : 0;
  if (around_.setup.retry_after_denial && !changed_ &&
      repair("```python\n" + program_ + "```", words::plan_denied(reason, line), kDenialBits, out))
    return;
  finish(reason, "", said(reason), line, out);
}

// ---- frames -------------------------------------------------------------------------------------

void PlanTurn::on_model_verdict(const wire::Verdict& verdict, Actions& out) {
  if (waiting_) waiting_->id = verdict.call;
  if (verdict.allowed) return;
  proposal_ = 0;
  if (waiting_) return deny(verdict.reason, out);
  finish(verdict.reason, "", said(verdict.reason), 0, out);
}

void PlanTurn::on_model_delta(const wire::ModelDelta& delta, Actions& out) {
  if (reply_.add(delta.kind, delta.index, delta.text)) return;
  finish(Reason::kTooLarge, "", said(Reason::kTooLarge), 0, out);
}

void PlanTurn::on_model_result(const wire::CallResult& result, Actions& out) {
  proposal_ = 0;
  if (!waiting_) return on_planner_reply(result, out);
  wire::CallResult whole = result;
  if (!reply_.text().empty()) whole.content = reply_.text();
  on_tool_result(0, whole, out);
}

void PlanTurn::on_tool_verdict(std::uint64_t, const wire::Verdict& verdict, Actions& out) {
  waiting_->id = verdict.call;
  if (verdict.allowed) {
    const Tool* tool = around_.setup.tools.find(waiting_->proposed.tool);
    changed_ |= tool == nullptr || tool->effect != wire::Effect::kRead;
    return;
  }
  proposal_ = 0;
  deny(verdict.reason, out);
}

void PlanTurn::on_tool_result(std::uint64_t, const wire::CallResult& result, Actions& out) {
  proposal_ = 0;
  out_ = &out;
  if (auto known = answer(result)) return go_on(std::move(*known), out);
  lang::Answer next = propose();  // asked again
  out_ = nullptr;
  if (not_resumed_) return finish(Reason::kNotResumed, "", said(Reason::kNotResumed), 0, out);
  if (next.kind != lang::Answer::Kind::kLater) go_on(std::move(next), out);
}

void PlanTurn::stop(Actions& out) { finish(Reason::kCancelled, "", "", 0, out); }

// ---- ends ---------------------------------------------------------------------------------------

void PlanTurn::show(wire::PlanState state, std::string text, std::uint32_t line,
                    std::uint32_t column, std::string message, Actions& out) {
  if (text.size() > wire::PlanText::kBytes) text.clear();  // the language takes none so large
  if (message.size() > 4096) message.resize(4096);
  wire::PlanShown frame;
  frame.turn = id_;
  frame.plan = {attempt_, state, std::move(text), line, column, base::printable(message)};
  frame.base = around_.labels.text(base_);
  out.emplace_back(std::move(frame));
}

// What later turns know of this one: a planner its program, a model that calls tools the answer.
void PlanTurn::remember(std::string answer) {
  if (!given_ && !program_.empty()) {
    Message program;
    program.role = Role::kAssistant;
    program.text = "```python\n" + program_ + "```";
    program.label = base_;
    program.audience = Audience::kPlanner;
    around_.conversation.append(std::move(program));
  }
  Message text;
  text.role = Role::kAssistant;
  text.text = std::move(answer);
  text.label = read_;
  around_.conversation.append(std::move(text));
}

void PlanTurn::forget_machine() {
  machine_.reset();
  plan_.reset();
  waiting_.reset();
  final_.reset();
  metadata_ = {};
  steps_.clear();
  next_step_ = 0;
}

void PlanTurn::finish(Reason reason, std::string text, std::string detail, std::uint32_t line,
                      Actions& out) {
  CHECK(!done_);
  if (proposal_ != 0) around_.ledger.give_up(proposal_);
  proposal_ = 0;
  done_ = true;
  if (trace_) show(wire::PlanState::kTraced, trace_->take(), 0, 0, "", out);
  if (program_.empty()) around_.conversation.drop_last_turn();
  else remember(reason == Reason::kOk ? text : said(reason));
  end_.line = line;
  out.emplace_back(
      wire::TurnDone{id_, reason, std::move(text), std::move(detail), calls_, std::move(end_)});
}

}  // namespace session
