// SPDX-License-Identifier: Apache-2.0
// What stands in brackets: groups, displays, comprehensions, calls, subscripts; and targets of
// `for`.
#include <fmt/format.h>

#include "lang/parser.h"

namespace lang {

NodeId Parser::group() {
  Level level(*this);
  if (level.too_deep()) return kNoNode;
  const Place place = take().place;
  return grouped(Token::kClose, place);
}

// What stands in parentheses that began at `place`; also a field of an f-string, up to kEnd.
NodeId Parser::grouped(Token closing, Place place) {
  const std::size_t from = mark();
  bool tuple = is(closing);
  if (!tuple) {
    const NodeId first = element();
    if (is(Token::kFor) || is(Token::kAsync)) {
      const NodeId made = comprehension(NodeKind::kGenerator, place, first, kNoNode);
      return close_bracket(closing, "of the generator") ? made : kNoNode;
    }
    gather(first);
    while (accept(Token::kComma)) {
      tuple = true;
      if (is(closing)) break;
      gather(element());
    }
  }
  if (!close_bracket(closing, "or `,`")) return kNoNode;
  if (!tuple) {
    const NodeId only = gathered_.back();
    gathered_.resize(from);
    if (node(only).kind == NodeKind::kStar)
      return fail(Problem::Kind::kSyntax, place, "a starred value needs a tuple around it",
                  "add a comma: `(*x,)`");
    return only;
  }
  const NodeId made = add(NodeKind::kTuple, place);
  close(made, from);
  return made;
}

// The last lexeme is never accepted, so that loops end.
bool Parser::close_bracket(Token closing, std::string_view where) {
  if (closing != Token::kEnd) return expect(closing, where);
  if (!problem_ && !is(Token::kEnd)) unexpected("`}` of the f-string");
  return !problem_;
}

NodeId Parser::list() {
  Level level(*this);
  if (level.too_deep()) return kNoNode;
  const Place place = take().place;
  const std::size_t from = mark();
  while (!is(Token::kCloseSquare) && !problem_) {
    const NodeId one = element();
    if (mark() == from && (is(Token::kFor) || is(Token::kAsync))) {
      const NodeId made = comprehension(NodeKind::kListComp, place, one, kNoNode);
      return expect(Token::kCloseSquare, "of the comprehension") ? made : kNoNode;
    }
    gather(one);
    if (!accept(Token::kComma)) break;
  }
  if (!expect(Token::kCloseSquare, "or `,`")) return kNoNode;
  const NodeId made = add(NodeKind::kList, place);
  close(made, from);
  return made;
}

NodeId Parser::braces() {
  Level level(*this);
  if (level.too_deep()) return kNoNode;
  const Place place = take().place;
  const std::size_t from = mark();
  if (is(Token::kCloseCurly) || is(Token::kDoubleStar)) return dictionary(place, from);
  const bool named = is(Token::kName) && second() == Token::kWalrus;
  const NodeId first = element();
  if (is(Token::kColon) && !named && !problem_ && node(first).kind != NodeKind::kStar) {
    take();
    const NodeId value = expression();
    if (is(Token::kFor) || is(Token::kAsync)) {
      const NodeId made = comprehension(NodeKind::kDictComp, place, first, value);
      return expect(Token::kCloseCurly, "of the comprehension") ? made : kNoNode;
    }
    gather(first);
    gather(value);
    if (!is(Token::kCloseCurly) && !expect(Token::kComma, "or `}`")) return kNoNode;
    return dictionary(place, from);
  }
  if (is(Token::kFor) || is(Token::kAsync)) {
    const NodeId made = comprehension(NodeKind::kSetComp, place, first, kNoNode);
    return expect(Token::kCloseCurly, "of the comprehension") ? made : kNoNode;
  }
  gather(first);
  while (accept(Token::kComma) && !is(Token::kCloseCurly)) gather(element());
  if (!expect(Token::kCloseCurly, "or `,`")) return kNoNode;
  const NodeId made = add(NodeKind::kSet, place);
  close(made, from);
  return made;
}

NodeId Parser::dictionary(Place place, std::size_t from) {
  while (!is(Token::kCloseCurly) && !problem_) {
    if (accept(Token::kDoubleStar)) {
      gather(kNoNode);
      gather(binary(1));
    } else {
      gather(expression());
      if (!expect(Token::kColon, "after the key")) return kNoNode;
      gather(expression());
    }
    if (!accept(Token::kComma)) break;
  }
  if (!expect(Token::kCloseCurly, "or `,`")) return kNoNode;
  const NodeId made = add(NodeKind::kDict, place);
  close(made, from);
  return made;
}

NodeId Parser::lambda() {
  Level level(*this);
  if (level.too_deep()) return kNoNode;
  const Place place = take().place;
  const std::size_t from = mark();
  parameters(Token::kColon, false);
  if (!expect(Token::kColon, "after the parameters of `lambda`")) return kNoNode;
  const NodeId body = expression();
  const NodeId made = add(NodeKind::kLambda, place);
  node(made).a = body;
  close(made, from);
  return made;
}

NodeId Parser::call(NodeId callee, Place place) {
  Level level(*this);
  if (level.too_deep()) return kNoNode;
  const std::size_t from = mark();
  const bool field =
      node(callee).kind == NodeKind::kName && tree_.text(node(callee).text) == "Field";
  arguments(at_[-1].place, true, field);
  const NodeId made = add(NodeKind::kCall, place);
  node(made).a = callee;
  close(made, from);
  return made;
}

// Arguments up to the closing bracket of the one at `open`, gathered.
void Parser::arguments(Place open, bool generator_allowed, bool ellipsis_allowed) {
  const std::size_t from = mark();
  bool keywords = false;
  bool unpacked = false;
  while (!is(Token::kClose) && !problem_) {
    const Lexeme& begin = peek();
    const NodeId one = ellipsis_allowed && is(Token::kEllipsis)
                           ? add(NodeKind::kEllipsis, take().place)
                           : argument();
    if (problem_) return;
    const bool keyword = node(one).kind == NodeKind::kKeyword;
    const bool starred = begin.token == Token::kStar;
    if (!keyword && (unpacked || (keywords && !starred)))
      return void(fail(Problem::Kind::kSyntax, begin.place,
                       "a positional argument follows a keyword argument",
                       "put the positional ones first"));
    keywords = keywords || keyword;
    unpacked = unpacked || begin.token == Token::kDoubleStar;
    gather(one);
    if (is(Token::kFor) || is(Token::kAsync)) {
      if (!generator_allowed || mark() - from != 1 || keyword || starred)
        return void(fail(Problem::Kind::kSyntax, peek().place,
                         "a generator among other arguments needs parentheses"));
      gathered_.back() = comprehension(NodeKind::kGenerator, open, one, kNoNode);
      break;
    }
    if (!accept(Token::kComma)) break;
  }
  expect(Token::kClose, "or `,`");
}

NodeId Parser::argument() {
  const Place place = peek().place;
  if (accept(Token::kDoubleStar)) {
    const NodeId value = expression();
    const NodeId made = add(NodeKind::kKeyword, place);
    node(made).a = value;
    return made;
  }
  if (accept(Token::kStar)) {
    const NodeId value = expression();
    const NodeId made = add(NodeKind::kStar, place);
    node(made).a = value;
    return made;
  }
  if (is(Token::kName) && second() == Token::kAssign) {
    const std::uint32_t text = text_of(take());
    take();
    const NodeId value = expression();
    const NodeId made = add(NodeKind::kKeyword, place);
    node(made).text = text;
    node(made).a = value;
    return made;
  }
  return named_expression();
}

NodeId Parser::subscript(NodeId value, Place place) {
  Level level(*this);
  if (level.too_deep()) return kNoNode;
  const Place inside = peek().place;
  const std::size_t from = mark();
  gather(slice());
  bool tuple = !problem_ && node(gathered_.back()).kind == NodeKind::kStar;
  while (accept(Token::kComma)) {
    tuple = true;
    if (is(Token::kCloseSquare)) break;
    gather(slice());
  }
  if (!expect(Token::kCloseSquare, "or `,`")) return kNoNode;
  NodeId index = gathered_.back();
  if (tuple) {
    index = add(NodeKind::kTuple, inside);
    close(index, from);
  } else {
    gathered_.resize(from);
  }
  const NodeId made = add(NodeKind::kSubscript, place);
  node(made).a = value;
  node(made).b = index;
  return made;
}

NodeId Parser::slice() {
  const Place place = peek().place;
  const auto ends = [this] {
    return is(Token::kColon) || is(Token::kCloseSquare) || is(Token::kComma);
  };
  if (accept(Token::kStar)) {
    const NodeId value = expression();
    const NodeId star = add(NodeKind::kStar, place);
    node(star).a = value;
    return star;
  }
  const bool named = is(Token::kName) && second() == Token::kWalrus;
  const NodeId low = is(Token::kColon) ? kNoNode : named_expression();
  if (named || !accept(Token::kColon)) return low;
  const NodeId high = ends() ? kNoNode : expression();
  const NodeId step = accept(Token::kColon) && !ends() ? expression() : kNoNode;
  const NodeId made = add(NodeKind::kSlice, place);
  node(made).a = low;
  node(made).b = high;
  node(made).c = step;
  return made;
}

NodeId Parser::comprehension(NodeKind kind, Place place, NodeId element, NodeId value) {
  if (!problem_ && node(element).kind == NodeKind::kStar)
    return fail(Problem::Kind::kSyntax, place, "a comprehension cannot unpack with `*`");
  const std::size_t from = mark();
  while (is(Token::kFor) || is(Token::kAsync)) {
    if (is(Token::kAsync)) return unsupported("`async`", "write `for` alone");
    const Place at = take().place;
    const NodeId target = target_list();
    if (!expect(Token::kIn, "of the comprehension")) return kNoNode;
    const NodeId iterable = disjunction();
    const std::size_t conditions = mark();
    while (accept(Token::kIf)) gather(disjunction());
    const NodeId clause = add(NodeKind::kClause, at);
    node(clause).a = target;
    node(clause).b = iterable;
    close(clause, conditions);
    gather(clause);
  }
  const NodeId made = add(kind, place);
  node(made).a = element;
  node(made).b = value;
  close(made, from);
  return made;
}

NodeId Parser::lone_target() {
  if (is(Token::kStar)) return star_expression();
  return binary(1);
}

NodeId Parser::target_list() {
  const Place place = peek().place;
  const std::size_t from = mark();
  gather(lone_target());
  bool tuple = false;
  while (accept(Token::kComma)) {
    tuple = true;
    if (ends_expressions()) break;
    gather(lone_target());
  }
  NodeId target = gathered_.back();
  if (tuple) {
    target = add(NodeKind::kTuple, place);
    close(target, from);
  } else {
    gathered_.resize(from);
  }
  if (!problem_ && !is_target(target, false)) return target_problem(target);
  return target;
}

}  // namespace lang
