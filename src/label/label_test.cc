// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "label/sets.h"
#include "label/table.h"

namespace label {
namespace {

Names random_names(std::mt19937& rng) {
  std::vector<std::string> out;
  for (char c = 'a'; c < 'f'; ++c)
    if (rng() % 3 == 0) out.emplace_back(1, c);
  return Names(out);
}

Sets random_sets(std::mt19937& rng) {
  return {random_names(rng), random_names(rng), random_names(rng),
          rng() % 2 == 0 ? Consumers::everyone() : Consumers::only(random_names(rng))};
}

TEST(Join, IsCommutativeAssociativeIdempotentWithCleanAsNeutral) {
  std::mt19937 rng(1);
  for (int i = 0; i < 5000; ++i) {
    const Sets a = random_sets(rng), b = random_sets(rng), c = random_sets(rng);
    EXPECT_EQ(join(a, b), join(b, a));
    EXPECT_EQ(join(a, join(b, c)), join(join(a, b), c));
    EXPECT_EQ(join(a, a), a);
    EXPECT_EQ(join(a, Sets{}), a);
    EXPECT_TRUE(at_least(join(a, b), a));
  }
}

TEST(Join, ConsumersOnlyShrink) {
  const Sets a{{}, {}, {}, Consumers::only(Names{"alice", "bob"})};
  const Sets b{{}, {}, {}, Consumers::only(Names{"bob", "carol"})};
  EXPECT_EQ(join(a, b).consumers, Consumers::only(Names{"bob"}));
  EXPECT_FALSE(join(a, b).consumers.admits("alice"));
  EXPECT_FALSE(most_restrictive().consumers.admits("alice"));
}

TEST(Table, InterningIsByContentAndJoinsAgreeWithTheSets) {
  std::mt19937 rng(2);
  Table table;
  for (int i = 0; i < 5000; ++i) {
    const Sets a = random_sets(rng), b = random_sets(rng);
    const LabelId x = table.intern(a), y = table.intern(b);
    EXPECT_EQ(table.sets(x), a);
    EXPECT_EQ(table.intern(a), x);
    EXPECT_EQ(table.join(x, y), table.join(y, x));
    EXPECT_EQ(table.sets(table.join(x, y)), join(a, b));
  }
}

TEST(Table, AFullTableAnswersTheMostRestrictiveLabel) {
  Table table(3);
  const LabelId first = table.intern({Names{"a"}, {}, {}, Consumers::everyone()});
  EXPECT_EQ(first.value, 2u);
  EXPECT_EQ(table.intern({Names{"b"}, {}, {}, Consumers::everyone()}), kMostRestrictive);
  EXPECT_EQ(table.join(first, kMostRestrictive), kMostRestrictive);
}

TEST(Lowered, IsNothingExactlyIfTheLabelIsAtLeastAsRestrictive) {
  std::mt19937 rng(3);
  for (int i = 0; i < 5000; ++i) {
    const Sets a = random_sets(rng), b = random_sets(rng);
    EXPECT_EQ(lowered(a, b).any(), !at_least(b, a));
    EXPECT_FALSE(lowered(a, join(a, b)).any());
    EXPECT_EQ(lowered(a, b).tags, subtracted(a.tags, b.tags));
  }
}

TEST(Lowered, SaysWhatIsGoneAndWhoGotIn) {
  const Sets before{{"pii", "x"}, {"p"}, {"tool:a"}, Consumers::only(Names{"alice"})};
  EXPECT_EQ(lowered(before, {{"x"}, {}, {"tool:a"}, Consumers::only(Names{"alice", "bob"})}),
            (Lowered{{"pii"}, {"p"}, {}, {"bob"}, false}));
  EXPECT_EQ(lowered(before, {{"pii", "x"}, {"p"}, {"tool:a"}, Consumers::everyone()}),
            (Lowered{{}, {}, {}, {}, true}));
  EXPECT_FALSE(lowered({}, before).any());
}

TEST(LabelId, OneThatNobodySetIsTheMostRestrictive) { EXPECT_EQ(LabelId{}, kMostRestrictive); }

}  // namespace
}  // namespace label
