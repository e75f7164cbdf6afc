// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Policy text → words, docs/reference/policy.md §1. Knows no keyword: a word is a word. Never
// fails: what is wrong (bad UTF-8, an open string or comment, an unknown escape) is a problem of
// the token that holds it, for the parser to report if it gets there. Trust zone: supervisor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/words.h"

namespace policy {

// A position: bytes from 0, lines and columns (code points) from 1.
struct Place {
  std::size_t offset = 0;
  std::uint32_t line = 1;
  std::uint32_t column = 1;
};

struct Problem {
  Place at;
  std::string message;
  std::string hint;
};

struct Token {
  enum class Kind : std::uint8_t {
    kEnd,
    kBad,     // nothing but a problem
    kWord,    // a keyword or a name
    kNumber,  // digits, or digits.digits; a sign is a token of its own, glued to it
    kString,  // text: with prefix and quotes
    kPattern,
    kWildcard,
    kInstant,
    kSign,     // operators and brackets, longest first; or one code point that is none
    kDoc,      // `///` to the end of the line
    kComment,  // only if asked for
  };
  Kind kind = Kind::kEnd;
  std::string_view text;  // into the source
  Place begin;
  Place end;
  bool glued = false;       // nothing stands between it and the token before
  bool new_line = false;    // a line ended between the token before (or the beginning) and this one
  bool blank_line = false;  // an empty line stands before it
  std::uint32_t problem = 0;  // 0: none; else Scanner::problem(problem)
};

// `text` outlives the scanner and its tokens. After the end, kEnd for ever.
class Scanner {
 public:
  Scanner(std::string_view text, bool comments) : text_(text), comments_(comments) {}
  Token next();
  const Problem& problem(std::uint32_t number) const { return problems_[number - 1]; }

 private:
  bool done() const { return at_.offset >= text_.size(); }
  std::string_view rest() const { return text_.substr(at_.offset); }
  bool starts(std::string_view sign) const { return rest().substr(0, sign.size()) == sign; }
  bool step();
  void skip_space(Token& token);
  Token begin() const;
  Token finish(Token token, Token::Kind kind) const;
  Token scan();
  Token line(Token token);
  Token block_comment(Token token);
  Token quoted(Token token, std::size_t prefix, Token::Kind kind);
  bool quoted_escape(Token& token, bool raw);
  std::uint32_t escape_u(Token& token, const Place& start);
  Token number(Token token);
  Token word(Token token);
  Token sign(Token token);
  std::uint32_t report(const Place& at, std::string message, std::string hint = "");
  void report_utf8(Token& token);

  std::string_view text_;
  bool comments_;
  Place at_;
  std::size_t last_end_ = static_cast<std::size_t>(-1);
  std::vector<Problem> problems_;
};

bool is_word_start(char c);
bool is_word_part(char c);
bool is_digit(char c);

// What a quoted token without a problem says: prefix, quotes and escapes gone.
std::string unquoted(const Token& token);

}  // namespace policy
