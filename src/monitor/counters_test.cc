// SPDX-License-Identifier: Apache-2.0
#include "monitor/counters.h"

#include <gtest/gtest.h>

#include "monitor/policy_testing.h"

namespace monitor {
namespace {

constexpr std::int64_t kHour = 3600ll * 1'000'000;
constexpr base::SessionId kA{1};
constexpr base::SessionId kB{2};

policy::PolicySet counting() {
  auto pay = testing::tool("pay");
  policy::ArgumentShape amount;
  amount.name = "amount";
  amount.kind = policy::ArgumentShape::Kind::kNumber;
  pay.arguments = {amount};
  return testing::set_of(R"(language yett 1;
counter calls = calls of "pay" per session within 1h;
counter paid = sum of amount of "pay" per principal within 2h;
counter any = calls of r"pa.*" per tenant within 1h;
tool "pay" { allow when @counter.calls < 5 and @counter.paid < 5 and @counter.any < 5; }
)",
                         {pay, testing::tool("other")});
}

wire::Leaf amount(std::string text, wire::LeafKind kind = wire::LeafKind::kNumber) {
  return {"amount", kind, std::move(text), 0};
}

class CountersTest : public ::testing::Test {
 protected:
  // Lets a call of `pay` through, if it can be counted.
  bool pay(base::SessionId session, wire::Leaf leaf, std::int64_t at = 0) {
    const auto more = counters_.weigh(session, "pay", {std::move(leaf)}, at);
    if (more.ok()) counters_.add(session, *more, at);
    return more.ok();
  }
  std::size_t place(const std::string& name) const {
    for (std::size_t i = 0; i < set_.counters().size(); ++i)
      if (set_.counters()[i].name == name) return i;
    return 99;
  }
  policy::Number value(const std::string& name, base::SessionId session, std::int64_t at = 0) {
    return counters_.values(session, at).at(place(name));
  }
  std::int64_t whole(const std::string& name, base::SessionId session, std::int64_t at = 0) {
    const policy::Number n = value(name, session, at);
    EXPECT_TRUE(n.whole);
    return n.integer;
  }

  policy::PolicySet set_ = counting();
  Counters counters_{set_};
};

TEST_F(CountersTest, CountsBySessionPrincipalAndTenantWithinItsWindow) {
  ASSERT_TRUE(pay(kA, amount("10"), 0));
  ASSERT_TRUE(pay(kB, amount("2.5"), kHour / 2));
  EXPECT_EQ(whole("calls", kA, kHour), 1);
  EXPECT_EQ(whole("calls", kB, kHour), 1);
  EXPECT_EQ(whole("any", kA, kHour), 2);
  EXPECT_EQ(value("paid", kA, kHour).decimal, 12.5);
  EXPECT_EQ(whole("calls", kA, kHour + 1), 0);
  EXPECT_EQ(whole("any", kA, kHour + 1), 1);
  EXPECT_EQ(value("paid", kA, kHour * 2 + 1).decimal, 2.5);
  EXPECT_EQ(whole("paid", kA, kHour * 3), 0);
  EXPECT_EQ(whole("calls", kB, kHour * 3), 0);
  EXPECT_EQ(counters_.remembered(), 0u);
}

TEST_F(CountersTest, ASumIsExact) {
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(pay(kA, amount("0.001")));
  EXPECT_EQ(whole("paid", kA), 1);
  ASSERT_TRUE(pay(kA, amount("-0.1")));
  EXPECT_EQ(value("paid", kA).decimal, 0.9);
}

TEST_F(CountersTest, WhatCannotBeAddedExactlyDeniesAndChangesNothing) {
  const wire::Leaf rows[] = {amount("1e300"),
                             amount("0.0000000001"),
                             amount("9007199254740993", wire::LeafKind::kInteger),
                             amount("9007199254740992.1"),
                             amount("99999999999999999999"),
                             amount("5", wire::LeafKind::kString),
                             amount("true", wire::LeafKind::kBoolean),
                             amount(""),
                             amount("-"),
                             amount("."),
                             amount("1."),
                             amount("0x1"),
                             {"amounts", wire::LeafKind::kNumber, "5", 0}};
  for (const wire::Leaf& leaf : rows) EXPECT_FALSE(pay(kA, leaf)) << leaf.text;
  EXPECT_FALSE(counters_.weigh(kA, "pay", {}, 0).ok());
  EXPECT_EQ(whole("calls", kA), 0);
  ASSERT_TRUE(pay(kA, amount("9007199254740992", wire::LeafKind::kInteger)));
  EXPECT_FALSE(pay(kA, amount("1")));
  EXPECT_TRUE(pay(kA, amount("-1")));
  EXPECT_EQ(whole("paid", kA), 9007199254740991);
}

TEST_F(CountersTest, ACallThatNobodyCountsCostsNothing) {
  EXPECT_TRUE(counters_.weigh(kA, "other", {}, 0)->empty());
  counters_.add(kA, {}, 0);
  EXPECT_EQ(counters_.remembered(), 0u);
}

TEST_F(CountersTest, AFullWindowDeniesUntilItHasPassed) {
  for (std::size_t i = 0; i < Counters::kInWindow; ++i) ASSERT_TRUE(pay(kA, amount("0"), 0));
  EXPECT_EQ(counters_.weigh(kA, "pay", {amount("0")}, 0).error().code, base::Errc::kExhausted);
  EXPECT_TRUE(pay(kA, amount("0"), kHour * 2 + 1));
}

TEST_F(CountersTest, ASessionThatEndedIsForgottenAndThePrincipalIsNot) {
  ASSERT_TRUE(pay(kA, amount("3")));
  counters_.forget(kA);
  EXPECT_EQ(whole("calls", kA), 0);
  EXPECT_EQ(whole("paid", kB), 3);
  EXPECT_EQ(counters_.remembered(), 2u);
}

}  // namespace
}  // namespace monitor
