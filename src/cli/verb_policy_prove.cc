// SPDX-License-Identifier: Apache-2.0
// yett policy prove: whether any call whatever could pass.
#include <fmt/format.h>

#include "cli/policy_claim.h"
#include "cli/policy_leaves.h"
#include "cli/policy_question.h"
#include "cli/policy_sample.h"
#include "cli/policy_view.h"
#include "cli/verb_policy.h"

namespace cli {
namespace {

using policy::Proof;
using schema::Value;
using Verdict = Proof::Verdict;

constexpr Exit kUndecided = static_cast<Exit>(2);  // as documented: 0 no, 1 yes, 2 undecided

Exit exit_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kNo: return Exit::kOk;
    case Verdict::kYes: return Exit::kFailed;
    case Verdict::kUndecided: return kUndecided;
  }
  return kUndecided;
}

std::string_view word_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kNo: return "no";
    case Verdict::kYes: return "yes";
    case Verdict::kUndecided: return "undecided";
  }
  return "";
}

void say(const Context& context, const Proof& proof, const PolicyGround& ground,
         const std::string& place) {
  const Terminal& t = context.terminal;
  const policy::Tools& tools = ground.loaded.tools;
  if (proof.verdict == Verdict::kNo)
    return t.out("no: there is no such call, whatever its values, labels, asker and time\n");
  if (proof.verdict == Verdict::kUndecided)
    return t.out(safe_text("undecided: " + proof.why) + "\n");
  t.out("yes:\n");
  for (const policy::Earlier& earlier : proof.prior) {
    t.out(safe_text("  " + command_of(earlier.question, tools) + place) + "\n");
    t.out(earlier.observed ? "  ... which runs, and then\n"
                           : "  ... which does not run, and then\n");
  }
  t.out(safe_text("  " + command_of(proof.witness, tools) + place) + "\n");
  const policy::Answer answer = policy::answer(ground.set, proof.witness);
  t.out(safe_text(fmt::format("  {}: {}\n", verdict_text(answer),
                              rule_text(ground.loaded, answer.rule, answer.effect))));
}

Value document_of(const Proof& proof, const PolicyGround& ground, const std::string& place) {
  const policy::Tools& tools = ground.loaded.tools;
  Value out = Value::object();
  out.set("ok", Value::boolean(true));
  out.set("verdict", json_text(word_of(proof.verdict)));
  if (proof.verdict == Verdict::kUndecided) out.set("why", json_text(proof.why));
  if (proof.verdict != Verdict::kYes) return out;
  Value prior = Value::array();
  for (const policy::Earlier& earlier : proof.prior) {
    Value one = Value::object();
    one.set("call", json_of(earlier.question, true));
    one.set("runs", Value::boolean(earlier.observed.has_value()));
    one.set("explain", json_text(command_of(earlier.question, tools) + place));
    prior.push(std::move(one));
  }
  out.set("before", std::move(prior));
  out.set("call", json_of(proof.witness, true));
  out.set("answer", json_of(policy::answer(ground.set, proof.witness), ground.loaded));
  out.set("explain", json_text(command_of(proof.witness, tools) + place));
  return out;
}

// A call that shows it with as little as can be, where nothing came before it.
void make_small(Proof& proof, const policy::Query& query, const policy::Loaded& loaded) {
  if (proof.verdict != Verdict::kYes || !proof.prior.empty()) return;
  const auto oracle = policy::shipped(loaded, query);
  if (!oracle.ok()) return;
  const auto shows = [&](const policy::Question& q) {
    return oracle->answer(q).effect <= query.at_most && (!query.such_that || oracle->holds(q));
  };
  if (shows(proof.witness))
    proof.witness = shrunk(proof.witness, find_tool(loaded.tools, query.tool), shows);
}

}  // namespace

Exit policy_verb(const PolicyProve& command, const Context& context) {
  const GroundOrExit found = ground_of(command.place, context);
  if (!found.ground) return found.exit;
  const auto query = query_of(command.claim, found.ground->loaded.tools, command.place.open);
  if (!query.ok()) return fail_to_load(context, query.error());
  Proof proof = policy::prove(found.ground->loaded, *query, policy::Limits{});
  make_small(proof, *query, found.ground->loaded);
  const std::string place = place_words(command.place, context);
  if (context.options.json) print(context, document_of(proof, *found.ground, place));
  else say(context, proof, *found.ground, place);
  return exit_of(proof.verdict);
}

}  // namespace cli
