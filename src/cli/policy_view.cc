// SPDX-License-Identifier: Apache-2.0
#include "cli/policy_view.h"

#include <fmt/format.h>

#include "cli/policy_question.h"
#include "cli/verbs.h"
#include "policy/syntax/print.h"

namespace cli {
namespace {

using schema::Value;

std::string_view word_of(policy::Truth truth) {
  switch (truth) {
    case policy::Truth::kFalse: return "false";
    case policy::Truth::kTrue: return "true";
    case policy::Truth::kError: return "error";
  }
  return "";
}

Value span_json(const policy::Span& span, const std::vector<policy::Source>& sources) {
  Value out = Value::object();
  out.set("file", json_text(span.file < sources.size() ? sources[span.file].name : ""));
  out.set("line", json_number(span.line));
  out.set("column", json_number(span.column));
  return out;
}

Value parts_json(const std::vector<policy::Traced>& parts,  // NOLINT: as deep as a policy may nest
                 const std::vector<policy::Source>& sources) {
  Value out = Value::array();
  for (const policy::Traced& part : parts) {
    Value one = span_json(part.span, sources);
    one.set("text", json_text(part.text));
    one.set("truth", part.evaluated ? json_text(word_of(part.truth)) : Value());
    if (!part.note.empty()) one.set("note", json_text(part.note));
    if (!part.parts.empty()) one.set("parts", parts_json(part.parts, sources));
    out.push(std::move(one));
  }
  return out;
}

Value ask_json(const policy::Ask& ask) {
  Value out = Value::object();
  out.set("roles", json_of(ask.roles));
  out.set("signed", Value::boolean(ask.is_signed));
  out.set("within_s", Value::integer(ask.within_s));
  return out;
}

}  // namespace

Value json_of(const policy::RuleRef& rule, std::optional<policy::Effect> effect,
              const policy::Loaded& loaded) {
  if (rule.file >= loaded.sources.size()) return {};
  Value out = Value::object();
  out.set("file", json_text(loaded.sources[rule.file].name));
  out.set("line", json_number(rule.line));
  const policy::Rule* found = find_rule(loaded, rule, effect);
  if (found != nullptr) out.set("text", json_text(policy::print(*found)));
  return out;
}

Value json_of(const policy::Answer& answer, const policy::Loaded& loaded) {
  Value out = Value::object();
  out.set("effect", json_text(name_of(answer.effect)));
  out.set("reason", json_text(base::slug(answer.reason)));
  out.set("level", json_text(answer.level == policy::Level::kHard ? "hard" : "soft"));
  out.set("rule", json_of(answer.rule, answer.effect, loaded));
  if (answer.effect == policy::Effect::kAsk) out.set("ask", ask_json(answer.ask));
  if (!answer.redact.empty()) out.set("redact", json_of(answer.redact));
  if (!answer.log.empty()) out.set("log", json_of(answer.log));
  return out;
}

Value json_of(const std::vector<policy::Diagnostic>& all,
              const std::vector<policy::Source>& sources) {
  Value out = Value::array();
  for (const policy::Diagnostic& d : all) {
    const bool error = d.severity == policy::Diagnostic::Severity::kError;
    Value one = Value::object();
    one.set("severity", json_text(error ? "error" : "warning"));
    one.set("name", json_text(d.name));
    one.set("at", span_json(d.span, sources));
    one.set("message", json_text(d.message));
    if (!d.hint.empty()) one.set("hint", json_text(d.hint));
    out.push(std::move(one));
  }
  return out;
}

Value json_of(const policy::Explanation& explanation, const policy::Loaded& loaded) {
  Value out = json_of(explanation.answer, loaded);
  out.set("before", json_of(explanation.before));
  out.set("arguments", json_of(explanation.arguments));
  Value rules = Value::array();
  for (const policy::TracedRule& rule : explanation.rules) {
    Value one = span_json(rule.span, loaded.sources);
    one.set("text", json_text(rule.text));
    one.set("tool", json_text(rule.tool));
    one.set("priority", Value::integer(rule.priority));
    one.set("truth", json_text(word_of(rule.truth)));
    one.set("decisive", Value::boolean(rule.decisive));
    one.set("parts", parts_json(rule.parts, loaded.sources));
    rules.push(std::move(one));
  }
  out.set("rules", std::move(rules));
  return out;
}

std::string verdict_text(const policy::Answer& answer) {
  return fmt::format("{} ({})", name_of(answer.effect), base::slug(answer.reason));
}

}  // namespace cli
