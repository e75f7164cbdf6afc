// SPDX-License-Identifier: Apache-2.0
// yett tools: what there is, what is offered to a model, and why the rest is not.
#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "cli/load.h"
#include "cli/tool_arguments.h"
#include "cli/tool_list.h"
#include "cli/verbs.h"

namespace cli {
namespace {

using schema::Value;

Value texts(const std::vector<std::string>& all) {
  Value out = Value::array();
  for (const auto& one : all) out.push(json_text(one));
  return out;
}

Value json_of(const wire::Parameter& p) {
  Value out = Value::object();
  out.set("name", json_text(p.spec.name));
  out.set("type", json_text(type_text(p.spec)));
  out.set("required", Value::boolean(p.spec.required));
  out.set("description", json_text(p.description));
  if (p.spec.role != wire::Role::kNone) out.set("role", json_text(name_of(p.spec.role)));
  if (!p.spec.choices.empty()) out.set("enum", texts(p.spec.choices));
  if (!p.pattern.empty()) out.set("pattern", json_text(p.pattern));
  if (p.spec.minimum) out.set("min", json_text(*p.spec.minimum));
  if (p.spec.maximum) out.set("max", json_text(*p.spec.maximum));
  if (p.max_length > 0) out.set("max_length", json_number(p.max_length));
  return out;
}

Value json_of(const ListedTool& tool) {
  Value out = Value::object();
  out.set("name", json_text(tool.offered->name));
  out.set("description", json_text(tool.offered->description));
  out.set("effect", json_text(name_of(tool.config->effect)));
  out.set("method", json_text(name_of(tool.config->method)));
  out.set("url", json_text(tool.config->url.value));
  out.set("offered", Value::boolean(tool.allowed));
  out.set("why", json_text(tool.why));
  Value parameters = Value::array();
  for (const auto& p : tool.offered->parameters) parameters.push(json_of(p));
  out.set("parameters", std::move(parameters));
  return out;
}

std::string bounds_of(const wire::Parameter& p) {
  std::string out;
  if (!p.spec.choices.empty()) out += fmt::format(", one of {}", fmt::join(p.spec.choices, " "));
  if (p.spec.minimum) out += ", at least " + *p.spec.minimum;
  if (p.spec.maximum) out += ", at most " + *p.spec.maximum;
  if (p.max_length > 0) out += fmt::format(", at most {} characters", p.max_length);
  if (!p.pattern.empty()) out += ", matching " + p.pattern;
  return out;
}

void show(const Terminal& t, const ListedTool& tool) {
  t.out(t.styled_out(Style::kBold, base::printable(tool.offered->name)) + "  " +
        std::string(name_of(tool.config->effect)) + "  " +
        t.styled_out(tool.allowed ? Style::kGood : Style::kWarning,
                     tool.allowed ? "offered" : "not offered") +
        "\n");
  t.out("  " + base::printable(tool.offered->description) + "\n");
  t.out(base::printable(
            fmt::format("  {} {}", name_of(tool.config->method), tool.config->url.value)) +
        "\n");
  if (!tool.allowed) t.out("  " + tool.why + "\n");
  for (const auto& p : tool.offered->parameters) {
    t.out(base::printable(fmt::format("    {}: {}, {}{}{}{}", p.spec.name, type_text(p.spec),
                                      p.spec.required ? "required" : "optional", bounds_of(p),
                                      p.description.empty() ? "" : ". ", p.description)) +
          "\n");
  }
}

}  // namespace

std::string_view name_of(wire::Effect effect) {
  switch (effect) {
    case wire::Effect::kRead: return "read";
    case wire::Effect::kWrite: return "write";
    case wire::Effect::kSend: return "send";
    case wire::Effect::kDestroy: return "destroy";
    case wire::Effect::kPay: return "pay";
    case wire::Effect::kExec: return "exec";
  }
  return "";
}

std::string_view name_of(wire::Method method) {
  switch (method) {
    case wire::Method::kGet: return "GET";
    case wire::Method::kHead: return "HEAD";
    case wire::Method::kPost: return "POST";
    case wire::Method::kPut: return "PUT";
    case wire::Method::kPatch: return "PATCH";
    case wire::Method::kDelete: return "DELETE";
  }
  return "";
}

std::string_view name_of(wire::Role role) {
  switch (role) {
    case wire::Role::kNone: return "none";
    case wire::Role::kRecipient: return "recipient";
    case wire::Role::kContent: return "content";
    case wire::Role::kPath: return "path";
    case wire::Role::kHost: return "host";
    case wire::Role::kUrl: return "url";
    case wire::Role::kQuery: return "query";
    case wire::Role::kAmount: return "amount";
    case wire::Role::kCommand: return "command";
  }
  return "";
}

std::vector<ListedTool> list_tools(const Loaded& loaded) {
  std::vector<ListedTool> out;
  for (const auto& tool : loaded.compiled.all_tools) {
    const auto config = std::ranges::find(loaded.config.tools, tool.name, &ToolConfig::name);
    if (config == loaded.config.tools.end()) continue;
    ListedTool listed{&tool, &*config, false, ""};
    const auto& offered = loaded.compiled.session.tools;
    listed.allowed =
        std::ranges::find(offered, tool.name, &wire::OfferedTool::name) != offered.end();
    listed.why = why_not_allowed(loaded.compiled.rules, loaded.config, tool.name);
    out.push_back(std::move(listed));
  }
  return out;
}

Exit run(const ToolsCommand&, const Context& context) {
  const auto loaded = load(context.options.config);
  if (!loaded.ok()) return fail_to_start(context, loaded.error());
  const auto tools = list_tools(*loaded);
  if (context.options.json) {
    Value document = Value::object();
    Value all = Value::array();
    for (const auto& tool : tools) all.push(json_of(tool));
    document.set("ok", Value::boolean(true));
    document.set("tools", std::move(all));
    print(context, document);
    return Exit::kOk;
  }
  for (const auto& tool : tools) show(context.terminal, tool);
  if (tools.empty())
    context.terminal.out(
        fmt::format("there are no tools; add a [tool.NAME] to {}\n", loaded->paths.config));
  return Exit::kOk;
}

}  // namespace cli
