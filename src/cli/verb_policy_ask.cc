// SPDX-License-Identifier: Apache-2.0
// yett policy explain, diff: what a policy says to a call, and what another would say otherwise.
#include <fmt/format.h>

#include "base/clock.h"
#include "cli/policy_diff.h"
#include "cli/policy_question.h"
#include "cli/policy_view.h"
#include "cli/verb_policy.h"

namespace cli {
namespace {

using schema::Value;

constexpr std::uint32_t kSamples = 2000;  // a tool

Value changes_json(const std::vector<PolicyChange>& changes) {
  Value out = Value::array();
  for (const PolicyChange& change : changes) {
    Value one = Value::object();
    one.set("of", json_text(change.tool));
    Value gone = Value::array();
    Value come = Value::array();
    for (const DiffLine& line : change.lines) {
      if (line.sign == '-') gone.push(json_text(line.text));
      if (line.sign == '+') come.push(json_text(line.text));
    }
    one.set("before", std::move(gone));
    one.set("after", std::move(come));
    out.push(std::move(one));
  }
  return out;
}

Value sample_json(const Sample& sample, const PolicyGround& before, const PolicyGround& after,
                  const std::string& place) {
  Value out = Value::object();
  out.set("questions", json_number(sample.questions));
  out.set("flipped", json_number(sample.flipped));
  Value flips = Value::array();
  for (const Flip& flip : sample.flips) {
    Value one = Value::object();
    one.set("what", json_text(flip.what));
    one.set("times", json_number(flip.times));
    one.set("before", json_of(flip.before, before.loaded));
    one.set("after", json_of(flip.after, after.loaded));
    one.set("explain", json_text(command_of(flip.question, after.loaded.tools) + place));
    flips.push(std::move(one));
  }
  out.set("flips", std::move(flips));
  return out;
}

void say_changes(const Terminal& t, const std::vector<PolicyChange>& changes) {
  for (const PolicyChange& change : changes) {
    t.out(t.styled_out(Style::kBold, safe_text(change.tool)) + "\n");
    for (const DiffLine& line : change.lines) {
      const Style style = line.sign == '-'   ? Style::kBad
                          : line.sign == '+' ? Style::kGood
                                             : Style::kDim;
      t.out(t.styled_out(style, safe_text(fmt::format("  {} {}", line.sign, line.text))) + "\n");
    }
  }
}

void say_flips(const Terminal& t, const Sample& sample, const PolicyGround& before,
               const PolicyGround& after, const std::string& place) {
  for (const Flip& flip : sample.flips) {
    t.out(safe_text(fmt::format("{}: {}  ({} question{})\n", flip.question.tool, flip.what,
                                flip.times, flip.times == 1 ? "" : "s")));
    t.out(safe_text(fmt::format("  before: {}\n",
                                rule_text(before.loaded, flip.before.rule, flip.before.effect))));
    t.out(safe_text(fmt::format("  after:  {}\n",
                                rule_text(after.loaded, flip.after.rule, flip.after.effect))));
    t.out(safe_text("  " + command_of(flip.question, after.loaded.tools) + place) + "\n");
  }
  t.out(fmt::format("{} of {} questions flip; a sample: others may flip too\n", sample.flipped,
                    sample.questions));
}

// The tracer and the compiled policy are two programs; that they agree is checked every time.
bool agrees(const PolicyGround& ground, const policy::Question& question,
            const policy::Explanation& explanation) {
  return policy::answer(ground.set, question) == explanation.answer;
}

}  // namespace

Exit policy_verb(const PolicyExplain& command, const Context& context) {
  const GroundOrExit found = ground_of(command.place, context);
  if (!found.ground) return found.exit;
  const base::SystemClock clock;
  const auto question = question_of(command.call, found.world->input.tools, command.place.open,
                                    policy::Instant{clock.wall_us()});
  if (!question.ok()) return fail(context, Exit::kUsage, question.error().message);
  const policy::Explanation explanation =
      policy::explain(found.ground->loaded, *question, command.show_values);
  if (!agrees(*found.ground, *question, explanation))
    return fail(context, Exit::kFailed,
                "a bug of yett: the explanation and the compiled policy disagree; please report "
                "the policy and this command");
  if (!context.options.json) {
    context.terminal.out(safe_text(policy::render(explanation, found.ground->loaded)));
    return Exit::kOk;
  }
  Value document = Value::object();
  document.set("ok", Value::boolean(true));
  document.set("question", json_of(*question, command.show_values));
  document.set("answer", json_of(explanation, found.ground->loaded));
  print(context, document);
  return Exit::kOk;
}

Exit policy_verb(const PolicyDiff& command, const Context& context) {
  PolicyPlace place = command.place;
  place.files = {command.before};
  const GroundOrExit before = ground_of(place, context);
  if (!before.ground) return before.exit;
  place.files = {command.after};
  const GroundOrExit after = ground_of(place, context);
  if (!after.ground) return after.exit;
  const auto changes = changes_between(before.ground->loaded, after.ground->loaded);
  const policy::Tools tools = sampled_tools(*before.ground, *after.ground);
  const std::uint32_t samples =
      command.samples > 0 ? command.samples : samples_for(tools, kSamples);
  const Sample sample = flips_between(*before.ground, *after.ground, tools, samples);
  const std::string words = place_words(place, context);
  const bool same = changes.empty() && sample.flipped == 0;
  if (context.options.json) {
    Value document = Value::object();
    document.set("ok", Value::boolean(true));
    document.set("same", Value::boolean(same));
    document.set("changes", changes_json(changes));
    document.set("sample", sample_json(sample, *before.ground, *after.ground, words));
    print(context, document);
  } else {
    say_changes(context.terminal, changes);
    say_flips(context.terminal, sample, *before.ground, *after.ground, words);
  }
  return same ? Exit::kOk : Exit::kFailed;
}

}  // namespace cli
