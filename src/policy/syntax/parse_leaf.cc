// SPDX-License-Identifier: Apache-2.0
// Leaves: what a comparison begins with or compares to, and what a set expression reads.
#include <array>

#include "policy/syntax/parser.h"

namespace policy {
namespace {

using Kind = Token::Kind;

struct Attributed {
  std::string_view first;
  std::string_view second;
  Attribute attribute;
};
constexpr std::array<Attributed, 9> kAttributes{{
    {"principal", "id", Attribute::kPrincipalId},
    {"tenant", "id", Attribute::kTenantId},
    {"door", "name", Attribute::kDoorName},
    {"tool", "name", Attribute::kToolName},
    {"tool", "effect", Attribute::kToolEffect},
    {"environment", "name", Attribute::kEnvironmentName},
    {"time", "now", Attribute::kTimeNow},
    {"time", "hour", Attribute::kTimeHour},
    {"time", "weekday", Attribute::kTimeWeekday},
}};

constexpr std::array<std::string_view, 8> kYettAt{"control", "principal",   "tenant", "door",
                                                  "tool",    "environment", "time",   "counter"};

}  // namespace

bool Parser::at_step(std::size_t ahead) {
  return peek_sign(ahead, ".") || peek_sign(ahead, ".value") || peek_sign(ahead, "[") ||
         peek_sign(ahead, "[*]");
}

// A word that is a value here: before a comparator on the left, anywhere on the right; but a word
// with a step after it is an argument.
bool Parser::at_value_word(Want want) {
  const bool word = peek_word(0, "true") || peek_word(0, "false") || peek_word(0, "inf");
  if (!word || at_step(1)) return false;
  return want == Want::kValue || starts_comparator(1);
}

Parser::Leaf Parser::leaf(Want want) {
  const Place begin = peek().begin;
  const Token token = peek();
  if (token.kind == Kind::kSign && token.text == "@") return at_leaf(want);
  if (want != Want::kOperand) {
    const bool literal = token.kind == Kind::kString || token.kind == Kind::kInstant ||
                         (token.kind != Kind::kWord && peek_number(0));
    if (literal || at_value_word(want)) return value_literal();
  }
  const bool aggregates = peek_word(0, "union") || peek_word(0, "intersect");
  if (want != Want::kValue && aggregates && peek_word(1, "of")) return aggregate(begin);
  if (token.kind == Kind::kWord) return path_leaf(want);
  if (want == Want::kValue) expect("a value");
  fail();
  return Name{};
}

Value Parser::value_literal() {
  const Place begin = peek().begin;
  Value out;
  if (peek().kind == Kind::kString) {
    out.text = need_quoted(Kind::kString, "a string");
  } else if (peek().kind == Kind::kInstant) {
    out.kind = Value::Kind::kInstant;
    out.instant = instant();
  } else if (peek_number(0)) {
    out.kind = Value::Kind::kNumber;
    out.number = number();
  } else {
    out.kind = Value::Kind::kBool;
    out.truth = advance().text == "true";
  }
  out.span = span_from(begin);
  return out;
}

std::optional<Field> Parser::field_word(bool target) {
  for (const Field field : {Field::kTags, Field::kProducers, Field::kConsumers})
    if (at_word(spelling(field))) return field;
  if (yett() && !target && at_word("origins")) return Field::kOrigins;
  return std::nullopt;
}

Field Parser::need_field(bool target) {
  const auto field = field_word(target);
  if (!field && peek_word(0, "origins")) {
    if (target)
      fail_at(peek(), "found `origins`, which no policy sets",
              "origins say where a value came from");
    else yett_only("`origins`");
  }
  if (!field) fail();
  advance();
  return field.value_or(Field::kTags);
}

// The dot between two words, which stand close. `. value` is a key of that name.
void Parser::dot() {
  mark_last(Mark::kGlue);
  need_sign(".");
  if (!peek_word(0, "value")) mark_last(Mark::kGlue);
}

Parser::Leaf Parser::scoped_leaf(Scope scope, Want want, const Place& begin) {
  if (want != Want::kOperand && at_sign(".value")) {
    mark_last(Mark::kGlue);
    advance();
    Value out;
    out.kind = scope == Scope::kResult ? Value::Kind::kResult : Value::Kind::kSession;
    out.span = span_from(begin);
    return out;
  }
  if (want == Want::kValue) {
    fail();
    return Name{};
  }
  return operand_leaf(scope, begin);
}

Parser::Leaf Parser::operand_leaf(Scope scope, const Place& begin) {
  Operand out;
  out.scope = scope;
  dot();
  out.field = need_field();
  out.span = span_from(begin);
  return out;
}

Parser::Leaf Parser::at_args(const Place& begin) {
  Operand out;
  out.scope = Scope::kArgs;
  dot();
  out.field = need_field();
  if (peek_sign(0, ".")) {
    dot();
    out.intersect = at_word("intersect");
    if (!out.intersect && !at_word("union")) fail();
    advance();
  } else {
    hide(".", false);
  }
  out.span = span_from(begin);
  return out;
}

Parser::Leaf Parser::aggregate(const Place& begin) {
  Operand out;
  out.scope = Scope::kArgs;
  out.intersect = advance().text == "intersect";
  need_word("of");
  out.field = need_field();
  need_word("from");
  need_word("args");
  out.span = span_from(begin);
  return out;
}

Parser::Leaf Parser::at_leaf(Want want) {
  mark(Mark::kGlue);
  const Place begin = advance().begin;
  const Token word = peek();
  const bool sets = want != Want::kValue;
  if (sets && field_word(false)) {
    Operand out;
    out.scope = Scope::kHere;
    out.field = need_field();
    out.span = span_from(begin);
    return out;
  }
  if (word.glued) {
    if (take_word("result")) return scoped_leaf(Scope::kResult, want, begin);
    if (take_word("session")) return scoped_leaf(Scope::kSession, want, begin);
    if (sets && take_word("args")) return at_args(begin);
    if (peek_word(0, "role") && yett_only("`@role`")) return role_leaf(want, begin);
    for (const std::string_view known : kYettAt) {
      const bool stands =
          known == "principal" || (known == "control" ? sets : want != Want::kOperand);
      if (stands && peek_word(0, known) && yett_only("this attribute"))
        return at_attribute(want, begin);
    }
  }
  if (sets && peek_word(0, "origins")) yett_only("`origins`");
  fail();
  return Name{};
}

Parser::Leaf Parser::role_leaf(Want want, const Place& begin) {
  advance();
  dot();
  Path path;
  const auto role = role_of(peek().kind == Kind::kWord ? peek().text : "");
  for (std::size_t r = 0; r <= static_cast<std::size_t>(Role::kLast); ++r)
    at_word(spelling(static_cast<Role>(r)));
  if (!role) fail();
  path.role = role;
  advance();
  return path_tail(std::move(path), want, begin);
}

// `@word` where the word is one of kYettAt.
Parser::Leaf Parser::at_attribute(Want want, const Place& begin) {
  const bool sets = want != Want::kValue;
  const bool values = want != Want::kOperand;
  const std::string_view first = advance().text;
  if (first == "control") return operand_leaf(Scope::kControl, begin);
  dot();
  if (first == "counter") {
    Value out;
    out.kind = Value::Kind::kCounter;
    out.text = need_name("a counter");
    out.span = span_from(begin);
    return out;
  }
  if (first == "principal" && sets) {
    const bool scopes = at_word("scopes");
    if (scopes || at_word("roles")) {
      advance();
      Operand out;
      out.scope = Scope::kPrincipal;
      out.scopes = scopes;
      out.span = span_from(begin);
      return out;
    }
  }
  for (const Attributed& known : kAttributes) {
    if (known.first != first || !values || !at_word(known.second)) continue;
    advance();
    Value out;
    out.kind = Value::Kind::kAttribute;
    out.attribute = known.attribute;
    out.span = span_from(begin);
    return out;
  }
  fail();
  return Name{};
}

Parser::Leaf Parser::path_leaf(Want want) {
  const Token word = advance();
  Path path;
  path.argument = std::string(word.text);
  path.span = span_from(word.begin);
  if (at_step(0)) return path_tail(std::move(path), want, word.begin);
  if (want == Want::kAny && peek_word(0, "is") && (yett() || asks_of_path(0))) {
    yett_only("a question about an argument");
    return path;
  }
  if (want == Want::kValue) at_sign(".value");
  hide(".", false);
  return Name{path.argument, path.span};
}

bool Parser::index_step(Path& path) {
  if (!peek_sign(0, "[") && !peek_sign(0, "[*]")) return false;
  if (!yett_only("a step into an argument")) return false;
  if (path.role) {
    fail();
    return false;
  }
  mark_last(Mark::kGlue);
  Step step;
  if (advance().text == "[*]") {
    step.kind = Step::Kind::kEach;
  } else {
    mark_last(Mark::kGlue);
    step.kind = Step::Kind::kIndex;
    step.index = integer<std::uint32_t>("an index", false);
    mark_last(Mark::kGlue);
    need_sign("]");
  }
  path.steps.push_back(std::move(step));
  return true;
}

// After a dot: a field that ends the path, or a key. Nothing: it goes on.
std::optional<Parser::Leaf> Parser::dotted(Path& path, Want want, const Place& begin) {
  const bool keys = yett() && !path.role && peek().kind == Kind::kWord;
  const bool last = !at_step(1);
  const auto field = want == Want::kValue ? std::nullopt : field_word(false);
  if (!field && !yett() && !last && peek().kind == Kind::kWord)
    yett_only("a step into an argument");
  if (field && (last || !keys)) {
    Operand out;
    advance();
    out.field = *field;
    path.span = span_from(begin);
    out.path = std::move(path);
    out.span = span_from(begin);
    return out;
  }
  if (!keys) {
    need_field();
    return Name{};
  }
  Step step;
  step.key = std::string(advance().text);
  path.steps.push_back(std::move(step));
  return std::nullopt;
}

Parser::Leaf Parser::path_tail(Path path, Want want, const Place& begin) {
  while (!failed()) {
    if (want != Want::kOperand && at_sign(".value")) {
      mark_last(Mark::kGlue);
      path.span = span_from(begin);
      advance();
      Value out;
      out.kind = Value::Kind::kArgument;
      out.path = std::move(path);
      out.span = span_from(begin);
      return out;
    }
    if (index_step(path)) continue;
    const bool ends = want == Want::kAny && yett() && peek_word(0, "is");
    if (ends) {
      path.span = span_from(begin);
      return path;
    }
    const bool keys = yett() && !path.role;
    if (want == Want::kValue && !keys) break;
    if (!at_sign(".")) break;
    dot();
    if (auto found = dotted(path, want, begin)) return std::move(*found);
  }
  fail();
  return Name{};
}

}  // namespace policy
