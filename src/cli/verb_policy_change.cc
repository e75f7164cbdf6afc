// SPDX-License-Identifier: Apache-2.0
// yett policy add, shadow: the two that write.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/clock.h"
#include "cli/policy_diff.h"
#include "cli/policy_edit.h"
#include "cli/policy_packs.h"
#include "cli/policy_view.h"
#include "cli/verb_policy.h"

namespace cli {
namespace {

using schema::Value;

constexpr std::uint32_t kSamples = 500;  // a tool: enough to say what a pack changes

bool confirmed(const Context& context, bool yes) {
  if (yes) return true;
  if (!context.terminal.interactive() || context.options.json) return false;
  LineReader reader(context.terminal);
  const Typed typed = reader.read("write it? [y/N] ");
  return typed.how == Typed::How::kLine && (typed.line == "y" || typed.line == "yes");
}

void say_flips(const Context& context, const Sample& sample, std::uint32_t samples) {
  std::map<std::string, std::uint64_t> counts;
  for (const Flip& flip : sample.flips) counts[flip.question.tool + ": " + flip.what] += flip.times;
  for (const auto& [what, times] : counts)
    context.terminal.out(
        safe_text(fmt::format("  {}  ({} of {} questions a tool)\n", what, times, samples)));
  if (counts.empty()) context.terminal.out("  no answer of the sample changes\n");
}

Value sample_json(const Sample& sample) {
  Value out = Value::array();
  for (const Flip& flip : sample.flips) {
    Value one = Value::object();
    one.set("tool", json_text(flip.question.tool));
    one.set("what", json_text(flip.what));
    one.set("times", json_number(flip.times));
    out.push(std::move(one));
  }
  return out;
}

// The policy before and after the pack.
struct Added {
  PolicyGround before, after;
  std::string text;       // of the file
  bool language = false;  // `language yett 1;` was put in front
};
base::Result<Added> add_to(const PolicyWorld& world, const std::string& pack) {
  const policy::Source& file = world.input.files.front();
  TRY_AS(std::string text, with_pack(file, pack));
  TRY_AS(PolicyGround before, stand_on(world.input));
  PolicyInput input = world.input;
  input.files.front().text = text;
  TRY_AS(PolicyGround after, stand_on(input));
  return Added{std::move(before), std::move(after), std::move(text), !speaks_yett(file.text)};
}

Exit said(const Context& context, std::string_view key, const std::string& text) {
  if (!context.options.json) {
    context.terminal.out(safe_text(text) + "\n");
    return Exit::kOk;
  }
  Value document = Value::object();
  document.set("ok", Value::boolean(true));
  document.set(std::string(key), json_text(text));
  print(context, document);
  return Exit::kOk;
}

Exit show_shadow(const Context& context, const LogPlace& place, policy::Instant now) {
  const auto& shadow = place.config.shadow;
  if (!shadow) return said(context, "shadow", "there is no policy on trial");
  const bool over = shadow->until <= now;
  return said(
      context, "shadow",
      fmt::format("{} {} {}", shadow->file, over ? "was on trial until" : "is on trial until",
                  policy::instant_text(shadow->until)));
}

base::Status write_shadow(const LogPlace& place, const std::string& file,
                          const std::string& until) {
  TRY_AS(const std::string text, read_named(place.paths.config));
  TRY_AS(const std::string changed, with_shadow(text, file, until));
  return replace_file(place.paths.config, changed);
}

// A shadow that does not load would say nothing at all.
base::Status check_shadow(const LogPlace& place, const std::string& file) {
  PolicyInput input;
  TRY_AS(std::string text, ConfigFiles(place.paths.config_dir).read(file));
  input.files.push_back({file, std::move(text)});
  input.tools = tools_of(place.config);
  input.options = options_of(place.config);
  input.packs = packs();
  TRY(stand_on(input));
  return base::ok();
}

}  // namespace

Exit policy_verb(const PolicyAdd& command, const Context& context) {
  const auto known = list_packs();
  if (std::ranges::find(known, command.pack, &PackTold::name) == known.end())
    return fail(context, Exit::kUsage,
                "there is no such pack; `yett policy list` shows what there is");
  const auto world = gather(command.place, context);
  if (!world.ok()) return fail_to_load(context, world.error());
  const auto added = add_to(*world, command.pack);
  if (!added.ok()) return fail_to_load(context, added.error());
  const policy::Tools tools = sampled_tools(added->before, added->after);
  const std::uint32_t samples = samples_for(tools, kSamples);
  const Sample sample = flips_between(added->before, added->after, tools, samples);
  const std::string& path = world->paths.front();
  if (!context.options.json) {
    context.terminal.out(
        safe_text(fmt::format("{}: use \"{}\";{}\n", world->input.files.front().name, command.pack,
                              added->language ? " and language yett 1;" : "")));
    say_flips(context, sample, samples);
  }
  if (!confirmed(context, command.yes))
    return fail(context, Exit::kFailed, "nothing was written; say --yes to write it");
  const base::Status written = replace_file(path, added->text);
  if (!written.ok()) return fail(context, Exit::kFailed, written.error().message);
  if (!context.options.json) return said(context, "", path + " is written");
  Value document = Value::object();
  document.set("ok", Value::boolean(true));
  document.set("file", json_text(path));
  document.set("language", Value::boolean(added->language));
  document.set("changes", sample_json(sample));
  print(context, document);
  return Exit::kOk;
}

Exit policy_verb(const PolicyShadow& command, const Context& context) {
  const auto place = find_log(context.options.config);
  if (!place.ok()) return fail_to_load(context, place.error());
  const base::SystemClock clock;
  const policy::Instant now{clock.wall_us()};
  if (command.file.empty() && !command.end) return show_shadow(context, *place, now);
  if (command.end) {
    if (!place->config.shadow) return said(context, "shadow", "there is no policy on trial");
    const base::Status written = write_shadow(*place, "", "");
    if (!written.ok()) return fail_to_load(context, written.error());
    return said(context, "shadow", "the trial is over; programs that run now go on until they end");
  }
  const auto until = policy::instant_of(command.until);
  if (!until || *until <= now)
    return fail(context, Exit::kUsage,
                "a trial has an end: --until DATE, such as 2026-12-31, that lies ahead");
  if (const base::Status loads = check_shadow(*place, command.file); !loads.ok())
    return fail_to_load(context, loads.error());
  const base::Status written = write_shadow(*place, command.file, command.until);
  if (!written.ok()) return fail_to_load(context, written.error());
  return said(context, "shadow",
              fmt::format("{} is on trial until {}; what it would deny or ask is logged from the "
                          "next start on",
                          command.file, policy::instant_text(*until)));
}

}  // namespace cli
