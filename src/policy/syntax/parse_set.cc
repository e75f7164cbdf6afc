// SPDX-License-Identifier: Apache-2.0
// Set expressions: five levels of left associative operators, read by loops.
#include <fmt/format.h>

#include <array>

#include "policy/syntax/limits.h"
#include "policy/syntax/parser.h"

namespace policy {
namespace {

using Kind = Token::Kind;

// From loose to tight.
struct Operator {
  std::string_view sign;
  std::string_view word;
  SetExpr::Kind kind;
};
constexpr std::array<Operator, 4> kLevels{{{"^", "xor", SetExpr::Kind::kXor},
                                           {"-", "minus", SetExpr::Kind::kMinus},
                                           {"&", "intersect", SetExpr::Kind::kIntersect},
                                           {"|", "union", SetExpr::Kind::kUnion}}};

}  // namespace

SetExpr Parser::set() {
  const Place begin = peek().begin;
  return set_tail(set_atom(), begin);
}

SetExpr Parser::set_tail(SetExpr first, const Place& begin) {
  return level_tail(std::move(first), begin, 0);
}

SetExpr Parser::level(std::size_t level) {
  const Place begin = peek().begin;
  return level_tail(set_atom(), begin, level);
}

// `first` is an atom that was read already.
SetExpr Parser::level_tail(SetExpr first, const Place& begin, std::size_t at) {
  if (at == kLevels.size()) return with_tail(std::move(first), begin);
  SetExpr left = level_tail(std::move(first), begin, at + 1);
  while (!failed() && set_operator(at)) {
    SetExpr whole;
    whole.kind = kLevels[at].kind;
    whole.parts.reserve(2);
    whole.parts.push_back(std::move(left));
    whole.parts.push_back(level(at + 1));
    whole.span = span_from(begin);
    left = std::move(whole);
  }
  return left;
}

bool Parser::set_operator(std::size_t level) {
  const Operator& known = kLevels[level];
  expect("a set operator");
  hide(known.sign, false);
  hide(known.word, true);
  if (!peek_sign(0, known.sign) && !peek_word(0, known.word)) return false;
  count_operator();
  mark(Mark::kBreak);
  advance();
  return true;
}

// The tree of a chain is as deep as the chain is long, and all who read it recurse.
void Parser::count_operator() {
  if (++set_operators_ > kSetOperators)
    fail_at(peek(), fmt::format("found more than {} set operators in one statement", kSetOperators),
            "write one set literal, or name a part with let");
}

SetExpr Parser::with_tail(SetExpr first, const Place& begin) {
  SetExpr left = std::move(first);
  while (!failed()) {
    hide("with", true);
    hide("without", true);
    const bool with = peek_word(0, "with");
    if (!with && !peek_word(0, "without")) break;
    count_operator();
    mark(Mark::kBreak);
    advance();
    SetExpr whole;
    whole.kind = with ? SetExpr::Kind::kWith : SetExpr::Kind::kWithout;
    whole.parts.push_back(std::move(left));
    whole.elements.push_back(element());
    whole.span = span_from(begin);
    left = std::move(whole);
  }
  return left;
}

SetExpr Parser::set_atom() {
  if (peek_sign(0, "{")) return set_literal();
  if (take_sign("(")) {
    const Nesting deeper(*this);
    SetExpr inner = set();
    need_sign(")");
    return inner;
  }
  hide("{", false);
  expect("a set");
  Leaf found = leaf(Want::kOperand);
  if (auto* operand = std::get_if<Operand>(&found)) return operand_set(std::move(*operand));
  if (auto* name = std::get_if<Name>(&found)) return name_set(std::move(*name));
  fail();
  return {};
}

SetExpr Parser::operand_set(Operand operand) {
  SetExpr whole;
  whole.kind = SetExpr::Kind::kOperand;
  whole.span = operand.span;
  whole.operand = std::move(operand);
  return whole;
}

SetExpr Parser::name_set(Name name) {
  SetExpr whole;
  whole.kind = SetExpr::Kind::kName;
  whole.span = name.span;
  whole.name = std::move(name.text);
  return whole;
}

SetExpr Parser::set_literal() {
  SetExpr whole;
  const Place begin = advance().begin;
  if (!at_sign("}")) {
    whole.elements.push_back(element());
    while (!failed() && take_sign(",")) {
      mark_last(Mark::kBreakAfter);
      if (whole.elements.size() == kSetElements)
        fail_at(peek(), fmt::format("found more than {} elements in a set", kSetElements));
      if (++elements_ > kElements)
        fail_at(peek(), fmt::format("found more than {} elements in a file", kElements));
      whole.elements.push_back(element());
    }
  }
  need_sign("}");
  whole.span = span_from(begin);
  return whole;
}

}  // namespace policy
