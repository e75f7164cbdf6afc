// SPDX-License-Identifier: Apache-2.0
#include "policy/explain/set.h"

#include <gtest/gtest.h>

#include "policy/explain/domain.h"

namespace policy::tracing {
namespace {

NameSet all() { return {true, {}, {}}; }
NameSet some(std::set<std::string> names) { return {false, std::move(names), {}}; }

Element element(Element::Kind kind, std::string text) {
  Element out;
  out.kind = kind;
  out.text = std::move(text);
  return out;
}

struct Row {
  const char* what;
  base::Result<NameSet> got;
  std::optional<NameSet> want;  // nothing: an error
};

TEST(NameSet, TheAlgebraNeverMakesAllNamesButSome) {
  Judge judge(false);
  const Element pattern = element(Element::Kind::kPattern, "a.*");
  const NameSet matcher{false, {}, {&pattern}};
  const Row rows[] = {
      {"universal - {a}", minus(judge, all(), some({"a"})), std::nullopt},
      {"universal - {}", minus(judge, all(), some({})), all()},
      {"universal - universal", minus(judge, all(), all()), some({})},
      {"x - universal", minus(judge, some({"a"}), all()), some({})},
      {"universal - pattern", minus(judge, all(), matcher), std::nullopt},
      {"x - pattern", minus(judge, some({"ab", "b"}), matcher), some({"b"})},
      {"universal & pattern", intersected(judge, all(), matcher), std::nullopt},
      {"universal & {a}", intersected(judge, all(), some({"a"})), some({"a"})},
      {"x & pattern", intersected(judge, some({"ab", "b"}), matcher), some({"ab"})},
      {"x & universal", intersected(judge, some({"a"}), all()), some({"a"})},
      {"universal ^ {a}", differing(all(), some({"a"})), std::nullopt},
      {"{a} ^ universal", differing(some({"a"}), all()), std::nullopt},
      {"universal ^ {}", differing(all(), some({})), all()},
      {"universal ^ universal", differing(all(), all()), some({})},
      {"x ^ y", differing(some({"a", "b"}), some({"b", "c"})), some({"a", "c"})},
      {"pattern - x", minus(judge, matcher, some({"a"})), std::nullopt},
  };
  for (const Row& row : rows) {
    ASSERT_EQ(row.got.ok(), row.want.has_value()) << row.what;
    if (!row.want) continue;
    EXPECT_EQ(row.got->universal, row.want->universal) << row.what;
    EXPECT_EQ(row.got->names, row.want->names) << row.what;
  }
}

TEST(NameSet, AStarAloneIsEverybodyAndBesideOthersAName) {
  const Element star = element(Element::Kind::kString, "*");
  const Element other = element(Element::Kind::kString, "a");
  EXPECT_TRUE(set_of(std::vector<Element>{star}).universal);
  EXPECT_FALSE(set_of(std::vector<Element>{star, other}).universal);
}

TEST(Wildcard, TakesTheWholeText) {
  EXPECT_TRUE(is_like("*.txt", "a/b.txt"));
  EXPECT_FALSE(is_like("*.txt", "a.txt.exe"));
  EXPECT_TRUE(is_like("a?c",
                      "a\xc3\xa9"
                      "c"));  // one code point of two bytes
  EXPECT_FALSE(is_like("a?c", "ac"));
  EXPECT_TRUE(is_like("**a*b", "xaxxb"));
  EXPECT_TRUE(is_like("", ""));
  EXPECT_FALSE(is_like("", "a"));
  EXPECT_TRUE(is_like("*a", "aaaa\naa"));
  EXPECT_FALSE(is_like("a.c", "abc"));
}

TEST(Wildcard, ManyStarsAgainstALongTextEnd) {
  std::string wildcard;
  for (int i = 0; i < 1000; ++i) wildcard += "*a";
  EXPECT_FALSE(is_like(wildcard + "b", std::string(200'000, 'a')));
}

}  // namespace
}  // namespace policy::tracing
