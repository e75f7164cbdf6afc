// SPDX-License-Identifier: Apache-2.0
// What the calls of a plan become: proposals, questions to the quarantined model, and the answers
// that the plan goes on with.
#include <array>

#include "base/limits.h"
#include "schema/parse.h"
#include "schema/write.h"
#include "session/choose.h"
#include "session/plan_answer.h"
#include "session/plan_call.h"
#include "session/plan_turn.h"
#include "session/words.h"

namespace session {
namespace {

using base::Reason;
using schema::Value;
using Kind = lang::Answer::Kind;

constexpr const char* kNotEnough = "the text does not hold the answer";
constexpr const char* kNoForm = "the model gave no answer of the asked form";
constexpr const char* kNotTrusted =
    "choose() takes 1 to 16 options, all written by the user or the plan";

const lang::Argument* argument(const lang::Call& call, std::string_view name) {
  for (const lang::Argument& a : call.arguments)
    if (a.name == name) return &a;
  return nullptr;
}

std::string shown(const Value& value) {
  return value.as_string() != nullptr ? *value.as_string() : schema::write(value);
}

Value string_schema() {
  Value out = Value::object();
  out.set("type", Value::string("string"));
  return out;
}

wire::Leaf body_leaf(std::string text) {
  wire::Leaf leaf;
  leaf.path = "body";
  leaf.text = std::move(text);
  return leaf;
}

// LIMIT: a text for the quarantined model; the rest of the frame is for its labels.
constexpr std::size_t kPromptMost = base::limits::kBodyBytes - (1u << 20);

// The answer of a tool as a value of the plan.
Value value_of(const Tool* tool, const std::string& content) {
  if (tool == nullptr || !tool->json) return Value::string(content);
  schema::ParseLimits limits;
  limits.case_variants = schema::CaseVariants::kAllow;
  auto parsed = schema::parse(content, limits);
  return parsed.ok() ? std::move(*parsed) : Value::string(content);
}

}  // namespace

lang::Answer PlanTurn::failed(std::string text, label::LabelId label) {
  lang::Answer out;
  out.kind = Kind::kError;
  out.text = std::move(text);
  out.label = label;
  return out;
}

lang::Answer PlanTurn::call(const lang::Call& call) {
  switch (static_cast<PlanFunction>(call.tool)) {
    case PlanFunction::kFinal: return finals(call);
    case PlanFunction::kAsk:
    case PlanFunction::kParse: return ask(call);
    case PlanFunction::kChoose: return choose(call);
    case PlanFunction::kCount_: break;
  }
  return call_tool(call);
}

// The last one holds. Its labels are not asked for: the whole answer counts as made of all that the
// turn has read.
lang::Answer PlanTurn::finals(const lang::Call& call) {
  metadata_ = Value::object();
  final_.emplace();
  for (const lang::Argument& a : call.arguments) {
    if (a.name == "value") final_ = a.value;
    else metadata_.set(a.name, a.value);
  }
  if (metadata_.as_object()->empty()) metadata_ = {};
  lang::Answer out;
  out.kind = Kind::kResult;
  return out;
}

lang::Answer PlanTurn::call_tool(const lang::Call& call) {
  const PlanTools::Named& named = *tools_.tool(call.tool);
  auto made = labelled_call(around_.setup.tools, named, tools_.signatures[call.tool], call, base_,
                            around_.labels);
  if (auto* refused = std::get_if<RefusedCall>(&made))
    return failed(std::move(refused->text), refused->label);
  waiting_ = Waiting{};
  waiting_->what = Waiting::What::kTool;
  waiting_->call = call;
  waiting_->proposed = std::move(std::get<wire::LabelledCall>(made));
  return propose();
}

lang::Answer PlanTurn::ask(const lang::Call& call) {
  const lang::Argument* query = argument(call, "query");
  const lang::Argument* schema = argument(call, "output_schema");
  const label::LabelId all = whole_label(call, around_.labels);
  if (query == nullptr) return failed("query_ai_assistant() needs a query", all);
  if (around_.setup.quarantined() == nullptr) return failed("there is no model to read it", all);
  waiting_ = Waiting{};
  waiting_->what = Waiting::What::kAsk;
  waiting_->call = call;
  waiting_->query = shown(query->value);
  waiting_->schema = schema == nullptr ? string_schema() : schema->value;
  waiting_->asked = all;
  if (waiting_->schema.as_object() == nullptr) return failed("output_schema is no type", all);
  return propose();
}

// SECURITY: every option is trusted, and there are few: what the data under `query` can say by the
// choice is bounded, and every choice is logged.
lang::Answer PlanTurn::choose(const lang::Call& call) {
  const lang::Argument* query = argument(call, "query");
  const lang::Argument* options = argument(call, "options");
  const label::LabelId all = whole_label(call, around_.labels);
  const schema::Array* list = options == nullptr ? nullptr : options->value.as_array();
  if (query == nullptr || list == nullptr || list->empty() || list->size() > kOptions ||
      !is_trusted(around_.labels.sets(options->label)))
    return failed(kNotTrusted, all);
  if (around_.setup.quarantined() == nullptr) return failed("there is no model to choose", all);
  waiting_ = Waiting{};
  waiting_->what = Waiting::What::kChoose;
  waiting_->call = call;
  waiting_->query = shown(query->value) + "\n\nAnswer with the number of one of these options:\n";
  Value numbers = Value::array();
  for (std::size_t i = 0; i < list->size(); ++i) {
    waiting_->query += std::to_string(i) + ": " + shown((*list)[i]) + "\n";
    numbers.push(Value::integer(static_cast<std::int64_t>(i)));
  }
  waiting_->schema = Value::object();
  waiting_->schema.set("enum", std::move(numbers));
  waiting_->asked = all;
  return propose();
}

// The frame without its numbers.
wire::LabelledCall PlanTurn::proposal() const {
  if (waiting_->what == Waiting::What::kTool) return waiting_->proposed;
  const Model& model = *around_.setup.quarantined();
  const bool strict = model.offered.dialect == wire::Decode::kOpenAiChat;
  wire::LabelledCall out;
  out.tool = model.offered.tool;
  out.definition = model.offered.definition;
  out.arguments.push_back(body_leaf(quarantined_body(
      model, waiting_->query, wrapped_schema(waiting_->schema, strict), waiting_->replies)));
  const label::LabelId label = around_.labels.join(waiting_->asked, base_);
  out.labels.push_back(around_.labels.text(label));
  out.control = around_.labels.text(around_.labels.join(waiting_->call.control, base_));
  out.line = waiting_->call.line;
  return out;
}

// Answers from the record as long as it lasts; then the call goes out.
lang::Answer PlanTurn::propose() {
  while (true) {
    wire::LabelledCall proposed = proposal();
    const bool tool = waiting_->what == Waiting::What::kTool;
    if (proposed.arguments.size() == 1 && proposed.arguments[0].text.size() > kPromptMost)
      return failed("the text is too large", whole_label(waiting_->call, around_.labels));
    if (next_step_ == steps_.size()) {
      reply_ = ModelReply();
      proposal_ = around_.ledger.open(tool ? Purpose::kTool : Purpose::kModel, 0);
      proposed.turn = id_;
      proposed.proposal = proposal_;
      calls_ += tool ? 1 : 0;
      out_->emplace_back(std::move(proposed));
      return {};
    }
    const wire::RecordedStep& step = steps_[next_step_++];
    if (step.call != proposed.identity()) {
      not_resumed_ = true;
      lang::Answer end;
      end.kind = Kind::kDenied;
      return end;
    }
    calls_ += tool ? 1 : 0;
    waiting_->id = step.id;
    wire::CallResult result;
    result.reason = step.reason;
    result.http_status = step.http_status;
    result.content = step.content;
    result.label = step.label;
    replaying_ = true;  // whatever it led to is in the log
    auto known = answer(result);
    replaying_ = false;
    if (known) return *known;
  }
}

std::optional<lang::Answer> PlanTurn::answer(const wire::CallResult& result) {
  read_ = around_.labels.join(read_, around_.labels.given(result.label));
  if (waiting_->what == Waiting::What::kTool) return of_tool(result);
  return of_model(result);
}

lang::Answer PlanTurn::of_tool(const wire::CallResult& result) {
  const label::LabelId label = around_.labels.given(result.label);
  if (result.reason != Reason::kOk)
    return failed(std::string(base::sentence(result.reason)), label);
  around_.results.keep(waiting_->id, result.content, result.label);
  lang::Answer out;
  out.kind = Kind::kResult;
  out.value = value_of(around_.setup.tools.find(waiting_->proposed.tool), result.content);
  out.label = label;
  return out;
}

// Nothing: it has to be asked again.
std::optional<lang::Answer> PlanTurn::of_model(const wire::CallResult& result) {
  Labels& labels = around_.labels;
  const label::LabelId given =
      labels.join(labels.given(result.label), labels.join(waiting_->asked, labels.quarantined()));
  if (result.reason != Reason::kOk)
    return failed(std::string(base::sentence(result.reason)), given);
  auto reply = quarantined_reply(result.content, waiting_->schema);
  if (!reply && ++waiting_->replies < kReplies) return std::nullopt;
  if (!reply) return failed(kNoForm, given);
  lang::Answer out;
  if (!reply->enough) {
    out.kind = Kind::kNotEnough;
    out.text = kNotEnough;
    out.label = given;
    return out;
  }
  if (waiting_->what == Waiting::What::kChoose) return picked(reply->value, given);
  out.kind = Kind::kResult;
  out.value = std::move(reply->value);
  out.label = given;
  return out;
}

lang::Answer PlanTurn::picked(const Value& index, label::LabelId given) {
  const lang::Argument& options = *argument(waiting_->call, "options");
  const auto at = static_cast<std::size_t>(index.as_i64().value_or(0));
  lang::Answer out;
  out.kind = Kind::kResult;
  out.value = options.value.as_array()->at(at);
  out.label = chosen_label(around_.labels, element_label(around_.labels, options, at), given);
  wire::Endorsed event;
  event.turn = id_;
  event.call = waiting_->id;
  event.value = base::sha256({schema::write(out.value)});
  event.index = static_cast<std::uint32_t>(at);
  event.options = static_cast<std::uint32_t>(options.value.as_array()->size());
  event.line = waiting_->call.line;
  if (!replaying_) out_->emplace_back(event);
  return out;
}

}  // namespace session
