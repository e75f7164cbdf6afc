// SPDX-License-Identifier: Apache-2.0
#include "lang/scan.h"

#include <fmt/format.h>

#include <array>
#include <cstring>

#include "base/bytes.h"
#include "lang/words.h"

namespace lang {
namespace {

constexpr std::size_t kSourceBytes = 64 * 1024;
constexpr std::size_t kIndents = 100;
constexpr std::size_t kBrackets = 200;
constexpr std::uint32_t kTab = 8;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
constexpr std::array<bool, 256> kInName = [] {
  std::array<bool, 256> in{};
  for (int c = 0; c < 256; ++c)
    in[static_cast<std::size_t>(c)] =
        c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return in;
}();
bool in_name(char c) { return kInName[static_cast<unsigned char>(c)]; }
bool begins_name(char c) { return in_name(c) && !is_digit(c); }
bool is_open(Token t) {
  return t == Token::kOpen || t == Token::kOpenSquare || t == Token::kOpenCurly;
}
Token closing(Token t) {
  if (t == Token::kOpen) return Token::kClose;
  return t == Token::kOpenSquare ? Token::kCloseSquare : Token::kCloseCurly;
}
bool is_close(Token t) {
  return t == Token::kClose || t == Token::kCloseSquare || t == Token::kCloseCurly;
}

class Scanner {
 public:
  Scanner(std::string_view source, Place at, bool lines, std::vector<Lexeme>& out)
      : source_(source), line_(at.line), lines_(lines), base_column_(at.column), out_(out) {
    indents_[0] = {0, 0};
    out_.clear();
    out_.reserve(source.size() / 3 + 8);
  }

  std::optional<Problem> run() {
    while (!problem_ && position_ < source_.size()) step();
    if (!problem_) finish();
    return std::move(problem_);
  }

 private:
  // One level of indentation, counted with tabs of 8 and of 1: levels compare alike in both, or the
  // line means different things to different readers.
  struct Indent {
    std::uint32_t width;
    std::uint32_t narrow;
  };

  Place here() const { return {line_, base_column_ + position_ - line_begin_}; }
  char at(std::size_t ahead) const {
    return position_ + ahead < source_.size() ? source_[position_ + ahead] : '\0';
  }
  void fail(Problem::Kind kind, Place place, std::string message, std::string hint = "") {
    if (!problem_) problem_ = Problem{kind, place, std::move(message), std::move(hint)};
  }
  void add(Token token, Place place, std::uint32_t begin, std::uint32_t end) {
    out_.push_back({token, false, 0, true, place, begin, end});
  }

  void next_line() {
    ++line_;
    line_begin_ = position_;
    base_column_ = 0;
    fresh_ = lines_ && open_ == 0;
  }

  void step() {
    if (fresh_) return indentation();
    const char c = source_[position_];
    if (begins_name(c)) return word();
    if (c == ' ' || c == '\t' || c == '\f') return void(++position_);
    if (c == '#') return comment();
    if (c == '\n' || c == '\r') return end_of_line();
    if (c == '\\') return continuation();
    if (is_digit(c) || (c == '.' && is_digit(at(1)))) return number();
    if (c == '"' || c == '\'') return string(position_, false, false);
    sign();
  }

  void comment() {
    while (position_ < source_.size() && !at_line_end()) ++position_;
  }

  bool at_line_end() const {
    return position_ < source_.size() && (source_[position_] == '\n' || source_[position_] == '\r');
  }
  void skip_line_end() { position_ += source_[position_] == '\r' && at(1) == '\n' ? 2 : 1; }

  void end_of_line() {
    const Place place = here();
    const std::uint32_t begin = position_;
    const bool ends = lines_ && open_ == 0;
    skip_line_end();
    next_line();
    if (ends && !out_.empty() && out_.back().token != Token::kNewline &&
        out_.back().token != Token::kIndent && out_.back().token != Token::kDedent)
      add(Token::kNewline, place, begin, position_);
  }

  void continuation() {
    const Place place = here();
    ++position_;
    if (!at_line_end())
      return fail(Problem::Kind::kSyntax, place, "unexpected character after `\\`");
    skip_line_end();
    next_line();
    fresh_ = false;
    if (position_ >= source_.size())
      fail(Problem::Kind::kSyntax, place, "the plan ends after `\\`");
  }

  void indentation() {
    Indent indent{0, 0};
    for (; position_ < source_.size(); ++position_) {
      const char c = source_[position_];
      if (c == ' ') indent = {indent.width + 1, indent.narrow + 1};
      else if (c == '\t') indent = {(indent.width / kTab + 1) * kTab, indent.narrow + 1};
      else if (c == '\f') indent = {0, 0};
      else break;
    }
    fresh_ = false;
    if (position_ >= source_.size() || at_line_end()) return;  // blank lines have none
    const char c = source_[position_];
    if (c == '#') return;
    if (c == '\\')
      return fail(Problem::Kind::kUnsupported, here(), "a line cannot begin with `\\`",
                  "put brackets around what takes several lines");
    indent_to(indent);
  }

  void indent_to(Indent to) {
    if (to.width > indents_[level_].width) {
      if (to.narrow <= indents_[level_].narrow) return mixed();
      if (level_ + 1 >= kIndents)
        return fail(Problem::Kind::kLimit, here(), "more than 100 levels of indentation");
      indents_[++level_] = to;
      return add(Token::kIndent, here(), position_, position_);
    }
    for (; to.width < indents_[level_].width; --level_)
      add(Token::kDedent, here(), position_, position_);
    if (to.width != indents_[level_].width)
      return fail(Problem::Kind::kSyntax, here(), "this line is indented like no block around it",
                  "indent with four spaces");
    if (to.narrow != indents_[level_].narrow) mixed();
  }
  void mixed() {
    fail(Problem::Kind::kSyntax, here(), "indentation mixes tabs and spaces",
         "indent with four spaces");
  }

  void word() {
    const Place place = here();
    const std::uint32_t begin = position_;
    std::uint32_t end = begin + 1;  // local: it stays in a register
    while (end < source_.size() && in_name(source_[end])) ++end;
    position_ = end;
    if (position_ < source_.size() && static_cast<unsigned char>(source_[position_]) >= 0x80)
      return fail(Problem::Kind::kUnsupported, here(), "names are ASCII only",
                  "write the name with the letters a to z");
    const std::string_view text = source_.substr(begin, position_ - begin);
    const char quote = at(0);
    // `if"a"` is a word and a string
    if ((quote == '"' || quote == '\'') && text.size() <= 2 &&
        text.find_first_not_of("bBfFrRuU") == std::string_view::npos)
      return prefixed(text, place);
    add(keyword_or_name(text), place, begin, position_);
  }

  void prefixed(std::string_view prefix, Place place) {
    bool raw = false;
    bool format = false;
    for (const char c : prefix) {
      if ((c == 'r' || c == 'R') && !raw) raw = true;
      else if ((c == 'f' || c == 'F') && !format) format = true;
      else if ((c == 'u' || c == 'U') && prefix.size() == 1) continue;
      else if (c == 'b' || c == 'B')
        return fail(Problem::Kind::kUnsupported, place, "bytes literals are not part of plans",
                    "write a string: leave out the `b`");
      else return fail(Problem::Kind::kSyntax, place, "no string has this prefix");
    }
    string(position_ - static_cast<std::uint32_t>(prefix.size()), raw, format);
  }

  void string(std::uint32_t begin, bool raw, bool format) {
    const Place place{line_, base_column_ + begin - line_begin_};
    const char mark = source_[position_];
    const bool triple = at(1) == mark && at(2) == mark;
    position_ += triple ? 3 : 1;
    const std::uint32_t inside = position_;
    bool plain = true;
    while (position_ < source_.size() && (triple || !at_line_end())) {
      const char c = source_[position_];
      if (c == mark && (!triple || (at(1) == mark && at(2) == mark))) {
        Lexeme l{format ? Token::kFString : Token::kString,
                 raw,
                 static_cast<std::uint8_t>(triple ? 3 : 1),
                 plain,
                 place,
                 inside,
                 position_};
        position_ += triple ? 3 : 1;
        return out_.push_back(l);
      }
      plain = plain && c != '\\' && c != '\r';
      if (c == '\\' && position_ + 1 < source_.size()) ++position_;  // protects what follows
      if (at_line_end()) line_in_string();
      else ++position_;
    }
    fail(Problem::Kind::kSyntax, place, "this string is not closed",
         triple ? "" : "a string of several lines stands between three quotes");
  }

  void line_in_string() {
    skip_line_end();
    ++line_;
    line_begin_ = position_;
    base_column_ = 0;
  }

  void digits(bool (*is)(char)) {
    while (position_ < source_.size() &&
           (is(source_[position_]) ||
            (source_[position_] == '_' && is(at(1)) && position_ > 0 &&
             (is(source_[position_ - 1]) || begins_name(source_[position_ - 1])))))
      ++position_;
  }

  void number() {
    const Place place = here();
    const std::uint32_t begin = position_;
    Token token = Token::kInt;
    if (source_[position_] == '0' && based()) {
      if (position_ - begin <= 2)
        return fail(Problem::Kind::kSyntax, place, "a number needs digits");
    } else {
      token = decimal();
    }
    if (position_ < source_.size() && in_name(source_[position_])) return after_number(place);
    const std::string_view text = source_.substr(begin, position_ - begin);
    if (token == Token::kInt && text[0] == '0' && is_digit(text.back()) &&
        text.find_first_not_of("0123456789_") == std::string_view::npos &&
        text.find_first_not_of("0_") != std::string_view::npos)
      return fail(Problem::Kind::kSyntax, place, "leading zeros are not allowed in numbers",
                  "write 0o for octal");
    add(token, place, begin, position_);
  }

  // CPython reads `1if x else y` (and warns).
  void after_number(Place place) {
    if (at(0) == 'j' || at(0) == 'J')
      return fail(Problem::Kind::kUnsupported, place, "complex numbers are not part of plans",
                  "compute with two numbers");
    std::size_t length = 0;
    while (in_name(at(length))) ++length;
    const bool keyword = keyword_or_name(source_.substr(position_, length)) != Token::kName;
    fail(keyword ? Problem::Kind::kUnsupported : Problem::Kind::kSyntax, here(),
         "a name cannot follow a number directly", "put a space between them");
  }

  bool based() {
    const char kind = static_cast<char>(at(1) | 0x20);
    if (kind != 'x' && kind != 'o' && kind != 'b') return false;
    position_ += 2;
    if (kind == 'x') digits(&is_hex);
    else if (kind == 'o') digits([](char c) { return c >= '0' && c <= '7'; });
    else digits([](char c) { return c == '0' || c == '1'; });
    return true;
  }

  Token decimal() {
    Token token = Token::kInt;
    digits(&is_digit);
    if (at(0) == '.') {
      token = Token::kFloat;
      ++position_;
      digits(&is_digit);
    }
    if (at(0) == 'e' || at(0) == 'E') {
      const std::size_t sign = at(1) == '+' || at(1) == '-' ? 1 : 0;
      if (is_digit(at(1 + sign))) {
        token = Token::kFloat;
        position_ += static_cast<std::uint32_t>(1 + sign);
        digits(&is_digit);
      }
    }
    return token;
  }

  void sign() {
    const Place place = here();
    const Sign found = sign_at(source_.substr(position_, 3));
    if (found.size > 0) {
      const std::uint32_t begin = position_;
      if (!balance(found.token, place)) return;
      position_ += found.size;
      return add(found.token, place, begin, position_);
    }
    const auto first = static_cast<unsigned char>(source_[position_]);
    fail(first < 0x80 ? Problem::Kind::kSyntax : Problem::Kind::kUnsupported, place,
         first < 0x80
             ? fmt::format("unexpected `{}`", base::printable(source_.substr(position_, 1)))
             : "characters outside strings and comments are ASCII only",
         first < 0x80 ? "" : "write names with the letters a to z, and other text in quotes");
  }

  const Lexeme& innermost() const { return out_[brackets_[open_ - 1]]; }

  bool balance(Token token, Place place) {
    if (token == Token::kComma) return true;
    if (is_open(token)) {
      if (open_ >= kBrackets) fail(Problem::Kind::kLimit, place, "more than 200 brackets are open");
      else brackets_[open_++] = static_cast<std::uint32_t>(out_.size());
    } else if (is_close(token)) {
      if (open_ == 0 || closing(innermost().token) != token)
        fail(Problem::Kind::kSyntax, place, fmt::format("{} closes nothing", spelling(token)));
      else --open_;
    }
    return !problem_;
  }

  void finish() {
    if (open_ > 0)
      return fail(Problem::Kind::kSyntax, innermost().place,
                  fmt::format("{} is never closed", spelling(innermost().token)));
    const Place end = here();
    if (lines_) {
      const bool open = !out_.empty() && out_.back().token != Token::kNewline &&
                        out_.back().token != Token::kDedent;
      if (open) add(Token::kNewline, end, position_, position_);
      for (; level_ > 0; --level_) add(Token::kDedent, end, position_, position_);
    }
    add(Token::kEnd, end, position_, position_);
  }

  std::string_view source_;
  std::uint32_t position_ = 0;
  std::uint32_t line_;
  std::uint32_t line_begin_ = 0;
  bool lines_;
  std::uint32_t base_column_;
  bool fresh_ = lines_;
  std::optional<Problem> problem_;
  std::vector<Lexeme>& out_;
  std::size_t level_ = 0;
  std::size_t open_ = 0;
  // Not cleared: only what is in use is ever written or read.
  std::array<Indent, kIndents> indents_;           // [0, level_]
  std::array<std::uint32_t, kBrackets> brackets_;  // [0, open_): lexemes
};

// Where the text stops being UTF-8, or the first NUL.
Place first_bad(std::string_view source) {
  Place place{1, 0};
  for (std::size_t good = 0; good < source.size() && source[good] != '\0';) {
    std::size_t length = 1;
    while (length <= 4 && !base::is_utf8(source.substr(good, length))) ++length;
    if (length > 4) break;
    const bool windows = source.substr(good, 2) == "\r\n";
    const bool ends = source[good] == '\n' || (source[good] == '\r' && !windows);
    good += length;
    place.column += static_cast<std::uint32_t>(length);
    if (ends) place = {place.line + 1, 0};
  }
  return place;
}

// Eight bytes at a time: nearly all plans are.
bool is_ascii(std::string_view source) {
  std::uint64_t seen = 0;
  std::uint64_t eight = 0;
  for (; source.size() >= sizeof eight; source.remove_prefix(sizeof eight)) {
    std::memcpy(&eight, source.data(), sizeof eight);
    seen |= eight;
  }
  for (const char c : source) seen |= static_cast<unsigned char>(c);
  return (seen & 0x8080808080808080) == 0;
}

std::optional<Problem> refused(std::string_view source) {
  if (source.size() > kSourceBytes)
    return Problem{Problem::Kind::kLimit, {1, 0}, "the plan is larger than 64 KiB", ""};
  if ((!is_ascii(source) && !base::is_utf8(source)) || source.find('\0') != std::string_view::npos)
    return Problem{Problem::Kind::kSyntax, first_bad(source), "the plan is not UTF-8 text", ""};
  return std::nullopt;
}

}  // namespace

std::optional<Problem> scan(std::string_view source, std::vector<Lexeme>& out) {
  if (auto problem = refused(source)) return problem;
  return Scanner(source, {1, 0}, true, out).run();
}

std::optional<Problem> scan_expression(std::string_view source, Place at,
                                       std::vector<Lexeme>& out) {
  return Scanner(source, at, false, out).run();
}

}  // namespace lang
