// SPDX-License-Identifier: Apache-2.0
#include "session/turn.h"

#include <algorithm>

#include "base/limits.h"
#include "session/prompt.h"
#include "session/words.h"

namespace session {
namespace {

namespace limits = base::limits;
using base::Reason;

// LIMIT: a prompt; the rest of the frame is for its labels.
constexpr std::size_t kPromptBytes = limits::kBodyBytes - (1u << 20);
constexpr std::size_t kCallIdBytes = 64;

wire::Leaf prompt_leaf(std::string text) {
  wire::Leaf leaf;
  leaf.path = "body";
  leaf.text = std::move(text);
  return leaf;
}

}  // namespace

ModelTurn::ModelTurn(Around around, const Model& model, const wire::Turn& turn)
    : around_(around), model_(model), id_(turn.turn), stream_(turn.stream) {}

void ModelTurn::begin(std::string text, bool authentic, Actions& out) {
  control_ = around_.labels.said_by_user(authentic);
  around_.conversation.begin_turn(std::move(text), control_);
  ask(out);
}

// The body of the next prompt; nothing if this turn alone is too large for one.
std::optional<std::string> ModelTurn::prompt_text() {
  while (true) {
    std::string body = render({model_.offered, model_.options, around_.setup.system,
                               around_.setup.tools.definitions(), around_.conversation, stream_});
    if (body.size() <= kPromptBytes) return body;
    if (!around_.conversation.drop_first_turn()) return std::nullopt;
  }
}

void ModelTurn::ask(Actions& out) {
  std::optional<std::string> body = prompt_text();
  if (!body) return fail(Reason::kTooLarge, "The conversation is too large for a model", out);
  ++prompts_;
  reply_ = ModelReply();
  const label::LabelId shown = around_.conversation.label(around_.labels);
  read_ = around_.labels.join(shown, around_.labels.from_model(model_.offered.name));
  asked_us_ = around_.clock.steady_us();
  proposal_ = around_.ledger.open(Purpose::kModel, 0);
  wire::LabelledCall call;
  call.proposal = proposal_;
  call.tool = model_.offered.tool;
  call.definition = model_.offered.definition;
  call.arguments.push_back(prompt_leaf(std::move(*body)));
  propose(std::move(call), shown, out);
}

// All leaves of a call carry one label: without a plan nothing tells them apart.
void ModelTurn::propose(wire::LabelledCall call, label::LabelId arguments, Actions& out) {
  call.turn = id_;
  call.labels.push_back(around_.labels.text(arguments));
  call.control = around_.labels.text(control_);
  out.emplace_back(std::move(call));
}

void ModelTurn::on_model_verdict(const wire::Verdict& verdict, Actions& out) {
  if (verdict.allowed) return;
  proposal_ = 0;
  fail(verdict.reason, std::string(base::sentence(verdict.reason)), out);
}

void ModelTurn::on_model_delta(const wire::ModelDelta& delta, Actions& out) {
  if (!reply_.add(delta.kind, delta.index, delta.text)) {
    wire::CallResult too_large;
    too_large.reason = Reason::kTooLarge;
    return fail(Reason::kTooLarge, words::model_failed(model_.offered, too_large, 0), out);
  }
  const bool spoken =
      delta.kind == wire::DeltaKind::kText || delta.kind == wire::DeltaKind::kThinking;
  if (!stream_ || !spoken || delta.text.empty()) return;
  out.emplace_back(wire::Spoken{id_, delta.kind, delta.text});
}

void ModelTurn::on_model_result(const wire::CallResult& result, Actions& out) {
  proposal_ = 0;
  read_ = around_.labels.given(result.label);
  if (result.reason != Reason::kOk) {
    const std::int64_t seconds = (around_.clock.steady_us() - asked_us_ + 500'000) / 1'000'000;
    return fail(result.reason, words::model_failed(model_.offered, result, seconds), out);
  }
  if (reply_.asked() > 0) return run_calls(out);
  if (reply_.text().empty() && !reply_.add(wire::DeltaKind::kText, 0, result.content)) {
    return fail(Reason::kTooLarge, words::model_failed(model_.offered, result, 0), out);
  }
  say(reply_.text());
  const bool nothing = reply_.text().empty();
  finish(Reason::kOk, reply_.text(), nothing ? "The model answered nothing" : "", out);
}

// Counts the whole batch before any of it runs (STR-012).
bool ModelTurn::refuse_over_limit(Actions& out) {
  const std::size_t asked = reply_.asked();
  // A reply keeps so many calls only: what was not kept must not be taken for not asked.
  const auto per_turn =
      std::min<std::uint32_t>(around_.setup.max_calls_per_turn, ModelReply::kCalls);
  const std::uint32_t in_all = around_.setup.max_calls_per_conversation;
  const bool over_turn = calls_ + asked > per_turn;
  if (!over_turn && around_.conversation.calls() + asked <= in_all) return false;
  const std::string sentence = words::limit_exceeded(over_turn ? per_turn : in_all);
  say(reply_.text().empty() ? sentence : reply_.text() + "\n" + sentence);
  finish(over_turn ? Reason::kTurnLimit : Reason::kConversationLimit, reply_.text(), sentence, out);
  return true;
}

void ModelTurn::run_calls(Actions& out) {
  if (refuse_over_limit(out)) return;
  if (prompts_ >= limits::kModelTurnsPerUserTurn) {
    const std::string why = words::too_many_replies(prompts_);
    say(why);
    return finish(Reason::kTurnLimit, reply_.text(), why, out);
  }
  calls_ += static_cast<std::uint32_t>(reply_.asked());
  around_.conversation.count_calls(reply_.asked());
  control_ = read_;  // the model's choice, made of all that it has read
  const std::vector<AskedCall> asked = reply_.take_calls();
  Message assistant;
  assistant.role = Role::kAssistant;
  assistant.text = reply_.text();
  assistant.label = read_;
  std::vector<CheckedCall> checked;
  std::set<std::string> taken;
  for (const AskedCall& call : asked) {
    checked.push_back(check_call(around_.setup.tools, call.name, call.input));
    assistant.calls.push_back({id_for(call.id, taken),
                               wire::is_name(call.name) ? call.name : "invalid_name",
                               checked.back().arguments});
  }
  std::vector<std::string> ids;
  for (const ToolCall& call : assistant.calls) ids.push_back(call.id);
  around_.conversation.append(std::move(assistant));
  batch_.clear();
  for (std::size_t i = 0; i < asked.size(); ++i) {
    batch_.push_back(start_call(ids[i], asked[i].name, std::move(checked[i]), out));
  }
  answer_if_complete(out);
}

ModelTurn::Pending ModelTurn::start_call(const std::string& id, const std::string& name,
                                         CheckedCall checked, Actions& out) {
  Pending pending;
  pending.id = id;
  pending.tool = wire::is_name(name) ? name : "invalid_name";
  pending.label = read_;
  if (const Refusal* refusal = std::get_if<Refusal>(&checked.outcome)) {
    pending.answer = refusal->text;
    return pending;
  }
  Proposable& proposable = std::get<Proposable>(checked.outcome);
  pending.offered = proposable.offered;
  pending.proposal = around_.ledger.open(Purpose::kTool, batch_.size());
  wire::LabelledCall call;
  call.proposal = pending.proposal;
  call.tool = name;
  call.definition = proposable.definition;
  call.arguments = std::move(proposable.leaves);
  propose(std::move(call), read_, out);
  return pending;
}

// The model's own id where it can tell calls apart, else one of ours.
std::string ModelTurn::id_for(const std::string& wanted, std::set<std::string>& taken) {
  const auto is_free = [&](const std::string& id) {
    return !around_.conversation.has_call(id) && !taken.contains(id);
  };
  std::string id = wanted;
  const bool usable = wire::is_name(wanted) && wanted.size() <= kCallIdBytes && is_free(wanted);
  for (std::size_t n = taken.size() + 1;
       !usable && (id = "call_" + std::to_string(n), !is_free(id));) {
    ++n;
  }
  taken.insert(id);
  return id;
}

void ModelTurn::on_tool_verdict(std::uint64_t place, const wire::Verdict& verdict, Actions& out) {
  CHECK(place < batch_.size());
  Pending& pending = batch_[place];
  pending.sent = verdict.allowed;
  pending.call = verdict.call;
  if (verdict.allowed) return;
  pending.answer = words::denied(pending.tool, verdict.reason, pending.offered);
  answer_if_complete(out);
}

void ModelTurn::on_tool_result(std::uint64_t place, const wire::CallResult& result, Actions& out) {
  CHECK(place < batch_.size());
  Pending& pending = batch_[place];
  pending.answer = words::tool_answer(pending.tool, result);
  pending.label = around_.labels.given(result.label);
  if (result.reason == Reason::kOk)
    around_.results.keep(pending.call, result.content, result.label);
  answer_if_complete(out);
}

void ModelTurn::answer_if_complete(Actions& out) {
  const bool complete =
      std::ranges::all_of(batch_, [](const Pending& p) { return p.answer.has_value(); });
  if (!complete) return;
  record_answers();
  ask(out);
}

// The answers in the order of the calls, whichever came first.
void ModelTurn::record_answers() {
  for (Pending& pending : batch_) {
    Message message;
    message.role = Role::kTool;
    message.text = std::move(*pending.answer);
    message.call_id = std::move(pending.id);
    message.tool = std::move(pending.tool);
    message.label = pending.label;
    around_.conversation.append(std::move(message));
  }
  batch_.clear();
}

void ModelTurn::stop(Actions& out) {
  if (proposal_ != 0 && !reply_.text().empty()) say(reply_.text());
  for (Pending& pending : batch_) {
    if (pending.answer) continue;
    around_.ledger.give_up(pending.proposal);
    pending.answer = words::given_up(pending.sent);
  }
  record_answers();
  const std::string said = proposal_ != 0 ? reply_.text() : std::string();
  if (!around_.conversation.answered()) around_.conversation.drop_last_turn();
  finish(Reason::kCancelled, said, "", out);
}

void ModelTurn::say(std::string text) {
  if (text.empty()) return;
  Message message;
  message.role = Role::kAssistant;
  message.text = std::move(text);
  message.label = read_;
  around_.conversation.append(std::move(message));
}

// A turn that came to nothing leaves nothing: the user will ask again.
void ModelTurn::fail(Reason reason, std::string detail, Actions& out) {
  if (!around_.conversation.answered()) around_.conversation.drop_last_turn();
  finish(reason, "", std::move(detail), out);
}

void ModelTurn::finish(Reason reason, std::string text, std::string detail, Actions& out) {
  CHECK(!done_);
  if (proposal_ != 0) around_.ledger.give_up(proposal_);
  proposal_ = 0;
  done_ = true;
  out.emplace_back(wire::TurnDone{id_, reason, std::move(text), std::move(detail), calls_, {}});
}

}  // namespace session
