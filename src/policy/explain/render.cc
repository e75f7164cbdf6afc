// SPDX-License-Identifier: Apache-2.0
// An explanation as lines for people.
#include <fmt/format.h>

#include <algorithm>

#include "policy/explain/explain.h"
#include "policy/explain/phrase.h"
#include "policy/explain/updates.h"

namespace policy {
namespace {

constexpr std::size_t kBecauseClauses = 4;
constexpr std::size_t kSummaryTextBytes = 160;
constexpr std::size_t kRenderedBytes = std::size_t{4} << 20;  // LIMIT: of the whole text
constexpr std::size_t kIndent = 60;                           // LIMIT: columns

// A check mark, a cross, an exclamation mark; a dot for what was not asked.
std::string_view mark(Truth truth, bool evaluated) {
  if (!evaluated) return "\xc2\xb7";
  switch (truth) {
    case Truth::kTrue: return "\xe2\x9c\x93";
    case Truth::kFalse: return "\xe2\x9c\x97";
    case Truth::kError: return "!";
  }
  return "?";
}

// The notes of the parts that made `part` what it is: in `and`, `or` and their like those that say
// what the whole says, in `not` the one part.
void clauses(const Traced& part, std::vector<std::string>& out) {
  if (!part.evaluated || out.size() > kBecauseClauses) return;
  if (part.parts.empty()) {
    if (!part.note.empty()) out.push_back(part.note);
    return;
  }
  for (const Traced& p : part.parts)
    if (part.parts.size() == 1 || p.truth == part.truth) clauses(p, out);
}

std::string because(const TracedRule& rule) {
  std::vector<std::string> said;
  for (const Traced& part : rule.parts) clauses(part, said);
  if (said.empty()) return {};
  std::string out = " because ";
  for (std::size_t i = 0; i < said.size() && i < kBecauseClauses; ++i)
    out += (i > 0 ? " and " : "") + said[i];
  return out + (said.size() > kBecauseClauses ? " and more" : "");
}

std::string_view effect_word(Effect effect) {
  switch (effect) {
    case Effect::kAllow: return "allowed";
    case Effect::kAsk: return "a person is asked";
    case Effect::kDeny: return "denied";
  }
  return "?";
}

bool has_level(const TracedRule& rule) {
  return rule.text.starts_with("must ") || rule.text.starts_with("should ");
}

// True if rules with a level apply that say nothing, and one without a level would let the call
// pass: the case that surprises people.
bool is_torn(const Explanation& e) {
  const auto lets_pass = [](const TracedRule& r) {
    return r.truth == Truth::kTrue && (r.text.starts_with("allow ") || r.text.starts_with("ask "));
  };
  return std::ranges::any_of(e.rules, has_level) && std::ranges::any_of(e.rules, lets_pass);
}

std::string without_rule(const Explanation& e) {
  switch (e.answer.reason) {
    case base::Reason::kAllowedByRule: return ": no rule decides, and the default allows";
    case base::Reason::kDeniedByRule:
      return ": an argument may not be read by a model (__llm_blocked)";
    default: break;
  }
  if (!is_torn(e)) return ": no rule allows it";
  return ": its rules that say must or should never allow it, and an allow without a level does "
         "not "
         "count for them";
}

std::string asked(const Ask& ask) {
  std::string who;
  for (const std::string& role : ask.roles)
    who += (who.empty() ? "" : ", ") + tracing::fitted(role, tracing::kNameShownBytes);
  return fmt::format("  asked: {}{}, within {} s\n", who.empty() ? "the user" : who,
                     ask.is_signed ? ", signed" : "", ask.within_s);
}

class Lines {
 public:
  Lines(const Explanation& explanation, const Loaded& loaded)
      : explanation_(explanation), loaded_(loaded) {}

  std::string write() {
    summary();
    list("arguments", explanation_.arguments);
    list("session before the call", explanation_.before);
    if (!explanation_.rules.empty()) out_ += "rules\n";
    for (const TracedRule& rule : explanation_.rules) write(rule);
    return std::move(out_);
  }

 private:
  std::string where(const Span& span) const {
    return tracing::place_of(loaded_, span.file, span.line);
  }

  void summary() {
    const Answer& answer = explanation_.answer;
    out_ += effect_word(answer.effect);
    const TracedRule* decisive = nullptr;
    for (const TracedRule& rule : explanation_.rules)
      if (rule.decisive) decisive = &rule;
    if (decisive == nullptr) out_ += without_rule(explanation_);
    else
      out_ += fmt::format(" by {} `{}`{}", where(decisive->span),
                          tracing::fitted(decisive->text, kSummaryTextBytes), because(*decisive));
    out_ += fmt::format("\n  reason: {}, level {}\n", slug(answer.reason), spelling(answer.level));
    if (answer.effect == Effect::kAsk) out_ += asked(answer.ask);
    if (!answer.redact.empty())
      out_ += fmt::format("  redacted: {}\n", tracing::listed(answer.redact));
    if (!answer.log.empty()) out_ += fmt::format("  logged: {}\n", tracing::listed(answer.log));
  }

  void list(std::string_view title, const std::vector<std::string>& lines) {
    if (lines.empty()) return;
    out_ += fmt::format("{}\n", title);
    for (const std::string& line : lines) out_ += fmt::format("  {}\n", line);
  }

  bool is_full() {
    if (out_.size() < kRenderedBytes) return false;
    if (!cut_) out_ += "\xe2\x80\xa6 and more\n";
    return cut_ = true;
  }

  void write(const TracedRule& rule) {
    if (is_full()) return;
    out_ += fmt::format("  {} {} {}{}\n", mark(rule.truth, true), where(rule.span), rule.text,
                        rule.decisive ? "   \xe2\x86\x90 decides" : "");
    for (const Traced& part : rule.parts) write(part, 6);
  }

  void write(const Traced& part, std::size_t indent) {
    if (is_full()) return;
    out_ += fmt::format("{:{}}{} {}{}{}\n", "", indent, mark(part.truth, part.evaluated), part.text,
                        part.note.empty() ? "" : ": ", part.note);
    const std::size_t deeper = indent + 2 > kIndent ? kIndent : indent + 2;
    for (const Traced& p : part.parts) write(p, deeper);
  }

  const Explanation& explanation_;
  const Loaded& loaded_;
  std::string out_;
  bool cut_ = false;
};

}  // namespace

std::string render(const Explanation& explanation, const Loaded& loaded) {
  return Lines(explanation, loaded).write();
}

}  // namespace policy
