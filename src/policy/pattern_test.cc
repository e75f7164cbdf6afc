// SPDX-License-Identifier: Apache-2.0
#include "policy/pattern.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <random>
#include <string>

namespace policy {
namespace {

using Kind = Patterns::Kind;

TEST(Patterns, AreLoweredWhereAComparisonWillDo) {
  const std::pair<const char*, Kind> rows[] = {{"abc", Kind::kExact},
                                               {"", Kind::kExact},
                                               {"^a\\.b$", Kind::kExact},
                                               {".*", Kind::kRun},
                                               {"[^@\\s]+@example\\.com", Kind::kRun},
                                               {"file_[0-9]+", Kind::kRun},
                                               {"a[a-z_-]*z", Kind::kRun},
                                               {".*secret.*", Kind::kContains},
                                               {"a|b|c", Kind::kOneOf},
                                               {"(?:get|put)", Kind::kOneOf},
                                               {"[a-z]+([.][a-z]+)*@x\\.com", Kind::kAround},
                                               {"a.c", Kind::kAround},
                                               {"(?i)abc", Kind::kRe2},
                                               {"[a-z]+[0-9]+", Kind::kRe2},
                                               {"a|b.*", Kind::kRe2},
                                               {"\\bx\\b", Kind::kRe2},
                                               {"a.*\n.*", Kind::kAround}};
  for (const auto& [text, kind] : rows) {
    Patterns patterns;
    const auto id = patterns.add_regex(text, false);
    ASSERT_TRUE(id.ok()) << text;
    EXPECT_EQ(patterns.kind(*id), kind) << text;
  }
}

TEST(Patterns, AreKeptOnceEach) {
  Patterns patterns;
  const auto first = patterns.add_regex("[a-z]+x", false);
  EXPECT_EQ(*patterns.add_regex("[a-z]+x", false), *first);
  EXPECT_NE(*patterns.add_regex("[a-z]+x", true), *first);
  EXPECT_NE(*patterns.add_wildcard("[a-z]+x"), *first);
  EXPECT_EQ(patterns.add_texts({"a", "b"}), patterns.add_texts({"b", "a"}));
}

TEST(Patterns, RefuseWhatRe2Refuses) {
  for (const char* bad : {"(", "[", "a**b(", "\\", "a{1001}", "(?P<a", "[z-a]", "\\8", "*a"}) {
    Patterns patterns;
    EXPECT_FALSE(patterns.add_regex(bad, false).ok()) << bad;
  }
  Patterns patterns;
  EXPECT_FALSE(patterns.add_regex("\xff", false).ok());
  EXPECT_FALSE(patterns.add_regex(std::string(4097, 'a'), false).ok());
}

std::string draw(std::mt19937& random, const std::vector<std::string>& parts, std::size_t most) {
  std::string text;
  for (std::size_t i = random() % (most + 1); i > 0; --i) text += parts[random() % parts.size()];
  return text;
}

TEST(Patterns, LoweredSayWhatRe2Says) {
  const std::vector<std::string> parts{"a",    "b",      "\\.",   ".*",  ".+",     "[ab]+", "[^a]*",
                                       "\\w+", "\\s*",   "\\d+",  "|",   "(a|b)",  "(?:a)", "x?",
                                       "b{2}", "[^@.]+", "[a-b]", "é",   "(ab)*",  "\\-",   "[.]",
                                       "^",    "$",      ".",     "\\S", "(?i:a)", "*",     "\\D*"};
  const std::vector<std::string> letters{"a", "b", ".", "é", "\n", "@", "1", " ", "-", "ab", "A"};
  std::mt19937 random(7);
  std::size_t lowered = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string pattern = draw(random, parts, 5);
    Patterns patterns;
    const auto id = patterns.add_regex(pattern, false);
    re2::RE2::Options quiet;
    quiet.set_log_errors(false);
    const re2::RE2 re(pattern, quiet);
    ASSERT_EQ(id.ok(), re.ok()) << pattern;
    if (!id.ok()) continue;
    lowered += patterns.kind(*id) != Kind::kRe2 ? 1 : 0;
    for (int j = 0; j < 12; ++j) {
      const std::string text = draw(random, letters, 6);
      ASSERT_EQ(patterns.matches(*id, text), re2::RE2::FullMatch(text, re))
          << pattern << " on " << text;
    }
  }
  EXPECT_GT(lowered, 5000U);
}

// The definition, by trying everything.
bool wildcard_matches(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '*')
    return wildcard_matches(pattern.substr(1), text) ||
           (!text.empty() && wildcard_matches(pattern, text.substr(1)));
  if (text.empty()) return false;
  if (pattern[0] != '?')
    return pattern[0] == text[0] && wildcard_matches(pattern.substr(1), text.substr(1));
  std::size_t size = 1;
  while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) ++size;
  return wildcard_matches(pattern.substr(1), text.substr(size));
}

TEST(Patterns, AWildcardTakesAnyRunAndOneCodePoint) {
  const std::vector<std::string> parts{"a", "b", "*", "?", ".", "é", "[", "\\", "\n"};
  std::mt19937 random(8);
  for (int i = 0; i < 20'000; ++i) {
    const std::string pattern = draw(random, parts, 5);
    Patterns patterns;
    const auto id = patterns.add_wildcard(pattern);
    ASSERT_TRUE(id.ok()) << pattern;
    for (int j = 0; j < 8; ++j) {
      const std::string text = draw(random, {"a", "b", ".", "é", "[", "\\", "\n"}, 6);
      ASSERT_EQ(patterns.matches(*id, text), wildcard_matches(pattern, text))
          << pattern << " on " << text;
    }
  }
}

}  // namespace
}  // namespace policy
