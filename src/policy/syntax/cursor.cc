// SPDX-License-Identifier: Apache-2.0
#include "policy/syntax/cursor.h"

#include <fmt/format.h>

#include <algorithm>

#include "policy/syntax/hint.h"
#include "policy/syntax/limits.h"
#include "policy/syntax/utf8.h"

namespace policy {
namespace {

using Kind = Token::Kind;
constexpr std::size_t kShownBytes = 40;  // of what was found
constexpr std::size_t kShownWanted = 6;

// `text` for a message: one line, nothing that cannot be seen, and short.
std::string shown(std::string_view text) {
  std::string out;
  while (!text.empty() && out.size() < kShownBytes) {
    const CodePoint c = decode_utf8(text);
    if (c.size == 0) break;
    if (c.value == '\n') out += ' ';
    else if (!is_visible(c.value))
      out += fmt::format("U+{:04X}", static_cast<std::uint32_t>(c.value));
    else out += text.substr(0, c.size);
    text.remove_prefix(c.size);
  }
  return text.empty() ? out : out + "...";
}

}  // namespace

Cursor::Cursor(const Source& source, std::uint32_t file)
    : file_(file), scanner_(source.text, false) {}

const Token& Cursor::peek(std::size_t ahead) {
  if (failed()) return stop_;
  while (count_ <= ahead) {
    ahead_[(first_ + count_) % ahead_.size()] = scanner_.next();
    ++count_;
  }
  return ahead_[(first_ + ahead) % ahead_.size()];
}

bool Cursor::peek_word(std::size_t ahead, std::string_view word) {
  const Token& token = peek(ahead);
  return token.kind == Kind::kWord && token.text == word;
}
bool Cursor::peek_sign(std::size_t ahead, std::string_view sign) {
  const Token& token = peek(ahead);
  return token.kind == Kind::kSign && token.text == sign;
}

bool Cursor::at_word(std::string_view word) {
  expected_.push_back({word, Expected::As::kWord, false});
  return peek_word(0, word);
}
bool Cursor::at_sign(std::string_view sign) {
  expected_.push_back({sign, Expected::As::kSign, false});
  return peek_sign(0, sign);
}
bool Cursor::at_kind(Kind kind, std::string_view what) {
  expect(what);
  return peek().kind == kind;
}
void Cursor::expect(std::string_view what) {
  expected_.push_back({what, Expected::As::kWhat, false});
}
void Cursor::hide(std::string_view text, bool word) {
  expected_.push_back({text, word ? Expected::As::kWord : Expected::As::kSign, true});
}

bool Cursor::take_word(std::string_view word) {
  if (!at_word(word)) return false;
  advance();
  return true;
}
bool Cursor::take_sign(std::string_view sign) {
  if (!at_sign(sign)) return false;
  advance();
  return true;
}
void Cursor::need_word(std::string_view word) {
  if (!take_word(word)) fail();
}
void Cursor::need_sign(std::string_view sign) {
  if (!take_sign(sign)) fail();
}

std::string Cursor::need_name(std::string_view what) {
  if (at_kind(Kind::kWord, what)) return std::string(advance().text);
  fail();
  return {};
}

std::string Cursor::need_quoted(Kind kind, std::string_view what) {
  const bool right = at_kind(kind, what);
  const Token token = peek();
  if (right && token.problem != 0) fail_problem(token);
  if (!right) fail();
  if (failed()) return {};
  std::string text = unquoted(token);
  const bool bounded = kind == Kind::kPattern || kind == Kind::kWildcard;
  if (bounded && text.size() > kPatternBytes) {
    fail_at(token, fmt::format("found a pattern of {} bytes, expected at most {}", text.size(),
                               kPatternBytes));
    return {};
  }
  advance();
  return text;
}

Token Cursor::advance() {
  const Token token = peek();
  if (failed()) return token;
  last_ = token;
  first_ = (first_ + 1) % ahead_.size();
  --count_;
  expected_.clear();
  return token;
}

void Cursor::mark(Mark mark) {
  if (!failed()) marks_.push_back({peek().begin.offset, mark});
}
void Cursor::mark_last(Mark mark) {
  if (!failed()) marks_.push_back({last_.begin.offset, mark});
}

Span Cursor::span_from(const Place& begin) const {
  return {file_, begin.line, begin.column, last_.end.line, last_.end.column};
}

// A sign whose beginning was right is wrong only after that: `&=` where `&` could stand.
Place Cursor::shifted(const Token& token) const {
  Place at = token.begin;
  if (token.kind != Kind::kSign) return at;
  std::size_t size = 0;
  for (const Expected& e : expected_)
    if (e.as == Expected::As::kSign && e.text.size() < token.text.size() &&
        token.text.substr(0, e.text.size()) == e.text)
      size = std::max(size, e.text.size());
  at.offset += size;
  at.column += static_cast<std::uint32_t>(size);
  return at;
}

std::string Cursor::found(const Token& token, const Place& at) const {
  if (token.kind == Kind::kEnd) return "found the end of the text";
  if (token.kind == Kind::kDoc) return "found a doc comment";
  return fmt::format("found `{}`", shown(token.text.substr(at.offset - token.begin.offset)));
}

std::string Cursor::wanted() const {
  std::vector<std::string> list;
  for (const Expected& e : expected_) {
    if (e.hidden) continue;
    std::string item =
        e.as == Expected::As::kWhat ? std::string(e.text) : fmt::format("`{}`", e.text);
    if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(std::move(item));
  }
  if (list.empty()) return "";
  if (list.size() > kShownWanted) {
    list.resize(kShownWanted);
    list.emplace_back("more");
  }
  std::string text = list[0];
  for (std::size_t i = 1; i < list.size(); ++i)
    text += (i + 1 == list.size() ? " or " : ", ") + list[i];
  return ", expected " + text;
}

std::string Cursor::hint_for(const Token& token) {
  Mistake mistake;
  mistake.before = last_.text;
  mistake.found = token.text;
  mistake.after = peek(1).text;
  mistake.yett = yett_;
  for (const Expected& e : expected_) {
    if (e.as == Expected::As::kWord) mistake.words.push_back(e.text);
    if (e.as == Expected::As::kSign) mistake.signs.push_back(e.text);
  }
  return hint_of(mistake);
}

void Cursor::set_error(const Place& begin, const Place& end, std::string message,
                       std::string hint) {
  if (failed()) return;
  stop_.begin = begin;
  stop_.end = begin;
  Diagnostic error;
  error.name = "syntax";
  error.span = {file_, begin.line, begin.column, end.line, end.column};
  error.message = std::move(message);
  error.hint = std::move(hint);
  error_ = std::move(error);
}

void Cursor::fail() {
  if (failed()) return;
  const Token token = peek();
  if (token.kind == Kind::kBad) return fail_problem(token);
  const Place at = shifted(token);
  set_error(at, token.end, found(token, at) + wanted(), hint_for(token));
}

void Cursor::fail_problem(const Token& token) {
  const Problem problem = scanner_.problem(token.problem);
  set_error(problem.at, problem.at, problem.message, problem.hint);
}

void Cursor::fail_at(const Token& token, std::string message, std::string hint) {
  set_error(token.begin, token.end, std::move(message), std::move(hint));
}

bool Cursor::yett_only(std::string_view construct) {
  if (yett_ || failed()) return yett_;
  fail_at(peek(),
          fmt::format("found {}, which needs `language yett 1;` as the first line", construct),
          "begin the file with language yett 1;");
  return false;
}

Cursor::Nesting::Nesting(Cursor& cursor) : cursor_(cursor) {
  if (++cursor_.depth_ > kNesting)
    cursor_.fail_at(cursor_.peek(), fmt::format("found more than {} levels of nesting", kNesting),
                    "give a part a name with let");
}

}  // namespace policy
