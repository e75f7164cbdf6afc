// SPDX-License-Identifier: Apache-2.0
// The words and signs of the language (The Python Language Reference 3.11, §2.3.1, §2.5, §2.6).
#include "lang/words.h"

#include <fmt/format.h>

#include <array>

namespace lang {
namespace {

struct Spelled {
  std::string_view text;
  Token token;
};
// In the order of the enumeration, so that a token finds its spelling by its number.
constexpr std::array kKeywords{Spelled{"False", Token::kFalse},
                               Spelled{"None", Token::kNone},
                               Spelled{"True", Token::kTrue},
                               Spelled{"and", Token::kAnd},
                               Spelled{"as", Token::kAs},
                               Spelled{"assert", Token::kAssert},
                               Spelled{"async", Token::kAsync},
                               Spelled{"await", Token::kAwait},
                               Spelled{"break", Token::kBreak},
                               Spelled{"class", Token::kClass},
                               Spelled{"continue", Token::kContinue},
                               Spelled{"def", Token::kDef},
                               Spelled{"del", Token::kDel},
                               Spelled{"elif", Token::kElif},
                               Spelled{"else", Token::kElse},
                               Spelled{"except", Token::kExcept},
                               Spelled{"finally", Token::kFinally},
                               Spelled{"for", Token::kFor},
                               Spelled{"from", Token::kFrom},
                               Spelled{"global", Token::kGlobal},
                               Spelled{"if", Token::kIf},
                               Spelled{"import", Token::kImport},
                               Spelled{"in", Token::kIn},
                               Spelled{"is", Token::kIs},
                               Spelled{"lambda", Token::kLambda},
                               Spelled{"nonlocal", Token::kNonlocal},
                               Spelled{"not", Token::kNot},
                               Spelled{"or", Token::kOr},
                               Spelled{"pass", Token::kPass},
                               Spelled{"raise", Token::kRaise},
                               Spelled{"return", Token::kReturn},
                               Spelled{"try", Token::kTry},
                               Spelled{"while", Token::kWhile},
                               Spelled{"with", Token::kWith},
                               Spelled{"yield", Token::kYield}};
// By their first character, longest first.
constexpr std::array kSigns{Spelled{"!=", Token::kNotEqual},
                            Spelled{"%=", Token::kPercentAssign},
                            Spelled{"%", Token::kPercent},
                            Spelled{"&=", Token::kAmpersandAssign},
                            Spelled{"&", Token::kAmpersand},
                            Spelled{"(", Token::kOpen},
                            Spelled{")", Token::kClose},
                            Spelled{"**=", Token::kDoubleStarAssign},
                            Spelled{"**", Token::kDoubleStar},
                            Spelled{"*=", Token::kStarAssign},
                            Spelled{"*", Token::kStar},
                            Spelled{"+=", Token::kPlusAssign},
                            Spelled{"+", Token::kPlus},
                            Spelled{",", Token::kComma},
                            Spelled{"-=", Token::kMinusAssign},
                            Spelled{"->", Token::kArrow},
                            Spelled{"-", Token::kMinus},
                            Spelled{"...", Token::kEllipsis},
                            Spelled{".", Token::kDot},
                            Spelled{"//=", Token::kDoubleSlashAssign},
                            Spelled{"//", Token::kDoubleSlash},
                            Spelled{"/=", Token::kSlashAssign},
                            Spelled{"/", Token::kSlash},
                            Spelled{":=", Token::kWalrus},
                            Spelled{":", Token::kColon},
                            Spelled{";", Token::kSemicolon},
                            Spelled{"<<=", Token::kShiftLeftAssign},
                            Spelled{"<<", Token::kShiftLeft},
                            Spelled{"<=", Token::kLessEqual},
                            Spelled{"<", Token::kLess},
                            Spelled{"==", Token::kEqual},
                            Spelled{"=", Token::kAssign},
                            Spelled{">>=", Token::kShiftRightAssign},
                            Spelled{">=", Token::kGreaterEqual},
                            Spelled{">>", Token::kShiftRight},
                            Spelled{">", Token::kGreater},
                            Spelled{"@=", Token::kAtAssign},
                            Spelled{"@", Token::kAt},
                            Spelled{"[", Token::kOpenSquare},
                            Spelled{"]", Token::kCloseSquare},
                            Spelled{"^=", Token::kCaretAssign},
                            Spelled{"^", Token::kCaret},
                            Spelled{"{", Token::kOpenCurly},
                            Spelled{"|=", Token::kBarAssign},
                            Spelled{"|", Token::kBar},
                            Spelled{"}", Token::kCloseCurly},
                            Spelled{"~", Token::kTilde}};

// Where the signs that begin with a character begin; kSigns.size(): nowhere.
struct SignsBy {
  std::array<std::uint8_t, 128> begin{};
};
constexpr SignsBy kSignsBy = [] {
  SignsBy by;
  by.begin.fill(kSigns.size());
  for (std::size_t i = kSigns.size(); i > 0; --i)
    by.begin[static_cast<unsigned char>(kSigns[i - 1].text[0])] = static_cast<std::uint8_t>(i - 1);
  return by;
}();

// The signs that are one character and begin no longer one; kEnd: none. The most usual ones.
constexpr std::array<Token, 128> kSingle = [] {
  std::array<Token, 128> single{};
  for (const char c : {'(', ')', ',', ';', '[', ']', '{', '}', '~'})
    for (const Spelled& s : kSigns)
      if (s.text[0] == c) single[static_cast<unsigned char>(c)] = s.token;
  return single;
}();

struct KeywordsBy {
  std::array<std::uint8_t, 128> begin{};
};
constexpr KeywordsBy kKeywordsBy = [] {
  KeywordsBy by;
  by.begin.fill(kKeywords.size());
  for (std::size_t i = kKeywords.size(); i > 0; --i)
    by.begin[static_cast<unsigned char>(kKeywords[i - 1].text[0])] =
        static_cast<std::uint8_t>(i - 1);
  return by;
}();

}  // namespace

Token keyword_or_name(std::string_view word) {
  if (word.size() < 2 || word.size() > 8) return Token::kName;
  // The keywords are sorted: at most seven begin with one letter.
  for (std::size_t i = kKeywordsBy.begin[static_cast<unsigned char>(word[0])];
       i < kKeywords.size() && kKeywords[i].text[0] == word[0]; ++i)
    if (kKeywords[i].text[1] == word[1] && kKeywords[i].text == word) return kKeywords[i].token;
  return Token::kName;
}

Sign sign_at(std::string_view text) {
  const auto first = text.empty() ? 0xffU : static_cast<unsigned char>(text[0]);
  if (first >= 0x80) return {};
  if (kSingle[first] != Token::kEnd) return {kSingle[first], 1};
  const auto at = [text](std::size_t i) { return i < text.size() ? text[i] : '\0'; };
  for (std::size_t i = kSignsBy.begin[first]; i < kSigns.size(); ++i) {
    const std::string_view sign = kSigns[i].text;
    if (sign[0] != text[0]) break;
    if ((sign.size() < 2 || sign[1] == at(1)) && (sign.size() < 3 || sign[2] == at(2)))
      return {kSigns[i].token, static_cast<std::uint32_t>(sign.size())};
  }
  return {};
}

std::string spelling(Token token) {
  switch (token) {
    case Token::kEnd: return "the end of the text";
    case Token::kNewline: return "the end of the line";
    case Token::kIndent: return "an indented block";
    case Token::kDedent: return "the end of the block";
    case Token::kName: return "a name";
    case Token::kInt:
    case Token::kFloat: return "a number";
    case Token::kString:
    case Token::kFString: return "a string";
    default: break;
  }
  for (const Spelled& k : kKeywords)
    if (k.token == token) return fmt::format("`{}`", k.text);
  for (const Spelled& s : kSigns)
    if (s.token == token) return fmt::format("`{}`", s.text);
  return "nothing";
}

}  // namespace lang
