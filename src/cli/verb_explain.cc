// SPDX-License-Identifier: Apache-2.0
// yett explain: one call, from the log.
#include <fmt/format.h>

#include <algorithm>

#include "cli/call_story.h"
#include "cli/load.h"
#include "cli/log_view.h"
#include "cli/policy_place.h"
#include "cli/policy_view.h"
#include "cli/stored_calls.h"
#include "cli/verbs.h"

namespace cli {
namespace {

// Nothing where the configuration is wrong: the log can be read all the same.
PolicyText policy_now(const std::string& asked_config) {
  PolicyText out;
  const auto loaded = load(asked_config);
  if (!loaded.ok()) return out;
  for (const policy::Source& source : loaded->compiled.rules.sources)
    out.files.push_back({source.name, source.text});
  out.digest = loaded->compiled.rules.digest();
  return out;
}

// The decision made again, rule by rule.
struct Trace {
  policy::Explanation explanation;
  policy::Loaded loaded;
};

// If what the call was asked with is stored and the policy is still the one that decided. Nobody is
// asked for a passphrase here.
std::optional<Trace> trace_of(const CallStory& story, const LogPlace& place,
                              const Context& context) {
  const audit::Entry* intent = story.find(audit::Kind::kIntent);
  if (intent == nullptr || !place.config.vault_key.starts_with("file:")) return std::nullopt;
  const auto world = gather({}, context);
  if (!world.ok()) return std::nullopt;
  auto ground = stand_on(world->input);
  if (!ground.ok() || ground->loaded.digest != intent->policy) return std::nullopt;
  const auto stored = read_stored(place);
  if (!stored.ok()) return std::nullopt;
  const auto question = stored->asked.questions.find(story.call.value);
  if (question == stored->asked.questions.end()) return std::nullopt;
  policy::Explanation explanation = policy::explain(ground->loaded, question->second, false);
  return Trace{std::move(explanation), std::move(ground->loaded)};
}

// The program that the call is of, with its line marked; or that has this number. Empty where the
// argument store cannot be read.
std::string program_of(const CallStory& story, const LogPlace& place) {
  const audit::Entry* intent = story.find(audit::Kind::kIntent);
  PlanLine from = intent == nullptr ? PlanLine{story.call.value, 0} : plan_line(*intent);
  const bool plan = from.line != 0 || story.find(audit::Kind::kPlan) != nullptr;
  if (!plan || !place.config.vault_key.starts_with("file:")) return "";
  const auto stored = read_stored(place);
  if (!stored.ok() || !stored->asked.plans.contains(from.plan)) return "";
  std::string out;
  std::string_view rest = stored->asked.plans.at(from.plan);
  for (std::uint64_t line = 1; !rest.empty(); ++line) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    out += fmt::format("{}{:>4} | {}\n", line == from.line ? '>' : ' ', line, rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

Exit say(const CallStory& story, const PolicyText& policy, const std::optional<Trace>& trace,
         const std::string& program, const Context& context) {
  if (context.options.json) {
    schema::Value document = story_json(story, policy);
    if (!program.empty()) document.set("program", json_text(program));
    if (trace) document.set("trace", json_of(trace->explanation, trace->loaded));
    print(context, document);
    return Exit::kOk;
  }
  context.terminal.out(story_text(story, policy));
  if (!program.empty()) context.terminal.out("program\n" + safe_text(program));
  if (trace)
    context.terminal.out("policy, asked again\n" +
                         safe_text(policy::render(trace->explanation, trace->loaded)));
  return Exit::kOk;
}

}  // namespace

Exit run(const ExplainCommand& command, const Context& context) {
  const auto call = parse_call(command.call);
  if (!call.ok()) return fail(context, Exit::kUsage, call.error().message);
  const auto place = find_log(context.options.config);
  if (!place.ok()) return fail_to_start(context, place.error());
  const auto file = open_log(place->paths);
  if (!file.ok()) return fail_to_start(context, file.error());
  const auto story = read_story(**file, *call);
  if (!story.ok())
    return fail(context, Exit::kFailed,
                fmt::format("{}: {}", place->paths.log, story.error().message));
  const PolicyText policy = policy_now(context.options.config);
  return say(*story, policy, trace_of(*story, *place, context), program_of(*story, *place),
             context);
}

}  // namespace cli
