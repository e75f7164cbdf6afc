// SPDX-License-Identifier: Apache-2.0
// Automata against RE2 itself, and the cells they cut the texts into.
#include "policy/prove/cells.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <set>

#include "policy/prove/concrete.h"

namespace policy::proving {
namespace {

constexpr std::size_t kSteps = 1'000'000;
bool never() { return false; }

bool matches(const std::string& pattern, const std::string& text, bool search) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  const re2::RE2 re(pattern, options);
  EXPECT_TRUE(re.ok()) << pattern;
  return search ? re2::RE2::PartialMatch(text, re) : re2::RE2::FullMatch(text, re);
}

// What the automata say of the words they make is what RE2 says of them.
void check_words(const std::vector<std::string>& patterns, bool search) {
  std::vector<RegularTest> tests;
  for (const std::string& pattern : patterns) {
    auto nfa = pattern_nfa(pattern, search);
    ASSERT_TRUE(nfa.has_value()) << pattern;
    tests.emplace_back(std::move(*nfa));
  }
  const Cells cells = cells_of(tests, 4, kSteps, never);
  ASSERT_TRUE(cells.complete);
  for (const Cell& cell : cells.cells)
    for (const std::string& word : cell.words)
      for (std::size_t i = 0; i < patterns.size(); ++i)
        EXPECT_EQ(matches(patterns[i], word, search), cell.signs[i])
            << patterns[i] << " on '" << word << "'" << (search ? " (search)" : "");
}

const std::vector<std::string> kPatterns{"a",
                                         "a*b+c?",
                                         "(?:ab|cd)*",
                                         "[a-c]{2,3}",
                                         "[^a]",
                                         ".*@corp\\.com",
                                         "(?i)Kelvin",
                                         "(?s)a.b",
                                         "a.b",
                                         "^ab$",
                                         "\\d+\\.\\d*",
                                         "[[:alpha:]_]\\w*",
                                         "\\x41\\x{42}",
                                         "(?P<n>a|b)c",
                                         "\\Qa.b\\E+",
                                         "a|^b|c$",
                                         "",
                                         "(a|)",
                                         "[-a]",
                                         "[a\\-z\\]]",
                                         "\\S\\s\\S",
                                         "(?i:a)b",
                                         "a(?i)b|c",
                                         "a{0}b",
                                         "\\t|\\n",
                                         "(?:a{2}){2}",
                                         "é+",
                                         "[à-ü]?",
                                         "a{2,}",
                                         "(?s:.)\\z",
                                         "\\pL?a|\\D",
                                         "x{,2}",
                                         "[^\\d\\s]+",
                                         "\\A[xyz]*",
                                         "(?U)a+b"};

TEST(Cells, EveryPatternReadSaysOfItsWordsWhatRe2Says) {
  for (const std::string& pattern : kPatterns) {
    if (pattern.find("\\p") != std::string::npos) continue;
    SCOPED_TRACE(pattern);
    check_words({pattern}, false);
    check_words({pattern}, true);
  }
}

TEST(Cells, PairsOfPatternsAgreeWithRe2Too) {
  for (std::size_t i = 0; i + 1 < kPatterns.size(); ++i) {
    if (kPatterns[i].find("\\p") != std::string::npos) continue;
    if (kPatterns[i + 1].find("\\p") != std::string::npos) continue;
    SCOPED_TRACE(kPatterns[i]);
    check_words({kPatterns[i], kPatterns[i + 1]}, false);
  }
}

TEST(Cells, WhatIsNotRegularInThePlainSenseIsRefused) {
  for (const char* pattern : {"a\\b", "\\Ba", "\\pL", "\\p{Greek}", "(?m)^a", "(?i)é", "a**", "(",
                              "[b-a]", "\\C", "a{1001}", "\\1"})
    EXPECT_FALSE(pattern_nfa(pattern, false).has_value()) << pattern;
}

// The combinations of answers that some text gives.
std::set<std::vector<bool>> combinations(const std::vector<std::string>& patterns) {
  std::vector<RegularTest> tests;
  for (const std::string& pattern : patterns) tests.emplace_back(*pattern_nfa(pattern, false));
  std::set<std::vector<bool>> out;
  for (const Cell& cell : cells_of(tests, 1, kSteps, never).cells) out.insert(cell.signs);
  return out;
}

using Combinations = std::set<std::vector<bool>>;

TEST(Cells, EquivalentPatternsNeverDiffer) {
  const Combinations same{{false, false}, {true, true}};
  EXPECT_EQ(combinations({"(?:ab)*a", "a(?:ba)*"}), same);
  EXPECT_EQ(combinations({"[^@]+@x", "[^@][^@]*@x"}), same);
  EXPECT_EQ(combinations({"a?a?a?", "a{0,3}"}), same);
  EXPECT_EQ(combinations({"(?i)ab", "[aA][bB]"}), same);
}

TEST(Cells, OnePatternInsideAnotherLeavesThreeCells) {
  const Combinations inside{{false, false}, {false, true}, {true, true}};
  EXPECT_EQ(combinations({"[a-z]+@corp\\.com", ".*@corp\\.com"}), inside);
}

TEST(Cells, PatternsThatExcludeEachOtherNeverMeet) {
  const Combinations apart{{false, false}, {false, true}, {true, false}};
  EXPECT_EQ(combinations({"a.*", "b.*"}), apart);
}

TEST(Cells, AFiniteCellGivesAllItsWords) {
  const std::vector<RegularTest> tests{*pattern_nfa("[ab]{1,2}", false)};
  for (const Cell& cell : cells_of(tests, 10, kSteps, never).cells)
    if (cell.signs[0]) {
      EXPECT_EQ(std::set<std::string>(cell.words.begin(), cell.words.end()),
                (std::set<std::string>{"a", "b", "aa", "ab", "ba", "bb"}));
    }
}

TEST(Cells, LengthsAreCountedInCodePoints) {
  const std::vector<RegularTest> tests{*pattern_nfa("é+", false), LengthTest{2, 3}};
  for (const Cell& cell : cells_of(tests, 5, kSteps, never).cells)
    if (cell.signs[0] && cell.signs[1]) {
      EXPECT_EQ(std::set<std::string>(cell.words.begin(), cell.words.end()),
                (std::set<std::string>{"éé", "ééé"}));
    }
}

TEST(Cells, WildcardsSayWhatTheEvaluatorSays) {
  for (const std::string wildcard : {"*@corp.com", "a?", "", "*", "*a*b", "??", "a*"}) {
    const std::vector<RegularTest> tests{wildcard_nfa(wildcard)};
    for (const Cell& cell : cells_of(tests, 6, kSteps, never).cells)
      for (const std::string& word : cell.words)
        EXPECT_EQ(wildcard_matches(wildcard, word), cell.signs[0]) << wildcard << " on " << word;
  }
}

TEST(Cells, AProductThatGrowsTooBigIsIncomplete) {
  const std::vector<RegularTest> tests{*pattern_nfa(".*a.{12}", false)};
  EXPECT_FALSE(cells_of(tests, 2, 5'000, never).complete);
}

TEST(Cells, ItStopsWhenItIsTold) {
  const std::vector<RegularTest> tests{*pattern_nfa(".*a.{14}", false)};
  EXPECT_FALSE(cells_of(tests, 2, kSteps, [] { return true; }).complete);
}

}  // namespace
}  // namespace policy::proving
