// SPDX-License-Identifier: Apache-2.0
#include "policy/prove/pool.h"

#include <gtest/gtest.h>

#include <set>

namespace policy::proving {
namespace {

Number whole(std::int64_t n) { return {true, n, 0}; }
Number decimal(double x) { return {false, 0, x}; }

std::vector<double> values(const std::vector<Number>& numbers) {
  std::vector<double> out;
  for (const Number& n : numbers)
    out.push_back(n.whole ? static_cast<double>(n.integer) : n.decimal);
  return out;
}

// How many of them are strictly between, whole and not.
std::pair<int, int> between(const std::vector<Number>& numbers, double low, double high) {
  std::pair<int, int> out;
  for (const Number& n : numbers) {
    const double x = n.whole ? static_cast<double>(n.integer) : n.decimal;
    if (x > low && x < high) ++(n.whole ? out.first : out.second);
  }
  return out;
}

TEST(Numbers, StandOnEveryBoundAndBetweenThem) {
  const auto all = numbers_of({whole(1), whole(3), decimal(4.5), whole(5)}, 1);
  const auto list = values(all);
  EXPECT_TRUE(std::is_sorted(list.begin(), list.end()));
  for (const double point : {1.0, 3.0, 4.5, 5.0})
    EXPECT_EQ(std::count(list.begin(), list.end(), point), 1) << point;
  EXPECT_EQ(between(all, 1, 3).first, 1);
  EXPECT_GE(between(all, 1, 3).second, 1);
  EXPECT_EQ(between(all, 4.5, 5).first, 0);
  EXPECT_GE(between(all, 4.5, 5).second, 1);
  EXPECT_GE(between(all, -1e9, 1).first, 1);
  EXPECT_GE(between(all, 5, 1e9).first, 1);
}

TEST(Numbers, NeighbouringWholeNumbersHaveNoneBetweenButFractions) {
  const auto all = numbers_of({whole(1), whole(2)}, 3);
  EXPECT_EQ(between(all, 1, 2).first, 0);
  EXPECT_EQ(between(all, 1, 2).second, 3);
}

TEST(Numbers, InfinitiesBoundNothing) {
  const auto all = numbers_of({decimal(std::numeric_limits<double>::infinity()), whole(7)}, 1);
  EXPECT_GE(between(all, 7, 1e300).first, 1);
}

TEST(Numbers, TheSameBoundTwiceIsOne) {
  EXPECT_EQ(values(numbers_of({whole(2), decimal(2.0)}, 1)), values(numbers_of({whole(2)}, 1)));
}

Pool pool(const Sort& sort) {
  Judge judge(false);
  return pool_of(sort, judge, PoolLimits{24, 400'000, [] { return false; }});
}

Element element(Element::Kind kind, std::string text) {
  Element out;
  out.kind = kind;
  out.text = std::move(text);
  return out;
}

// Which combinations of answers the texts of the pool give.
std::set<std::vector<Said>> answers(const Pool& pool, const std::vector<Element>& elements) {
  Judge judge(false);
  std::set<std::vector<Said>> out;
  for (const std::string& text : pool.strings) {
    std::vector<Said> one;
    for (const Element& e : elements) one.push_back(judge.accepts(e, string_value(text)));
    out.insert(std::move(one));
  }
  return out;
}

struct Domain {
  const char* name;
  std::vector<Element> elements;
  std::size_t combinations;  // that some text gives: counted by hand
  bool complete;
};

TEST(Pool, HoldsATextForEveryCombinationOfAnswers) {
  using Kind = Element::Kind;
  const Domain domains[] = {
      // neither; error; in it; itself; below it
      {"paths", {element(Kind::kPathUnder, "/a"), element(Kind::kPathIs, "/a/b")}, 4, true},
      // other, error, x.org, below
      {"hosts", {element(Kind::kHostUnder, "x.org"), element(Kind::kHostIs, "x.org")}, 4, true},
      // other, error, the address, the domain
      {"addresses",
       {element(Kind::kEmailDomain, "corp.com"), element(Kind::kEmailIs, "u@corp.com")},
       4,
       true},
      {"blocks",
       {element(Kind::kCidr, "10.0.0.0/8"), element(Kind::kCidr, "10.1.0.0/16")},
       4,
       true},
      // raw no: corp.com in other case, other, error. raw yes: corp.com, error
      {"pattern and address",
       {element(Kind::kWildcard, "*@corp.com"), element(Kind::kEmailDomain, "corp.com")},
       5,
       true},
      {"pattern and path",
       {element(Kind::kPattern, "/[ab]"), element(Kind::kPathUnder, "/b")},
       5,
       false},
  };
  for (const Domain& domain : domains) {
    SCOPED_TRACE(domain.name);
    Sort sort;
    for (const Element& e : domain.elements) sort.elements.push_back(&e);
    const Pool made = pool(sort);
    EXPECT_EQ(answers(made, domain.elements).size(), domain.combinations);
    EXPECT_EQ(made.incomplete.empty(), domain.complete) << made.incomplete;
  }
}

TEST(Pool, ANameOfALabelIsNeverEmptyButAValueMayBe) {
  const Element pattern = element(Element::Kind::kPattern, "a*");
  Sort sort;
  sort.elements = {&pattern};
  EXPECT_TRUE(pool(sort).index.contains(""));
  sort.names = true;
  EXPECT_FALSE(pool(sort).index.contains(""));
}

TEST(Pool, GivesAsManyDifferentTextsAsAreDemanded) {
  Sort sort;
  sort.names = true;
  sort.demands = 5;
  sort.strings = {"x", "pii"};
  EXPECT_EQ(pool(sort).strings.size(), 7U);
  sort.demands = 500;
  EXPECT_FALSE(pool(sort).incomplete.empty());
}

TEST(Pool, APatternThatIsNotReadMakesItIncomplete) {
  const Element pattern = element(Element::Kind::kPattern, "\\bword\\b");
  Sort sort;
  sort.elements = {&pattern};
  EXPECT_FALSE(pool(sort).incomplete.empty());
}

TEST(Instants, EveryHourThatIsTestedIsThereInEveryStretch) {
  Sort sort;
  sort.moments = true;
  sort.calendar = true;
  sort.instants = {*instant_of("2026-01-01T00:00:00Z")};
  Element hours = element(Element::Kind::kInt, "");
  hours.range.low = whole(9);
  hours.range.high = whole(17);
  sort.elements = {&hours};
  Judge judge(false);
  std::string incomplete;
  const auto all = instants_of(sort, judge, 1, incomplete);
  EXPECT_EQ(incomplete, "");
  constexpr std::int64_t kHour = 3'600'000'000;
  std::set<std::pair<bool, bool>> met;
  for (const Instant i : all) {
    const std::int64_t hour = ((i.us / kHour) % 24 + 24) % 24;
    met.insert({i < sort.instants[0], hour >= 9 && hour <= 17});
  }
  EXPECT_EQ(met.size(), 4U);
}

}  // namespace
}  // namespace policy::proving
