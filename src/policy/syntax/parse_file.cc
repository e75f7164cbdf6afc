// SPDX-License-Identifier: Apache-2.0
// Declarations, members, statements.
#include <fmt/format.h>

#include <charconv>

#include "policy/syntax/limits.h"
#include "policy/syntax/literal.h"
#include "policy/syntax/parser.h"

namespace policy {
namespace {

using Kind = Token::Kind;

std::string doc_text(std::string_view line) {
  line.remove_prefix(3);
  while (!line.empty() &&
         (line.back() == ' ' || line.back() == '\t' || line.back() == '\r' || line.back() == '\f'))
    line.remove_suffix(1);
  return std::string(line);
}

}  // namespace

Tree Parser::file(std::string name) {
  Tree tree;
  tree.name = std::move(name);
  header();
  tree.yett = yett();
  while (!failed() && peek().kind != Kind::kEnd) declaration(tree);
  return tree;
}

void Parser::header() {
  hide("language", true);
  if (!peek_word(0, "language")) return;
  advance();
  need_word("yett");
  expect("`1`");
  if (peek().kind != Kind::kNumber || peek().text != "1") fail();
  advance();
  semicolon();
  set_yett();
}

std::vector<std::string> Parser::docs() {
  std::vector<std::string> lines;
  while (peek().kind == Kind::kDoc) lines.push_back(doc_text(advance().text));
  return lines;
}

void Parser::declaration(Tree& tree) {
  std::vector<std::string> lines = docs();
  const auto keep = [&lines](auto node) {
    node.docs = std::move(lines);
    return node;
  };
  if (at_word("let")) {
    tree.declarations.emplace_back(keep(let_declaration()));
  } else if (at_word("tool")) {
    tree.declarations.emplace_back(keep(tool()));
  } else if (peek_word(0, "tools")) {
    if (yett_only("`tools`")) tree.declarations.emplace_back(keep(tools()));
  } else if (peek_word(0, "use")) {
    if (yett_only("`use`")) tree.declarations.emplace_back(use());
  } else if (peek_word(0, "counter")) {
    if (yett_only("`counter`")) tree.declarations.emplace_back(counter());
  } else {
    if (yett()) {
      at_word("tools");
      at_word("use");
      at_word("counter");
    }
    fail();
  }
}

Let Parser::let_declaration() {
  const Place begin = advance().begin;
  Let let;
  let.name = need_name("a name");
  need_sign("=");
  if (starts_domain()) {
    SetExpr whole;
    whole.kind = SetExpr::Kind::kDomain;
    const Place at = peek().begin;
    whole.elements.push_back(domain());
    whole.span = span_from(at);
    let.value = std::move(whole);
  } else {
    let.value = expression();
  }
  semicolon();
  let.span = span_from(begin);
  return let;
}

ToolId Parser::tool_id() {
  ToolId id;
  const Place begin = peek().begin;
  expect("a tool's name in double quotes");
  if (peek().kind == Kind::kPattern) {
    id.kind = ToolId::Kind::kPattern;
    id.text = need_quoted(Kind::kPattern, "r\"...\"");
  } else {
    id.text = need_quoted(Kind::kString, "r\"...\"");
  }
  id.span = span_from(begin);
  return id;
}

ToolPolicy Parser::tool() {
  const Place begin = advance().begin;
  ToolPolicy policy;
  policy.id = tool_id();
  if (at_sign("{")) body(policy);
  else if (at_sign("[") || at_sign("->")) shorthand(policy);
  else fail();
  policy.span = span_from(begin);
  return policy;
}

ToolPolicy Parser::tools() {
  const Token first = advance();
  ToolPolicy policy;
  policy.id.kind = ToolId::Kind::kEffects;
  if (take_word("with")) {
    need_word("effect");
    do {
      const auto effect = effect_of(peek().kind == Kind::kWord ? peek().text : "");
      for (std::size_t e = 0; e <= static_cast<std::size_t>(ToolEffect::kLast); ++e)
        at_word(spelling(static_cast<ToolEffect>(e)));
      if (!effect) fail();
      if (effect) policy.id.effects.push_back(*effect);
      advance();
    } while (take_sign(","));
  }
  policy.id.span = span_from(first.begin);
  if (at_sign("{")) body(policy);
  else fail();
  policy.span = span_from(first.begin);
  return policy;
}

void Parser::open_block() {
  need_sign("{");
  mark_last(Mark::kOpenBlock);
  set_operators_ = 0;
}
void Parser::close_block() {
  need_sign("}");
  mark_last(Mark::kCloseBlock);
}
void Parser::semicolon() {
  need_sign(";");
  mark_last(Mark::kSemicolon);
  set_operators_ = 0;
}

void Parser::body(ToolPolicy& policy) {
  open_block();
  while (!failed() && !at_sign("}")) member(policy);
  close_block();
}

void Parser::member(ToolPolicy& policy) {
  std::vector<std::string> lines = docs();
  const auto keep = [&](auto node) {
    node.docs = std::move(lines);
    policy.members.emplace_back(std::move(node));
  };
  const Place begin = peek().begin;
  if (yett() && (at_word("allow") || at_word("deny"))) return keep(yett_rule());
  if (yett() && at_word("ask")) return keep(ask_rule());
  if (at_word("must") || peek_word(0, "hard")) return keep(levelled_rule(Level::kHard));
  if (at_word("should") || peek_word(0, "soft")) return keep(levelled_rule(Level::kSoft));
  if (take_word("result")) return keep(block(Block::Kind::kResult, begin));
  if (take_word("session")) {
    const bool before = at_word("before");
    if (!before && !at_word("after")) return fail();
    advance();
    return keep(block(before ? Block::Kind::kBefore : Block::Kind::kAfter, begin));
  }
  if (at_word("priority")) return policy.members.emplace_back(priority()), void();
  if (yett() && at_word("oblige")) return keep(obligation());
  for (const std::string_view word : {"allow", "deny", "ask", "oblige"})
    if (peek_word(0, word)) yett_only(fmt::format("`{}` without `must` or `should`", word));
  hide("hard", true);
  hide("soft", true);
  fail();
}

template <class Integer> Integer Parser::integer(std::string_view what, bool negative) {
  expect(what);
  const Token first = peek();
  const bool minus =
      negative && peek_sign(0, "-") && peek(1).kind == Kind::kNumber && peek(1).glued;
  if (minus) {
    mark(Mark::kGlue);
    advance();
  }
  if (peek().kind != Kind::kNumber) fail();
  if (failed()) return 0;
  const Token digits = peek();
  const std::string text = (minus ? "-" : "") + std::string(digits.text);
  Integer value{};
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size())
    fail_at(first, fmt::format("found `{}`, expected {} that fits {} bits",
                               text.size() < 40 ? text : text.substr(0, 37) + "...", what,
                               sizeof(Integer) * 8));
  advance();
  return value;
}

Priority Parser::priority() {
  const Place begin = advance().begin;
  Priority line;
  line.value = integer<std::int32_t>("a whole number", true);
  semicolon();
  line.span = span_from(begin);
  return line;
}

void Parser::condition(Rule& rule) {
  if (!at_word("when")) return need_word("always");
  mark(Mark::kBreak);
  advance();
  rule.when = predicate();
}

void Parser::because(Rule& rule) {
  if (yett() && at_word("because")) {
    mark(Mark::kBreak);
    advance();
    rule.because = need_quoted(Kind::kString, "a string");
  } else if (peek_word(0, "because")) {
    yett_only("`because`");
  }
}

void Parser::finish(Rule& rule, const Place& begin) {
  semicolon();
  rule.span = span_from(begin);
}

Rule Parser::levelled_rule(Level level) {
  const Place begin = advance().begin;
  Rule rule;
  rule.level = level;
  const bool allow = at_word("allow");
  if (!allow && !at_word("deny")) fail();
  rule.kind = allow ? Rule::Kind::kAllow : Rule::Kind::kDeny;
  advance();
  condition(rule);
  finish(rule, begin);
  return rule;
}

Rule Parser::yett_rule() {
  const Token first = advance();
  Rule rule;
  rule.kind = first.text == "allow" ? Rule::Kind::kAllow : Rule::Kind::kDeny;
  condition(rule);
  because(rule);
  finish(rule, first.begin);
  return rule;
}

Rule Parser::ask_rule() {
  const Place begin = advance().begin;
  Rule rule;
  rule.kind = Rule::Kind::kAsk;
  if (take_word("role")) rule.ask.roles.push_back(need_quoted(Kind::kString, "a string"));
  rule.ask.is_signed = at_word("signed");
  if (rule.ask.is_signed || at_word("plain")) advance();
  if (take_word("within")) rule.ask.within_s = duration();
  condition(rule);
  because(rule);
  finish(rule, begin);
  return rule;
}

std::int64_t Parser::duration() {
  expect("a duration such as 15m");
  const Token digits = peek();
  if (digits.kind != Kind::kNumber) fail();
  const Token unit = peek(1);
  if (failed()) return 0;
  if (!unit.glued || unit.kind != Kind::kWord) {
    advance();
    expect("a unit without a space: `s`, `m`, `h` or `d`");
    fail();
    return 0;
  }
  const auto seconds = literal_duration(digits.text, unit.text);
  if (!seconds)
    fail_at(digits, "found a duration that is none",
            "write a whole number and s, m, h or d, from 1s to 36500d");
  mark(Mark::kGlue);
  advance();
  advance();
  return seconds.value_or(0);
}

Rule Parser::obligation() {
  const Place begin = advance().begin;
  Rule rule;
  if (take_word("redact")) {
    rule.kind = Rule::Kind::kRedact;
    do {
      rule.texts.push_back(need_quoted(Kind::kString, "a string"));
    } while (take_sign(","));
  } else {
    rule.kind = Rule::Kind::kLog;
    need_word("log");
    rule.texts.push_back(need_quoted(Kind::kString, "a string"));
  }
  condition(rule);
  finish(rule, begin);
  return rule;
}

Block Parser::block(Block::Kind kind, const Place& begin) {
  Block block;
  block.kind = kind;
  open_block();
  while (!failed() && !at_sign("}")) block.statements.push_back(statement());
  close_block();
  block.span = span_from(begin);
  return block;
}

Statement Parser::statement() {
  Statement statement;
  statement.docs = docs();
  const Place begin = peek().begin;
  if (at_word("when") && !peek_sign(1, ".")) {
    advance();
    statement.when = predicate();
    open_block();
    while (!failed() && !at_sign("}")) {
      statement.updates.push_back(update());
      semicolon();
    }
    close_block();
  } else {
    statement.updates.push_back(update());
    semicolon();
  }
  statement.span = span_from(begin);
  return statement;
}

void Parser::target(Update& update) {
  if (at_sign("@")) {
    mark(Mark::kGlue);
    advance();
    const bool scope = peek().glued && (peek_word(0, "result") || peek_word(0, "session"));
    if (scope) {
      update.target = peek_word(0, "result") ? Update::Target::kResult : Update::Target::kSession;
      advance();
      dot();
    }
  } else {
    update.target = Update::Target::kArgument;
    update.argument = need_name("an update such as `@tags |= {\"a\"}`");
    dot();
  }
  update.field = need_field(true);
}

Update::Op Parser::update_sign() {
  if (take_sign("=")) return Update::Op::kSet;
  if (take_sign("|=")) return Update::Op::kUnion;
  if (take_sign("&=")) return Update::Op::kIntersect;
  if (take_sign("-=")) return Update::Op::kMinus;
  need_sign("^=");
  return Update::Op::kXor;
}

Update Parser::update() {
  const Place begin = peek().begin;
  Update update;
  target(update);
  update.op = update_sign();
  update.value = set();
  update.span = span_from(begin);
  return update;
}

Block::Kind Parser::where() {
  if (take_word("result")) return Block::Kind::kResult;
  if (!take_word("session")) return Block::Kind::kResult;
  if (take_word("before")) return Block::Kind::kBefore;
  take_word("after");
  return Block::Kind::kAfter;
}

void Parser::shorthand(ToolPolicy& policy) {
  policy.shorthand = true;
  if (take_sign("[")) {
    Priority line;
    const Place at = peek().begin;
    line.value = integer<std::int32_t>("a whole number", true);
    line.span = span_from(at);
    policy.members.emplace_back(line);
    need_sign("]");
  }
  need_sign("->");
  const Place begin = peek().begin;
  Block block;
  block.kind = where();
  Statement statement;
  Update update;
  const Place at = peek().begin;
  if (at_sign("@")) {
    mark(Mark::kGlue);
    advance();
  } else {
    fail();
  }
  update.field = need_field(true);
  update.op = update_sign();
  update.value = set();
  update.span = span_from(at);
  statement.updates.push_back(std::move(update));
  if (at_word("when")) {
    mark(Mark::kBreak);
    advance();
    statement.when = predicate();
  }
  statement.span = block.span = span_from(begin);
  block.statements.push_back(std::move(statement));
  policy.members.emplace_back(std::move(block));
  semicolon();
}

Use Parser::use() {
  const Place begin = advance().begin;
  Use use;
  use.pack = need_quoted(Kind::kString, "a pack's name in double quotes");
  semicolon();
  use.span = span_from(begin);
  return use;
}

Counter Parser::counter() {
  const Place begin = advance().begin;
  Counter counter;
  counter.name = need_name("a name");
  need_sign("=");
  if (take_word("sum")) {
    need_word("of");
    counter.sum_of = need_name("an argument");
  } else {
    need_word("calls");
  }
  need_word("of");
  counter.tool = tool_id();
  need_word("per");
  if (take_word("session")) {
    counter.per = Counter::Per::kSession;
  } else if (take_word("principal")) {
    counter.per = Counter::Per::kPrincipal;
  } else {
    need_word("tenant");
    counter.per = Counter::Per::kTenant;
  }
  need_word("within");
  counter.within_s = duration();
  semicolon();
  counter.span = span_from(begin);
  return counter;
}

template std::uint32_t Parser::integer<std::uint32_t>(std::string_view, bool);
template std::uint16_t Parser::integer<std::uint16_t>(std::string_view, bool);

}  // namespace policy
