// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Where the parser stands: the next tokens, what was asked for at this place, and the first error.
// After an error the cursor stands at an end that matches nothing, so loops end by themselves.
// Trust zone: supervisor.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/syntax/diagnostic.h"
#include "policy/syntax/scanner.h"

namespace policy {

// What format() must know of a token and cannot see in it.
enum class Mark : std::uint8_t {
  kOpenBlock,  // a brace with statements
  kCloseBlock,
  kSemicolon,   // ends a line
  kGlue,        // nothing stands between it and the next token
  kBreak,       // a long line may break before it
  kBreakAfter,  // ... after it
};
struct Marked {
  std::size_t offset = 0;
  Mark mark = Mark::kGlue;
};

class Cursor {
 public:
  Cursor(const Source& source, std::uint32_t file);

  // The token `ahead` places on. Does not count as asking.
  const Token& peek(std::size_t ahead = 0);
  bool peek_word(std::size_t ahead, std::string_view word);
  bool peek_sign(std::size_t ahead, std::string_view sign);
  // Asking: what was asked for at this place is what an error says was expected.
  bool at_word(std::string_view word);
  bool at_sign(std::string_view sign);
  bool at_kind(Token::Kind kind, std::string_view what);
  bool take_word(std::string_view word);
  bool take_sign(std::string_view sign);
  // Takes it or fails.
  void need_word(std::string_view word);
  void need_sign(std::string_view sign);
  std::string need_name(std::string_view what);
  // The text of a quoted token, or fails; a pattern and wildcard is bounded.
  std::string need_quoted(Token::Kind kind, std::string_view what);
  // Also asked for here, but found in another way; or asked for and not worth a mention.
  void expect(std::string_view what);
  void hide(std::string_view sign_or_word, bool word);

  Token advance();
  void mark(Mark mark);       // the next token
  void mark_last(Mark mark);  // the token taken last

  // The first call counts. Without a message: what is found here and what was asked for.
  void fail();
  void fail_at(const Token& token, std::string message, std::string hint = "");
  // In a yett file, true. Else fails here: `construct` needs the header.
  bool yett_only(std::string_view construct);
  bool failed() const { return error_.has_value(); }
  Diagnostic error() const { return *error_; }

  // One level deeper for the life of it; fails at the token that goes too deep.
  class Nesting {
   public:
    explicit Nesting(Cursor& cursor);
    ~Nesting() { --cursor_.depth_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;

   private:
    Cursor& cursor_;
  };

  Span span_from(const Place& begin) const;
  bool yett() const { return yett_; }
  void set_yett() { yett_ = true; }
  std::vector<Marked> take_marks() { return std::move(marks_); }

 private:
  struct Expected {
    enum class As : std::uint8_t { kSign, kWord, kWhat };
    std::string_view text;
    As as = As::kWhat;
    bool hidden = false;
  };
  friend class Nesting;
  void fail_problem(const Token& token);
  Place shifted(const Token& token) const;
  std::string found(const Token& token, const Place& at) const;
  std::string wanted() const;
  std::string hint_for(const Token& token);
  std::string keyword_hint(const Token& token) const;
  void set_error(const Place& begin, const Place& end, std::string message, std::string hint);

  std::uint32_t file_;
  Scanner scanner_;
  std::array<Token, 4> ahead_;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
  Token last_;
  Token stop_;
  std::vector<Expected> expected_;
  std::vector<Marked> marks_;
  std::optional<Diagnostic> error_;
  std::uint32_t depth_ = 0;
  bool yett_ = false;
};

}  // namespace policy
