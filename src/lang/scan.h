// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Text of a plan → tokens, with Python's indentation rules (The Python Language Reference 3.11,
// §2). Trust zone: session.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/source.h"

namespace lang {

enum class Token : std::uint8_t {
  kEnd,
  kNewline,
  kIndent,
  kDedent,
  kName,
  kInt,
  kFloat,
  kString,
  kFString,
  // keywords
  kFalse,
  kNone,
  kTrue,
  kAnd,
  kAs,
  kAssert,
  kAsync,
  kAwait,
  kBreak,
  kClass,
  kContinue,
  kDef,
  kDel,
  kElif,
  kElse,
  kExcept,
  kFinally,
  kFor,
  kFrom,
  kGlobal,
  kIf,
  kImport,
  kIn,
  kIs,
  kLambda,
  kNonlocal,
  kNot,
  kOr,
  kPass,
  kRaise,
  kReturn,
  kTry,
  kWhile,
  kWith,
  kYield,
  // signs
  kOpen,
  kClose,
  kOpenSquare,
  kCloseSquare,
  kOpenCurly,
  kCloseCurly,
  kComma,
  kColon,
  kSemicolon,
  kDot,
  kEllipsis,
  kAssign,
  kArrow,
  kWalrus,
  kAt,
  kTilde,
  kPlus,
  kMinus,
  kStar,
  kSlash,
  kDoubleSlash,
  kPercent,
  kDoubleStar,
  kShiftLeft,
  kShiftRight,
  kAmpersand,
  kBar,
  kCaret,
  kPlusAssign,
  kMinusAssign,
  kStarAssign,
  kSlashAssign,
  kDoubleSlashAssign,
  kPercentAssign,
  kDoubleStarAssign,
  kShiftLeftAssign,
  kShiftRightAssign,
  kAmpersandAssign,
  kBarAssign,
  kCaretAssign,
  kAtAssign,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
};

struct Lexeme {
  Token token = Token::kEnd;
  bool raw = false;        // strings: an r prefix
  std::uint8_t quote = 0;  // strings: bytes of one quote mark, 1 or 3
  bool plain = true;       // strings: neither backslash nor carriage return inside
  Place place;
  std::uint32_t begin = 0;  // bytes of the text; of strings: between the quotes
  std::uint32_t end = 0;
};

// LIMIT: 64 KiB, 100 indentation levels, 200 open brackets. The text must be UTF-8 without NUL;
// names are ASCII (a homoglyph is no name). The last lexeme is kEnd, after the dedents it closes.
// `out` is what was there no more; its memory is kept.
std::optional<Problem> scan(std::string_view source, std::vector<Lexeme>& out);

// As scan(), for an expression inside an f-string: no newlines, no indentation. Places count from
// `at`.
std::optional<Problem> scan_expression(std::string_view source, Place at, std::vector<Lexeme>& out);

// How a token is spelled in messages: "`while`", "a name", "the end of the line".
std::string spelling(Token token);

}  // namespace lang
