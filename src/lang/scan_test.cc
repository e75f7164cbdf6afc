// SPDX-License-Identifier: Apache-2.0
#include "lang/scan.h"

#include <gtest/gtest.h>

namespace lang {
namespace {

std::vector<Token> tokens(std::string_view source) {
  std::vector<Lexeme> lexemes;
  EXPECT_FALSE(scan(source, lexemes)) << source;
  std::vector<Token> out;
  for (const Lexeme& l : lexemes) out.push_back(l.token);
  return out;
}

using T = Token;

TEST(Scan, WordsSignsAndNumbersAreTakenLongestFirst) {
  EXPECT_EQ(tokens("a**=b//c->d:=e!=.5...f"),
            (std::vector<Token>{T::kName, T::kDoubleStarAssign, T::kName, T::kDoubleSlash, T::kName,
                                T::kArrow, T::kName, T::kWalrus, T::kName, T::kNotEqual, T::kFloat,
                                T::kEllipsis, T::kName, T::kNewline, T::kEnd}));
  EXPECT_EQ(tokens("iff is in not nota"), (std::vector<Token>{T::kName, T::kIs, T::kIn, T::kNot,
                                                              T::kName, T::kNewline, T::kEnd}));
}

TEST(Scan, BlocksOpenAndCloseByIndentation) {
  EXPECT_EQ(tokens("if a:\n  b\n\n  # c\n    # d\n  e\nf"),
            (std::vector<Token>{T::kIf, T::kName, T::kColon, T::kNewline, T::kIndent, T::kName,
                                T::kNewline, T::kName, T::kNewline, T::kDedent, T::kName,
                                T::kNewline, T::kEnd}));
  EXPECT_EQ(tokens("(a,\n      b\n)"), (std::vector<Token>{T::kOpen, T::kName, T::kComma, T::kName,
                                                           T::kClose, T::kNewline, T::kEnd}));
}

TEST(Scan, EndsOfLinesAreOfAnyKind) {
  EXPECT_EQ(tokens("a\nb\n"), tokens("a\r\nb\r\n"));
  EXPECT_EQ(tokens("a\nb\n"), tokens("a\rb\r"));
  std::vector<Lexeme> lexemes;
  ASSERT_FALSE(scan("'''x\r\ny\rz''' + a", lexemes));
  EXPECT_EQ(lexemes[2].place, (Place{3, 7}));
}

TEST(Scan, EveryTokenHasASpelling) {
  for (int i = 0; i <= static_cast<int>(Token::kGreaterEqual); ++i)
    EXPECT_NE(spelling(static_cast<Token>(i)), "nothing") << i;
}

}  // namespace
}  // namespace lang
