// SPDX-License-Identifier: Apache-2.0
// Functions with their parameters, classes, imports.
#include <fmt/format.h>

#include "lang/parser.h"

namespace lang {

NodeId Parser::parameter(std::uint8_t kind, bool annotations) {
  if (!is(Token::kName)) return unexpected("the name of a parameter");
  const Lexeme& lexeme = take();
  const bool annotated = annotations && accept(Token::kColon);
  if (annotated && is(Token::kStar)) return unsupported("a starred annotation", "leave it out");
  const NodeId annotation = annotated ? expression() : kNoNode;
  const NodeId otherwise = kind == 0 && accept(Token::kAssign) ? expression() : kNoNode;
  const NodeId made = add(NodeKind::kParameter, lexeme.place);
  node(made).text = text_of(lexeme);
  node(made).a = otherwise;
  node(made).b = annotation;
  node(made).op = kind;
  return made;
}

NodeId Parser::marker(std::uint8_t kind, Place place) {
  const NodeId made = add(NodeKind::kParameter, place);
  node(made).op = kind;
  return made;
}

// Gathers kParameter nodes; a bare `*` and `/` are ones without a name.
void Parser::parameters(Token end, bool annotations) {
  const std::size_t from = mark();
  const auto wrong = [this](Place place, std::string_view what) {
    fail(Problem::Kind::kSyntax, place, std::string(what));
  };
  bool defaults = false;  // a parameter before had one
  bool slash = false;
  bool star = false;
  bool bare = false;  // the last one was a bare `*`
  while (!is(end) && !problem_) {
    const Place place = peek().place;
    if (accept(Token::kDoubleStar)) {
      if (bare) return wrong(place, "names must follow a bare `*`");
      gather(parameter('d', annotations));
      accept(Token::kComma);
      return;
    }
    if (accept(Token::kSlash)) {
      if (slash || star || mark() == from)
        return wrong(place, "`/` stands once, behind a parameter and before `*`");
      slash = true;
      gather(marker('/', place));
    } else if (accept(Token::kStar)) {
      if (star) return wrong(place, "only one `*` stands in parameters");
      star = true;
      bare = !is(Token::kName);
      gather(bare ? marker('*', place) : parameter('*', annotations));
    } else {
      const NodeId one = parameter(0, annotations);
      if (problem_) return;
      const bool has = node(one).a != kNoNode;
      if (defaults && !has && !star)
        return wrong(place, "a parameter without a default follows one with a default");
      defaults = defaults || has;
      bare = false;
      gather(one);
    }
    if (!accept(Token::kComma)) break;
  }
  if (bare && !problem_) wrong(peek().place, "names must follow a bare `*`");
}

NodeId Parser::function() {
  const Place place = take().place;
  if (!is(Token::kName)) return unexpected("the name of the function");
  const std::uint32_t text = text_of(take());
  if (!expect(Token::kOpen, "after the name of the function")) return kNoNode;
  const NodeId list = add(NodeKind::kBody, peek().place);
  const std::size_t from = mark();
  parameters(Token::kClose, true);
  close(list, from);
  if (!expect(Token::kClose, "after the parameters")) return kNoNode;
  const NodeId result = accept(Token::kArrow) ? expression() : kNoNode;
  const NodeId made = add(NodeKind::kFunction, place);
  node(made).text = text;
  node(made).a = list;
  node(made).b = result;
  block(made, "def");
  return made;
}

NodeId Parser::class_statement(NodeId decorators) {
  const Place place = take().place;
  if (!is(Token::kName)) return unexpected("the name of the class");
  const std::uint32_t text = text_of(take());
  const NodeId bases = add(NodeKind::kBody, peek().place);
  const std::size_t from = mark();
  if (accept(Token::kOpen)) arguments(place, false, false);
  if (problem_) return kNoNode;
  close(bases, from);
  const NodeId made = add(NodeKind::kClass, place);
  node(made).text = text;
  node(made).a = bases;
  node(made).b = decorators;
  block(made, "class");
  return made;
}

NodeId Parser::decorated() {
  const Lexeme* const begin = at_;
  const NodeId list = add(NodeKind::kBody, peek().place);
  const std::size_t from = mark();
  while (accept(Token::kAt)) {
    gather(named_expression());
    if (!expect(Token::kNewline, "after the decorator")) return kNoNode;
  }
  close(list, from);
  if (is(Token::kClass)) return class_statement(list);
  if (!problem_) at_ = begin;
  return unsupported("a decorator on anything but a class", "only `@dataclass` decorates");
}

NodeId Parser::alias(bool dotted) {
  if (!is(Token::kName)) return unexpected("a name to import");
  const Lexeme& lexeme = take();
  std::string name(source_of(lexeme));
  while (dotted && accept(Token::kDot)) {
    if (!is(Token::kName)) return unexpected("a name to import");
    name += "." + std::string(source_of(take()));
  }
  std::uint32_t as = kNoText;
  if (accept(Token::kAs)) {
    if (!is(Token::kName)) return unexpected("a name");
    as = text_of(take());
  }
  const NodeId made = add(NodeKind::kAlias, lexeme.place);
  node(made).text = intern(name);
  node(made).second = as;
  return made;
}

NodeId Parser::import_statement() {
  const Place place = take().place;
  const std::size_t from = mark();
  do {
    gather(alias(true));
  } while (accept(Token::kComma));
  const NodeId made = add(NodeKind::kImport, place);
  close(made, from);
  return made;
}

NodeId Parser::import_from() {
  const Place place = take().place;
  if (is(Token::kDot) || is(Token::kEllipsis))
    return unsupported("a relative import", "a plan is one file");
  if (!is(Token::kName)) return unexpected("the name of a module");
  std::string module(source_of(take()));
  while (accept(Token::kDot)) {
    if (!is(Token::kName)) return unexpected("the name of a module");
    module += "." + std::string(source_of(take()));
  }
  if (!expect(Token::kImport, "after the name of the module")) return kNoNode;
  if (is(Token::kStar)) return unsupported("`import *`", "name what you need");
  const bool open = accept(Token::kOpen);
  const std::size_t from = mark();
  do {
    if (open && is(Token::kClose) && mark() > from) break;
    gather(alias(false));
  } while (accept(Token::kComma));
  if (open && !expect(Token::kClose, "or `,`")) return kNoNode;
  const NodeId made = add(NodeKind::kImportFrom, place);
  node(made).text = intern(module);
  close(made, from);
  return made;
}

}  // namespace lang
