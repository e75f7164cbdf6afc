// SPDX-License-Identifier: Apache-2.0
// String literals and f-strings (The Python Language Reference 3.11, §2.4.1, §2.4.3).
#include <algorithm>
#include <tuple>

#include "lang/parser.h"

namespace lang {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

enum class Escape : std::uint8_t { kGood, kBad, kUnsupported };

Escape append_code_point(std::uint32_t code, std::string& out) {
  if (code > 0x10ffff) return Escape::kBad;
  if (code >= 0xd800 && code < 0xe000) return Escape::kUnsupported;  // no UTF-8
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0 | code >> 6);
    out += static_cast<char>(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xe0 | code >> 12);
    out += static_cast<char>(0x80 | (code >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (code & 0x3f));
  } else {
    out += static_cast<char>(0xf0 | code >> 18);
    out += static_cast<char>(0x80 | (code >> 12 & 0x3f));
    out += static_cast<char>(0x80 | (code >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (code & 0x3f));
  }
  return Escape::kGood;
}

// One-letter escapes; 0 if `c` is none.
char simple_escape(char c) {
  switch (c) {
    case '\\': return '\\';
    case '\'': return '\'';
    case '"': return '"';
    case 'a': return '\a';
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'v': return '\v';
    default: return 0;
  }
}

// The escape that begins at `at` (after the backslash), added to `out`; `at` moves behind it.
Escape take_escape(std::string_view text, std::size_t& at, std::string& out) {
  const char c = text[at];
  if (const char plain = simple_escape(c); plain != 0) {
    out += plain;
    ++at;
    return Escape::kGood;
  }
  if (c == '\n') return ++at, Escape::kGood;
  if (c == '\r') return at += at + 1 < text.size() && text[at + 1] == '\n' ? 2 : 1, Escape::kGood;
  std::uint32_t code = 0;
  if (c >= '0' && c <= '7') {
    for (int i = 0; i < 3 && at < text.size() && text[at] >= '0' && text[at] <= '7'; ++i)
      code = code * 8 + static_cast<std::uint32_t>(text[at++] - '0');
    return append_code_point(code, out);
  }
  if (c == 'N') return Escape::kUnsupported;
  const std::size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
  if (digits == 0) {  // an unknown escape stands for itself
    out += '\\';
    return Escape::kGood;
  }
  if (at + digits >= text.size()) return Escape::kBad;
  for (std::size_t i = 1; i <= digits; ++i) {
    const int digit = hex_digit(text[at + i]);
    if (digit < 0) return Escape::kBad;
    code = code << 4 | static_cast<std::uint32_t>(digit);
  }
  at += digits + 1;
  return append_code_point(code, out);
}

// The first `!`, `:`, `=` or `}` outside of brackets and strings, from `at` on: the end of the
// expression of a replacement field, as CPython 3.11 finds it before it reads the expression.
struct FieldEnd {
  std::size_t at = 0;
  std::string_view problem;  // empty: `at` is the end
};

FieldEnd field_end(std::string_view text, std::size_t at) {
  std::size_t open = 0;
  char quote = 0;
  std::size_t marks = 0;  // of the string that is open: 1 or 3
  for (; at < text.size(); ++at) {
    const char c = text[at];
    const char next = at + 1 < text.size() ? text[at + 1] : '\0';
    const bool triple = next == c && at + 2 < text.size() && text[at + 2] == c;
    if (c == '\\') return {at, "an expression of an f-string cannot hold a backslash"};
    if (quote != 0) {
      if (c != quote || (marks == 3 && !triple)) continue;
      at += marks - 1;
      quote = 0;
    } else if (c == '\'' || c == '"') {
      quote = c;
      marks = triple ? 3 : 1;
      at += marks - 1;
    } else if (c == '#') {
      return {at, "an expression of an f-string cannot hold `#`"};
    } else if (c == '(' || c == '[' || c == '{') {
      ++open;
    } else if (open > 0) {
      if (c == ')' || c == ']' || c == '}') --open;
    } else if ((c == '!' || c == '=' || c == '<' || c == '>') && next == '=') {
      ++at;
    } else if (c == '}' || c == ':' || c == '!' || c == '=') {
      return {at, ""};
    }
  }
  return {text.size(), "`{` of the f-string is never closed"};
}

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

}  // namespace

// What is being read: the text between the quotes, up to where, and the place of that.
struct Parser::Format {
  std::string_view text;
  bool raw = false;
  Place place;
  std::size_t at = 0;

  bool ended() const { return at >= text.size(); }
  char now() const { return ended() ? '\0' : text[at]; }
  void move_to(std::size_t to) { place = after(place, text.substr(at, to - at)), at = to; }

  static Place after(Place place, std::string_view passed) {
    for (std::size_t i = 0; i < passed.size(); ++i) {
      ++place.column;
      const bool windows = passed[i] == '\r' && i + 1 < passed.size() && passed[i + 1] == '\n';
      if (passed[i] == '\n' || (passed[i] == '\r' && !windows)) place = {place.line + 1, 0};
    }
    return place;
  }
};

bool Parser::unescape(std::string_view text, bool raw, Place place, std::string& out) {
  const std::string_view special = raw ? "\r" : "\r\\";
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t next = std::min(text.find_first_of(special, at), text.size());
    out += text.substr(at, next - at);
    at = next;
    if (at == text.size()) break;
    if (text[at] == '\r') {  // line ends are \n, as Python reads them
      out += '\n';
      at += at + 1 < text.size() && text[at + 1] == '\n' ? 2 : 1;
      continue;
    }
    const std::size_t begin = at++;
    if (at == text.size()) {  // `f"\{x}"`: the backslash stands for itself
      out += '\\';
      break;
    }
    const Escape escape = take_escape(text, at, out);
    if (escape == Escape::kGood) continue;
    const Place where = Format::after(place, text.substr(0, begin));
    if (escape == Escape::kUnsupported)
      fail(Problem::Kind::kUnsupported, where,
           "an escape by name or of half a surrogate pair is not part of the plan language",
           "write the character, `\\uXXXX` or `\\UXXXXXXXX`");
    else fail(Problem::Kind::kSyntax, where, "this escape names no character");
    return false;
  }
  return true;
}

void Parser::flush(std::string& pending, Place place) {
  if (pending.empty()) return;
  const NodeId part = add(NodeKind::kString, place);
  node(part).text = intern(pending);
  pending.clear();
  gather(part);
}

// Adjacent literals join, also with f-strings.
NodeId Parser::strings() {
  const Place place = peek().place;
  if (is(Token::kString) && peek().plain && second() != Token::kString &&
      second() != Token::kFString) {
    const NodeId made = add(NodeKind::kString, place);
    node(made).text = text_of(take());
    return made;
  }
  const std::size_t from = mark();
  std::string pending;
  bool format = false;
  while (is(Token::kString) || is(Token::kFString)) {
    const Lexeme& lexeme = take();
    Place inside = lexeme.place;
    inside.column += lexeme.quote + (lexeme.raw ? 1U : 0U);
    if (lexeme.token == Token::kString) {
      unescape(source_of(lexeme), lexeme.raw, inside, pending);
      continue;
    }
    format = true;
    ++inside.column;
    Format of{source_of(lexeme), lexeme.raw, inside};
    format_parts(of, 0, pending);
  }
  if (problem_) return kNoNode;
  if (!format) {
    const NodeId made = add(NodeKind::kString, place);
    node(made).text = intern(pending);
    return made;
  }
  flush(pending, place);
  const NodeId made = add(NodeKind::kFString, place);
  close(made, from);
  return made;
}

// Up to the end; of a spec (nested > 0) up to its `}`.
void Parser::format_parts(Format& format, unsigned nested, std::string& pending) {
  while (!problem_) {
    format_text(format, nested, pending);
    if (problem_ || format.ended() || format.now() == '}') return;
    const NodeId field = formatted(format, nested, pending);
    if (!problem_) gather(field);
  }
}

// Text up to a replacement field or the end. In specs braces are not doubled.
void Parser::format_text(Format& format, unsigned nested, std::string& pending) {
  while (!problem_ && !format.ended()) {
    const auto is_brace = [&format](std::size_t at) {
      return at < format.text.size() && (format.text[at] == '{' || format.text[at] == '}');
    };
    std::size_t to = format.at;
    // A backslash protects what follows, but a brace: `\{` is a backslash and a brace.
    while (to < format.text.size() && !is_brace(to))
      to += format.text[to] == '\\' && !format.raw && !is_brace(to + 1) ? 2 : 1;
    to = std::min(to, format.text.size());
    unescape(format.text.substr(format.at, to - format.at), format.raw, format.place, pending);
    format.move_to(to);
    if (format.ended() || nested > 0) return;
    const bool doubled = is_brace(to + 1) && format.text[to + 1] == format.text[to];
    if (!doubled && format.now() == '{') return;
    if (!doubled)
      return void(fail(Problem::Kind::kSyntax, format.place, "a single `}` in an f-string",
                       "write `}}` for the character"));
    pending += format.now();
    format.move_to(to + 2);
  }
}

// A replacement field; `format` stands at its `{` and moves behind its `}`.
NodeId Parser::formatted(Format& format, unsigned nested, std::string& pending) {
  Level level(*this);
  if (level.too_deep()) return kNoNode;
  const Place open = format.place;
  format.move_to(format.at + 1);
  if (nested >= 2)
    return fail(Problem::Kind::kSyntax, open, "the fields of an f-string are nested too deeply",
                "assign the inner ones to names before");
  const FieldEnd end = field_end(format.text, format.at);
  const std::string_view inside = format.text.substr(format.at, end.at - format.at);
  if (!end.problem.empty())
    return fail(Problem::Kind::kSyntax, Format::after(format.place, inside),
                std::string(end.problem), "assign the value to a name before");
  if (std::ranges::all_of(inside, is_space))
    return fail(Problem::Kind::kSyntax, open, "an empty expression in an f-string",
                "write `{{}}` for the characters");
  const NodeId value = embedded(inside, format.place);
  if (problem_) return kNoNode;
  format.move_to(end.at);
  const bool labelled = format.now() == '=';
  if (labelled) format_label(format, inside, pending);
  flush(pending, open);
  std::uint8_t by = conversion(format);
  const NodeId spec = format.now() == ':' ? format_spec(format, nested) : kNoNode;
  if (!problem_ && format.now() != '}')
    return fail(Problem::Kind::kSyntax, open, "`{` of the f-string is never closed");
  if (problem_) return kNoNode;
  format.move_to(format.at + 1);
  if (labelled && by == 0 && spec == kNoNode) by = 'r';
  const NodeId made = add(NodeKind::kFormatted, open);
  node(made).a = value;
  node(made).b = spec;
  node(made).op = by;
  return made;
}

// The expression of a field, read as if it stood in parentheses. The cursor leaves the plan for the
// while.
NodeId Parser::embedded(std::string_view text, Place place) {
  if (inside_fields_ == fields_.size()) fields_.emplace_back();
  std::vector<Lexeme>& lexemes = fields_[inside_fields_];
  if (auto problem = scan_expression(text, place, lexemes))
    return fail(problem->kind, problem->place, std::move(problem->message),
                std::move(problem->hint));
  const auto outside = std::tuple(source_, at_, last_);
  std::tie(source_, at_, last_) =
      std::tuple(text, lexemes.data(), lexemes.data() + lexemes.size() - 1);
  ++inside_fields_;
  const NodeId value = grouped(Token::kEnd, place);
  --inside_fields_;
  std::tie(source_, at_, last_) = outside;
  if (problem_) at_ = last_;
  return value;
}

// `{x=}`: the text of the field, then the value.
void Parser::format_label(Format& format, std::string_view expression, std::string& pending) {
  std::size_t to = format.at + 1;
  while (to < format.text.size() && is_space(format.text[to])) ++to;
  const std::size_t begin = format.at - expression.size();
  unescape(format.text.substr(begin, to - begin), true, format.place, pending);
  format.move_to(to);
}

std::uint8_t Parser::conversion(Format& format) {
  if (format.now() != '!') return 0;
  const char kind = format.at + 1 < format.text.size() ? format.text[format.at + 1] : '\0';
  if (kind != 's' && kind != 'r' && kind != 'a') {
    fail(Problem::Kind::kSyntax, format.place, "after `!` stands s, r or a");
    return 0;
  }
  format.move_to(format.at + 2);
  return static_cast<std::uint8_t>(kind);
}

NodeId Parser::format_spec(Format& format, unsigned nested) {
  format.move_to(format.at + 1);
  const Place place = format.place;
  const std::size_t from = mark();
  std::string pending;
  format_parts(format, nested + 1, pending);
  flush(pending, place);
  const NodeId spec = add(NodeKind::kFString, place);
  close(spec, from);
  return spec;
}

}  // namespace lang
