// SPDX-License-Identifier: Apache-2.0
// The only file that sees CLI11, which is heavy.
#include "cli/arguments.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <memory>

#include "base/bytes.h"
#include "cli/arguments_policy.h"

namespace cli {
namespace {

constexpr const char* kGuide =
    R"(yett: the gate between AI agents and everything they can touch.
The model proposes; yett decides, acts with credentials that the model never sees, and keeps
the proof.

usage: yett [--config FILE] [--json] COMMAND ...

start
  demo                  eight scenarios without the gate and with Yett
  init                  write yett.toml and a policy
  check                 find out what works, and how to fix what does not
work
  chat                  talk to a model that may use the allowed tools
  call TOOL             call one tool yourself
  tools                 what there is, and what is offered to a model
look
  explain CALL          why a call was allowed or denied, and what came of it
  log tail, log verify  the record of everything
policy
  policy check, fmt, show     is it right, lay it out, what does it say
  policy test, explain, diff  try it; replay decides the log again, prove all there could be
  policy list, add, shadow    packs; a policy on trial
plans
  plan check FILE       whether a plan can be read, and what is wrong where
  plan run, trace FILE  run it behind the gate; tell the labels of each line
secrets
  secret add, list, test, rotate, remove

`yett help COMMAND` tells more. Exit status: 0 ok, 1 failed, 2 usage, 3 denied, 4 a tool or model
failed, 5 configuration, 6 outcome unknown, 130 cancelled.
)";

// One subcommand: what it fills when it is parsed.
struct Verbs {
  explicit Verbs(CLI::App& root) : app(root) {}
  CLI::App& app;
  CommandLine line;
  ChatCommand chat;
  CallCommand call;
  ExplainCommand explain;
  LogTailCommand tail;
  LogVerifyCommand verify;
  InitCommand init;
  SecretCommand secret;
  PlanCommand plan;
  std::vector<std::string> help_of;
  bool no_help = false;  // `help` of something that is not there
  bool no_stream = false;
  std::string single;
};

void add_chat(Verbs& v) {
  CLI::App* chat = v.app.add_subcommand("chat", "Talk to a model that may use the allowed tools.");
  chat->add_option("--model", v.chat.model, "a model of the configuration (default: its first)")
      ->type_name("NAME");
  CLI::Option* single =
      chat->add_option("--single", v.single, "one turn, then the end")->type_name("TEXT");
  chat->add_flag("--dual", v.chat.dual,
                 "the model writes a plan, which runs; it never sees what tools return");
  chat->add_flag("--no-stream", v.no_stream, "print the reply when it is whole");
  chat->footer(
      "At the prompt: help, tools, reset, exit, quit, q. Ctrl-C cancels the turn that runs, drops "
      "the "
      "line; on an empty line it ends.");
  chat->callback([&v, single] {
    v.chat.stream = !v.no_stream;
    if (single->count() > 0) v.chat.single = v.single;
    v.line.command = v.chat;
  });
}

void add_call(Verbs& v) {
  CLI::App* call = v.app.add_subcommand("call", "Call one tool yourself: the same gate, no model.");
  call->add_option("TOOL", v.call.tool, "a tool of the configuration")->required()->type_name("");
  CLI::Option* arguments = call->add_option("--arg", v.call.arguments,
                                            "an argument; an array's items one by one, or as JSON")
                               ->type_name("NAME=VALUE")
                               ->allow_extra_args(false);
  call->add_option("--args-json", v.call.arguments_json, "all arguments as one JSON object")
      ->type_name("JSON")
      ->excludes(arguments);
  call->add_option("--from", v.call.from,
                   "an argument that is the result of an earlier call of the session, or a field "
                   "of it")
      ->type_name("NAME=CALL[/FIELD]")
      ->allow_extra_args(false);
  call->add_option("--session", v.call.session,
                   "name of the session to use (default: a new one); it lives as long as the "
                   "programs that hold it, such as those of a `yett chat`")
      ->type_name("NAME");
  call->callback([&v] { v.line.command = v.call; });
}

void add_readers(Verbs& v) {
  CLI::App* tools = v.app.add_subcommand("tools", "What there is, and what is offered to a model.");
  tools->alias("list-tools");
  tools->callback([&v] { v.line.command = ToolsCommand{}; });
  CLI::App* check =
      v.app.add_subcommand("check", "Find out what works, and how to fix what does not.");
  check->callback([&v] { v.line.command = CheckCommand{}; });
  CLI::App* explain =
      v.app.add_subcommand("explain", "Why a call was allowed or denied, and what came of it.");
  explain
      ->add_option("CALL", v.explain.call,
                   "its number as `yett call` and `yett log` show it, such as c12")
      ->required()
      ->type_name("");
  explain->callback([&v] { v.line.command = v.explain; });
}

void add_log(Verbs& v) {
  CLI::App* log = v.app.add_subcommand("log", "The record of everything.");
  log->require_subcommand(1);
  CLI::App* tail = log->add_subcommand("tail", "The last entries.");
  tail->add_option("-n", v.tail.count, "how many (default: 20)")->type_name("N");
  tail->add_flag("--follow,-f", v.tail.follow, "go on as entries come");
  tail->callback([&v] { v.line.command = v.tail; });
  CLI::App* verify =
      log->add_subcommand("verify", "Whether every entry is whole and in its place.");
  verify
      ->add_option("--anchor", v.verify.anchor,
                   "what an earlier run printed: the log must still begin so")
      ->type_name("ENTRIES:HEAD");
  verify->callback([&v] { v.line.command = v.verify; });
}

void add_init(Verbs& v) {
  CLI::App* init = v.app.add_subcommand("init", "Write yett.toml and a policy to begin with.");
  init->add_option("--dir", v.init.directory,
                   "where (default: where the configuration is looked for)")
      ->type_name("DIR");
  init->add_flag("--key-file", v.init.key_file,
                 "also write a key file for the vault, readable by its owner only");
  init->add_flag("--force", v.init.force, "replace yett.toml and the policy (never a key file)");
  init->callback([&v] { v.line.command = v.init; });
}

void add_secret(Verbs& v) {
  using What = SecretCommand::What;
  CLI::App* secret = v.app.add_subcommand("secret", "Credentials: stored, tested, never shown.");
  secret->require_subcommand(1);
  const auto add = [&](const char* name, const char* text, What what) {
    CLI::App* verb = secret->add_subcommand(name, text);
    CLI::Option* which =
        verb->add_option("NAME", v.secret.name, "the secret's name in yett.toml")->type_name("");
    if (what != What::kList && what != What::kTest) which->required();
    if (what == What::kAdd || what == What::kRotate)
      verb->add_flag("--short", v.secret.short_value,
                     "allow less than 8 bytes: scrubbed in plain form only");
    verb->callback([&v, what] {
      v.secret.what = what;
      v.line.command = v.secret;
    });
  };
  add("add", "Put a value into the vault; it is typed without echo, or read from a pipe.",
      What::kAdd);
  add("list", "Names, sources and hosts.", What::kList);
  add("test", "Whether the secret can be had; the value is not shown.", What::kTest);
  add("rotate", "Replace the value in the vault.", What::kRotate);
  add("remove", "Take the value out of the vault.", What::kRemove);
}

void add_plan(Verbs& v) {
  CLI::App* plan = v.app.add_subcommand("plan", "Programs that a model wrote.");
  plan->require_subcommand(1);
  CLI::App* check = plan->add_subcommand(
      "check", "Whether a plan can be read, and what is wrong where; nothing runs.");
  check->add_option("FILE", v.plan.file, "the plan")->required()->type_name("");
  check->callback([&v] {
    v.plan.what = PlanCommand::What::kCheck;
    v.line.command = v.plan;
  });
  const auto running = [&v, plan](const char* name, const char* what, PlanCommand::What which) {
    CLI::App* verb = plan->add_subcommand(name, what);
    verb->add_option("FILE", v.plan.file, "the plan")->required()->type_name("");
    verb->add_option("--session", v.plan.session,
                     "name of the session to use (default: a new one), as of `yett call`")
        ->type_name("NAME");
    verb->callback([&v, which] {
      v.plan.what = which;
      v.line.command = v.plan;
    });
  };
  running("run", "Run it: each call through the same gate, no planner.", PlanCommand::What::kRun);
  running("trace", "Run it, and tell what each line bound under which labels; never values.",
          PlanCommand::What::kTrace);
}

// The subcommand that `path` names, or null.
CLI::App* find_verb(CLI::App& app, const std::vector<std::string>& path) {
  CLI::App* at = &app;
  for (const std::string& name : path) {
    const auto verbs = at->get_subcommands([&](CLI::App* verb) { return verb->check_name(name); });
    if (verbs.empty()) return nullptr;
    at = verbs.front();
  }
  return at;
}

std::vector<std::string> verb_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(verb->get_name());
    for (const std::string& alias : verb->get_aliases()) names.push_back(alias);
  }
  return names;
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

void add_help(Verbs& v) {
  CLI::App* help = v.app.add_subcommand("help", "This guide, or more about one command.");
  help->add_option("COMMAND", v.help_of, "the command")->type_name("");
  help->callback([&v] {
    const CLI::App* about = find_verb(v.app, v.help_of);
    v.no_help = about == nullptr;
    if (v.no_help) return;
    std::string above = "yett";  // the library adds the command's own name
    for (std::size_t i = 0; i + 1 < v.help_of.size(); ++i) above += " " + v.help_of[i];
    v.line.command = HelpCommand{v.help_of.empty() ? kGuide : about->help(above)};
  });
}

void set_up(Verbs& v) {
  v.app.require_subcommand(1);
  v.app.fallthrough();
  v.app.set_version_flag("--version", "yett " YETT_VERSION);
  v.app
      .add_option("--config", v.line.options.config,
                  "the configuration (default: the usual places)")
      ->type_name("FILE");
  v.app.add_flag("--json", v.line.options.json, "one JSON document instead of text");
  v.app.add_subcommand("demo", "Plays eight scenarios without the gate and with Yett.")
      ->callback([&v] { v.line.command = DemoCommand{}; });
  add_chat(v);
  add_call(v);
  add_readers(v);
  add_log(v);
  add_init(v);
  add_secret(v);
  add_policy(v.app, [&v](PolicyCommand command) { v.line.command = std::move(command); });
  add_plan(v);
  add_help(v);
}

// The words of the command that were understood so far: "yett log tail".
std::string understood(const CLI::App& app) {
  std::string words = "yett";
  for (const CLI::App* at = &app; at != nullptr;) {
    const auto parsed = at->get_subcommands();
    at = parsed.empty() ? nullptr : parsed.front();
    if (at != nullptr) words += " " + at->get_name();
  }
  return words;
}

constexpr std::size_t kShownWordBytes = 24;

// An unknown word, with the nearest of what there is. SECURITY: a longer word may be a secret that
// was given where none belongs, so it is not shown.
std::string unknown_word(const CLI::App& app, std::string_view word) {
  const auto parsed = app.get_subcommands();
  const CLI::App& where = parsed.empty() ? app : *parsed.front();
  const bool secret = where.get_name() == "secret";
  if (secret && !where.get_subcommands().empty() && !word.starts_with('-'))
    return "a value is never given on the command line, where every process can see it: it is "
           "typed without echo, "
           "or read from a pipe";
  auto names = word.starts_with('-') ? option_names(where) : verb_names(where);
  if (word.starts_with('-'))
    for (std::string& name : option_names(app)) names.push_back(std::move(name));
  const std::string_view near = base::nearest(word, names);
  const std::string kind = word.starts_with('-') ? "option" : names.empty() ? "word" : "command";
  if (word.size() > kShownWordBytes) return "one " + kind + " is too much or unknown";
  return "unknown " + kind + " `" + base::printable(word) + "`" +
         (near.empty() ? "" : "; did you mean `" + std::string(near) + "`?");
}

std::string first_unknown(const CLI::App& app) {
  for (const std::string& word : app.remaining(true))
    if (!word.empty()) return word;
  return "";
}

// SECURITY: the library's messages may quote a value, which may be a secret typed by mistake; the
// kinds that do are told in words of ours.
base::Error refusal(const CLI::App& app, const CLI::ParseError& error) {
  const std::string words = understood(app);
  std::string what = error.what();
  const bool required = dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
  const std::string extra = first_unknown(app);
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr || (required && !extra.empty()))
    what = unknown_word(app, extra);
  else if (dynamic_cast<const CLI::ConversionError*>(&error) != nullptr)
    what = "a value is not of its type, such as a number";
  else if (required && words == "yett") what = "no command is given";
  else if (required && words == "yett log") what = "`tail` or `verify` is missing";
  else if (required && words == "yett policy")
    what =
        "a verb is missing: check, fmt, show, list, add, test, explain, diff, replay, shadow, "
        "prove";
  else if (required && words == "yett plan") what = "`check`, `run` or `trace` is missing";
  else if (required && words == "yett secret")
    what = "`add`, `list`, `test`, `rotate` or `remove` is missing";
  const std::string hint =
      words == "yett" ? "`yett help` lists the commands" : "see `yett help" + words.substr(4) + "`";
  return base::invalid(what + "\n" + hint);
}

}  // namespace

base::Result<CommandLine> parse_arguments(int argc, const char* const* argv) {
  try {
    CLI::App app("the gate between AI agents and everything they can touch", "yett");
    Verbs verbs(app);
    try {
      set_up(verbs);
      app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
      const auto parsed = app.get_subcommands();
      verbs.line.command = HelpCommand{parsed.empty() ? kGuide : app.help()};
    } catch (const CLI::CallForVersion& version) {
      verbs.line.command = HelpCommand{std::string(version.what()) + "\n"};
    } catch (const CLI::ParseError& error) {
      return refusal(app, error);
    }
    if (verbs.no_help)
      return base::invalid("there is no such command\n`yett help` lists the commands");
    return std::move(verbs.line);
  } catch (const std::exception&) {
    return base::invalid("the command line could not be read\n`yett help` lists the commands");
  }
}

}  // namespace cli
