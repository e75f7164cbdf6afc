// SPDX-License-Identifier: Apache-2.0
#include "conformance/scenarios_identity.h"

#include <cmath>

#include <fmt/format.h>

#include "identity/claims.h"
#include "identity/imported_key.h"
#include "identity/local_mac.h"
#include "identity/quota/quotas.h"
#include "schema/write.h"

namespace conformance {
namespace {

using schema::Value;
constexpr double kSecondUs = 1e6;

bool expects(const Value& expect, std::string_view name) {
  const Value* value = expect.find(name);
  return value != nullptr && value->as_bool().value_or(false);
}

std::vector<std::string> texts_of(const Value* value) {
  std::vector<std::string> out;
  if (value != nullptr && value->as_array() != nullptr)
    for (const Value& item : *value->as_array())
      out.emplace_back(item.as_string() != nullptr ? *item.as_string() : "");
  return out;
}

// ---- tokens ----

// That system checks HS256 under one secret, of any length, and looks for `actor` after `sub`. It
// has no tenants.
identity::Checked<identity::Principal> principal_of(const Value& given, std::string_view text) {
  identity::LocalMac oracle;
  oracle.add("imported", std::string(given.find_string("verify_key_utf8").value_or("")),
             identity::SecretOrigin::kImported);
  const auto keys = identity::KeySet::of({identity::VerificationKey::mac(
      std::nullopt, "imported", {identity::Algorithm::kHs256}, false)});
  CHECK(keys.ok());
  auto token = identity::UnverifiedToken::parse(text);
  if (!token) return token.refusal();
  const auto is_signed = identity::Verifier::verify(std::move(*token), *keys, oracle);
  if (!is_signed) return is_signed.refusal();
  identity::TokenRules rules;
  if (const auto issuer = given.find_string("issuer")) rules.issuer = std::string(*issuer);
  if (const auto audience = given.find_string("audience"))
    rules.audiences = {std::string(*audience)};
  const Value* now = given.find("now");
  const double seconds = now == nullptr ? 0 : now->as_double().value_or(0);
  const auto claims = identity::VerifiedClaims::check(
      *is_signed, rules, static_cast<std::int64_t>(std::llround(seconds * kSecondUs)));
  if (!claims) return claims.refusal();
  identity::ClaimMap map;
  map.authority = "imported";
  map.subject = {"sub", "actor"};
  map.tenants = {"default"};
  return identity::principal_of(*claims, map);
}

// The scopes as a sorted list: the order of a set is no fact.
std::vector<std::string> sorted(std::vector<std::string> list) {
  std::ranges::sort(list);
  return list;
}

std::string difference(const identity::Principal& got, const Value* wanted) {
  if (wanted == nullptr) return "";
  if (wanted->find_string("actor") != got.subject())
    return fmt::format("expected actor {}, got {}", wanted->find_string("actor").value_or("?"),
                       got.subject());
  if (sorted(texts_of(wanted->find("scopes"))) != got.scopes())
    return fmt::format("expected other scopes than {}", fmt::join(got.scopes(), " "));
  return "";
}

void judge_token(const ScenarioRun& run, const Scenario& s) {
  const auto text = s.given.find_string("token");
  if (!text || s.expect.find("accepted") == nullptr)
    return run.report.skipped(s.c, Skip::kProse, "no token or no verdict");
  const auto got = principal_of(s.given, *text);
  const bool want = expects(s.expect, "accepted");
  const std::string answer(got ? "accepted" : slug(got.refusal()));
  Case c = s.c;
  c.facts = {{"answer", answer}, {"expected", want ? "accepted" : "refused"}};
  if (const auto seed = s.expect.find_string("seed_verdict")) c.facts["seed"] = std::string(*seed);
  if (want != got.ok())
    return run.report.failed(c, fmt::format("expected {}, got {}", c.facts["expected"], answer));
  const auto detail = s.expect.find_string("http_401_detail");
  if (detail && !run.reasons.agree(s.c.table, answer, {}, *detail))
    return run.report.failed(c, fmt::format("expected reason '{}', got {}", *detail, answer));
  const std::string why = got ? difference(*got, s.expect.find("principal")) : "";
  why.empty() ? run.report.passed(c) : run.report.failed(c, why);
}

// ---- stored keys ----

void judge_hash(const ScenarioRun& run, const Scenario& s) {
  const auto key = s.given.find_string("key");
  const auto stored = s.given.find_string("stored");
  if (!key || !stored || s.expect.find("match") == nullptr)
    return run.report.skipped(s.c, Skip::kProse, "no key or no stored form");
  const auto hash = identity::Pbkdf2Hash::parse(*stored);
  const bool got = hash && hash->matches(*key);
  Case c = s.c;
  c.facts = {{"answer", got ? "match" : hash ? "no match" : "not a stored form"}};
  if (got == expects(s.expect, "match")) return run.report.passed(c);
  run.report.failed(
      c, fmt::format("expected {}, got {}", expects(s.expect, "match") ? "match" : "no match",
                     c.facts["answer"]));
}

// ---- limits ----

std::string_view code_of(identity::LimitFault fault) {
  switch (fault) {
    case identity::LimitFault::kForm: return "form";
    case identity::LimitFault::kCountNumber: return "count_number";
    case identity::LimitFault::kCount: return "count";
    case identity::LimitFault::kWindow: return "window";
    case identity::LimitFault::kScope: return "scope";
  }
  return "";
}

// Our scope for that system's word: an actor there is a principal here.
std::string_view word_of(identity::LimitScope scope) {
  switch (scope) {
    case identity::LimitScope::kKey: return "key";
    case identity::LimitScope::kPrincipal: return "principal";
    case identity::LimitScope::kTenant: return "tenant";
    case identity::LimitScope::kTool: return "tool";
    case identity::LimitScope::kGlobal: return "global";
  }
  return "";
}

// Whose calls are counted together, in that system's words for the actor `agent` and tool `ping`.
std::string bucket_of(identity::LimitScope scope) {
  if (scope == identity::LimitScope::kPrincipal) return "user:agent";
  if (scope == identity::LimitScope::kTool) return "tool:ping";
  return std::string(word_of(scope));
}

std::string limit_difference(const identity::RateLimit& got, const Value& expect,
                             const Reasons& reasons, const std::string& table) {
  const auto number = [&](std::string_view name) {
    const Value* v = expect.find(name);
    return v == nullptr ? -1 : v->as_i64().value_or(-1);
  };
  if (number("limit") != got.count || number("window_seconds") * 1'000'000 != got.window_us)
    return fmt::format("got {} in {} us", got.count, got.window_us);
  const auto per = expect.find_string("per");
  if (per && !reasons.agree(table, word_of(got.scope), {}, *per))
    return fmt::format("got scope {}", word_of(got.scope));
  const auto bucket = expect.find_string("bucket_for_actor_agent_tool_ping");
  if (bucket && *bucket != bucket_of(got.scope))
    return fmt::format("expected bucket {}, got {}", *bucket, bucket_of(got.scope));
  return "";
}

void judge_expression(const ScenarioRun& run, const Scenario& s, std::string_view text) {
  identity::LimitFault fault{};
  const auto limit = identity::parse_limit(text, &fault);
  const bool want = expects(s.expect, "valid");
  Case c = s.c;
  c.facts = {{"answer", limit ? "valid" : std::string(code_of(fault))}};
  if (want != limit.has_value())
    return run.report.failed(
        c, fmt::format("expected {}, got {}", want ? "valid" : "invalid", c.facts["answer"]));
  if (limit) {
    const std::string why = limit_difference(*limit, s.expect, run.reasons, s.c.table);
    return why.empty() ? run.report.passed(c) : run.report.failed(c, why);
  }
  const auto error = s.expect.find_string("error");
  if (error && !run.reasons.agree(s.c.table, code_of(fault), {}, *error))
    return run.report.failed(c, fmt::format("expected '{}', got {}", *error, code_of(fault)));
  run.report.passed(c);
}

struct TimedCall {
  std::string actor;
  double at_s = 0;
};

std::vector<TimedCall> calls_of(const Value& given) {
  std::vector<TimedCall> out;
  const Value* times = given.find("calls_at_seconds");
  if (times != nullptr && times->as_array() != nullptr)
    for (const Value& t : *times->as_array()) out.push_back({"agent", t.as_double().value_or(0)});
  for (const std::string& actor : texts_of(given.find("calls_by_actor_within_window")))
    out.push_back({actor, 0});
  return out;
}

void judge_rule(const ScenarioRun& run, const Scenario& s, std::string_view rule) {
  identity::LimitFault fault{};
  const auto limit = identity::parse_limit(rule, &fault);
  if (!limit) return run.report.failed(s.c, fmt::format("the rule is refused: {}", code_of(fault)));
  base::SystemRandom random;
  identity::Quotas quotas({*limit}, 1024, random);
  std::vector<std::string> got;
  for (const TimedCall& call : calls_of(s.given)) {
    const auto at = static_cast<std::int64_t>(std::llround((call.at_s + 1000) * kSecondUs));
    const auto answer = quotas.ask({"default", call.actor, "", "ping"}, 1, at);
    got.emplace_back(answer.admitted ? "ok" : "limited");
  }
  const auto want = texts_of(s.expect.find("outcomes"));
  if (got.empty() || want.empty()) return run.report.skipped(s.c, Skip::kProse, "no calls");
  if (got == want) return run.report.passed(s.c);
  run.report.failed(s.c,
                    fmt::format("expected {}, got {}", fmt::join(want, " "), fmt::join(got, " ")));
}

void judge_limit(const ScenarioRun& run, const Scenario& s) {
  if (const auto text = s.given.find_string("expression")) return judge_expression(run, s, *text);
  if (const auto rule = s.given.find_string("rule")) return judge_rule(run, s, *rule);
  run.report.skipped(s.c, Skip::kProse, "no expression and no rule");
}

}  // namespace

void run_ramp_jwt(const ScenarioRun& run) {
  for (const Scenario& s : run.table.cases)
    if (run.selects(s.c)) judge_token(run, s);
}

void run_ramp_key_hashes(const ScenarioRun& run) {
  for (const Scenario& s : run.table.cases)
    if (run.selects(s.c)) judge_hash(run, s);
}

void run_ramp_rate_limits(const ScenarioRun& run) {
  for (const Scenario& s : run.table.cases)
    if (run.selects(s.c)) judge_limit(run, s);
}

}  // namespace conformance
