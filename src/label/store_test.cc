// SPDX-License-Identifier: Apache-2.0
#include "label/store.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "label/table.h"

namespace label {
namespace {

// The label as a beginner would write it: what the table is compared with.
struct Plain {
  std::set<std::string> tags, producers, origins, consumers;
  bool everyone = true;
  friend auto operator<=>(const Plain&, const Plain&) = default;
};

std::set<std::string> united(std::set<std::string> a, const std::set<std::string>& b) {
  a.insert(b.begin(), b.end());
  return a;
}

Plain plain_join(const Plain& a, const Plain& b) {
  Plain out{united(a.tags, b.tags),
            united(a.producers, b.producers),
            united(a.origins, b.origins),
            {},
            a.everyone && b.everyone};
  for (const std::string& name : united(a.consumers, b.consumers))
    if ((a.everyone || a.consumers.contains(name)) && (b.everyone || b.consumers.contains(name)))
      out.consumers.insert(name);
  return out;
}

std::vector<std::string> listed(const std::set<std::string>& s) { return {s.begin(), s.end()}; }

Sets sets_of(const Plain& p) {
  return {Names(listed(p.tags)), Names(listed(p.producers)), Names(listed(p.origins)),
          p.everyone ? Consumers::everyone() : Consumers::only(Names(listed(p.consumers)))};
}

std::set<std::string> some_names(std::mt19937& rng, unsigned universe, unsigned one_in) {
  std::set<std::string> out;
  for (unsigned i = 0; i < universe; ++i)
    if (rng() % one_in == 0) out.insert("n" + std::to_string(i));
  return out;
}

Plain some_label(std::mt19937& rng) {
  Plain p{
      some_names(rng, 12, 4), some_names(rng, 6, 6), some_names(rng, 10, 5), {}, rng() % 3 != 0};
  if (!p.everyone) p.consumers = some_names(rng, 8, 2);
  return p;
}

TEST(Store, AgreesWithPlainSetsOverLongRandomSessions) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    std::mt19937 rng(seed);
    Table table;
    std::vector<std::pair<LabelId, Plain>> known{{kClean, Plain{}}};
    for (int i = 0; i < 1500; ++i) {
      const auto [a, plain_a] = known[rng() % known.size()];
      const auto [b, plain_b] = known[rng() % known.size()];
      const bool fresh = rng() % 4 == 0;
      const Plain plain = fresh ? some_label(rng) : plain_join(plain_a, plain_b);
      const LabelId id = fresh ? table.intern(sets_of(plain)) : table.join(a, b);
      ASSERT_EQ(table.sets(id), sets_of(plain));
      known.emplace_back(id, plain);
    }
    for (const auto& [id, plain] : known) ASSERT_EQ(table.intern(sets_of(plain)), id);
  }
}

TEST(Store, EqualIdsAreExactlyEqualLabels) {
  std::mt19937 rng(7);
  Table table;
  std::map<Plain, LabelId> ids;
  std::map<LabelId, Plain> labels;
  for (int i = 0; i < 20'000; ++i) {
    const Plain plain = some_label(rng);
    const LabelId id = table.intern(sets_of(plain));
    ASSERT_EQ(ids.emplace(plain, id).first->second, id);
    ASSERT_EQ(labels.emplace(id, plain).first->second, plain);
  }
  EXPECT_GT(ids.size(), 10'000u);
  EXPECT_EQ(table.size(), ids.size() + 1 + (ids.contains(Plain{}) ? 0 : 1));
}

// Thousands of pairs over 1,024 places of two: nearly each is a clash with another pair.
TEST(Store, PairsThatShareAMemoPlaceDoNotMix) {
  std::mt19937 rng(8);
  Table table;
  std::vector<LabelId> ids;
  for (int i = 0; i < 200; ++i) ids.push_back(table.intern(sets_of(some_label(rng))));
  for (int i = 0; i < 60'000; ++i) {
    const LabelId a = ids[rng() % ids.size()], b = ids[rng() % ids.size()];
    ASSERT_EQ(table.sets(table.join(a, b)), join(table.sets(a), table.sets(b)));
  }
}

TEST(Store, JoinsOfIdsKeepTheLawsOfALattice) {
  std::mt19937 rng(9);
  Table table;
  std::vector<LabelId> ids{kClean, kMostRestrictive};
  for (int i = 0; i < 60; ++i) ids.push_back(table.intern(sets_of(some_label(rng))));
  const auto any = [&] { return ids[rng() % ids.size()]; };
  for (int i = 0; i < 20'000; ++i) {
    const LabelId a = any(), b = any(), c = any();
    ASSERT_EQ(table.join(a, b), table.join(b, a));
    ASSERT_EQ(table.join(a, table.join(b, c)), table.join(table.join(a, b), c));
    ASSERT_EQ(table.join(a, a), a);
    ASSERT_EQ(table.join(a, kClean), a);
    ASSERT_EQ(table.join(a, table.join(a, b)), table.join(a, b));  // a is below the join
    // Monotone: what is joined with more is not less.
    const LabelId ab = table.join(a, b);
    ASSERT_EQ(table.join(table.join(a, c), table.join(ab, c)), table.join(ab, c));
  }
}

TEST(Store, AJoinWithTheMostRestrictiveLabelLosesNoName) {
  Table table;
  const LabelId pii = table.intern({Names{"pii"}, {}, {}, Consumers::everyone()});
  const Sets joined = table.sets(table.join(pii, kMostRestrictive));
  EXPECT_EQ(joined.tags, (Names{"__restricted", "pii"}));
  EXPECT_EQ(joined.consumers, Consumers::only(Names{}));
}

// Each bound in turn: what is beyond it is the most restrictive label, and what was there before
// answers as before.
struct Bounded {
  std::string_view what;
  Bounds bounds;
};

Sets tagged(unsigned from, unsigned count) {
  std::vector<std::string> tags;
  for (unsigned i = from; i < from + count; ++i) tags.push_back("tag" + std::to_string(i));
  return {Names(std::move(tags)), {}, {}, Consumers::everyone()};
}

TEST(Store, EveryBoundAnswersTheMostRestrictiveLabelAndKeepsTheOldOnes) {
  const Bounded rows[] = {{"labels", {.labels = 6}},
                          {"names in a set", {.names_per_set = 3}},
                          {"names", {.names = 6}},
                          {"bytes of names", {.name_bytes = 32}},
                          {"members", {.members = 9}}};
  for (const Bounded& row : rows) {
    Table table(row.bounds);
    const LabelId one = table.intern(tagged(0, 1));
    const LabelId two = table.intern(tagged(1, 1));
    const LabelId both = table.join(one, two);
    EXPECT_EQ(table.sets(both), tagged(0, 2)) << row.what;
    bool reached = false;
    for (unsigned i = 2; i < 40 && !reached; ++i) {
      const LabelId more = table.intern(tagged(0, i));
      reached = more == kMostRestrictive;
      EXPECT_EQ(table.sets(more), reached ? most_restrictive() : tagged(0, i)) << row.what;
    }
    EXPECT_TRUE(reached) << row.what;
    EXPECT_EQ(table.intern(tagged(0, 39)), kMostRestrictive) << row.what;
    EXPECT_EQ(table.join(one, two), both) << row.what;
    EXPECT_EQ(table.intern(tagged(1, 1)), two) << row.what;
    EXPECT_EQ(table.sets(kMostRestrictive), most_restrictive()) << row.what;
  }
}

TEST(Store, AFullTableJoinsToTheMostRestrictiveLabelUnlessItKnowsTheAnswer) {
  Table table({.labels = 5});
  const LabelId a = table.intern(tagged(0, 1)), b = table.intern(tagged(1, 1));
  const LabelId wide = table.intern(tagged(0, 2));
  EXPECT_EQ(table.join(a, b), wide);
  EXPECT_EQ(table.join(a, wide), wide);
  EXPECT_EQ(table.join(a, kMostRestrictive), kMostRestrictive);
  EXPECT_EQ(table.intern({{}, Names{"p"}, {}, Consumers::everyone()}), kMostRestrictive);
  EXPECT_EQ(table.size(), 5u);
}

TEST(Store, TheJoinOfTwoLabelsWithinTheNamesOfASetMayGoBeyondThem) {
  Table table({.names_per_set = 3});
  const LabelId a = table.intern(tagged(0, 2)), b = table.intern(tagged(2, 2));
  EXPECT_EQ(table.join(a, b), kMostRestrictive);
  EXPECT_EQ(table.join(a, b), kMostRestrictive);  // from the memo
}

TEST(Store, SetsStayWhereTheyAreWhileTheTableGrows) {
  Table table;
  const LabelId first = table.intern(tagged(0, 3));
  const Sets& sets = table.sets(first);
  for (unsigned i = 0; i < 5'000; ++i) (void)table.sets(table.intern(tagged(i, 2)));
  EXPECT_EQ(&table.sets(first), &sets);
  EXPECT_EQ(sets, tagged(0, 3));
}

TEST(Store, NoBoundsAtAllStillHoldTheTwoFixedLabels) {
  Table table({0, 0, 0, 0, 0});
  EXPECT_EQ(table.sets(kClean), Sets{});
  EXPECT_EQ(table.sets(kMostRestrictive), most_restrictive());
  EXPECT_EQ(table.intern(tagged(0, 1)), kMostRestrictive);
  EXPECT_EQ(table.intern(Sets{}), kClean);
}

TEST(StoreDeathTest, AnIdThatTheTableDidNotHandOutIsABug) {
  Table table;
  EXPECT_DEATH((void)table.sets(LabelId{99}), "id <");
  EXPECT_DEATH((void)table.join(LabelId{99}, kMostRestrictive), "high <");
}

}  // namespace
}  // namespace label
