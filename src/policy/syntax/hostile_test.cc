// SPDX-License-Identifier: Apache-2.0
// Texts that nobody means well with: whatever they are, there is a tree or one error with a
// position inside the text, soon and without running out of stack.
#include <gtest/gtest.h>

#include <chrono>

#include "policy/syntax/limits.h"
#include "policy/syntax/parse.h"
#include "policy/syntax/print.h"
#include "policy/syntax/testing/random_tree.h"
#include "policy/syntax/utf8.h"

namespace policy {
namespace {

// The code points of each line, and one line more than line ends.
std::vector<std::size_t> columns_of(std::string_view text) {
  std::vector<std::size_t> lines(1, 0);
  while (!text.empty()) {
    const CodePoint c = decode_utf8(text);
    if (c.size == 0) break;  // nothing behind a bad byte is looked at
    if (c.value == '\n') lines.push_back(0);
    else ++lines.back();
    text.remove_prefix(c.size);
  }
  return lines;
}

void expect_inside(const std::string& text, const Diagnostic& error) {
  const std::vector<std::size_t> lines = columns_of(text);
  ASSERT_GE(error.span.line, 1u);
  ASSERT_LE(error.span.line, lines.size()) << error.message;
  ASSERT_GE(error.span.column, 1u);
  ASSERT_LE(error.span.column, lines[error.span.line - 1] + 1) << error.message;
  ASSERT_FALSE(error.message.empty());
  ASSERT_FALSE(render(error, {{"text", text}}).empty());
}

void parse_any(const std::string& text) {
  const auto outcome = parse({"text", text});
  if (const auto* error = std::get_if<Diagnostic>(&outcome)) expect_inside(text, *error);
  else
    ASSERT_EQ(std::get<Tree>(parse({"text", print(std::get<Tree>(outcome))})),
              std::get<Tree>(outcome));
}

Diagnostic error_of(const std::string& text) {
  const auto outcome = parse({"text", text});
  const auto* error = std::get_if<Diagnostic>(&outcome);
  if (error == nullptr) return {};
  expect_inside(text, *error);
  return *error;
}

std::string repeated(std::string_view what, std::size_t times) {
  std::string out;
  out.reserve(what.size() * times);
  for (std::size_t i = 0; i < times; ++i) out += what;
  return out;
}

std::vector<std::string> samples() {
  std::vector<std::string> out;
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    RandomShape shape;
    shape.yett = seed % 2 == 0;
    shape.loadable = seed % 3 == 0;
    out.push_back(print(RandomTree(seed, shape).tree()));
  }
  return out;
}

TEST(Hostile, EveryPrefixHasATreeOrAPosition) {
  for (const std::string& text : samples())
    for (std::size_t size = 0; size < text.size(); ++size) parse_any(text.substr(0, size));
}

TEST(Hostile, EveryChangedByteHasATreeOrAPosition) {
  RandomTree dice(3, {});
  for (const std::string& text : samples()) {
    for (std::size_t at = 0; at < text.size(); ++at) {
      std::string changed = text;
      constexpr std::string_view kBytes{"\0\n\"\\/*(){};.@-<=r \xc3\xff", 20};
      changed[at] = dice.below(2) == 0 ? kBytes[dice.below(kBytes.size())]
                                       : static_cast<char>(dice.below(256));
      parse_any(changed);
    }
  }
}

TEST(Hostile, BytesThatAreNotUtf8AreFoundWhereTheyStand) {
  for (const char* bytes : {"\xc0\xaf", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80", "\xed\xbf\xbf",
                            "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff",
                            "\x80", "\xe2\x82", "\xf0\x9f\x9a", "\xc3"}) {
    for (const char* before : {"", "// é", "/* é", "let x = {\"é", "let x = {r\"é", "/// é"}) {
      const Diagnostic error = error_of(std::string(before) + bytes);
      EXPECT_EQ(error.message, "found a byte that is not UTF-8") << before;
      EXPECT_EQ(error.span.column, columns_of(before)[0] + 1) << before;
    }
  }
}

TEST(Hostile, ANulStandsInAStringOnly) {
  using std::string_literals::operator""s;
  EXPECT_EQ(error_of("let x = \0{\"a\"};"s).span.column, 9u);
  EXPECT_EQ(error_of("let x = {\"a\0b\"};"s).message, "");
  const auto tree = std::get<Tree>(parse({"nul", "let x = {\"a\0b\"};"s}));
  EXPECT_EQ(print(tree), "let x = {\"a\\u0000b\"};\n");
}

TEST(Hostile, WhatIsNeverClosedIsFoundWhereItOpens) {
  EXPECT_EQ(error_of("let x = {\"a\n").span.column, 10u);
  EXPECT_EQ(error_of("let x = {\"a\\").span.column, 10u);
  EXPECT_EQ(error_of("let x = {\"a\\\"").message, "found a string that is never closed");
  EXPECT_EQ(error_of("let /* a").message, "found a comment that is never closed");
  EXPECT_EQ(error_of("let /*/").span.column, 5u);
}

TEST(Hostile, ANumberThatDoesNotFitIsAnError) {
  EXPECT_EQ(error_of("let x = int 9223372036854775807;").message, "");
  EXPECT_EQ(error_of("let x = int -9223372036854775808;").message, "");
  EXPECT_EQ(error_of("let x = int 9223372036854775808;").span.column, 13u);
  EXPECT_EQ(error_of("let x = float " + repeated("9", 400) + ".0;").span.column, 15u);
  EXPECT_EQ(error_of("tool \"t\" { priority 2147483648; }").span.column, 21u);
  EXPECT_EQ(error_of("language yett 1; let p = x[4294967296] is present;").span.column, 28u);
  EXPECT_EQ(error_of("language yett 1; let p = url port 65536;").span.column, 35u);
  EXPECT_NE(error_of("let x = int " + repeated("7", kFileBytes - 20) + ";").message, "");
}

TEST(Hostile, NestingIsBounded) {
  const auto nested = [](std::size_t levels) {
    return "let x = " + repeated("(", levels) + "a" + repeated(")", levels) + ";";
  };
  EXPECT_EQ(error_of(nested(kNesting)).message, "");
  EXPECT_EQ(error_of(nested(kNesting + 1)).message, "found more than 64 levels of nesting");
  for (const char* open : {"let x = (", "tool \"t\" { must deny when (", "tool \"t\" -> @tags = ("})
    EXPECT_NE(error_of(open + repeated("(", 500'000)).message, "");
  EXPECT_NE(error_of("let x = " + repeated("not ", 200'000) + "a;").message, "");
  EXPECT_EQ(error_of("let x = " + repeated("not ", kNesting) + "a;").message, "");
}

TEST(Hostile, LongChainsTakeNoStack) {
  EXPECT_EQ(error_of("let x = a" + repeated(" or a", 100'000) + ";").message, "");
  EXPECT_EQ(error_of("let x = a" + repeated(" and a", 100'000) + ";").message, "");
  EXPECT_EQ(error_of("let x = a" + repeated(" | a", kSetOperators) + ";").message, "");
  for (const char* more : {" | a", " - a", " ^ a", " with \"a\"", " & a"})
    EXPECT_EQ(error_of("let x = a" + repeated(more, kSetOperators + 1) + ";").message,
              "found more than 1024 set operators in one statement");
  std::string deep = "a";
  for (int i = 0; i < 60; ++i) deep = "(" + deep + repeated(" | a", 100) + ")";
  EXPECT_NE(error_of("let x = " + deep + ";").message, "");
}

TEST(Hostile, ATreeIsNotManyTimesTheFile) {
  const auto chain = [](std::size_t more) { return "let x = a" + repeated(" or a", more) + ";"; };
  EXPECT_EQ(error_of(chain(kComparisons - 1)).message, "");
  EXPECT_EQ(error_of(chain(kComparisons + 1)).message,
            "found more than 100000 comparisons in a file");
  std::string sets;
  for (int i = 0; i < 50; ++i)
    sets += "let x" + std::to_string(i) + " = {1" + repeated(",1", 4095) + "};";
  EXPECT_EQ(error_of(sets).message, "found more than 200000 elements in a file");
}

TEST(Hostile, SetsAndPatternsAreBounded) {
  const auto set = [](std::size_t more) { return "let x = {1" + repeated(",1", more) + "};"; };
  EXPECT_EQ(error_of(set(kSetElements - 1)).message, "");
  EXPECT_EQ(error_of(set(kSetElements)).message, "found more than 4096 elements in a set");
  EXPECT_EQ(error_of("let x = {r\"" + repeated("a", kPatternBytes) + "\"};").message, "");
  EXPECT_NE(error_of("let x = {r\"" + repeated("a", kPatternBytes + 1) + "\"};").message, "");
  EXPECT_NE(error_of("tool r\"" + repeated("a", kPatternBytes + 1) + "\" {}").message, "");
  EXPECT_EQ(error_of("let x = {\"" + repeated("a", 100'000) + "\"};").message, "");
}

TEST(Hostile, AMegabyteIsReadAndMoreIsNot) {
  const auto start = std::chrono::steady_clock::now();
  const std::string rule =
      "  must deny when to.value in {\"a\", r\"b.*\"} and body.tags overlaps {\"c\"};\n";
  EXPECT_EQ(error_of("tool \"t\" {\n" + repeated(rule, 10'000) + "}\n").message, "");
  for (const char* unit :
       {"/", "\"", "{", "}", "@", "a ", "a.", "/*", "///\n", "1", "-", "\\", ";", "tool ",
        "let x = {};", "\xf0\x9f\x9a\xaa", "x[*]", "// c\n", "let x = a;\n"})
    error_of(repeated(unit, kFileBytes / std::string_view(unit).size()));
  EXPECT_NE(error_of(repeated(" ", kFileBytes + 1)).message, "");
  EXPECT_EQ(error_of(repeated(" ", kFileBytes)).message, "");
  const auto took = std::chrono::steady_clock::now() - start;
  EXPECT_LT(std::chrono::duration_cast<std::chrono::seconds>(took).count(), 30);
}

TEST(Hostile, FormatSurvivesTheSame) {
  RandomTree dice(4, {});
  for (const std::string& text : samples()) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      std::string changed = text;
      const std::vector<std::string> extra{" /* c */ ", " // c\n", "\n\n\n", "\n", "\t", "/// d\n"};
      for (int n = 0; n < 3; ++n)
        changed.insert(dice.below(changed.size()), extra[dice.below(extra.size())]);
      const auto formatted = format({"text", changed});
      if (std::holds_alternative<Diagnostic>(formatted)) continue;
      const std::string once = std::get<std::string>(formatted);
      const auto tree = parse({"text", once});
      ASSERT_TRUE(std::holds_alternative<Tree>(tree)) << changed << "\n---\n" << once;
      ASSERT_EQ(std::get<Tree>(tree), std::get<Tree>(parse({"text", changed}))) << once;
      ASSERT_EQ(std::get<std::string>(format({"text", once})), once) << changed;
    }
  }
}

}  // namespace
}  // namespace policy
