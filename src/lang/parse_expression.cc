// SPDX-License-Identifier: Apache-2.0
// Expressions, loosest first, as the Python 3.11 grammar has them.
#include <fmt/format.h>

#include "lang/parser.h"

namespace lang {
namespace {

// CPython reads no more decimal digits; the bits are counted where the number is made.
constexpr std::size_t kIntegerDigits = 4300;

struct Infix {
  int strength = 0;  // 0: no binary operator
  Operator op = Operator::kAdd;
};

Infix infix(Token token) {
  switch (token) {
    case Token::kBar: return {1, Operator::kBitOr};
    case Token::kCaret: return {2, Operator::kBitXor};
    case Token::kAmpersand: return {3, Operator::kBitAnd};
    case Token::kShiftLeft: return {4, Operator::kShiftLeft};
    case Token::kShiftRight: return {4, Operator::kShiftRight};
    case Token::kPlus: return {5, Operator::kAdd};
    case Token::kMinus: return {5, Operator::kSub};
    case Token::kStar: return {6, Operator::kMul};
    case Token::kSlash: return {6, Operator::kDiv};
    case Token::kDoubleSlash: return {6, Operator::kFloorDiv};
    case Token::kPercent: return {6, Operator::kMod};
    default: return {};
  }
}

bool begins_atom(Token token) {
  return (token >= Token::kName && token <= Token::kFString) || token == Token::kNone ||
         token == Token::kTrue || token == Token::kFalse;
}

// What cannot go on with an expression that was one atom.
bool ends_operand(Token token) {
  switch (token) {
    case Token::kNewline:
    case Token::kComma:
    case Token::kClose:
    case Token::kCloseSquare:
    case Token::kCloseCurly:
    case Token::kColon:
    case Token::kAssign: return true;
    default: return false;
  }
}

}  // namespace

// A comma before it was the last.
bool Parser::ends_expressions() const {
  switch (peek().token) {
    case Token::kNewline:
    case Token::kEnd:
    case Token::kSemicolon:
    case Token::kClose:
    case Token::kCloseSquare:
    case Token::kCloseCurly:
    case Token::kAssign:
    case Token::kColon:
    case Token::kIn: return true;
    default: return false;
  }
}

NodeId Parser::expressions() {
  const Place place = peek().place;
  const NodeId first = star_expression();
  if (!is(Token::kComma)) {
    if (!problem_ && node(first).kind == NodeKind::kStar)
      return fail(Problem::Kind::kSyntax, place, "a starred value needs a tuple around it");
    return first;
  }
  const std::size_t from = mark();
  gather(first);
  while (accept(Token::kComma) && !ends_expressions()) gather(star_expression());
  const NodeId tuple = add(NodeKind::kTuple, place);
  close(tuple, from);
  return tuple;
}

NodeId Parser::star_expression() {
  const Place place = peek().place;
  if (!accept(Token::kStar)) return expression();
  const NodeId value = binary(1);
  const NodeId star = add(NodeKind::kStar, place);
  node(star).a = value;
  return star;
}

NodeId Parser::element() { return is(Token::kStar) ? star_expression() : named_expression(); }

NodeId Parser::named_expression() {
  const Place place = peek().place;
  if (!is(Token::kName) || second() != Token::kWalrus) {
    const NodeId value = expression();
    if (is(Token::kWalrus))
      return fail(Problem::Kind::kSyntax, peek().place, "only a name stands before `:=`");
    return value;
  }
  const NodeId target = name();
  take();
  const NodeId value = expression();
  const NodeId made = add(NodeKind::kNamed, place);
  node(made).a = target;
  node(made).b = value;
  return made;
}

NodeId Parser::expression() {
  if (begins_atom(peek().token) && ends_operand(second())) return atom();  // most are
  const Place place = peek().place;
  if (is(Token::kLambda)) return lambda();
  if (is(Token::kYield)) return unsupported("`yield`", "build a list and return it");
  const NodeId value = disjunction();
  if (!accept(Token::kIf)) return value;
  const NodeId test = disjunction();
  if (!expect(Token::kElse, "of the conditional expression")) return kNoNode;
  Level level(*this);
  if (level.too_deep()) return kNoNode;
  const NodeId otherwise = expression();
  const NodeId made = add(NodeKind::kConditional, place);
  node(made).a = test;
  node(made).b = value;
  node(made).c = otherwise;
  return made;
}

NodeId Parser::disjunction() {
  const Place place = peek().place;
  const NodeId first = conjunction();
  if (!is(Token::kOr)) return first;
  const std::size_t from = mark();
  gather(first);
  while (accept(Token::kOr)) gather(conjunction());
  const NodeId made = add(NodeKind::kBool, place);
  node(made).op = static_cast<std::uint8_t>(Operator::kOr);
  close(made, from);
  return made;
}

NodeId Parser::conjunction() {
  const Place place = peek().place;
  const NodeId first = inversion();
  if (!is(Token::kAnd)) return first;
  const std::size_t from = mark();
  gather(first);
  while (accept(Token::kAnd)) gather(inversion());
  const NodeId made = add(NodeKind::kBool, place);
  node(made).op = static_cast<std::uint8_t>(Operator::kAnd);
  close(made, from);
  return made;
}

NodeId Parser::inversion() {
  const Place place = peek().place;
  if (!accept(Token::kNot)) return comparison();
  Level level(*this);
  if (level.too_deep()) return kNoNode;
  const NodeId value = inversion();
  const NodeId made = add(NodeKind::kUnary, place);
  node(made).op = static_cast<std::uint8_t>(Operator::kNot);
  node(made).a = value;
  return made;
}

bool Parser::comparator(Operator& op) {
  switch (peek().token) {
    case Token::kEqual: op = Operator::kEq; break;
    case Token::kNotEqual: op = Operator::kNe; break;
    case Token::kLess: op = Operator::kLt; break;
    case Token::kLessEqual: op = Operator::kLe; break;
    case Token::kGreater: op = Operator::kGt; break;
    case Token::kGreaterEqual: op = Operator::kGe; break;
    case Token::kIn: op = Operator::kIn; break;
    case Token::kIs:
      take();
      op = accept(Token::kNot) ? Operator::kIsNot : Operator::kIs;
      return true;
    case Token::kNot:
      if (second() != Token::kIn) return false;
      take();
      op = Operator::kNotIn;
      break;
    default: return false;
  }
  take();
  return true;
}

NodeId Parser::comparison() {
  const Place place = peek().place;
  const NodeId left = binary(1);
  const std::size_t from = mark();
  Operator op{};
  for (Place at = peek().place; comparator(op); at = peek().place) {
    const NodeId right = binary(1);
    const NodeId tail = add(NodeKind::kCompareTail, at);
    node(tail).op = static_cast<std::uint8_t>(op);
    node(tail).a = right;
    gather(tail);
  }
  if (mark() == from) return left;
  const NodeId made = add(NodeKind::kCompare, place);
  node(made).a = left;
  close(made, from);
  return made;
}

NodeId Parser::binary(int least) {
  const Place place = peek().place;
  NodeId left = begins_atom(peek().token) ? power() : unary();
  while (true) {
    if (is(Token::kAt)) return unsupported("the operator `@`", "use `*` and `sum`");
    const Infix found = infix(peek().token);
    if (found.strength < least || problem_) return left;
    take();
    const NodeId right = binary(found.strength + 1);
    const NodeId made = add(NodeKind::kBinary, place);
    node(made).op = static_cast<std::uint8_t>(found.op);
    node(made).a = left;
    node(made).b = right;
    left = made;
  }
}

NodeId Parser::unary() {
  const Lexeme& sign = peek();
  Operator op{};
  switch (sign.token) {
    case Token::kMinus: op = Operator::kNegative; break;
    case Token::kPlus: op = Operator::kPositive; break;
    case Token::kTilde: op = Operator::kInvert; break;
    default: return power();
  }
  take();
  Level level(*this);
  if (level.too_deep()) return kNoNode;
  const NodeId value = unary();
  const NodeId made = add(NodeKind::kUnary, sign.place);
  node(made).op = static_cast<std::uint8_t>(op);
  node(made).a = value;
  return made;
}

NodeId Parser::power() {
  const Place place = peek().place;
  if (is(Token::kAwait)) return unsupported("`await`", "call the tool without it");
  const NodeId base = primary();
  if (!accept(Token::kDoubleStar)) return base;
  Level level(*this);
  if (level.too_deep()) return kNoNode;
  const NodeId exponent = unary();
  const NodeId made = add(NodeKind::kBinary, place);
  node(made).op = static_cast<std::uint8_t>(Operator::kPow);
  node(made).a = base;
  node(made).b = exponent;
  return made;
}

NodeId Parser::primary() {
  const Place place = peek().place;
  NodeId value = atom();
  while (!problem_) {
    if (accept(Token::kDot)) {
      if (!is(Token::kName)) return unexpected("the name of an attribute");
      const std::uint32_t text = text_of(take());
      const NodeId made = add(NodeKind::kAttribute, place);
      node(made).a = value;
      node(made).text = text;
      value = made;
    } else if (accept(Token::kOpen)) {
      value = call(value, place);
    } else if (accept(Token::kOpenSquare)) {
      value = subscript(value, place);
    } else {
      return value;
    }
  }
  return kNoNode;
}

NodeId Parser::name() {
  const Lexeme& lexeme = take();
  const NodeId made = add(NodeKind::kName, lexeme.place);
  node(made).text = text_of(lexeme);
  return made;
}

NodeId Parser::number() {
  const Lexeme& lexeme = take();
  const NodeId made =
      add(lexeme.token == Token::kInt ? NodeKind::kInt : NodeKind::kFloat, lexeme.place);
  const std::string_view text = source_of(lexeme);
  if (lexeme.token == Token::kInt && text.size() > kIntegerDigits)
    return fail(Problem::Kind::kLimit, lexeme.place, "this integer has more than 4,096 bits");
  if (text.find('_') == std::string_view::npos) {
    node(made).text = intern(text);
    return made;
  }
  std::string digits;
  for (const char c : text)
    if (c != '_') digits += c;
  node(made).text = intern(digits);
  return made;
}

NodeId Parser::atom() {
  switch (peek().token) {
    case Token::kName: return name();
    case Token::kInt:
    case Token::kFloat: return number();
    case Token::kString:
    case Token::kFString: return strings();
    case Token::kNone: return add(NodeKind::kNone, take().place);
    case Token::kTrue: return add(NodeKind::kTrue, take().place);
    case Token::kFalse: return add(NodeKind::kFalse, take().place);
    case Token::kOpen: return group();
    case Token::kOpenSquare: return list();
    case Token::kOpenCurly: return braces();
    case Token::kEllipsis: return unsupported("`...`", "write `pass` or `None`");
    default: return unexpected("an expression");
  }
}

}  // namespace lang
