// SPDX-License-Identifier: Apache-2.0
// yett chat: a conversation with a model that may use the allowed tools.
#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "cli/await.h"
#include "cli/start.h"
#include "cli/tool_list.h"
#include "cli/turn_json.h"
#include "cli/turn_view.h"
#include "cli/verbs.h"

namespace cli {
namespace {

using base::Reason;
using schema::Value;

constexpr std::string_view kPrompt = "you> ";

// The model that a turn goes to, or null if the configuration does not have it.
const wire::OfferedModel* model_of(const ChatCommand& command, const Loaded& loaded) {
  const auto& models = loaded.compiled.session.models;
  if (command.model.empty()) return models.empty() ? nullptr : &models.front();
  const auto found = std::ranges::find(models, command.model, &wire::OfferedModel::name);
  return found == models.end() ? nullptr : &*found;
}

std::string no_model(const ChatCommand& command, const Loaded& loaded) {
  std::vector<std::string> names;
  for (const auto& model : loaded.compiled.session.models) names.push_back(model.name);
  if (names.empty())
    return fmt::format("there is no model; add a [model.NAME] to {}", loaded.paths.config);
  const std::string_view near = base::nearest(command.model, names);
  return fmt::format("there is no model `{}`; {}", base::printable(command.model),
                     near.empty() ? fmt::format("there is {}", fmt::join(names, ", "))
                                  : fmt::format("did you mean `{}`?", near));
}

std::string banner(const Running& running, const wire::OfferedModel& model) {
  const auto& loaded = running.loaded;
  std::uint8_t weakest = 255;
  for (const auto& program : running.state.programs) weakest = std::min(weakest, program.level);
  std::string out =
      fmt::format("yett {}: model {} ({}{}{})\n", YETT_VERSION, model.name, model.model,
                  model.options.empty() || model.options == "{}" ? "" : ", ",
                  model.options == "{}" ? "" : model.options);
  out += fmt::format("tools: {} of {} offered; policy {}; isolation level {}; log: {} entries\n",
                     loaded.compiled.session.tools.size(), loaded.compiled.all_tools.size(),
                     policy_names(loaded.config), running.state.programs.empty() ? 0 : weakest,
                     running.state.log_entries);
  if (running.state.unknown_calls > 0)
    out += fmt::format("{} calls of earlier runs have an unknown outcome; see `yett log tail`\n",
                       running.state.unknown_calls);
  return out + "`help` lists the commands, Ctrl-C cancels, `exit` ends\n";
}

// What a turn came to.
struct Turn {
  bool given_up = false;
  DoorEvent closing;               // kDone; kRefused or kError where it was not taken
  std::vector<DoorEvent> notices;  // kCall
  std::vector<DoorEvent> plans;    // kPlan
};

class Chat {
 public:
  Chat(const ChatCommand& command, const Context& context, const Running& running,
       const wire::OfferedModel& model, DoorClient& door, const Interrupts& interrupts)
      : command_(command),
        context_(context),
        running_(running),
        model_(model),
        door_(door),
        interrupts_(interrupts),
        lines_(context.terminal) {}

  Exit single(const std::string& text);
  Exit interactive();

 private:
  enum class Word : unsigned char { kText, kDone, kEnd };

  base::Status open();
  base::Result<Turn> run_turn(const std::string& text, bool show, LineReader* keys);
  Exit close_single(const Turn& turn);
  Word obey(std::string_view line);
  void list();
  bool say(const std::string& text, LineReader* keys);

  const ChatCommand& command_;
  const Context& context_;
  const Running& running_;
  const wire::OfferedModel& model_;
  DoorClient& door_;
  const Interrupts& interrupts_;
  LineReader lines_;
  std::string session_;
};

base::Status Chat::open() {
  TRY_AS(session_, door_.open(""));
  return base::ok();
}

base::Result<Turn> Chat::run_turn(const std::string& text, bool show, LineReader* keys) {
  const auto mode = command_.dual ? wire::TurnMode::kDual : wire::TurnMode::kDefault;
  TRY_AS(const std::uint64_t id,
         door_.turn(session_, text, model_.name, command_.stream && show, mode));
  Await await(door_, interrupts_, keys, context_.terminal.in());
  TurnView view(context_.terminal);
  Turn turn;
  while (true) {
    TRY_AS(auto event, await.next(id));
    turn.given_up = !event.has_value();
    if (turn.given_up) return turn;
    if (show) view.show(*event);
    switch (event->kind) {
      case DoorEvent::Kind::kCall: turn.notices.push_back(std::move(*event)); break;
      case DoorEvent::Kind::kDone:
      case DoorEvent::Kind::kRefused:
      case DoorEvent::Kind::kError: turn.closing = std::move(*event); return turn;
      case DoorEvent::Kind::kPlan: turn.plans.push_back(std::move(*event)); break;
      case DoorEvent::Kind::kText:
      case DoorEvent::Kind::kThinking:
      case DoorEvent::Kind::kOpened:
      case DoorEvent::Kind::kResult: break;
    }
  }
}

Exit Chat::close_single(const Turn& turn) {
  const DoorEvent& end = turn.closing;
  if (turn.given_up) return fail(context_, Exit::kCancelled, "given up");
  if (end.kind == DoorEvent::Kind::kError) return fail(context_, Exit::kFailed, end.text);
  if (end.kind == DoorEvent::Kind::kRefused)
    return fail(context_, exit_of(end.reason), base::sentence(end.reason));
  if (!context_.options.json) return exit_of(end.reason);
  Value document = Value::object();
  document.set("ok", Value::boolean(end.reason == Reason::kOk));
  document.set("model", json_text(model_.name));
  document.set("reason", json_text(base::slug(end.reason)));
  document.set("text", json_text(end.text));
  document.set("detail", json_text(end.detail));
  Value calls = Value::array();
  for (const auto& notice : turn.notices) calls.push(json_of_call(notice));
  document.set("calls", std::move(calls));
  if (turn.plans.empty()) return print(context_, document), exit_of(end.reason);
  Value plans = Value::array();
  for (const auto& plan : turn.plans) plans.push(json_of_plan(plan));
  document.set("plans", std::move(plans));
  add_plan_end(document, end);
  print(context_, document);
  return exit_of(end.reason);
}

Exit Chat::single(const std::string& text) {
  if (const auto opened = open(); !opened.ok())
    return fail(context_, Exit::kFailed, opened.error().message);
  const auto turn = run_turn(text, !context_.options.json, nullptr);
  if (!turn.ok()) return fail(context_, Exit::kFailed, turn.error().message);
  return close_single(*turn);
}

void Chat::list() {
  const Terminal& t = context_.terminal;
  for (const auto& tool : list_tools(running_.loaded))
    t.out(fmt::format("  {}  {}  {}\n", base::printable(tool.offered->name),
                      tool.allowed ? "offered" : "not offered",
                      base::printable(tool.offered->description)));
}

Chat::Word Chat::obey(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return Word::kDone;
  const std::string_view word = line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
  if (word == "exit" || word == "quit" || word == "q") return Word::kEnd;
  if (word == "help") {
    context_.terminal.out(
        "  help             this list\n"
        "  tools            what the model is offered\n"
        "  reset            forget the conversation and its counts\n"
        "  exit, quit, q    end\n"
        "  Ctrl-C           cancel the turn that runs, drop the line; else end\n"
        "everything else goes to the model\n");
    return Word::kDone;
  }
  if (word == "tools") return list(), Word::kDone;
  if (word != "reset") return Word::kText;
  const bool sent = door_.reset(session_).ok();
  context_.terminal.out(sent ? "the conversation is forgotten\n" : "the programs ended\n");
  return sent ? Word::kDone : Word::kEnd;
}

// One turn at the prompt. False: the conversation cannot go on.
bool Chat::say(const std::string& text, LineReader* keys) {
  const auto turn = run_turn(text, true, keys);
  if (!turn.ok()) return context_.terminal.complain(turn.error().message), false;
  if (turn->given_up) return false;
  if (turn->closing.kind == DoorEvent::Kind::kError) context_.terminal.complain(turn->closing.text);
  if (turn->closing.kind == DoorEvent::Kind::kRefused)
    context_.terminal.complain(base::sentence(turn->closing.reason));
  return true;
}

Exit Chat::interactive() {
  if (const auto opened = open(); !opened.ok())
    return fail(context_, Exit::kFailed, opened.error().message);
  const bool person = context_.terminal.interactive();
  std::optional<RawMode> raw;
  if (person) {
    context_.terminal.out(
        context_.terminal.styled_out(Style::kDim, safe_text(banner(running_, model_))));
    raw.emplace(context_.terminal.in());
  }
  while (true) {
    const Typed typed = lines_.read(kPrompt);
    const bool given_up = typed.how == Typed::How::kInterrupt;
    if (given_up && !typed.line.empty()) continue;
    if (given_up || typed.how == Typed::How::kEnd) return Exit::kOk;
    const Word word = obey(typed.line);
    if (word == Word::kEnd) return Exit::kOk;
    if (word == Word::kText && !say(typed.line, person ? &lines_ : nullptr)) return Exit::kFailed;
  }
}

}  // namespace

Exit run(const ChatCommand& command, const Context& context) {
  if (context.options.json && !command.single)
    return fail(context, Exit::kUsage,
                "`chat --json` needs `--single TEXT`: one document is one turn");
  const auto loaded = load(context.options.config);
  if (!loaded.ok()) return fail_to_start(context, loaded.error());
  const wire::OfferedModel* model = model_of(command, *loaded);
  if (model == nullptr)
    return fail(context, command.model.empty() ? Exit::kConfiguration : Exit::kUsage,
                no_model(command, *loaded));

  const Interrupts interrupts;
  StartOptions options;
  options.config_path = context.options.config;
  auto running = start(options);
  if (!running.ok()) return fail_to_start(context, running.error());
  DoorClient door(std::move(running->door));
  Chat chat(command, context, *running, *model, door, interrupts);
  return command.single ? chat.single(*command.single) : chat.interactive();
}

}  // namespace cli
