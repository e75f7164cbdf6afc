// SPDX-License-Identifier: Apache-2.0
#include "session/machine.h"

#include <algorithm>

#include "base/limits.h"
#include "session/words.h"

namespace session {
namespace {

namespace limits = base::limits;
using base::Reason;

// LIMIT: an answer that fits CallResult may not fit CallDone by the few bytes it has more.
constexpr std::size_t kAnswerBytes = limits::kBodyBytes - 1024;

wire::TurnDone refused(base::RequestId id, Reason reason, std::string detail) {
  return wire::TurnDone{id, reason, "", std::move(detail), 0, {}};
}

wire::CallDone ended(std::uint64_t id, base::CallId call, Reason reason, std::string content) {
  wire::CallDone done;
  done.turn = base::RequestId{id};
  done.call = call;
  done.reason = reason;
  done.content = std::move(content);
  return done;
}

std::string said(Reason reason) { return std::string(base::sentence(reason)); }

}  // namespace

base::Status Machine::step(Event event, Actions& out) {
  TRY(std::visit([&](auto& frame) { return on(std::move(frame), out); }, event));
  advance(out);
  return base::ok();
}

bool Machine::known(base::RequestId id) const {
  const auto waits = [&](const wire::Turn& t) { return t.turn == id; };
  return (turn_ && turn_->id() == id) || direct_.contains(id.value) ||
         std::ranges::any_of(waiting_, waits);
}

// What an ended turn made room for: a reset that waited, then the next turn.
void Machine::advance(Actions& out) {
  while (!turn_ || turn_->done()) {
    if (turn_) returned(turn_->read());
    turn_.reset();
    if (reset_waits_) forget();
    if (waiting_.empty()) return;
    wire::Turn next = std::move(waiting_.front());
    waiting_.pop_front();
    start(std::move(next), out);
  }
}

label::LabelId Machine::read_by_client() {
  return turn_ ? labels_.join(returned_, turn_->read()) : returned_;
}

// The conversation and its results, not what the client has read.
void Machine::forget() {
  const wire::LabelText kept = labels_.text(returned_);
  conversation_.reset();
  results_.forget();
  labels_.forget();
  returned_ = labels_.given(kept);
  reset_waits_ = false;
}

base::Status Machine::on(wire::Turn turn, Actions& out) {
  if (known(turn.turn)) return base::violation("turn with the number of one that is open");
  if (waiting_.size() >= kWaitingTurns) {
    out.emplace_back(refused(turn.turn, Reason::kTooManyCalls, said(Reason::kTooManyCalls)));
    return base::ok();
  }
  waiting_.push_back(std::move(turn));
  return base::ok();
}

void Machine::start(wire::Turn turn, Actions& out) {
  const Model* model = setup_.model(turn.model);
  const bool program = turn.mode == wire::TurnMode::kPlan || turn.resumes();
  if (model == nullptr && !program) {
    out.emplace_back(refused(turn.turn, Reason::kUnknownTool, words::no_such_model(turn.model)));
    return;
  }
  if (turn.mode != wire::TurnMode::kPlain) return start_plan(std::move(turn), model, out);
  auto made = std::make_unique<ModelTurn>(around(), *model, turn);
  ModelTurn& begun = *made;
  turn_ = std::move(made);
  begun.begin(std::move(turn.text), turn.authentic, out);
}

// The operator's own program may be made of anything that its client has read here, as a direct
// call may. So may what an earlier session handed out, whose place this one takes.
void Machine::start_plan(wire::Turn turn, const Model* planner, Actions& out) {
  if (turn.resumes()) returned(labels_.given(turn.resume.given));
  const label::LabelId read = returned_;
  auto made = std::make_unique<PlanTurn>(around(), planner, read);
  PlanTurn& begun = *made;
  turn_ = std::move(made);
  begun.begin(std::move(turn), out);
}

Around Machine::around() {
  return {setup_, clock_, conversation_, labels_, ledger_, results_, planner_bits_};
}

base::Status Machine::on(wire::Call call, Actions& out) {
  if (known(call.turn)) return base::violation("call with the number of one that is open");
  if (direct_.size() >= limits::kCallsInFlight) {
    const Reason reason = Reason::kTooManyCalls;
    out.emplace_back(ended(call.turn.value, {}, reason, said(reason)));
    return base::ok();
  }
  const auto filled = results_.fill(setup_.tools, call.tool, call.arguments, call.from);
  if (!filled.ok()) {
    out.emplace_back(ended(call.turn.value, {}, Reason::kInvalidArguments, filled.error().message));
    return base::ok();
  }
  CheckedCall checked = check_call(setup_.tools, call.tool, filled->arguments);
  if (const Refusal* refusal = std::get_if<Refusal>(&checked.outcome)) {
    out.emplace_back(ended(call.turn.value, {}, refusal->reason, refusal->text));
    return base::ok();
  }
  propose_direct(call, *filled, std::move(std::get<Proposable>(checked.outcome)), out);
  return base::ok();
}

// What the caller wrote, and that it called, may come from anything it has read here; an argument
// that is a result has that result's label and no other.
void Machine::propose_direct(const wire::Call& call, const Results::Filled& filled,
                             Proposable proposable, Actions& out) {
  const wire::LabelText label =
      labels_.text(labels_.join(labels_.said_by_user(call.authentic), read_by_client()));
  wire::LabelledCall proposed;
  proposed.turn = call.turn;
  proposed.proposal = ledger_.open(Purpose::kDirect, call.turn.value);
  proposed.tool = call.tool;
  proposed.definition = proposable.definition;
  proposed.arguments = std::move(proposable.leaves);
  proposed.labels.push_back(label);
  for (const auto& from : filled.from) {
    for (wire::Leaf& leaf : proposed.arguments)
      if (leaf.path == from.argument || leaf.path.starts_with(from.argument + "/"))
        leaf.label = static_cast<std::uint16_t>(proposed.labels.size());
    proposed.labels.push_back(from.label);
  }
  proposed.control = label;
  direct_[call.turn.value] = {call.tool, proposed.proposal, proposable.offered, {}};
  out.emplace_back(std::move(proposed));
}

base::Status Machine::on(wire::Verdict verdict, Actions& out) {
  TRY_AS(const Proposal proposal, ledger_.decide(verdict));
  switch (proposal.purpose) {
    case Purpose::kModel: turn_->on_model_verdict(verdict, out); break;
    case Purpose::kTool: turn_->on_tool_verdict(proposal.place, verdict, out); break;
    case Purpose::kDirect: on_direct_verdict(proposal.place, verdict, out); break;
    case Purpose::kGivenUp: break;
  }
  return base::ok();
}

base::Status Machine::on(wire::ModelDelta delta, Actions& out) {
  TRY_AS(const Proposal proposal, ledger_.allowed(delta.proposal));
  if (proposal.purpose == Purpose::kModel) turn_->on_model_delta(delta, out);
  return base::ok();
}

base::Status Machine::on(wire::CallResult result, Actions& out) {
  TRY_AS(const Proposal proposal, ledger_.close(result.proposal));
  switch (proposal.purpose) {
    case Purpose::kModel: turn_->on_model_result(result, out); break;
    case Purpose::kTool: turn_->on_tool_result(proposal.place, result, out); break;
    case Purpose::kDirect: on_direct_result(proposal.place, std::move(result), out); break;
    case Purpose::kGivenUp: break;
  }
  return base::ok();
}

void Machine::on_direct_verdict(std::uint64_t id, const wire::Verdict& verdict, Actions& out) {
  Direct& direct = direct_.at(id);
  direct.call = verdict.call;
  if (verdict.allowed) return;
  close_direct(ended(id, verdict.call, verdict.reason,
                     words::denied(direct.tool, verdict.reason, direct.offered)),
               out);
}

void Machine::on_direct_result(std::uint64_t id, wire::CallResult result, Actions& out) {
  returned(labels_.given(result.label));
  const bool shows_content =
      result.reason == Reason::kOk || result.reason == Reason::kUpstreamStatus;
  if (result.reason == Reason::kOk)
    results_.keep(direct_.at(id).call, result.content, result.label);
  std::string content = shows_content ? std::move(result.content) : said(result.reason);
  Reason reason = result.reason;
  if (content.size() > kAnswerBytes) {
    reason = Reason::kTooLarge;
    content = said(reason);
  }
  wire::CallDone done = ended(id, direct_.at(id).call, reason, std::move(content));
  done.http_status = result.http_status;
  done.scrubbed = result.scrubbed;
  close_direct(std::move(done), out);
}

void Machine::close_direct(wire::CallDone done, Actions& out) {
  direct_.erase(done.turn.value);
  out.emplace_back(std::move(done));
}

// A Stop may cross the closing reply of what it is meant to stop: then nothing is left to do.
base::Status Machine::on(wire::Stop stop, Actions& out) {
  if (turn_ && turn_->id() == stop.turn) {
    turn_->stop(out);
    return base::ok();
  }
  const auto waits =
      std::ranges::find_if(waiting_, [&](const wire::Turn& t) { return t.turn == stop.turn; });
  if (waits != waiting_.end()) {
    waiting_.erase(waits);
    out.emplace_back(refused(stop.turn, Reason::kCancelled, ""));
    return base::ok();
  }
  const auto direct = direct_.find(stop.turn.value);
  if (direct == direct_.end()) return base::ok();
  ledger_.give_up(direct->second.proposal);
  const base::CallId call = direct->second.call;
  close_direct(ended(stop.turn.value, call, Reason::kCancelled, said(Reason::kCancelled)), out);
  return base::ok();
}

// Between turns: one that runs ends first.
base::Status Machine::on(wire::Reset, Actions&) {
  reset_waits_ = true;
  return base::ok();
}

}  // namespace session
