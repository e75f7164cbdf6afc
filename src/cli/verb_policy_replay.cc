// SPDX-License-Identifier: Apache-2.0
// yett policy replay: the calls of the log, decided again.
#include <fmt/format.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "cli/policy_replay.h"
#include "cli/policy_view.h"
#include "cli/stored_calls.h"
#include "cli/verb_policy.h"

namespace cli {
namespace {

using schema::Value;

std::string time_text(std::int64_t wall_us) { return policy::instant_text({wall_us}); }

void say(const Context& context, const Replayed& replayed, const PolicyGround& ground,
         const Stored& stored) {
  const Terminal& t = context.terminal;
  for (const ReplayFlip& flip : replayed.flips)
    t.out(safe_text(fmt::format("c{}  {}  {}  {} -> {}  {}\n", flip.call.value,
                                time_text(flip.wall_us), flip.tool, name_of(flip.before),
                                name_of(flip.after.effect),
                                rule_text(ground.loaded, flip.after.rule, flip.after.effect))));
  t.out(fmt::format("{} call{}: {} as before, {} flip\n", replayed.calls,
                    replayed.calls == 1 ? "" : "s", replayed.same, replayed.flips.size()));
  for (const auto& [why, count] : replayed.without)
    t.out(fmt::format("  {} not replayed: {}\n", count, text_of(why)));
  if (!stored.why_not.empty()) t.out(safe_text("  " + stored.why_not) + "\n");
  if (stored.asked.unreadable > 0)
    t.out(
        fmt::format("  {} stretches of the argument store do not open: erased, damaged or of "
                    "another key\n",
                    stored.asked.unreadable));
  if (replayed.torn) t.out("  the end of the log was cut off, as a power loss does\n");
}

Value document_of(const Replayed& replayed, const PolicyGround& ground, const Stored& stored) {
  Value out = Value::object();
  out.set("ok", Value::boolean(true));
  out.set("policy", json_text(base::hex(base::view(ground.loaded.digest))));
  out.set("calls", json_number(replayed.calls));
  out.set("same", json_number(replayed.same));
  Value flips = Value::array();
  for (const ReplayFlip& flip : replayed.flips) {
    Value one = Value::object();
    one.set("call", json_text(fmt::format("c{}", flip.call.value)));
    one.set("time", json_text(time_text(flip.wall_us)));
    one.set("tool", json_text(flip.tool));
    one.set("before", json_text(name_of(flip.before)));
    one.set("reason", json_text(base::slug(flip.reason)));
    one.set("after", json_of(flip.after, ground.loaded));
    flips.push(std::move(one));
  }
  out.set("flips", std::move(flips));
  Value without = Value::array();
  for (const auto& [why, count] : replayed.without) {
    Value one = Value::object();
    one.set("count", json_number(count));
    one.set("why", json_text(text_of(why)));
    without.push(std::move(one));
  }
  out.set("not_replayed", std::move(without));
  if (!stored.why_not.empty()) out.set("values", json_text(stored.why_not));
  out.set("unreadable", json_number(stored.asked.unreadable));
  return out;
}

base::Result<std::int64_t> since_us(const PolicyReplay& command) {
  if (command.since.empty()) return 0;
  const base::SystemClock clock;
  TRY_AS(const policy::Instant since, since_of(command.since, {clock.wall_us()}));
  return since.us;
}

}  // namespace

Exit policy_verb(const PolicyReplay& command, const Context& context) {
  const auto since = since_us(command);
  if (!since.ok()) return fail(context, Exit::kUsage, since.error().message);
  const auto place = find_log(context.options.config);
  if (!place.ok()) return fail_to_load(context, place.error());
  const GroundOrExit found = ground_of(command.place, context);
  if (!found.ground) return found.exit;
  const auto log = open_log(place->paths);
  if (!log.ok()) return fail_to_start(context, log.error());
  const auto stored = read_stored(*place);
  if (!stored.ok()) return fail_to_start(context, stored.error());
  const auto replayed = replay(**log, stored->asked, *found.ground, *since);
  if (!replayed.ok())
    return fail(context, Exit::kFailed, place->paths.log + ": " + replayed.error().message);
  if (context.options.json) print(context, document_of(*replayed, *found.ground, *stored));
  else say(context, *replayed, *found.ground, *stored);
  return replayed->flips.empty() ? Exit::kOk : Exit::kFailed;
}

}  // namespace cli
