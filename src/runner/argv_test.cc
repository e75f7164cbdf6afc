// SPDX-License-Identifier: Apache-2.0
#include "runner/argv.h"

#include <gtest/gtest.h>

#include <random>

namespace runner {
namespace {

using Words = std::vector<std::string>;

ArgvPiece literal(std::string text) { return {.literal = std::move(text), .argument = ""}; }
ArgvPiece value(Grammar grammar, std::string prefix = "") {
  return {
      .literal = std::move(prefix), .argument = "x", .grammar = grammar, .choices = {"a", "b c"}};
}

// The element that the value becomes, or "refused".
std::string rendered(const ArgvPiece& piece, std::string_view given, bool guard = false) {
  std::vector<ArgvPiece> pieces = {literal("tool")};
  if (guard) pieces.push_back(literal("--"));
  pieces.push_back(piece);
  const ArgvValue values[] = {{"x", given}};
  const auto out = render(pieces, values);
  if (!out.ok()) return "refused";
  EXPECT_EQ(out->size(), pieces.size()) << "one element each";
  return out->back();
}

TEST(Argv, EachArgumentIsOneElement) {
  const ArgvPiece pieces[] = {literal("/usr/bin/grep"), literal("-e"), value(Grammar::kText, "")};
  const ArgvValue values[] = {{"x", "a b; $(id) `ls` 'q' \"q\" | & > <( ) {}"}};
  EXPECT_EQ(*render(pieces, values),
            (Words{"/usr/bin/grep", "-e", "a b; $(id) `ls` 'q' \"q\" | & > <( ) {}"}));
}

TEST(Argv, AValueNeverBecomesAnOption) {
  for (const Grammar grammar : {Grammar::kWord, Grammar::kText, Grammar::kNumber, Grammar::kPath}) {
    EXPECT_EQ(rendered(value(grammar), "-1"), "refused");
    EXPECT_EQ(rendered(value(grammar, "--n="), "-1"), "--n=-1");
    EXPECT_EQ(rendered(value(grammar), "-1", true), "-1") << "after --";
  }
}

TEST(Argv, WordsHaveNoSpaceAndNoShell) {
  EXPECT_EQ(rendered(value(Grammar::kWord), "main.cc:12"), "main.cc:12");
  for (const char* bad :
       {"", "a b", "a;b", "a$b", "a`b", "a|b", "a\nb", "a'b", "a*b", "a~b", "\xc3\xa9"})
    EXPECT_EQ(rendered(value(Grammar::kWord), bad), "refused") << bad;
}

TEST(Argv, TextHasNoControlCharacters) {
  EXPECT_EQ(rendered(value(Grammar::kText), ""), "");
  EXPECT_EQ(rendered(value(Grammar::kText), "\xc3\xa9\n\t"), "\xc3\xa9\n\t");
  for (const std::string_view bad :
       {std::string_view("a\0b", 3), std::string_view("\x1b[2J"), std::string_view("\x7f"),
        std::string_view("\xff"), std::string_view("a\rb")})
    EXPECT_EQ(rendered(value(Grammar::kText), bad), "refused");
}

TEST(Argv, NumbersAreInTheirShortestFormAndRange) {
  ArgvPiece number = value(Grammar::kNumber, "-n");
  number.least = -5;
  number.most = 10;
  for (const char* good : {"0", "10", "-5"})
    EXPECT_EQ(rendered(number, good), "-n" + std::string(good));
  for (const char* bad :
       {"", "11", "-6", "01", "+1", "1 ", " 1", "1e1", "0x1", "-0", "99999999999999999999", "1.0"})
    EXPECT_EQ(rendered(number, bad), "refused") << bad;
}

TEST(Argv, PathsStayBelow) {
  for (const char* good : {"a", "a/b.txt", "a b/c", ".git", "..."})
    EXPECT_EQ(rendered(value(Grammar::kPath), good), good);
  for (const char* bad : {"", "/", "/etc/passwd", "..", "a/..", "../a", "a/../b", "a//b", "a/",
                          "./a", "a/.", "a\\b", "a\nb"})
    EXPECT_EQ(rendered(value(Grammar::kPath), bad), "refused") << bad;
}

TEST(Argv, AChoiceIsOneOfItsWords) {
  EXPECT_EQ(rendered(value(Grammar::kChoice), "b c"), "b c");
  EXPECT_EQ(rendered(value(Grammar::kChoice), "b"), "refused");
}

TEST(Argv, UnknownMissingAndRepeatedArgumentsAreRefused) {
  const ArgvPiece pieces[] = {literal("tool"), value(Grammar::kWord)};
  EXPECT_FALSE(render(pieces, std::vector<ArgvValue>{}).ok());
  EXPECT_FALSE(render(pieces, std::vector<ArgvValue>{{"x", "a"}, {"y", "a"}}).ok());
  EXPECT_FALSE(render(pieces, std::vector<ArgvValue>{{"x", "a"}, {"x", "a"}}).ok());
  EXPECT_FALSE(render(std::vector<ArgvPiece>{value(Grammar::kWord)},
                      std::vector<ArgvValue>{{"x", "/bin/sh"}})
                   .ok())
      << "the program is never an argument";
  EXPECT_FALSE(render(std::vector<ArgvPiece>{}, std::vector<ArgvValue>{}).ok());
}

TEST(Argv, AnOptionalArgumentThatIsAbsentLeavesNoElement) {
  ArgvPiece optional = value(Grammar::kWord, "--x=");
  optional.optional = true;
  const ArgvPiece pieces[] = {literal("tool"), optional, literal("end")};
  EXPECT_EQ(*render(pieces, std::vector<ArgvValue>{}), (Words{"tool", "end"}));
}

TEST(Argv, ARefusalNamesTheArgumentAndNotItsValue) {
  const ArgvPiece pieces[] = {literal("tool"), value(Grammar::kWord)};
  const auto out = render(pieces, std::vector<ArgvValue>{{"x", "hunter2 secret"}});
  ASSERT_FALSE(out.ok());
  EXPECT_NE(out.error().message.find("`x`"), std::string::npos);
  EXPECT_EQ(out.error().message.find("hunter2"), std::string::npos);
}

// Evasions of rules on command strings (V31), made of their parts: whatever comes through is one
// element, unchanged, and no option.
TEST(Argv, NoEvasionMakesASecondElement) {
  const char* const parts[] = {";",        "&&", "||", "|",  "\n", "$(",    ")",        "`",
                               "<(",       "{",  "}",  " ",  "\t", "env ",  "sudo ",    "sh -c ",
                               "--",       "-",  "'",  "\"", "\\", "id",    "rm -rf /", "${IFS}",
                               "$'\\x41'", "#",  "~",  "*",  "=",  "xargs "};
  std::mt19937 random(31);  // NOLINT: repeatable on purpose
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (unsigned i = 0; i < 1 + random() % 6; ++i) text += parts[random() % std::size(parts)];
    for (const Grammar grammar : {Grammar::kWord, Grammar::kText, Grammar::kPath}) {
      const std::string out = rendered(value(grammar), text);
      if (out == "refused") continue;
      ASSERT_EQ(out, text);
      ASSERT_NE(out[0], '-');
    }
  }
}

}  // namespace
}  // namespace runner
