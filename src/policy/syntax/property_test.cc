// SPDX-License-Identifier: Apache-2.0
// What holds for every tree and every text.
#include <gtest/gtest.h>

#include "policy/syntax/parse.h"
#include "policy/syntax/print.h"
#include "policy/syntax/testing/random_tree.h"

namespace policy {
namespace {

constexpr std::uint64_t kSeeds = 2000;

std::string why(const Diagnostic& error, const std::string& text) {
  return render(error, {{"text", text}}) + text;
}

RandomShape shape_of(std::uint64_t seed) {
  RandomShape shape;
  shape.yett = seed % 2 == 0;
  shape.loadable = seed % 4 < 2;
  return shape;
}

TEST(Property, AnyTreeThatIsPrintedReadsBackAsItself) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const Tree tree = RandomTree(seed, shape_of(seed)).tree();
    const std::string text = print(tree);
    const auto back = parse({"random", text});
    ASSERT_TRUE(std::holds_alternative<Tree>(back)) << why(std::get<Diagnostic>(back), text);
    ASSERT_EQ(std::get<Tree>(back), tree) << seed << "\n"
                                          << text << "\n"
                                          << print(std::get<Tree>(back));
  }
}

TEST(Property, APrintedTreeIsInTheFormOfTheFormatter) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const std::string text = print(RandomTree(seed, shape_of(seed)).tree());
    ASSERT_EQ(std::get<std::string>(format({"random", text})), text) << seed;
  }
}

TEST(Property, APrintedPredicateReadsBackAlone) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    RandomShape shape = shape_of(seed);
    shape.yett = true;
    const Predicate predicate = RandomTree(seed, shape).predicate();
    const auto back = parse_predicate({"p", print(predicate)});
    ASSERT_TRUE(std::holds_alternative<Predicate>(back))
        << why(std::get<Diagnostic>(back), print(predicate));
    ASSERT_EQ(std::get<Predicate>(back), predicate) << print(predicate);
  }
}

TEST(Property, TheSameSeedGivesTheSameTree) {
  EXPECT_EQ(RandomTree(7, {}).tree(), RandomTree(7, {}).tree());
  EXPECT_NE(print(RandomTree(7, {}).tree()), print(RandomTree(8, {}).tree()));
}

}  // namespace
}  // namespace policy
