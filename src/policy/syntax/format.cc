// SPDX-License-Identifier: Apache-2.0
// The tokens of a source laid out anew. The parser's marks tell what a token cannot: which braces
// hold statements, what stands close, where a long line may break.
#include <algorithm>
#include <map>

#include "policy/syntax/layout.h"
#include "policy/syntax/limits.h"
#include "policy/syntax/parse.h"
#include "policy/syntax/parser.h"
#include "policy/syntax/print.h"

namespace policy {
namespace {

using Kind = Token::Kind;

std::string_view trimmed(const Token& token) {
  std::string_view text = token.text;
  const bool line = token.kind == Kind::kDoc || text.substr(0, 2) == "//";
  while (line && !text.empty() &&
         (text.back() == ' ' || text.back() == '\t' || text.back() == '\r' || text.back() == '\f'))
    text.remove_suffix(1);
  return text;
}

class Formatter {
 public:
  Formatter(std::string_view text, std::vector<Marked> marks)
      : scanner_(text, true), marks_(std::move(marks)), token_(scanner_.next()) {
    std::stable_sort(marks_.begin(), marks_.end(),
                     [](const Marked& a, const Marked& b) { return a.offset < b.offset; });
  }

  std::string run() {
    while (token_.kind != Kind::kEnd) step();
    return layout_.take();
  }

 private:
  // What the marks say of the token in hand.
  struct Traits {
    bool opens = false;
    bool closes = false;
    bool ends = false;
    bool glue = false;
    bool may_break = false;
    bool break_after = false;
  };

  Traits traits() {
    Traits out;
    while (mark_ < marks_.size() && marks_[mark_].offset < token_.begin.offset) ++mark_;
    for (; mark_ < marks_.size() && marks_[mark_].offset == token_.begin.offset; ++mark_) {
      switch (marks_[mark_].mark) {
        case Mark::kOpenBlock: out.opens = true; break;
        case Mark::kCloseBlock: out.closes = true; break;
        case Mark::kSemicolon: out.ends = true; break;
        case Mark::kGlue: out.glue = true; break;
        case Mark::kBreak: out.may_break = true; break;
        case Mark::kBreakAfter: out.break_after = true; break;
      }
    }
    return out;
  }

  bool space_before(const Token& token) const {
    const std::string_view t = token.kind == Kind::kSign ? token.text : "";
    if (t == "," || t == ";" || t == ")" || t == "]" || t == "}") return false;
    if (after_comment_ || token.kind == Kind::kComment) return true;
    return !glue_ && !after_open_;
  }

  void put(const Token& token, bool may_break, bool always) {
    const auto wish = always      ? Layout::Break::kAlways
                      : may_break ? Layout::Break::kIfLong
                                  : Layout::Break::kNever;
    layout_.put(trimmed(token), space_before(token), wish);
  }

  // The line in work ends here; comments that begin on the same line of the source still join it.
  void end_line() {
    while (token_.kind == Kind::kComment && !token_.new_line) {
      const bool line = token_.text.substr(0, 2) == "//";
      layout_.put(trimmed(token_), true);
      token_ = scanner_.next();
      if (line) break;
    }
    layout_.end_line();
    glue_ = after_open_ = after_comment_ = must_break_ = may_break_ = false;
    fresh_ = false;
    only_comments_ = true;
  }

  void own_line() {
    layout_.end_line();
    layout_.put(trimmed(token_), false);
    token_ = scanner_.next();
    end_line();
  }

  // On a line of its own in the source: so here. Else it stays with what it follows.
  void comment() {
    put(token_, may_break_, must_break_ || (!layout_.at_line_start() && token_.new_line));
    const bool line = token_.text.substr(0, 2) == "//";
    token_ = scanner_.next();
    must_break_ = line || token_.new_line;
    may_break_ = false;
    after_comment_ = true;
    if (only_comments_ && must_break_) end_line();
  }

  void step() {
    if (layout_.at_line_start() && token_.blank_line && !fresh_ && token_.text != "}")
      layout_.blank();
    if (token_.kind == Kind::kDoc) return own_line();
    if (token_.kind == Kind::kComment) return comment();
    const Traits now = traits();
    only_comments_ = false;
    if (now.closes) return close();
    put(token_, may_break_ || now.may_break, must_break_);
    const bool set_open = !now.opens &&
                          (token_.text == "{" || token_.text == "(" || token_.text == "[") &&
                          token_.kind == Kind::kSign;
    token_ = scanner_.next();
    glue_ = now.glue;
    after_open_ = set_open;
    after_comment_ = must_break_ = false;
    may_break_ = now.break_after;
    if (now.opens) return open();
    if (now.ends) end_line();
  }

  void open() {
    if (token_.kind == Kind::kSign && token_.text == "}") {
      traits();
      layout_.put("}", false);
      token_ = scanner_.next();
      return end_line();
    }
    end_line();
    layout_.indent();
    fresh_ = true;
  }

  void close() {
    layout_.end_line();
    layout_.outdent();
    layout_.put("}", false);
    token_ = scanner_.next();
    end_line();
  }

  Scanner scanner_;
  std::vector<Marked> marks_;
  Token token_;
  Layout layout_;
  std::size_t mark_ = 0;
  bool glue_ = false;           // the token before stands close to this one
  bool after_open_ = false;     // the token before is a bracket
  bool after_comment_ = false;  // the token before is a comment
  bool must_break_ = false;     // a comment ended the line
  bool may_break_ = false;
  bool only_comments_ = true;  // the line in work holds nothing else
  bool fresh_ = true;          // the text or a block begins here: no empty line
};

}  // namespace

std::variant<std::string, Diagnostic> format(const Source& source) {
  auto outcome = parse(source);
  if (auto* error = std::get_if<Diagnostic>(&outcome)) return std::move(*error);
  Parser parser(source, 0);
  parser.file(source.name);
  return Formatter(source.text, parser.take_marks()).run();
}

}  // namespace policy
