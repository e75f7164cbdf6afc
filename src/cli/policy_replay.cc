// SPDX-License-Identifier: Apache-2.0
#include "cli/policy_replay.h"

#include <charconv>

#include "cli/policy_leaves.h"
#include "monitor/asked.h"
#include "monitor/values.h"
#include "policy/shadow.h"

namespace cli {
namespace {

using base::Reason;
using policy::Effect;

// The decision that an intent records, if the policy made it.
std::optional<Effect> effect_of(const audit::Entry& intent) {
  const Reason reason =
      intent.reasons.empty() ? Reason::kNone : base::reason_of(intent.reasons.front());
  if (!policy::is_of_policy(reason)) return std::nullopt;
  switch (intent.effect) {
    case audit::Effect::kAllow: return Effect::kAllow;
    case audit::Effect::kDeny: return Effect::kDeny;
    case audit::Effect::kAsk: return Effect::kAsk;
  }
  return std::nullopt;
}

bool knows(const PolicyGround& ground, std::string_view tool) {
  return ground.loaded.options.open_tools || find_tool(ground.loaded.tools, tool) != nullptr;
}

// Decides the call of one intent again, or says why not.
std::optional<NoReplay> judge(const audit::Entry& intent, const Asked& asked,
                              const PolicyGround& ground, Replayed& out) {
  const auto before = effect_of(intent);
  if (!before) return NoReplay::kNotByPolicy;
  const auto found = asked.questions.find(intent.call.value);
  if (found == asked.questions.end())
    return asked.unlabelled.contains(intent.call.value) ? NoReplay::kUnlabelled
                                                        : NoReplay::kNotStored;
  if (!knows(ground, found->second.tool)) return NoReplay::kUnknownTool;
  policy::Answer after = policy::answer(ground.set, found->second);
  if (after.effect == *before) {
    ++out.same;
    return std::nullopt;
  }
  out.flips.push_back({intent.call, intent.wall_us, intent.tool, *before,
                       base::reason_of(intent.reasons.front()), std::move(after)});
  return std::nullopt;
}

}  // namespace

base::Result<Asked> read_asked(audit::File& values, std::string_view data_key) {
  const monitor::ValueSeal seal;
  monitor::ValueReader reader(values, seal, data_key);
  Asked out;
  while (true) {
    TRY_AS(const auto value, reader.next());
    if (!value) break;
    if (value->kind == monitor::ValueKind::kArguments) out.unlabelled.insert(value->call.value);
    if (value->kind == monitor::ValueKind::kPlan) out.plans[value->call.value] = value->text;
    if (value->kind != monitor::ValueKind::kQuestion) continue;
    auto question = monitor::decode_question(value->text);
    if (question.ok()) out.questions.insert_or_assign(value->call.value, std::move(*question));
    else ++out.unreadable;
  }
  out.unreadable += reader.skipped();
  return out;
}

std::string_view text_of(NoReplay why) {
  switch (why) {
    case NoReplay::kNotStored:
      return "values_erased: their values are not there, or do not open under this key";
    case NoReplay::kUnlabelled: return "their labels were not stored";
    case NoReplay::kNotByPolicy: return "a limit decided, before the policy was asked";
    case NoReplay::kUnknownTool: return "there is no such tool any more";
  }
  return "";
}

base::Result<Replayed> replay(audit::File& log, const Asked& asked, const PolicyGround& ground,
                              std::int64_t since_us) {
  TRY_AS(audit::Reader reader, audit::Reader::open(log));
  Replayed out;
  while (true) {
    auto more = reader.next();
    out.torn = reader.finding() && reader.finding()->damage == audit::Damage::kTorn;
    if (!more.ok() && !out.torn) return std::move(more).error();
    if (!more.ok() || !*more) return out;
    const audit::Entry& entry = reader.entry();
    if (entry.kind != audit::Kind::kIntent || entry.wall_us < since_us) continue;
    ++out.calls;
    if (const auto why = judge(entry, asked, ground, out)) ++out.without[*why];
  }
}

base::Result<policy::Instant> since_of(std::string_view text, policy::Instant now) {
  if (const auto at = policy::instant_of(text)) return *at;
  std::int64_t n = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), n);
  const std::string_view unit = text.substr(static_cast<std::size_t>(read.ptr - text.data()));
  std::int64_t seconds = 0;
  if (unit == "s") seconds = 1;
  else if (unit == "m") seconds = 60;
  else if (unit == "h") seconds = 3600;
  else if (unit == "d") seconds = 86'400;
  if (read.ec != std::errc() || seconds == 0 || n < 0 || n > 1'000'000'000 / seconds)
    return base::invalid("--since is an instant such as 2026-01-01, or a time back: 30m, 24h, 7d");
  return policy::Instant{now.us - n * seconds * 1'000'000};
}

}  // namespace cli
