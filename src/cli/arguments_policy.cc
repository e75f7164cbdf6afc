// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments_policy.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <memory>

namespace cli {
namespace {

using Chosen = std::function<void(PolicyCommand)>;

// One verb of `policy`: its options fill `*command`, which the callback hands on.
template <class T> struct Verb {
  CLI::App* app;
  std::shared_ptr<T> command;
};
template <class T>
Verb<T> add(CLI::App& policy, const char* name, const char* text, const Chosen& chosen) {
  Verb<T> verb{policy.add_subcommand(name, text), std::make_shared<T>()};
  verb.app->callback([chosen, command = verb.command] { chosen(*command); });
  return verb;
}

void add_tools(CLI::App& app, PolicyPlace& place) {
  CLI::Option* tools =
      app.add_option("--tools", place.tools,
                     "what the policy may know of the tools (default: the configuration's)")
          ->type_name("FILE.toml");
  app.add_flag("--open", place.open, "tools and arguments are not known")->excludes(tools);
}

void add_files(CLI::App& app, PolicyPlace& place) {
  app.add_option("FILES", place.files, "policy files (default: the configuration's)")
      ->type_name("");
  add_tools(app, place);
}

void add_policy_option(CLI::App& app, PolicyPlace& place) {
  app.add_option("--policy", place.files, "another policy than the configuration's")
      ->type_name("FILE")
      ->allow_extra_args(false);
  add_tools(app, place);
}

void add_reading(CLI::App& policy, const Chosen& chosen) {
  const auto check =
      add<PolicyCheck>(policy, "check", "Whether a policy is right, and its digest.", chosen);
  add_files(*check.app, check.command->place);
  check.app->add_option("--pin", check.command->pin, "the digest must be the one in this file")
      ->type_name("FILE");
  check.app->add_option("--write-pin", check.command->write_pin, "write the digest to this file")
      ->type_name("FILE");
  const auto fmt = add<PolicyFmt>(policy, "fmt", "Lays policy files out in one form.", chosen);
  fmt.app->add_option("FILES", fmt.command->files, "policy files (default: the configuration's)")
      ->type_name("");
  fmt.app->add_flag("--check", fmt.command->check, "change nothing; status 1 if it would");
  const auto show = add<PolicyShow>(policy, "show", "The policy as it is read.", chosen);
  show.app->add_option("TOOL", show.command->tool, "only what applies to it")->type_name("");
  show.app->add_flag("--expanded", show.command->expanded,
                     "effects, roles and packs made into plain rules");
  add_policy_option(*show.app, show.command->place);
  add<PolicyList>(policy, "list", "The packs there are.", chosen);
}

void add_writing(CLI::App& policy, const Chosen& chosen) {
  const auto pack = add<PolicyAdd>(policy, "add", "Takes a pack into the policy.", chosen);
  pack.app->add_option("PACK", pack.command->pack, "see `yett policy list`")
      ->required()
      ->type_name("");
  pack.app->add_flag("--yes,-y", pack.command->yes, "do not ask");
  add_policy_option(*pack.app, pack.command->place);
  const auto shadow =
      add<PolicyShadow>(policy, "shadow", "Tries a policy beside the one that rules.", chosen);
  shadow.app->add_option("FILE", shadow.command->file, "the policy on trial")->type_name("");
  shadow.app->add_option("--until", shadow.command->until, "when it ends by itself")
      ->type_name("DATE");
  shadow.app->add_flag("--end", shadow.command->end, "end it now");
  shadow.app->footer("It only writes down what it would have denied or asked; it never allows.");
}

void add_call(CLI::App& app, PolicyCall& call) {
  app.add_option("TOOL", call.tool, "the tool")->required()->type_name("");
  CLI::Option* arguments = app.add_option("--arg", call.arguments, "an argument; items one by one")
                               ->type_name("NAME=VALUE")
                               ->allow_extra_args(false);
  app.add_option("--args-json", call.arguments_json, "all arguments as one JSON object")
      ->type_name("JSON")
      ->excludes(arguments);
  app.add_option("--label", call.labels,
                 "tags, producers, consumers or origins of an argument, of @args (all of them), "
                 "@control or @session")
      ->type_name("NAME.SET=a,b")
      ->allow_extra_args(false);
  app.add_option("--named", call.named, "an argument whose values the user wrote")
      ->type_name("NAME")
      ->allow_extra_args(false);
  app.add_option("--principal", call.principal, "who asks")->type_name("NAME");
  app.add_option("--tenant", call.tenant, "the tenant")->type_name("NAME");
  app.add_option("--door", call.door, "the door")->type_name("NAME");
  app.add_option("--environment", call.environment, "the environment")->type_name("NAME");
  app.add_option("--roles", call.roles, "roles of who asks")->type_name("a,b");
  app.add_option("--scopes", call.scopes, "scopes of who asks")->type_name("a,b");
  app.add_option("--now", call.now, "the time (default: now)")->type_name("TIME");
  app.add_option("--session-tags", call.session_tags, "tags of the session")->type_name("a,b");
  app.add_option("--session-value", call.session_value, "the session's value")->type_name("TEXT");
  app.add_option("--counter", call.counters, "what a counter counted")
      ->type_name("NAME=NUMBER")
      ->allow_extra_args(false);
}

void add_asking(CLI::App& policy, const Chosen& chosen) {
  const auto test = add<PolicyTest>(policy, "test", "Runs the tests of a policy.", chosen);
  test.app
      ->add_option("FILES", test.command->files,
                   "NAME.tests.toml (default: beside the configuration's policy)")
      ->type_name("");
  test.app->add_flag("--coverage", test.command->coverage, "which rules the tests reach");
  const auto explain = add<PolicyExplain>(
      policy, "explain", "What the policy says to a call that nobody makes, and why.", chosen);
  add_call(*explain.app, explain.command->call);
  explain.app->add_flag("--show-values", explain.command->show_values,
                        "show the values of arguments too");
  add_policy_option(*explain.app, explain.command->place);
  const auto diff =
      add<PolicyDiff>(policy, "diff", "What one policy says otherwise than another.", chosen);
  diff.app->add_option("OLD", diff.command->before, "a policy file")->required()->type_name("");
  diff.app->add_option("NEW", diff.command->after, "a policy file")->required()->type_name("");
  diff.app
      ->add_option("--samples", diff.command->samples,
                   "questions a tool (default: 2000, fewer with many tools)")
      ->type_name("N")
      ->check(CLI::Range(std::uint32_t{1}, std::uint32_t{1'000'000}));
  add_tools(*diff.app, diff.command->place);
  const auto replay = add<PolicyReplay>(
      policy, "replay", "Decides the calls of the log again: which verdicts flip.", chosen);
  replay.app->add_option("--since", replay.command->since, "an instant, or a time back: 24h, 7d")
      ->type_name("T");
  add_policy_option(*replay.app, replay.command->place);
  const auto prove = add<PolicyProve>(
      policy, "prove", "Whether any call whatever could pass: no, yes and how, or undecided.",
      chosen);
  prove.app
      ->add_option("CLAIM", prove.command->claim,
                   "'TOOL may be allowed when PREDICATE [after N calls]'")
      ->required()
      ->type_name("");
  prove.app->footer("Exit status: 0 no, 1 yes, 2 undecided.");
  add_policy_option(*prove.app, prove.command->place);
}

}  // namespace

void add_policy(CLI::App& root, const Chosen& chosen) {
  CLI::App* policy = root.add_subcommand("policy", "Write, test and try policies.");
  policy->require_subcommand(1);
  add_reading(*policy, chosen);
  add_writing(*policy, chosen);
  add_asking(*policy, chosen);
}

}  // namespace cli
