// SPDX-License-Identifier: Apache-2.0
// Statements, as the Python 3.11 grammar has them; what plans cannot do is refused by name.
#include <fmt/format.h>

#include "lang/parser.h"

namespace lang {
namespace {

bool augments(Token token, Operator& op) {
  switch (token) {
    case Token::kPlusAssign: op = Operator::kAdd; return true;
    case Token::kMinusAssign: op = Operator::kSub; return true;
    case Token::kStarAssign: op = Operator::kMul; return true;
    case Token::kSlashAssign: op = Operator::kDiv; return true;
    case Token::kDoubleSlashAssign: op = Operator::kFloorDiv; return true;
    case Token::kPercentAssign: op = Operator::kMod; return true;
    case Token::kDoubleStarAssign: op = Operator::kPow; return true;
    case Token::kShiftLeftAssign: op = Operator::kShiftLeft; return true;
    case Token::kShiftRightAssign: op = Operator::kShiftRight; return true;
    case Token::kAmpersandAssign: op = Operator::kBitAnd; return true;
    case Token::kBarAssign: op = Operator::kBitOr; return true;
    case Token::kCaretAssign: op = Operator::kBitXor; return true;
    default: return false;
  }
}

std::string_view described(NodeKind kind) {
  switch (kind) {
    case NodeKind::kCall: return "a call";
    case NodeKind::kNone:
    case NodeKind::kTrue:
    case NodeKind::kFalse:
    case NodeKind::kInt:
    case NodeKind::kFloat:
    case NodeKind::kString: return "a literal";
    case NodeKind::kFString: return "an f-string";
    case NodeKind::kCompare: return "a comparison";
    default: return "this expression";
  }
}

}  // namespace

NodeId Parser::module() {
  const std::size_t from = mark();
  while (!is(Token::kEnd) && !problem_) statement();
  const NodeId made = add(NodeKind::kModule, {1, 0});
  close(made, from);
  return made;
}

void Parser::statement() {
  if (is(Token::kIndent))
    return void(fail(Problem::Kind::kSyntax, peek().place, "this line is indented for no block"));
  switch (peek().token) {
    case Token::kIf: return gather(if_statement());
    case Token::kWhile: return gather(while_statement());
    case Token::kFor: return gather(for_statement());
    case Token::kTry: return gather(try_statement());
    case Token::kDef: return gather(function());
    case Token::kClass: return gather(class_statement(kNoNode));
    case Token::kAt: return gather(decorated());
    case Token::kWith:
      return void(unsupported("`with`", "there are no files or locks: call the tool directly"));
    case Token::kAsync: return void(unsupported("`async`", "calls of tools wait by themselves"));
    default: break;
  }
  if (is_match()) return void(unsupported("`match`", "use `if` and `elif`"));
  simple_statements();
}

// `match` is a word of Python only in front of a subject, a colon and an indented `case`.
bool Parser::is_match() const {
  if (!is(Token::kName) || source_of(peek()) != "match") return false;
  if (second() == Token::kName) return true;
  const Lexeme* at = at_;
  while (at != last_ && at->token != Token::kNewline) ++at;
  return last_ - at > 2 && at[-1].token == Token::kColon && at[1].token == Token::kIndent &&
         at[2].token == Token::kName && source_of(at[2]) == "case";
}

bool Parser::ends_statement() const {
  return is(Token::kNewline) || is(Token::kSemicolon) || is(Token::kEnd);
}

void Parser::simple_statements() {
  do {
    gather(simple_statement());
  } while (accept(Token::kSemicolon) && !is(Token::kNewline));
  if (problem_ || accept(Token::kNewline) || is(Token::kEnd)) return;
  if (is(Token::kName) || is(Token::kString))
    return void(
        fail(Problem::Kind::kSyntax, peek().place,
             fmt::format("found {} where the statement should have ended", spelling(peek().token)),
             "one statement a line; strings and names do not stand side by side"));
  unexpected("the end of the line");
}

NodeId Parser::simple_statement() {
  switch (peek().token) {
    case Token::kPass: return add(NodeKind::kPass, take().place);
    case Token::kBreak: return add(NodeKind::kBreak, take().place);
    case Token::kContinue: return add(NodeKind::kContinue, take().place);
    case Token::kDel: return delete_statement();
    case Token::kGlobal: return names_statement(NodeKind::kGlobal);
    case Token::kNonlocal: return names_statement(NodeKind::kNonlocal);
    case Token::kImport: return import_statement();
    case Token::kFrom: return import_from();
    case Token::kReturn: return return_statement();
    case Token::kRaise: return raise_statement();
    case Token::kAssert: return assert_statement();
    default: return expression_statement();
  }
}

NodeId Parser::return_statement() {
  const Place place = take().place;
  const NodeId value = ends_statement() ? kNoNode : expressions();
  const NodeId made = add(NodeKind::kReturn, place);
  node(made).a = value;
  return made;
}

NodeId Parser::raise_statement() {
  const Place place = take().place;
  const bool bare = ends_statement();
  const NodeId value = bare ? kNoNode : expression();
  const NodeId cause = !bare && accept(Token::kFrom) ? expression() : kNoNode;
  const NodeId made = add(NodeKind::kRaise, place);
  node(made).a = value;
  node(made).b = cause;
  return made;
}

NodeId Parser::assert_statement() {
  const Place place = take().place;
  const NodeId test = expression();
  const NodeId message = accept(Token::kComma) ? expression() : kNoNode;
  const NodeId made = add(NodeKind::kAssert, place);
  node(made).a = test;
  node(made).b = message;
  return made;
}

bool Parser::is_target(NodeId id, bool star_allowed) {
  const Node& n = node(id);
  switch (n.kind) {
    case NodeKind::kName:
    case NodeKind::kAttribute:
    case NodeKind::kSubscript: return true;
    case NodeKind::kStar: return star_allowed && is_target(n.a, false);
    case NodeKind::kTuple:
    case NodeKind::kList: {
      std::size_t stars = 0;
      for (std::uint32_t i = 0; i < n.count; ++i) {
        const NodeId part = tree_.links[n.first + i];
        if (!is_target(part, true)) return false;
        stars += node(part).kind == NodeKind::kStar ? 1 : 0;
      }
      return stars <= 1;
    }
    default: return false;
  }
}

NodeId Parser::target_problem(NodeId id) {
  const Node& n = node(id);
  return fail(Problem::Kind::kSyntax, n.place,
              fmt::format("{} cannot be assigned to", described(n.kind)),
              n.kind == NodeKind::kCompare ? "`==` compares, `=` assigns" : "");
}

NodeId Parser::expression_statement() {
  const Place place = peek().place;
  if (is(Token::kYield)) return unsupported("`yield`", "build a list and return it");
  const NodeId first = expressions();
  if (problem_) return kNoNode;
  Operator op{};
  if (is(Token::kAssign)) return assignment(first, place);
  if (is(Token::kAtAssign)) return unsupported("the operator `@`", "use `*` and `sum`");
  if (augments(peek().token, op)) return augmented(first, op, place);
  if (is(Token::kColon)) return annotated(first, place);
  if (is(Token::kWalrus))
    return fail(Problem::Kind::kSyntax, peek().place, "`:=` needs parentheses here",
                "write `=` to assign");
  const NodeId made = add(NodeKind::kExpression, place);
  node(made).a = first;
  return made;
}

NodeId Parser::augmented(NodeId target, Operator op, Place place) {
  const NodeKind kind = node(target).kind;
  if (kind != NodeKind::kName && kind != NodeKind::kAttribute && kind != NodeKind::kSubscript)
    return target_problem(target);
  take();
  const NodeId value = expressions();
  const NodeId made = add(NodeKind::kAugmented, place);
  node(made).op = static_cast<std::uint8_t>(op);
  node(made).a = target;
  node(made).b = value;
  return made;
}

NodeId Parser::annotated(NodeId target, Place place) {
  const NodeKind kind = node(target).kind;
  if (kind != NodeKind::kName && kind != NodeKind::kAttribute && kind != NodeKind::kSubscript)
    return fail(Problem::Kind::kSyntax, place, "only one name, attribute or item is annotated");
  take();
  const NodeId annotation = expression();
  const NodeId value = accept(Token::kAssign) ? expressions() : kNoNode;
  const NodeId made = add(NodeKind::kAnnotated, place);
  node(made).a = target;
  node(made).b = annotation;
  node(made).c = value;
  return made;
}

NodeId Parser::assignment(NodeId first, Place place) {
  const std::size_t from = mark();
  NodeId value = first;
  while (accept(Token::kAssign)) {
    if (!is_target(value, false)) return target_problem(value);
    gather(value);
    value = expressions();
    if (problem_) return kNoNode;
  }
  const NodeId made = add(NodeKind::kAssign, place);
  node(made).a = value;
  close(made, from);
  return made;
}

NodeId Parser::delete_statement() {
  const Place place = take().place;
  const std::size_t from = mark();
  do {
    const NodeId target = primary();
    if (problem_) return kNoNode;
    const NodeKind kind = node(target).kind;
    if (kind != NodeKind::kName && kind != NodeKind::kSubscript)
      return fail(Problem::Kind::kUnsupported, node(target).place,
                  "`del` takes names and items only", "write `del a, b[0]`");
    gather(target);
  } while (accept(Token::kComma) && !ends_statement());
  const NodeId made = add(NodeKind::kDelete, place);
  close(made, from);
  return made;
}

NodeId Parser::names_statement(NodeKind kind) {
  const Place place = take().place;
  const std::size_t from = mark();
  do {
    if (!is(Token::kName)) return unexpected("a name");
    gather(name());
  } while (accept(Token::kComma));
  const NodeId made = add(kind, place);
  close(made, from);
  return made;
}

// A block behind a colon: statements of the same line, or an indented block.
void Parser::block(NodeId owner, std::string_view owner_name) {
  Level level(*this);
  if (level.too_deep()) return;
  const std::size_t from = mark();
  if (!accept(Token::kColon)) return void(unexpected(fmt::format("`:` after `{}`", owner_name)));
  if (!accept(Token::kNewline)) {
    simple_statements();
  } else {
    if (!accept(Token::kIndent))
      return void(fail(Problem::Kind::kSyntax, peek().place,
                       fmt::format("`{}` needs an indented block", owner_name),
                       "write `pass` if there is nothing to do"));
    while (!is(Token::kDedent) && !is(Token::kEnd) && !problem_) statement();
    accept(Token::kDedent);
  }
  close(owner, from);
}

NodeId Parser::body_node(std::string_view owner) {
  const NodeId made = add(NodeKind::kBody, peek().place);
  block(made, owner);
  return made;
}

NodeId Parser::else_body() { return accept(Token::kElse) ? body_node("else") : kNoNode; }

NodeId Parser::if_statement() {
  const Place place = take().place;  // if, elif
  const NodeId test = named_expression();
  if (is(Token::kAssign))
    return fail(Problem::Kind::kSyntax, peek().place, "`=` assigns and has no value here",
                "`==` compares");
  const NodeId made = add(NodeKind::kIf, place);
  node(made).a = test;
  block(made, "if");
  if (is(Token::kElif)) {
    Level level(*this);
    if (level.too_deep()) return kNoNode;
    const NodeId body = add(NodeKind::kBody, peek().place);
    const std::size_t from = mark();
    gather(if_statement());
    close(body, from);
    node(made).b = body;
  } else {
    const NodeId otherwise = else_body();
    node(made).b = otherwise;
  }
  return made;
}

NodeId Parser::while_statement() {
  const Place place = take().place;
  const NodeId test = named_expression();
  const NodeId made = add(NodeKind::kWhile, place);
  node(made).a = test;
  block(made, "while");
  const NodeId otherwise = else_body();
  node(made).b = otherwise;
  return made;
}

NodeId Parser::for_statement() {
  const Place place = take().place;
  const NodeId target = target_list();
  if (!expect(Token::kIn, "of the loop")) return kNoNode;
  const NodeId iterable = expressions();
  const NodeId made = add(NodeKind::kFor, place);
  node(made).a = target;
  node(made).b = iterable;
  block(made, "for");
  const NodeId otherwise = else_body();
  node(made).c = otherwise;
  return made;
}

NodeId Parser::except_clause() {
  const Place place = take().place;
  if (is(Token::kStar)) return unsupported("`except*`", "use `except`");
  const NodeId type = is(Token::kColon) ? kNoNode : expression();
  std::uint32_t text = kNoText;
  if (type != kNoNode && is(Token::kComma))
    return fail(Problem::Kind::kSyntax, peek().place, "several exception types need parentheses",
                "write `except (A, B):`");
  if (type != kNoNode && accept(Token::kAs)) {
    if (!is(Token::kName)) return unexpected("a name");
    text = text_of(take());
  }
  const NodeId made = add(NodeKind::kHandler, place);
  node(made).a = type;
  node(made).text = text;
  block(made, "except");
  return made;
}

NodeId Parser::try_statement() {
  const Place place = take().place;
  const NodeId made = add(NodeKind::kTry, place);
  block(made, "try");
  const NodeId handlers = add(NodeKind::kBody, peek().place);
  const std::size_t from = mark();
  bool bare = false;
  while (is(Token::kExcept) && !problem_) {
    if (bare)
      return fail(Problem::Kind::kSyntax, peek().place, "a bare `except:` must be the last");
    const NodeId one = except_clause();
    if (problem_) return kNoNode;
    bare = node(one).a == kNoNode;
    gather(one);
  }
  close(handlers, from);
  const NodeId otherwise = node(handlers).count > 0 ? else_body() : kNoNode;
  const NodeId finally = accept(Token::kFinally) ? body_node("finally") : kNoNode;
  if (!problem_ && node(handlers).count == 0 && finally == kNoNode)
    return unexpected("`except` or `finally`");
  node(made).a = handlers;
  node(made).b = otherwise;
  node(made).c = finally;
  return made;
}

}  // namespace lang
