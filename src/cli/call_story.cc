// SPDX-License-Identifier: Apache-2.0
#include "cli/call_story.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "audit/render.h"
#include "base/bytes.h"
#include "cli/log_view.h"
#include "cli/verbs.h"
#include "schema/parse.h"

namespace cli {
namespace {

using audit::Entry;
using audit::Kind;
using base::Reason;
using schema::Value;

std::optional<std::uint64_t> number_of(std::string_view text, int base) {
  std::uint64_t n = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), n, base);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size() || n == 0)
    return std::nullopt;
  return n;
}

// One line of the block: a name of at most ten letters, then what there is to say.
void add(std::string& out, std::string_view name, std::string_view what) {
  out += fmt::format("  {:<10} {}\n", name, base::printable(what));
}

std::string_view line_of(std::string_view source, std::uint32_t number) {
  for (std::uint32_t n = 1; !source.empty(); ++n) {
    const std::size_t end = std::min(source.find('\n'), source.size());
    if (n == number) {
      const auto line = source.substr(0, end);
      const auto first = std::min(line.find_first_not_of(" \t"), line.size());
      return line.substr(first);
    }
    source.remove_prefix(std::min(end + 1, source.size()));
  }
  return "";
}

Reason reason_of(const Entry& intent) {
  return intent.reasons.empty() ? Reason::kNone : base::reason_of(intent.reasons.front());
}

bool same_policy(const Entry& intent, const PolicyText& policy) {
  return audit::rule_file(intent.rule) < policy.files.size() && policy.digest == intent.policy;
}

std::string rule_text(const Entry& intent, const PolicyText& policy) {
  if (intent.rule == 0) return "none decided; without one the answer is no";
  const std::uint32_t line = audit::rule_line(intent.rule);
  if (!same_policy(intent, policy))
    return fmt::format("line {} of file {} of the policy as it was then; it is another one now",
                       line, audit::rule_file(intent.rule) + 1);
  const PolicyText::File& file = policy.files[audit::rule_file(intent.rule)];
  return fmt::format("{}:{}: {}", file.name, line, line_of(file.source, line));
}

std::string set_text(const std::vector<std::string>& names) {
  return names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "));
}

std::string milliseconds(std::int64_t us) {
  return fmt::format("{:.1f} ms", static_cast<double>(us) / 1000);
}

std::string outcome_text(const Entry& end) {
  const Reason reason = base::reason_of(end.outcome);
  std::string out = fmt::format("{} ({})", base::sentence(reason), base::slug(reason));
  if (end.http_status != 0) out += fmt::format(", HTTP {}", end.http_status);
  out += fmt::format(", {} bytes, {}", end.response_bytes,
                     milliseconds(static_cast<std::int64_t>(end.duration_us)));
  if (end.scrub_hits > 0) out += fmt::format(", {} secrets scrubbed", end.scrub_hits);
  return out;
}

std::uint64_t number_behind(std::string_view text, std::string_view key) {
  const std::size_t at = text.find(key);
  if (at == std::string_view::npos) return 0;
  const std::string_view rest = text.substr(at + key.size());
  return number_of(rest.substr(0, rest.find(' ')), 10).value_or(0);
}

void add_decision(std::string& out, const Entry& intent, const PolicyText& policy) {
  const Reason reason = reason_of(intent);
  add(out, "decision",
      fmt::format("{}: {} ({})", audit::name_of(intent.effect), base::sentence(reason),
                  base::slug(reason)));
  add(out, "rule", rule_text(intent, policy));
  add(out, "asked by",
      fmt::format("{} at door {}, session {}, turn {}", intent.principal, intent.door,
                  audit::id_text(intent.session.value), intent.turn));
  if (const PlanLine from = plan_line(intent); from.line != 0)
    add(out, "plan", fmt::format("c{}, line {}", from.plan, from.line));
  add(out, "arguments",
      fmt::format("{} value{}, digest {}", intent.argument_leaves,
                  intent.argument_leaves == 1 ? "" : "s",
                  base::hex(base::view(intent.arguments).substr(0, 6))));
  add(out, "origins", set_text(intent.origins));
  if (!intent.tags.empty()) add(out, "tags", set_text(intent.tags));
  if (!intent.producers.empty()) add(out, "producers", set_text(intent.producers));
  if (!intent.consumers.empty()) add(out, "readers", set_text(intent.consumers));
  if (intent.names_omitted > 0)
    add(out, "", fmt::format("and {} names that the log left out", intent.names_omitted));
  if (intent.warrant_sequence > 0)
    add(out, "warrant",
        fmt::format("{} of epoch {}", intent.warrant_sequence,
                    audit::id_text(intent.warrant_epoch)));
}

void add_course(std::string& out, const CallStory& story, const Entry& intent) {
  for (const Entry& e : story.entries)
    if (e.kind == Kind::kPlan || e.kind == Kind::kEndorsed)
      add(out, e.kind == Kind::kPlan ? "ran" : "endorsed", e.detail.text());
  const auto after = [&](const Entry& e) { return "+" + milliseconds(e.wall_us - intent.wall_us); };
  const Entry* started = story.find(Kind::kStarted);
  if (started != nullptr) add(out, "started", after(*started));
  for (const Entry& e : story.entries)
    if (e.kind == Kind::kAlert)
      add(out, "alert",
          fmt::format("{} {}{}", audit::name_of(e.alert), e.detail.text(),
                      e.credential.empty() ? "" : " of " + e.credential));
  const Entry* end = story.find(Kind::kOutcome);
  if (end == nullptr) end = story.find(Kind::kNotStarted);
  if (end != nullptr)
    return add(out, end->kind == Kind::kOutcome ? "outcome" : "not sent", outcome_text(*end));
  if (intent.effect == audit::Effect::kAllow)
    add(out, "outcome", "none yet: under way, or unknown if the programs ended");
}

Value names(const std::vector<std::string>& all) {
  Value out = Value::array();
  for (const auto& one : all) out.push(json_text(one));
  return out;
}

}  // namespace

base::Result<base::CallId> parse_call(std::string_view text) {
  std::optional<std::uint64_t> number;
  if (text.size() == 16) number = number_of(text, 16);
  else number = number_of(text.starts_with('c') ? text.substr(1) : text, 10);
  if (number) return base::CallId{*number};
  return base::invalid(
      "that is no call; write it as `yett call` shows it, such as `c12`, or as `yett log tail` "
      "does");
}

PlanLine plan_line(const Entry& intent) {
  return {number_behind(intent.detail.text(), " plan="),
          number_behind(intent.detail.text(), " line=")};
}

const Entry* CallStory::find(Kind kind) const {
  const auto found = std::ranges::find(entries, kind, &Entry::kind);
  return found == entries.end() ? nullptr : &*found;
}

base::Result<CallStory> read_story(audit::File& file, base::CallId call) {
  TRY_AS(audit::Reader reader, audit::Reader::open(file));
  CallStory story{call, {}};
  while (true) {
    auto more = reader.next();
    const bool torn = reader.finding() && reader.finding()->damage == audit::Damage::kTorn;
    if (!more.ok() && !torn) return std::move(more).error();
    if (!more.ok() || !*more) break;  // a torn end was never acknowledged, or is being written now
    if (reader.entry().call == call) story.entries.push_back(reader.entry());
  }
  if (story.entries.empty())
    return base::not_found(
        fmt::format("the log has no call c{}; `yett log tail` shows the last ones", call.value));
  return story;
}

std::string story_text(const CallStory& story, const PolicyText& policy) {
  const Entry* intent = story.find(Kind::kIntent);
  const Entry& first = intent != nullptr ? *intent : story.entries.front();
  const bool plan = story.find(Kind::kPlan) != nullptr;
  std::string out = fmt::format("{} c{} ({})  {}\n", plan ? "plan" : "call", story.call.value,
                                audit::id_text(story.call.value), base::printable(first.tool));
  if (intent != nullptr) add_decision(out, *intent, policy);
  add_course(out, story, first);
  std::string where;
  for (const Entry& e : story.entries)
    where += fmt::format("{}{} {}", where.empty() ? "" : ", ", e.sequence, audit::name_of(e.kind));
  add(out, "log", where);
  return out;
}

Value story_json(const CallStory& story, const PolicyText& policy) {
  Value out = Value::object();
  out.set("ok", Value::boolean(true));
  out.set("call", json_text(fmt::format("c{}", story.call.value)));
  if (const Entry* intent = story.find(Kind::kIntent)) {
    const Reason reason = reason_of(*intent);
    out.set("tool", json_text(intent->tool));
    out.set("decision", json_text(audit::name_of(intent->effect)));
    out.set("reason", json_text(base::slug(reason)));
    out.set("sentence", json_text(base::sentence(reason)));
    Value rule = Value::object();
    const std::uint32_t line = audit::rule_line(intent->rule);
    rule.set("file", json_number(audit::rule_file(intent->rule)));
    rule.set("line", json_number(line));
    rule.set("current", Value::boolean(same_policy(*intent, policy)));
    if (intent->rule > 0 && same_policy(*intent, policy)) {
      const PolicyText::File& file = policy.files[audit::rule_file(intent->rule)];
      rule.set("name", json_text(file.name));
      rule.set("source", json_text(line_of(file.source, line)));
    }
    out.set("rule", std::move(rule));
    out.set("origins", names(intent->origins));
  }
  const Entry* end = story.find(Kind::kOutcome);
  if (end == nullptr) end = story.find(Kind::kNotStarted);
  if (end != nullptr) out.set("outcome", json_text(base::slug(base::reason_of(end->outcome))));
  Value entries = Value::array();
  for (const Entry& e : story.entries) {
    auto entry = schema::parse(audit::json(e, wording()));
    CHECK(entry.ok());
    entries.push(std::move(*entry));
  }
  out.set("entries", std::move(entries));
  return out;
}

}  // namespace cli
