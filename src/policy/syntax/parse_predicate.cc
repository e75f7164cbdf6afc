// SPDX-License-Identifier: Apache-2.0
// Predicates and comparisons; and what a let may hold, where only the first leaf tells a predicate
// from a set.
#include <fmt/format.h>

#include "policy/syntax/limits.h"
#include "policy/syntax/parser.h"

namespace policy {
namespace {

using Kind = Token::Kind;

// The words that may follow a name which is a predicate or a set.
bool joins(std::string_view word) {
  for (const std::string_view known :
       {"and", "or", "because", "when", "with", "without", "union", "intersect", "minus", "xor"})
    if (word == known) return true;
  return false;
}

// A path that ends in a field's name, read as a key: `x.tags is present`.
Path path_of(Operand operand) {
  Step step;
  step.key = spelling(operand.field);
  operand.path.steps.push_back(std::move(step));
  operand.path.span = operand.span;
  return std::move(operand.path);
}

}  // namespace

Predicate Parser::whole_predicate() {
  set_yett();
  Predicate whole = predicate();
  if (peek().kind != Kind::kEnd) {
    expect("the end of the text");
    fail();
  }
  return whole;
}

Predicate Parser::closed(Predicate predicate, const Place& begin) {
  predicate.span = span_from(begin);
  return predicate;
}

Predicate Parser::predicate() {
  const Place begin = peek().begin;
  return or_tail(and_tail(not_term(), begin), begin);
}

Predicate Parser::or_tail(Predicate first, const Place& begin) {
  if (!at_word("or")) return first;
  Predicate all;
  all.kind = Predicate::Kind::kOr;
  all.parts.push_back(std::move(first));
  while (at_word("or")) {
    mark(Mark::kBreak);
    advance();
    const Place at = peek().begin;
    all.parts.push_back(and_tail(not_term(), at));
  }
  return closed(std::move(all), begin);
}

Predicate Parser::and_tail(Predicate first, const Place& begin) {
  if (!at_word("and")) return first;
  Predicate all;
  all.kind = Predicate::Kind::kAnd;
  all.parts.push_back(std::move(first));
  while (at_word("and")) {
    mark(Mark::kBreak);
    advance();
    all.parts.push_back(not_term());
  }
  return closed(std::move(all), begin);
}

// `not` before a word, a literal, `@` or `(` is the operator; `not.tags` is an argument and `not`
// before a sign a name.
bool Parser::at_not() {
  hide("not", true);
  if (!peek_word(0, "not")) return false;
  const Token next = peek(1);
  if (yett() && asks_of_path(1)) return false;
  if (next.kind != Kind::kSign) return next.kind != Kind::kEnd;
  return next.text == "(" || next.text == "@" || peek_number(1);
}

Predicate Parser::negation() {
  const Place begin = advance().begin;
  const Nesting deeper(*this);
  Predicate whole;
  whole.kind = Predicate::Kind::kNot;
  whole.parts.push_back(not_term());
  return closed(std::move(whole), begin);
}

Predicate Parser::not_term() {
  if (failed()) return {};
  return at_not() ? negation() : atom();
}

// A word of a comparison of values stands there: the word before is a literal.
bool Parser::starts_comparator(std::size_t ahead) {
  if (peek_word(ahead, "in")) return true;
  for (const std::string_view sign : {"==", "!=", "<", "<=", ">", ">="})
    if (peek_sign(ahead, sign)) return true;
  return false;
}

// `is present` and the like.
bool Parser::asks_of_path(std::size_t ahead) {
  if (!peek_word(ahead, "is")) return false;
  const std::size_t next = ahead + 1;
  return peek_word(next, "present") || peek_word(next, "absent") || peek_word(next, "named");
}

bool Parser::starts_comparison(std::size_t ahead) {
  const Token token = peek(ahead);
  if (token.kind == Kind::kString || token.kind == Kind::kInstant || token.kind == Kind::kNumber)
    return true;
  if (token.kind == Kind::kSign) return token.text == "@" || (yett() && peek_number(ahead));
  if (token.kind != Kind::kWord) return false;
  const std::size_t next = ahead + 1;
  if (at_step(next) || asks_of_path(next)) return true;
  if (token.text == "union" || token.text == "intersect") {
    const Token field = peek(next + 1);
    return peek_word(next, "of") && field.kind == Kind::kWord && field_of(field.text);
  }
  const bool value = token.text == "true" || token.text == "false" || token.text == "inf";
  return value && starts_comparator(next);
}

std::optional<Predicate::Kind> Parser::at_quantifier() {
  const bool any = peek_word(0, "any");
  if (!any && !peek_word(0, "all")) return std::nullopt;
  // A name that is no joining word cannot follow the name `any`: it is what the quantifier is
  // about.
  const Token next = peek(1);
  const bool about = yett() && next.kind == Kind::kWord && !joins(next.text) && !asks_of_path(1);
  if (!about && !starts_comparison(1)) return std::nullopt;
  return any ? Predicate::Kind::kAny : Predicate::Kind::kAll;
}

Predicate Parser::quantified(Predicate::Kind kind) {
  const Place begin = advance().begin;
  if (!yett_only(kind == Predicate::Kind::kAny ? "`any`" : "`all`")) return {};
  Predicate whole;
  whole.kind = kind;
  const Place at = peek().begin;
  whole.parts.push_back(comparison(leaf(Want::kAny), at));
  if (whole.parts[0].kind == Predicate::Kind::kName) fail();
  return closed(std::move(whole), begin);
}

Predicate Parser::atom() {
  const Place begin = peek().begin;
  if (peek_sign(0, "(")) {
    const Nesting deeper(*this);
    advance();
    Predicate inner = predicate();
    need_sign(")");
    return inner;
  }
  if (const auto kind = at_quantifier()) return quantified(*kind);
  hide("(", false);
  expect("a predicate");
  return comparison(leaf(Want::kAny), begin);
}

Predicate Parser::name_predicate(Name name) {
  Predicate whole;
  whole.kind = Predicate::Kind::kName;
  whole.name = std::move(name.text);
  whole.span = name.span;
  return whole;
}

// `left` is read; a name alone is a predicate.
Predicate Parser::comparison(Leaf left, const Place& begin) {
  Predicate out;
  bool right = false;
  if (++comparisons_ > kComparisons)
    fail_at(peek(), fmt::format("found more than {} comparisons in a file", kComparisons));
  if (auto* value = std::get_if<Value>(&left)) {
    out.left = std::move(*value);
    right = value_comparison(out);
  } else if (auto* operand = std::get_if<Operand>(&left)) {
    out.operand = std::move(*operand);
    right = operand_comparison(out);
  } else if (auto* path = std::get_if<Path>(&left)) {
    out.path = std::move(*path);
    right = path_comparison(out);
  } else {
    return name_predicate(std::get<Name>(std::move(left)));
  }
  if (!right) fail();
  return closed(std::move(out), begin);
}

std::optional<Comparator> Parser::comparator() {
  if (take_sign("==")) return Comparator::kEqual;
  for (std::size_t i = 1; i <= static_cast<std::size_t>(Comparator::kLast); ++i) {
    const auto known = static_cast<Comparator>(i);
    if (yett() ? !at_sign(spelling(known)) : !peek_sign(0, spelling(known))) continue;
    if (!yett_only(spelling(known))) return std::nullopt;
    advance();
    return known;
  }
  return std::nullopt;
}

bool Parser::value_comparison(Predicate& out) {
  if (take_word("in")) {
    out.kind = Predicate::Kind::kIn;
    out.set = set();
    return true;
  }
  const auto sign = comparator();
  if (!sign) return false;
  out.kind = Predicate::Kind::kCompare;
  out.comparator = *sign;
  Leaf right = leaf(Want::kValue);
  auto* value = std::get_if<Value>(&right);
  if (value == nullptr) return false;
  out.right = std::move(*value);
  return true;
}

bool Parser::operand_comparison(Predicate& out) {
  const auto with_set = [&](Predicate::Kind kind) {
    out.kind = kind;
    out.set = set();
    return true;
  };
  if (take_word("overlaps")) return with_set(Predicate::Kind::kOverlaps);
  const bool subset = at_word("subset");
  if (subset || at_word("superset")) {
    advance();
    need_word("of");
    return with_set(subset ? Predicate::Kind::kSubset : Predicate::Kind::kSuperset);
  }
  if (take_sign("==")) return with_set(Predicate::Kind::kSetEqual);
  if (yett() && take_word("grants")) {
    out.kind = Predicate::Kind::kGrants;
    out.name = need_quoted(Kind::kString, "a string");
    return true;
  }
  if (peek_word(0, "grants")) return yett_only("`grants`");
  if (!take_word("is")) return false;
  operand_is(out);
  return true;
}

void Parser::operand_is(Predicate& out) {
  if (take_word("empty")) {
    out.kind = Predicate::Kind::kEmpty;
  } else if (take_word("universal")) {
    out.kind = Predicate::Kind::kUniversal;
  } else if (out.operand.scope == Scope::kArgument && !out.operand.path.role && yett()) {
    out.path = path_of(std::move(out.operand));
    out.operand = {};
    if (!is_word(out)) fail();
  } else {
    fail();
  }
}

// After `is`.
bool Parser::is_word(Predicate& out) {
  if (take_word("present")) out.kind = Predicate::Kind::kPresent;
  else if (take_word("absent")) out.kind = Predicate::Kind::kAbsent;
  else if (take_word("named")) out.kind = Predicate::Kind::kNamed;
  else return false;
  return true;
}

bool Parser::path_comparison(Predicate& out) { return take_word("is") && is_word(out); }

Parser::Expression Parser::expression() {
  if (failed()) return SetExpr{};
  const Place begin = peek().begin;
  Expression first = expression_atom();
  if (auto* whole = std::get_if<Predicate>(&first))
    return or_tail(and_tail(std::move(*whole), begin), begin);
  auto& found = std::get<SetExpr>(first);
  const bool logic = at_word("and") || at_word("or");
  if (found.kind != SetExpr::Kind::kName || !logic) return set_tail(std::move(found), begin);
  return or_tail(and_tail(name_predicate({found.name, found.span}), begin), begin);
}

Parser::Expression Parser::expression_atom() {
  const Place begin = peek().begin;
  if (peek_sign(0, "{")) return set_literal();
  if (peek_sign(0, "(")) {
    const Nesting deeper(*this);
    advance();
    Expression inner = expression();
    need_sign(")");
    return inner;
  }
  if (at_not()) return negation();
  if (const auto kind = at_quantifier()) return quantified(*kind);
  hide("{", false);
  hide("(", false);
  expect("a set, a predicate or a domain");
  Leaf first = leaf(Want::kAny);
  if (auto* found = std::get_if<Name>(&first)) return name_set(std::move(*found));
  auto* operand = std::get_if<Operand>(&first);
  if (operand == nullptr) return comparison(std::move(first), begin);
  Predicate out;
  out.operand = *operand;
  if (operand_comparison(out)) return closed(std::move(out), begin);
  return operand_set(std::move(*operand));
}

}  // namespace policy
