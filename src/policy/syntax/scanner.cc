// SPDX-License-Identifier: Apache-2.0
#include "policy/syntax/scanner.h"

#include <array>

#include "policy/syntax/utf8.h"

namespace policy {
namespace {

using Kind = Token::Kind;

// Longest first. `.value` is one too, but ends at a word's end.
constexpr std::array<std::string_view, 14> kSigns{
    "<..<", "<..", "..<", "[*]", "..", "->", "==", "!=", "<=", ">=", "|=", "&=", "-=", "^="};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\f' || c == '\r' || c == '\n'; }

int hex_of(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The value of four hexadecimal digits; 0x110000 if there are none.
std::uint32_t hex4(std::string_view text) {
  if (text.size() < 4) return 0x110000;
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const int digit = hex_of(text[i]);
    if (digit < 0) return 0x110000;
    value = value * 16 + static_cast<std::uint32_t>(digit);
  }
  return value;
}

bool high_surrogate(std::uint32_t v) { return v >= 0xd800 && v <= 0xdbff; }
bool low_surrogate(std::uint32_t v) { return v >= 0xdc00 && v <= 0xdfff; }

// Reads `\uXXXX` digits at `at`, joins a pair, appends it; the number of bytes read.
std::size_t unescape_u(std::string_view body, std::size_t at, std::string& out) {
  const std::uint32_t first = hex4(body.substr(at));
  if (!high_surrogate(first)) {
    append_utf8(first, out);
    return 4;
  }
  const std::uint32_t second = hex4(body.substr(at + 6));
  append_utf8(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00), out);
  return 10;
}

std::string unescaped(std::string_view body) {
  std::string out;
  out.reserve(body.size());
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (body[i] != '\\') {
      out += body[i];
      continue;
    }
    const char c = body[++i];
    if (c == 'u') {
      i += unescape_u(body, i + 1, out);
    } else {
      out += c == 'n' ? '\n' : c == 't' ? '\t' : c;
    }
  }
  return out;
}

// Raw, but `\"` is `"`; a backslash protects what follows it.
std::string raw(std::string_view body) {
  std::string out;
  out.reserve(body.size());
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (body[i] == '\\' && body[i + 1] != '"') out += body[i];
    if (body[i] == '\\') ++i;
    out += body[i];
  }
  return out;
}

}  // namespace

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word_start(char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_word_part(char c) { return is_word_start(c) || is_digit(c); }

std::string unquoted(const Token& token) {
  const std::size_t prefix = token.kind == Kind::kString ? 1 : 2;
  const std::string_view body = token.text.substr(prefix, token.text.size() - prefix - 1);
  return token.kind == Kind::kPattern || token.kind == Kind::kWildcard ? raw(body)
                                                                       : unescaped(body);
}

std::uint32_t Scanner::report(const Place& at, std::string message, std::string hint) {
  problems_.push_back({at, std::move(message), std::move(hint)});
  return static_cast<std::uint32_t>(problems_.size());
}

void Scanner::report_utf8(Token& token) {
  token.problem = report(at_, "found a byte that is not UTF-8", "save the file as UTF-8");
}

// One code point on; false if there is none or it is malformed.
bool Scanner::step() {
  const CodePoint c = decode_utf8(rest());
  if (c.size == 0) return false;
  at_.offset += c.size;
  if (c.value == '\n') {
    ++at_.line;
    at_.column = 1;
  } else {
    ++at_.column;
  }
  return true;
}

void Scanner::skip_space(Token& token) {
  const std::uint32_t line = at_.line;
  while (!done() && is_space(text_[at_.offset])) step();
  token.new_line = token.new_line || at_.line > line;
  token.blank_line = token.blank_line || at_.line > line + 1;
}

Token Scanner::finish(Token token, Kind kind) const {
  token.kind = kind;
  token.end = at_;
  token.text = text_.substr(token.begin.offset, at_.offset - token.begin.offset);
  return token;
}

Token Scanner::next() {
  bool new_line = false;
  bool blank_line = false;
  while (true) {
    Token token;
    skip_space(token);
    token.begin = at_;
    token.glued = at_.offset == last_end_;
    Token found = done() ? finish(token, Kind::kEnd) : scan();
    found.begin = token.begin;
    found.glued = token.glued;
    found.new_line = token.new_line || new_line;
    found.blank_line = token.blank_line || blank_line;
    if (found.problem != 0) at_.offset = text_.size();  // nothing is read after a problem
    last_end_ = at_.offset;
    if (found.kind != Kind::kComment || comments_) return found;
    last_end_ = static_cast<std::size_t>(-1);
    new_line = found.new_line;
    blank_line = found.blank_line;
  }
}

Token Scanner::scan() {
  Token token;
  token.begin = at_;
  const char c = text_[at_.offset];
  if (starts("//")) return line(token);
  if (starts("/*")) return block_comment(token);
  if (c == '"') return quoted(token, 1, Kind::kString);
  if (starts("r\"")) return quoted(token, 2, Kind::kPattern);
  if (starts("w\"")) return quoted(token, 2, Kind::kWildcard);
  if (starts("d\"")) return quoted(token, 2, Kind::kInstant);
  if (is_word_start(c)) return word(token);
  if (is_digit(c)) return number(token);
  return sign(token);
}

Token Scanner::line(Token token) {
  const bool doc = starts("///");
  while (!done() && text_[at_.offset] != '\n') {
    if (!step()) {
      report_utf8(token);
      return finish(token, Kind::kBad);
    }
  }
  return finish(token, doc ? Kind::kDoc : Kind::kComment);
}

Token Scanner::block_comment(Token token) {
  at_.offset += 2;
  at_.column += 2;
  while (!done() && !starts("*/")) {
    if (!step()) {
      report_utf8(token);
      return finish(token, Kind::kBad);
    }
  }
  if (done()) {
    token.problem = report(token.begin, "found a comment that is never closed", "close it with */");
    return finish(token, Kind::kBad);
  }
  at_.offset += 2;
  at_.column += 2;
  return finish(token, Kind::kComment);
}

Token Scanner::quoted(Token token, std::size_t prefix, Kind kind) {
  at_.offset += prefix;
  at_.column += static_cast<std::uint32_t>(prefix);
  const bool is_raw = kind == Kind::kPattern || kind == Kind::kWildcard;
  while (!done() && text_[at_.offset] != '"') {
    if (text_[at_.offset] == '\\') {
      if (!quoted_escape(token, is_raw)) return finish(token, kind);
    } else if (!step()) {
      report_utf8(token);
      return finish(token, kind);
    }
  }
  if (done())
    token.problem = report(token.begin, "found a string that is never closed", "close it with \"");
  else step();
  return finish(token, kind);
}

// At a backslash. False: a problem was reported.
bool Scanner::quoted_escape(Token& token, bool is_raw) {
  const Place start = at_;
  step();
  if (done()) return true;  // the string is open: that is reported
  const char c = text_[at_.offset];
  const bool known = c == '"' || c == '\\' || c == 'n' || c == 't' || c == 'u';
  if (c == '\n' || (!is_raw && !known)) {
    token.problem = report(start, "found an unknown escape in a string",
                           "escapes are \\\" \\\\ \\n \\t \\uXXXX; a backslash itself is \\\\");
    return false;
  }
  if (!step()) {
    report_utf8(token);
    return false;
  }
  if (is_raw || c != 'u') return true;
  token.problem = escape_u(token, start);
  return token.problem == 0;
}

// After `\u`.
std::uint32_t Scanner::escape_u(Token&, const Place& start) {
  const auto take = [this] {
    at_.offset += 4;
    at_.column += 4;
  };
  const std::uint32_t first = hex4(rest());
  if (first > 0xffff) return report(start, "found \\u without four hexadecimal digits");
  take();
  if (low_surrogate(first)) return report(start, "found half of a surrogate pair in a string");
  if (!high_surrogate(first)) return 0;
  if (!starts("\\u") || !low_surrogate(hex4(rest().substr(2))))
    return report(start, "found half of a surrogate pair in a string");
  at_.offset += 2;
  at_.column += 2;
  take();
  return 0;
}

Token Scanner::word(Token token) {
  while (!done() && is_word_part(text_[at_.offset])) step();
  return finish(token, Kind::kWord);
}

Token Scanner::number(Token token) {
  const auto digits = [this] {
    while (!done() && is_digit(text_[at_.offset])) step();
  };
  digits();
  const std::string_view after = rest();
  if (after.size() > 1 && after[0] == '.' && is_digit(after[1])) {
    step();
    digits();
  }
  return finish(token, Kind::kNumber);
}

Token Scanner::sign(Token token) {
  std::size_t size = 0;
  for (const std::string_view known : kSigns)
    if (size == 0 && starts(known)) size = known.size();
  const std::string_view after = rest();
  if (starts(".value") && (after.size() == 6 || !is_word_part(after[6]))) size = 6;
  if (size == 0) {
    if (!step()) {
      report_utf8(token);
      return finish(token, Kind::kBad);
    }
    return finish(token, Kind::kSign);
  }
  at_.offset += size;
  at_.column += static_cast<std::uint32_t>(size);
  return finish(token, Kind::kSign);
}

}  // namespace policy
