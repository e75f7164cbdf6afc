// SPDX-License-Identifier: Apache-2.0
#include "monitor/user_words.h"

#include <gtest/gtest.h>

namespace monitor {
namespace {

TEST(UserWords, AValueIsNamedOnlyWhereItStandsWhole) {
  struct Row {
    const char* said;
    const char* value;
    bool named;
  };
  const Row rows[] = {
      {"mail it to eve@x.org", "eve@x.org", true},
      {"mail it to eve@x.org.", "eve@x.org", true},
      {"mail it to (eve@x.org), please", "eve@x.org", true},
      {"to \"eve@x.org\"!", "eve@x.org", true},
      {"eve@x.org", "eve@x.org", true},
      {"mallory.eve@x.org", "eve@x.org", false},
      {"eve@x.org.evil.test", "eve@x.org", false},
      {"to:eve@x.org", "eve@x.org", false},
      {"eve@x.orgs and eve@x.org", "eve@x.org", true},
      {"pay 1,000 now", "1", false},
      {"pay 1,000 now", "1,000", true},
      {"pay -5", "5", false},
      {"pay 5.5", "5", false},
      {"pay 5. Now", "5", true},
      {"all of it", "all of it", true},
      {"all of items", "all of it", false},
      {"Eve@x.org", "eve@x.org", false},
      {"anything", "", false},
  };
  for (const Row& row : rows) {
    UserWords words;
    words.said(row.said);
    EXPECT_EQ(words.name(row.value), row.named) << row.said << " / " << row.value;
  }
}

TEST(UserWords, TurnsAreNotGluedTogether) {
  UserWords words;
  words.said("eve@x");
  words.said(".org");
  EXPECT_FALSE(words.name("eve@x.org"));
  EXPECT_TRUE(words.name("eve@x"));
}

TEST(UserWords, TypedArgumentsNameTheirScalars) {
  UserWords words;
  words.typed(R"({"to":["a@x.org","b@x.org"],"n":5,"text":"say \"no\", or 7"})");
  EXPECT_TRUE(words.name("a@x.org"));
  EXPECT_TRUE(words.name("b@x.org"));
  EXPECT_TRUE(words.name("5"));
  EXPECT_FALSE(words.name("say \"no\", or 7"));  // spelled with escapes
  EXPECT_FALSE(words.name("x.org"));
}

TEST(UserWords, OnlyTheLastAreKept) {
  UserWords words;
  words.said("early@x.org");
  words.said(std::string(UserWords::kBytes - 10, 'x') + " late@x.org");
  EXPECT_FALSE(words.name("early@x.org"));
  EXPECT_TRUE(words.name("late@x.org"));
  words.said(std::string(UserWords::kBytes * 2, 'y'));
  EXPECT_FALSE(words.name("late@x.org"));
}

}  // namespace
}  // namespace monitor
