// SPDX-License-Identifier: Apache-2.0
// yett call: one tool, through the same gate that a model goes through.
#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "cli/await.h"
#include "cli/start.h"
#include "cli/tool_arguments.h"
#include "cli/verbs.h"
#include "schema/parse.h"

namespace cli {
namespace {

using base::Reason;
using schema::Value;

// A call as the command line asks for it.
struct Asked {
  std::string tool;
  Value arguments;
  std::vector<wire::ResultRef> from{};
};

base::Result<Asked> read_call(const CallCommand& command, const Loaded& loaded) {
  const auto& tools = loaded.compiled.all_tools;
  const auto found = std::ranges::find(tools, command.tool, &wire::OfferedTool::name);
  if (found == tools.end()) {
    std::vector<std::string> names;
    for (const auto& tool : tools) names.push_back(tool.name);
    const std::string_view near = base::nearest(command.tool, names);
    return base::invalid(fmt::format(
        "there is no tool `{}`{}", base::printable(command.tool),
        near.empty() ? "; `yett tools` lists them" : fmt::format("; did you mean `{}`?", near)));
  }
  TRY_AS(auto from, typed_references(*found, command.from));
  if (command.arguments_json.empty()) {
    TRY_AS(Value arguments, typed_arguments(*found, command.arguments));
    return Asked{found->name, std::move(arguments), std::move(from)};
  }
  auto arguments = schema::parse(command.arguments_json);
  if (!arguments.ok()) return base::invalid("--args-json: " + arguments.error().message);
  if (arguments->as_object() == nullptr)
    return base::invalid("--args-json is not a JSON object, such as '{\"name\":\"value\"}'");
  return Asked{found->name, std::move(*arguments), std::move(from)};
}

// What a person can do about an ending; empty where the sentence says it all (STR-037).
std::string advice(const DoorEvent& result, const std::string& tool) {
  if (result.reason == Reason::kUpstreamStatus && (result.status == 401 || result.status == 403))
    return "the tool refused the credential: `yett secret test` tells whether it can be had, "
           "`yett secret rotate` replaces it; a new key may take hours to be accepted";
  if (result.reason == Reason::kUpstreamStatus && result.status == 404)
    return fmt::format("nothing is there: look at the arguments, and at `url` in [tool.{}]", tool);
  if (result.reason == Reason::kUpstreamStatus && result.status == 429)
    return "the tool asks for fewer calls: wait, or look at its quota";
  if (result.reason == Reason::kSecretUnavailable) return "`yett secret test` tells why";
  if (result.reason == Reason::kInvalidArguments) return "`yett tools` shows what it takes";
  if (result.reason == Reason::kNoRule || result.reason == Reason::kToolNotAllowed)
    return fmt::format("to allow it, add to the policy: tool \"{}\" {{ must allow always; }}",
                       tool);
  if (result.reason == Reason::kOutcomeUnknown)
    return "look at the other side before you repeat it; nothing is retried by itself";
  return "";
}

void show_failure(const Context& context, const std::string& tool, const DoorEvent& result) {
  const auto sentence = base::sentence(result.reason);
  std::string what = fmt::format("{}: {} ({})", tool, sentence, base::slug(result.reason));
  if (result.status != 0) what += fmt::format(", HTTP {}", result.status);
  if (!result.text.empty() && result.text != sentence) what += "\n" + result.text;
  if (const std::string more = advice(result, tool); !more.empty()) what += "\n" + more;
  if (!result.call.empty()) what += fmt::format("\n`yett explain {}` tells more", result.call);
  context.terminal.complain(what);
}

void show_result(const Context& context, const std::string& tool, const DoorEvent& result) {
  const bool ok = result.reason == Reason::kOk;
  if (context.options.json) {
    Value document = Value::object();
    document.set("ok", Value::boolean(ok));
    document.set("tool", json_text(tool));
    document.set("call", json_text(result.call));
    document.set("reason", json_text(base::slug(result.reason)));
    document.set("status", json_number(result.status));
    document.set("content", json_text(result.text));
    document.set("scrubbed", json_number(result.scrubbed));
    if (!ok) document.set("advice", json_text(advice(result, tool)));
    return print(context, document);
  }
  if (!ok) return show_failure(context, tool, result);
  context.terminal.out(safe_text(result.text));
  if (!result.text.ends_with('\n')) context.terminal.out("\n");
  if (result.scrubbed > 0)
    context.terminal.err(
        context.terminal.styled_err(
            Style::kWarning, fmt::format("{} secret{} removed from the answer", result.scrubbed,
                                         result.scrubbed == 1 ? " was" : "s were")) +
        "\n");
}

}  // namespace

Exit run(const CallCommand& command, const Context& context) {
  const auto loaded = load(context.options.config);
  if (!loaded.ok()) return fail_to_start(context, loaded.error());
  auto asked = read_call(command, *loaded);
  if (!asked.ok()) return fail(context, Exit::kUsage, asked.error().message);

  const Interrupts interrupts;
  StartOptions options;
  options.config_path = context.options.config;
  options.shared = false;
  // Programs that run already hold the sessions; else they run as long as this call.
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
  const auto id = door.call(*session, asked->tool, std::move(asked->arguments), asked->from);
  if (!id.ok()) return fail(context, Exit::kFailed, id.error().message);
  Await await(door, interrupts, nullptr, -1);
  while (true) {
    const auto event = await.next(*id);
    if (!event.ok()) return fail(context, Exit::kFailed, event.error().message);
    if (!*event)
      return fail(context, Exit::kCancelled, "given up; `yett log tail` shows what came of it");
    if ((*event)->kind == DoorEvent::Kind::kError)
      return fail(context, Exit::kFailed, (*event)->text);
    if ((*event)->kind == DoorEvent::Kind::kRefused)
      return fail(context, exit_of((*event)->reason), base::sentence((*event)->reason));
    if ((*event)->kind != DoorEvent::Kind::kResult) continue;
    show_result(context, asked->tool, **event);
    // What `--from` needs of a later call.
    if (!command.session.empty() && !context.options.json && !(*event)->call.empty())
      context.terminal.err(fmt::format("call {}\n", (*event)->call));
    return exit_of((*event)->reason);
  }
}

}  // namespace cli
