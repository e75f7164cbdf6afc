// SPDX-License-Identifier: Apache-2.0
//
// Table str_orchestrator_broker: what a case gives becomes a configuration, and what a model asks
// for goes through the real programs; what came of it is compared with what the case expects.
#include <algorithm>

#include <fmt/format.h>

#include "conformance/scenarios.h"
#include "conformance/scenarios_plan.h"
#include "schema/write.h"

namespace conformance {
namespace {

using schema::Value;

// What was observed of a case; the fields of `expect` are compared with these.
struct Observed {
  std::string reason;
  std::string said;
  std::optional<std::int64_t> asked;  // calls that the model wrote
  std::int64_t executed = 0;
  std::vector<std::string> offered;
  std::int64_t calls_counted = 0;
  std::int64_t messages_kept = 0;
};

// After a conversation, a reset: how many calls still count, and which messages still stand.
void observe_reset(Agent& agent, const Plan& plan, Observed& out) {
  agent.turn({probe()});
  agent.reset();
  std::int64_t left = 0;
  while (left <= plan.setup.max_calls && agent.turn({probe()}).executed == 1) {
    // The prompt behind the first answer holds this turn only: what the user said, the call, and
    // last what came of it.
    if (left++ == 0) out.messages_kept = agent.messages_before_last() - 2;
  }
  out.calls_counted = plan.setup.max_calls - left;
}

base::Result<Observed> observe(const Plan& plan) {
  Agent agent(plan.setup);
  if (std::string error = agent.start(); !error.empty()) return base::invalid(std::move(error));
  Observed out;
  if (plan.reset) {
    observe_reset(agent, plan, out);
    return out;
  }
  if (plan.turns.empty()) {
    agent.turn({});
    out.offered = agent.offered();
    return out;
  }
  out.asked = 0;
  for (const auto& calls : plan.turns) {
    const TurnOutcome turn = agent.turn(calls);
    *out.asked += static_cast<std::int64_t>(calls.size());
    out.executed += turn.executed;
    out.reason = turn.reason;
    out.said = turn.said;
  }
  // What a session refuses by itself has no line of its own at the door; a direct call tells its
  // code.
  const bool refused = out.reason == "ok" && out.executed < *out.asked;
  if (refused) out.reason = agent.direct(plan.turns.back().back());
  return out;
}

Value names_value(std::vector<std::string> names) {
  std::ranges::sort(names);
  Value out = Value::array();
  for (std::string& name : names) out.push(Value::string(std::move(name)));
  return out;
}

Value sorted(const Value& list) {
  std::vector<std::string> names;
  if (const schema::Array* items = list.as_array())
    for (const Value& item : *items) names.emplace_back(item.as_string() ? *item.as_string() : "");
  return names_value(std::move(names));
}

// Compares field after field of what a case expects.
class Comparison {
 public:
  Comparison(const Scenario& s, const Reasons& reasons, const Observed& seen)
      : s_(s), reasons_(reasons), seen_(seen) {}

  void run() {
    for (const schema::Member& m : *s_.expect.as_object()) compare(m.key, m.value);
  }
  bool compared() const { return compared_; }
  const std::string& why() const { return why_; }
  const std::string& field() const { return field_; }

 private:
  void compare(const std::string& field, const Value& wanted) {
    const bool all_ran = seen_.asked && seen_.executed == *seen_.asked;
    if (field == "accepted") same(field, wanted, Value::boolean(all_ran));
    else if (field == "success") same(field, wanted, Value::boolean(seen_.reason == "ok"));
    else if (field == "executed" && wanted.as_bool())
      same(field, wanted, Value::boolean(seen_.executed > 0));
    else if (field == "executed") same(field, wanted, Value::integer(seen_.executed));
    else if (field == "offered" && wanted.as_array() != nullptr)
      same(field, sorted(wanted), names_value(seen_.offered));
    else if (field == "tool_call_count") same(field, wanted, Value::integer(seen_.calls_counted));
    else if (field == "conversation_length")
      same(field, wanted, Value::integer(seen_.messages_kept));
    else if ((field == "reason" || field == "content") && wanted.as_string() != nullptr)
      wording(field, *wanted.as_string());
  }

  void same(const std::string& field, const Value& wanted, const Value& seen) {
    compared_ = true;
    if (wanted != seen)
      differ(field, fmt::format("{}: expected {}, got {}", field, schema::write(wanted),
                                schema::write(seen)));
  }

  // Our own words, or those that reasons.toml gives for our code.
  void wording(const std::string& field, const std::string& wanted) {
    compared_ = true;
    const Value* call = s_.given.find("call");
    const std::string tool(call == nullptr ? "" : call->find_string("name").value_or(""));
    if (seen_.said == wanted || reasons_.agree(s_.c.table, seen_.reason, {{"tool", tool}}, wanted))
      return;
    differ(field,
           fmt::format("{}: expected '{}', got {} '{}'", field, wanted, seen_.reason, seen_.said));
  }

  void differ(const std::string& field, std::string why) {
    if (!field_.empty()) field_ += "+";
    field_ += field;
    why_ += (why_.empty() ? "" : "; ") + why;
  }

  const Scenario& s_;
  const Reasons& reasons_;
  const Observed& seen_;
  bool compared_ = false;
  std::string why_;
  std::string field_;
};

// Rules of differences.toml see what was given in plain words, our answer, and in what it differs.
Facts facts_of(const Scenario& s, const Observed& seen, const std::string& field) {
  Facts facts{
      {"answer", seen.reason}, {"differs_in", field}, {"executed", std::to_string(seen.executed)}};
  for (const schema::Member& m : *s.given.as_object())
    if (const std::string* text = m.value.as_string()) facts.emplace(m.key, *text);
  const Value* allowed = s.given.find("allowed_tools");
  if (allowed != nullptr && allowed->as_array() != nullptr && allowed->as_array()->empty())
    facts["allowed_tools"] = "none";
  return facts;
}

void judge(const ScenarioRun& run, const Scenario& s) {
  if (s.given.as_object() == nullptr || s.expect.as_object() == nullptr)
    return run.report.skipped(s.c, Skip::kProse, "given or expect is no object");
  const Plan plan = plan_of(run.table, s.given);
  if (!plan.prose.empty()) return run.report.skipped(s.c, Skip::kProse, plan.prose);
  if (!plan.later.empty())
    return run.report.skipped(s.c, Skip::kLater, "structured arguments: " + plan.later);
  if (plan.setup.tool_status == 0)
    run.report.note(fmt::format("note {}: time limits are scaled: a tool has 1 s", s.c.id));
  const auto seen = observe(plan);
  if (!seen.ok()) return run.report.failed(s.c, "did not start: " + seen.error().message);
  Comparison comparison(s, run.reasons, *seen);
  comparison.run();
  if (!comparison.compared()) return run.report.skipped(s.c, Skip::kProse, "nothing to compare");
  if (comparison.why().empty()) return run.report.passed(s.c);
  Case c = s.c;
  c.facts = facts_of(s, *seen, comparison.field());
  run.report.failed(c, comparison.why());
}

}  // namespace

void run_calls(const ScenarioRun& run) {
  for (const Scenario& s : run.table.cases)
    if (run.selects(s.c)) judge(run, s);
}

}  // namespace conformance
