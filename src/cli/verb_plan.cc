// SPDX-License-Identifier: Apache-2.0
// yett plan check: whether a plan can be read, and if not, what is wrong and where.
// yett plan run, trace: it runs behind the gate, as a model's would.
#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "cli/await.h"
#include "cli/open_files.h"
#include "cli/start.h"
#include "cli/turn_json.h"
#include "cli/turn_view.h"
#include "cli/verbs.h"
#include "lang/parse.h"

namespace cli {
namespace {

using schema::Value;

constexpr std::size_t kFileBytes = 1 << 20;  // the language has its own limit, below this

base::Result<std::string> read_plan(const std::string& path) {
  const base::Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!fd) return base::Error{base::Errc::kIo, fmt::format("{}: {}", path, std::strerror(errno))};
  return read_all(fd, kFileBytes);
}

std::string_view named(lang::Problem::Kind kind) {
  switch (kind) {
    case lang::Problem::Kind::kSyntax: return "syntax";
    case lang::Problem::Kind::kUnsupported: return "unsupported";
    case lang::Problem::Kind::kName: return "name";
    case lang::Problem::Kind::kLimit: return "limit";
  }
  return "syntax";
}

// Line and column from 1, as editors count; the column in bytes.
Value described(const lang::Problem& problem) {
  Value document = Value::object();
  document.set("kind", json_text(named(problem.kind)));
  document.set("line", json_number(problem.place.line));
  document.set("column", json_number(problem.place.column + 1));
  document.set("message", json_text(problem.message));
  if (!problem.hint.empty()) document.set("hint", json_text(problem.hint));
  return document;
}

Exit check(const PlanCommand& command, const std::string& source, const Context& context) {
  lang::ParseWorkspace workspace;
  const auto problem = workspace.parse(source);
  const Exit exit = problem ? Exit::kFailed : Exit::kOk;
  if (context.options.json) {
    Value document = Value::object();
    document.set("ok", Value::boolean(!problem));
    if (problem) document.set("exit", json_number(static_cast<std::uint64_t>(exit)));
    Value problems = Value::array();
    if (problem) problems = Value::array({described(*problem)});
    document.set("problems", std::move(problems));
    print(context, document);
    return exit;
  }
  const std::string said = problem ? lang::render(*problem, source) : std::string("ok");
  context.terminal.out(safe_text(fmt::format("{}: {}\n", command.file, said)));
  return exit;
}

// What came of a plan, as one document.
Exit told(const Context& context, const DoorEvent& end, const Value& calls, const Value& plans) {
  Value document = Value::object();
  document.set("ok", Value::boolean(end.reason == base::Reason::kOk));
  document.set("reason", json_text(base::slug(end.reason)));
  document.set("text", json_text(end.text));
  document.set("detail", json_text(end.detail));
  document.set("calls", calls);
  document.set("plans", plans);
  add_plan_end(document, end);
  print(context, document);
  return exit_of(end.reason);
}

Exit follow(Await& await, std::uint64_t id, const Context& context) {
  TurnView view(context.terminal, false);
  Value calls = Value::array(), plans = Value::array();
  while (true) {
    const auto event = await.next(id);
    if (!event.ok()) return fail(context, Exit::kFailed, event.error().message);
    if (!*event)
      return fail(context, Exit::kCancelled, "given up; `yett log tail` shows what came of it");
    if ((*event)->kind == DoorEvent::Kind::kError)
      return fail(context, Exit::kFailed, (*event)->text);
    if ((*event)->kind == DoorEvent::Kind::kRefused)
      return fail(context, exit_of((*event)->reason), base::sentence((*event)->reason));
    if ((*event)->kind == DoorEvent::Kind::kCall) calls.push(json_of_call(**event));
    if ((*event)->kind == DoorEvent::Kind::kPlan) plans.push(json_of_plan(**event));
    const bool done = (*event)->kind == DoorEvent::Kind::kDone;
    if (done && context.options.json) return told(context, **event, calls, plans);
    if (!context.options.json) view.show(**event);
    if (done) return exit_of((*event)->reason);
  }
}

// Programs that run already hold the sessions; else they run as long as this plan.
Exit run_plan(const PlanCommand& command, const std::string& source, const Context& context) {
  const auto loaded = load(context.options.config);
  if (!loaded.ok()) return fail_to_start(context, loaded.error());
  const Interrupts interrupts;
  StartOptions options;
  options.config_path = context.options.config;
  options.shared = false;
  std::optional<base::Fd> joined = join(*loaded);
  std::optional<Running> own;
  if (!joined) {
    auto running = start(options);
    if (!running.ok()) return fail_to_start(context, running.error());
    own.emplace(std::move(*running));
  }
  DoorClient door(joined ? std::move(*joined) : std::move(own->door));
  const auto session = door.open(command.session);
  if (!session.ok()) return fail(context, Exit::kFailed, session.error().message);
  const bool trace = command.what == PlanCommand::What::kTrace;
  const auto id = door.turn(*session, source, "", false, wire::TurnMode::kPlan, trace);
  if (!id.ok()) return fail(context, Exit::kFailed, id.error().message);
  Await await(door, interrupts, nullptr, -1);
  return follow(await, *id, context);
}

}  // namespace

Exit run(const PlanCommand& command, const Context& context) {
  const auto source = read_plan(command.file);
  if (!source.ok()) return fail(context, Exit::kFailed, source.error().message);
  switch (command.what) {
    case PlanCommand::What::kCheck: return check(command, *source, context);
    case PlanCommand::What::kRun:
    case PlanCommand::What::kTrace: return run_plan(command, *source, context);
  }
  return Exit::kFailed;
}

}  // namespace cli
