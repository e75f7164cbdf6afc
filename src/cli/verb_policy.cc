// SPDX-License-Identifier: Apache-2.0
// yett policy check, fmt, show, list: what a policy is.
#include "cli/verb_policy.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <set>

#include "base/bytes.h"
#include "cli/policy_edit.h"
#include "cli/policy_packs.h"
#include "cli/policy_view.h"
#include "policy/load/built_in.h"
#include "policy/syntax/parse.h"
#include "policy/syntax/print.h"

namespace cli {
namespace {

using schema::Value;

std::string digest_text(const policy::Loaded& loaded) {
  return base::hex(base::view(loaded.digest));
}

// Rules as people wrote them, packs included: what expansion made of one is one, and what Yett
// itself adds is none.
std::size_t count_rules(const policy::Loaded& loaded) {
  std::set<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>> places;
  for (const policy::Tree& tree : loaded.trees) {
    if (tree.name == policy::kBuiltIn) continue;
    for (const auto& declaration : tree.declarations)
      if (const auto* tool = std::get_if<policy::ToolPolicy>(&declaration))
        for (const auto& member : tool->members)
          if (const auto* rule = std::get_if<policy::Rule>(&member))
            places.emplace(rule->span.file, rule->span.line, rule->span.column);
  }
  return places.size();
}

// With --open nothing is known of tools, so nothing is said of them either.
std::vector<policy::Diagnostic> worth_saying(std::vector<policy::Diagnostic> all, bool open) {
  if (open)
    std::erase_if(all, [](const policy::Diagnostic& d) {
      return d.severity == policy::Diagnostic::Severity::kWarning &&
             (d.name == "unknown-tool" || d.name == "unknown-argument" ||
              d.name == "matches-no-tool" || d.name == "tool-without-rule");
    });
  return all;
}

// Holds the digest to the pin, and writes one, where asked. Nothing: it is right.
std::optional<base::Error> check_pin(const PolicyCheck& command, const std::string& digest) {
  if (!command.pin.empty()) {
    const auto text = read_named(command.pin);
    if (!text.ok()) return text.error();
    const auto pinned = pinned_digest(*text);
    if (!pinned.ok()) return base::invalid(command.pin + ": " + pinned.error().message);
    if (*pinned != digest)
      return base::invalid(
          fmt::format("policy hash mismatch: expected {}, got {}", *pinned, digest));
  }
  if (command.write_pin.empty()) return std::nullopt;
  const base::Status written = replace_file(command.write_pin, pin_text(digest));
  if (!written.ok()) return written.error();
  return std::nullopt;
}

Exit say_failed(const Context& context, const std::vector<policy::Diagnostic>& all,
                const std::vector<policy::Source>& sources, const std::string& error) {
  if (context.options.json) {
    Value document = Value::object();
    document.set("ok", Value::boolean(false));
    document.set("exit", json_number(static_cast<std::uint64_t>(Exit::kFailed)));
    document.set("error", json_text(error));
    document.set("diagnostics", json_of(all, sources));
    print(context, document);
    return Exit::kFailed;
  }
  context.terminal.err(safe_text(render_all(all, sources)));
  context.terminal.complain("FAIL: " + error);
  return Exit::kFailed;
}

Exit say_checked(const Context& context, const policy::Outcome& outcome,
                 const std::vector<policy::Diagnostic>& all) {
  const policy::Loaded& loaded = *outcome.loaded;
  const std::size_t rules = count_rules(loaded);
  if (context.options.json) {
    Value document = Value::object();
    document.set("ok", Value::boolean(true));
    document.set("rules", json_number(rules));
    document.set("tools", json_number(loaded.tools.size()));
    document.set("digest", json_text(digest_text(loaded)));
    document.set("diagnostics", json_of(all, outcome.sources));
    print(context, document);
    return Exit::kOk;
  }
  context.terminal.err(safe_text(render_all(all, outcome.sources)));
  context.terminal.out(fmt::format("ok: {} rule{} over {} tool{}, digest {}\n", rules,
                                   rules == 1 ? "" : "s", loaded.tools.size(),
                                   loaded.tools.size() == 1 ? "" : "s", digest_text(loaded)));
  return Exit::kOk;
}

// The declarations that apply to a tool, and the names they may use.
policy::Tree only_for(const policy::Tree& tree, const std::string& tool) {
  policy::Tree out;
  out.name = tree.name;
  out.yett = tree.yett;
  for (const auto& declaration : tree.declarations) {
    const auto* block = std::get_if<policy::ToolPolicy>(&declaration);
    if (block != nullptr && block->id.kind == policy::ToolId::Kind::kExact &&
        block->id.text != tool)
      continue;
    if (block != nullptr && block->id.kind == policy::ToolId::Kind::kPattern &&
        !re2::RE2::FullMatch(tool, re2::RE2(block->id.text, re2::RE2::Quiet)))
      continue;
    out.declarations.push_back(declaration);
  }
  return out;
}

bool knows(const policy::Loaded& loaded, const std::string& tool) {
  return std::ranges::any_of(loaded.tools, [&](const auto& known) { return known.name == tool; });
}

// Each file in its one form.
struct Shown {
  std::string name;
  std::string text;
};
Exit say_shown(const Context& context, const std::vector<Shown>& all) {
  Value files = Value::array();
  for (const Shown& one : all) {
    if (!context.options.json) {
      const std::string head = all.size() == 1 ? "" : fmt::format("// {}\n", one.name);
      context.terminal.out(safe_text(head + one.text));
      continue;
    }
    Value file = Value::object();
    file.set("name", json_text(one.name));
    file.set("text", json_text(one.text));
    files.push(std::move(file));
  }
  if (!context.options.json) return Exit::kOk;
  Value document = Value::object();
  document.set("ok", Value::boolean(true));
  document.set("files", std::move(files));
  print(context, document);
  return Exit::kOk;
}

Exit show_expanded(const PolicyShow& command, const Context& context) {
  const GroundOrExit found = ground_of(command.place, context);
  if (!found.ground) return found.exit;
  if (!command.tool.empty() && !command.place.open && !knows(found.ground->loaded, command.tool))
    return fail(
        context, Exit::kUsage,
        fmt::format("no tool `{}` is known here; `yett tools` lists those of the configuration",
                    command.tool));
  std::vector<Shown> all;
  for (const policy::Tree& tree : found.ground->loaded.trees) {
    const policy::Tree shown = command.tool.empty() ? tree : only_for(tree, command.tool);
    if (!shown.declarations.empty()) all.push_back({tree.name, policy::print(shown)});
  }
  return say_shown(context, all);
}

}  // namespace

Exit fail_to_load(const Context& context, const base::Error& error) {
  const bool theirs = error.code == base::Errc::kInvalid || error.code == base::Errc::kNotFound ||
                      error.code == base::Errc::kDenied;
  const Exit exit = theirs ? Exit::kConfiguration : Exit::kFailed;
  const bool diagnostics = error.message.find(": error: ") != std::string::npos;
  if (context.options.json || !diagnostics) return fail(context, exit, error.message);
  context.terminal.err(safe_text(error.message) + "\n");
  return exit;
}

GroundOrExit ground_of(const PolicyPlace& place, const Context& context) {
  GroundOrExit out;
  auto world = gather(place, context);
  if (!world.ok()) {
    out.exit = fail_to_load(context, world.error());
    return out;
  }
  auto ground = stand_on(world->input);
  if (!ground.ok()) {
    out.exit = fail_to_load(context, ground.error());
    return out;
  }
  out.world = std::move(*world);
  out.ground = std::move(*ground);
  return out;
}

Exit policy_verb(const PolicyCheck& command, const Context& context) {
  const auto world = gather(command.place, context);
  if (!world.ok()) return fail_to_load(context, world.error());
  const PolicyInput& input = world->input;
  const policy::Outcome outcome =
      policy::load(input.files, input.tools, input.options, input.packs);
  const auto all = worth_saying(outcome.diagnostics, command.place.open);
  if (!outcome.loaded) {
    const auto errors = std::ranges::count(all, policy::Diagnostic::Severity::kError,
                                           &policy::Diagnostic::severity);
    return say_failed(
        context, all, outcome.sources,
        fmt::format("{} error{}; nothing of it is loaded", errors, errors == 1 ? "" : "s"));
  }
  if (const auto wrong = check_pin(command, digest_text(*outcome.loaded)))
    return say_failed(context, all, outcome.sources, wrong->message);
  return say_checked(context, outcome, all);
}

Exit policy_verb(const PolicyFmt& command, const Context& context) {
  PolicyPlace place;
  place.files = command.files;
  place.open = true;
  const auto world = gather(place, context);
  if (!world.ok()) return fail_to_load(context, world.error());
  std::vector<std::string> changed;
  for (std::size_t i = 0; i < world->input.files.size(); ++i) {
    const policy::Source& source = world->input.files[i];
    const auto formed = policy::format(source);
    if (const auto* wrong = std::get_if<policy::Diagnostic>(&formed))
      return fail_to_load(context, base::invalid(render_all({*wrong}, {source})));
    const auto& text = std::get<std::string>(formed);
    if (text == source.text) continue;
    changed.push_back(source.name);
    if (command.check) continue;
    const base::Status written = replace_file(world->paths[i], text);
    if (!written.ok()) return fail(context, Exit::kFailed, written.error().message);
  }
  const bool failed = command.check && !changed.empty();
  if (context.options.json) {
    Value document = Value::object();
    document.set("ok", Value::boolean(!failed));
    Value names = Value::array();
    for (const std::string& name : changed) names.push(json_text(name));
    document.set("changed", std::move(names));
    print(context, document);
  } else {
    for (const std::string& name : changed)
      context.terminal.out(safe_text(name) + (command.check ? ": would change\n" : ": changed\n"));
  }
  return failed ? Exit::kFailed : Exit::kOk;
}

Exit policy_verb(const PolicyShow& command, const Context& context) {
  if (command.expanded || !command.tool.empty()) return show_expanded(command, context);
  PolicyPlace place = command.place;
  place.open = true;  // only the text is asked for
  place.tools.clear();
  const auto world = gather(place, context);
  if (!world.ok()) return fail_to_load(context, world.error());
  std::vector<Shown> all;
  for (const policy::Source& source : world->input.files) {
    const auto parsed = policy::parse(source);
    if (const auto* wrong = std::get_if<policy::Diagnostic>(&parsed))
      return fail_to_load(context, base::invalid(render_all({*wrong}, {source})));
    all.push_back({source.name, policy::print(std::get<policy::Tree>(parsed))});
  }
  return say_shown(context, all);
}

Exit policy_verb(const PolicyList&, const Context& context) {
  Value all = Value::array();
  for (const PackTold& pack : list_packs()) {
    if (!context.options.json) {
      context.terminal.out(fmt::format("{:<18} {}\n", pack.name, pack.about));
      continue;
    }
    Value one = Value::object();
    one.set("name", json_text(pack.name));
    one.set("about", json_text(pack.about));
    all.push(std::move(one));
  }
  if (!context.options.json) return Exit::kOk;
  Value document = Value::object();
  document.set("ok", Value::boolean(true));
  document.set("packs", std::move(all));
  print(context, document);
  return Exit::kOk;
}

Exit run(const PolicyCommand& command, const Context& context) {
  return std::visit([&](const auto& one) { return policy_verb(one, context); }, command);
}

}  // namespace cli
