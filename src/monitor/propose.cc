// SPDX-License-Identifier: Apache-2.0
// What comes from a session: labelled calls are decided, recorded and turned into warrants.
#include "monitor/monitor.h"

namespace monitor {
namespace {

using base::Reason;
constexpr Peer kGateway{Side::kGateway, 0};
constexpr Peer kBroker{Side::kBroker, 0};
// A session of ours makes none beyond the two limits; room for a model's call that it tries anyway.
constexpr std::uint32_t kStrayProposals = 64;
constexpr std::uint32_t kPlansShown = 32;  // programs of one turn, and what came of them

std::string said(Reason reason) { return std::string(base::sentence(reason)); }

}  // namespace

base::Result<std::uint64_t> Monitor::turn_of(std::uint64_t slot, base::RequestId turn) const {
  const auto found = turns_.find(turn.value);
  const auto owner = slots_.find(slot);
  // SECURITY: identity is bound to the channel: a session speaks for its own turns only.
  if (found == turns_.end() || owner == slots_.end() ||
      found->second.session != owner->second.session)
    return base::violation("turn that is not the session's");
  return turn.value;
}

base::Status Monitor::on_session(std::uint64_t slot, const wire::Message& message) {
  switch (message.type) {
    case wire::FrameType::kReady: {
      TRY_AS(const wire::Ready ready, message.as<wire::Ready>());
      remember({ready.program, ready.level, ready.isolation});
      slots_[slot].ready = true;
      bind_resuming();
      bind_waiting();
      fill_pool();
      return base::ok();
    }
    case wire::FrameType::kPropose: {
      TRY_AS(wire::LabelledCall call, message.as<wire::LabelledCall>());
      return propose(slot, std::move(call));
    }
    case wire::FrameType::kSpoken: {
      TRY_AS(wire::Spoken spoken, message.as<wire::Spoken>());
      TRY_AS(const std::uint64_t number, turn_of(slot, spoken.turn));
      if (turns_.at(number).direct) return base::violation("a direct call does not speak");
      if (turns_.at(number).mode != wire::TurnMode::kPlain)
        return base::violation("a plan speaks by its end alone");
      this->spoken(turns_.at(number), std::move(spoken));
      return base::ok();
    }
    case wire::FrameType::kTurnDone: {
      TRY_AS(wire::TurnDone done, message.as<wire::TurnDone>());
      TRY_AS(const std::uint64_t number, turn_of(slot, done.turn));
      if (turns_.at(number).direct) return base::violation("a direct call ends with its own frame");
      turn_done(number, std::move(done));
      return base::ok();
    }
    case wire::FrameType::kPlanShown: {
      TRY_AS(wire::PlanShown shown, message.as<wire::PlanShown>());
      TRY_AS(const std::uint64_t number, turn_of(slot, shown.turn));
      if (turns_.at(number).mode < wire::TurnMode::kDual)
        return base::violation("a plan of a turn that has none");
      if (++turns_.at(number).plans > kPlansShown)
        return base::violation("more plans than a turn can have");
      plan_shown(turns_.at(number), std::move(shown));
      return base::ok();
    }
    case wire::FrameType::kEndorsed: {
      TRY_AS(const wire::Endorsed event, message.as<wire::Endorsed>());
      TRY_AS(const std::uint64_t number, turn_of(slot, event.turn));
      if (++turns_.at(number).choices > base::limits::kModelTurnsPerUserTurn)
        return base::violation("more choices than a turn can have");
      const TurnState& turn = turns_.at(number);
      journal_.endorsed({turn.session, event.call, turn.number}, event);
      return base::ok();
    }
    case wire::FrameType::kCallDone: {
      TRY_AS(wire::CallDone done, message.as<wire::CallDone>());
      TRY_AS(const std::uint64_t number, turn_of(slot, done.turn));
      if (!turns_.at(number).direct) return base::violation("a user turn ends with its own frame");
      call_done(number, std::move(done));
      return base::ok();
    }
    default: return base::violation("frame that the monitor does not take from a session");
  }
}

// SECURITY: a session that was taken over may say whatever it was given, so it is what it was given
// that decides whether the client may read the model's words. Logged once a turn.
bool Monitor::may_speak(TurnState& turn) {
  const Session& session = sessions_.at(turn.session);
  if (judge_.may_be_spoken(*session.facts)) return true;
  if (!std::exchange(turn.withheld, true)) journal_.withheld({turn.session, {}, turn.number});
  return false;
}

void Monitor::spoken(TurnState& turn, wire::Spoken&& spoken) {
  if (!may_speak(turn)) return;
  // Words whose label policy makes of the whole answer are not said before that: they come with the
  // turn's end.
  for (const auto& [sequence, call] : calls_)
    if (call.whose.session == turn.session && call.tool->model && judge_.must_wait(call.tool->name))
      return;
  outbox_.to(kGateway, wire::Say{turn.session, turn.client, spoken.kind, std::move(spoken.text)});
}

void Monitor::turn_done(std::uint64_t number, wire::TurnDone&& done) {
  TurnState& open = turns_.at(number);
  // A sentence of ours says nothing of what was read; anything else may.
  const bool says = !done.text.empty() || !done.plan.metadata.empty() ||
                    !done.plan.output.empty() ||
                    !(done.detail.empty() || done.detail == said(done.reason));
  if (says && !may_speak(open)) {
    if (done.reason == Reason::kOk) done.reason = Reason::kReaderNotAdmitted;
    done.text.clear();
    done.plan.metadata.clear();
    done.plan.output.clear();
    done.detail = said(done.reason);
  }
  const TurnState turn = open;
  forget_turn(number);
  outbox_.to(kGateway, wire::TurnEnded{turn.session, turn.client, done.reason, std::move(done.text),
                                       std::move(done.detail), turn.calls, std::move(done.plan)});
}

// A result has its own label as long as it is the very one that we gave; anything else may be made
// of all that the session was given.
bool Monitor::may_answer(const TurnState& turn, const std::string& content) const {
  const Facts& facts = *sessions_.at(turn.session).facts;
  if (turn.answered && turn.answered->content == base::sha256({content}))
    return judge_.may_be_told(facts, turn.answered->label);
  return judge_.may_be_spoken(facts);
}

void Monitor::call_done(std::uint64_t number, wire::CallDone&& done) {
  TurnState& open = turns_.at(number);
  const bool says = start_.check_readers && done.content != said(done.reason);
  if (says && !may_answer(open, done.content)) {
    journal_.withheld({open.session, done.call, open.number});
    done.reason = Reason::kReaderNotAdmitted;
    done.content = said(done.reason);
  }
  const TurnState turn = open;
  forget_turn(number);
  outbox_.to(kGateway, wire::CallEnded{turn.session, turn.client, done.call, done.reason,
                                       done.http_status, std::move(done.content), done.scrubbed});
}

// A tool that no rule can allow, or a limit, is answered here; everything else is policy's.
Reason Monitor::refusal(const wire::KnownTool* tool, const TurnState& turn, const Session& session,
                        const Case& asked) const {
  if (journal_.stopped()) return Reason::kLogStopped;
  // A worker that came up behind weaker walls than the configuration demands stops everything.
  if (weakest() < start_.min_isolation) return Reason::kDecisionFailed;
  if (tool == nullptr) return Reason::kUnknownTool;
  if (calls_.size() >= base::limits::kCallsInFlight || open_bytes_ + asked.bytes() > kOpenBytes)
    return Reason::kTooManyCalls;
  if (tool->model && turn.model_calls >= base::limits::kModelTurnsPerUserTurn)
    return Reason::kTurnLimit;
  if (!tool->model && turn.calls >= start_.max_calls_per_turn) return Reason::kTurnLimit;
  if (!tool->model && !turn.direct && session.calls >= start_.max_calls_per_conversation)
    return Reason::kConversationLimit;
  return Reason::kNone;
}

// Any error while deciding denies.
Ruling Monitor::decide(const wire::LabelledCall& call, const wire::KnownTool* tool,
                       const TurnState& turn, Session& session, const Case& asked) {
  if (const Reason why = refusal(tool, turn, session, asked); why != Reason::kNone)
    return Ruling::denied(why);
  Ruling ruling = judge_.decide(turn.session, *session.facts, asked);
  // A session is given the definitions of offered tools only, so this comes after the rules.
  const bool stale = ruling.effect != policy::Effect::kDeny && tool->definition != call.definition;
  if (!stale) return ruling;
  Ruling refused = Ruling::denied(Reason::kStaleDefinition);
  refused.question = std::move(ruling.question);
  return refused;
}

base::Status Monitor::propose(std::uint64_t slot, wire::LabelledCall&& call) {
  TRY_AS(const std::uint64_t number, turn_of(slot, call.turn));
  Slot& owner = slots_.at(slot);
  if (call.proposal <= owner.last_proposal) return base::violation("proposal that was made before");
  owner.last_proposal = call.proposal;
  TurnState& turn = turns_.at(number);
  // A denial costs a log entry too, so a session that was taken over may not ask without end.
  const std::uint32_t most =
      base::limits::kModelTurnsPerUserTurn + start_.max_calls_per_turn + kStrayProposals;
  if (++turn.proposals > most) return base::violation("more proposals than a turn can have");
  Session& session = sessions_.at(turn.session);
  const auto found = tools_.find(call.tool);
  const wire::KnownTool* tool = found == tools_.end() ? nullptr : found->second;
  const bool model = tool != nullptr && tool->model;

  const base::Digest identity = turn.record ? call.identity() : base::Digest{};
  Case asked = judge_.open(*session.facts, call, model);
  const Ruling ruling = decide(call, tool, turn, session, asked);
  // The approvals' place: a call that a rule asks for is parked here, and decided again when it has
  // been answered. Until then nobody can be asked, so it is refused.
  const bool allowed = ruling.effect == policy::Effect::kAllow;
  const Whose whose{turn.session, {++last_call_.value}, turn.number};
  const std::uint64_t sequence = allowed ? next_warrant_ : 0;
  const Journal::PlanLine line{turn.plan, call.line};
  const bool recorded =
      journal_.intent(whose, call, asked, ruling, line, allowed ? epoch_ : 0, sequence);
  // No record, no call: an intent that could not be appended is a denial.
  const bool minted = allowed && recorded;
  const Reason reason = allowed && !minted ? Reason::kLogStopped : ruling.reason;
  if (shadow_ && ruling.question) try_also(whose, asked, ruling, minted);
  if (minted) {
    ++next_warrant_;
    judge_.count(turn.session, asked);
    open_bytes_ += asked.bytes();
    CallState state{whose,
                    number,
                    slot,
                    call.proposal,
                    tool,
                    false,
                    clock_.steady_us(),
                    std::move(asked),
                    call.line,
                    identity,
                    {},
                    shadow_ ? ruling.question : std::nullopt};
    mint(call, state, ruling, sequence);
    calls_.emplace(sequence, std::move(state));
    (model ? turn.model_calls : turn.calls) += 1;
    if (!model) ++session.calls;
  }
  outbox_.to({Side::kSession, slot}, wire::Verdict{call.proposal, minted, reason, whose.call},
             minted ? sequence : 0);
  if (!turn.direct && !model) {
    outbox_.to(kGateway,
               wire::CallNotice{turn.session, turn.client, whose.call, call.tool,
                                minted ? wire::CallState::kAllowed : wire::CallState::kDenied,
                                reason, 0, 0, call.line},
               minted ? sequence : 0);
  }
  return base::ok();
}

void Monitor::try_also(const Whose& whose, const Case& asked, const Ruling& ruling, bool minted) {
  if (!policy::is_of_policy(ruling.reason)) return;
  if (const auto opinion = shadow_->judge(whose.session, *ruling.question, ruling.effect))
    journal_.tried(whose, asked.tool, shadow_->digest(), *opinion);
  if (minted) shadow_->count(whose.session, asked.tool, asked.leaves);
}

void Monitor::mint(const wire::LabelledCall& call, const CallState& state, const Ruling& ruling,
                   std::uint64_t sequence) {
  wire::Warrant warrant;
  warrant.epoch = epoch_;
  warrant.sequence = sequence;
  warrant.call = state.whose.call;
  warrant.session = state.whose.session;
  warrant.tenant = start_.tenant;
  warrant.tool = call.tool;
  warrant.definition = call.definition;
  warrant.arguments = state.asked.leaves;
  warrant.deadline_us = clock_.steady_us() + std::int64_t{state.tool->timeout_ms} * 1000;
  warrant.stream = state.tool->model;
  warrant.redact = ruling.redact;
  outbox_.to(kBroker, warrant, sequence);
}

void Monitor::forget_turn(std::uint64_t number) {
  cancel_calls_of(number);
  const auto found = turns_.find(number);
  if (found == turns_.end()) return;
  drop_record(found->second);
  if (Session* session = find_session(found->second.session);
      session != nullptr && session->active_turn == number)
    session->active_turn = 0;
  turns_.erase(found);
}

// Answers the client of a turn that its session can no longer answer.
void Monitor::finish_turn(std::uint64_t number, Reason reason, const std::string& detail) {
  const TurnState turn = turns_.at(number);
  forget_turn(number);
  if (turn.direct)
    outbox_.to(kGateway, wire::CallEnded{turn.session, turn.client, {}, reason, 0, detail, 0});
  else
    outbox_.to(kGateway,
               wire::TurnEnded{turn.session, turn.client, reason, "", detail, turn.calls, {}});
}

}  // namespace monitor
