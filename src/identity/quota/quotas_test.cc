// SPDX-License-Identifier: Apache-2.0
#include "identity/quota/quotas.h"

#include <random>

#include <gtest/gtest.h>

#include "identity/quota/caller_key.h"
#include "identity/quota/concurrency.h"
#include "identity/quota/login_rate.h"

namespace identity {
namespace {

constexpr std::int64_t kS = 1'000'000;

std::vector<RateLimit> limits(std::initializer_list<std::string_view> texts) {
  std::vector<RateLimit> out;
  for (const std::string_view text : texts) {
    LimitFault fault{};
    out.push_back(parse_limit(text, &fault).value());
  }
  return out;
}

const Caller kAlice{"acme", "alice", "k1", "send"};

TEST(Quotas, ARefusedCallIsCountedByNoLimit) {
  base::SystemRandom random;
  Quotas quotas(limits({"2/minute/tool", "5/minute/principal"}), 100, random);
  EXPECT_TRUE(quotas.ask(kAlice, 1, 0).admitted);
  EXPECT_TRUE(quotas.ask(kAlice, 1, kS).admitted);
  for (int i = 0; i < 50; ++i) {
    const auto refused = quotas.ask(kAlice, 1, 2 * kS);
    EXPECT_FALSE(refused.admitted);
    EXPECT_EQ(refused.limit, 0u);
    EXPECT_EQ(refused.retry_us, 58 * kS);
    EXPECT_EQ(refused.retry_after_s(), 58);
  }
  // The fifty took nothing of the five.
  Caller other = kAlice;
  for (const std::string_view tool : {"a", "b", "c"}) {
    other.tool = tool;
    EXPECT_TRUE(quotas.ask(other, 1, 3 * kS).admitted);
  }
  other.tool = "d";
  EXPECT_EQ(quotas.ask(other, 1, 3 * kS).limit, 1u);
}

TEST(Quotas, TheLongestWaitIsTold) {
  base::SystemRandom random;
  Quotas quotas(limits({"1/second/principal", "1/hour/principal", "1/minute/principal"}), 100,
                random);
  EXPECT_TRUE(quotas.ask(kAlice, 1, 0).admitted);
  const auto refused = quotas.ask(kAlice, 1, kS / 2);
  EXPECT_EQ(refused.limit, 1u);
  EXPECT_EQ(refused.retry_after_s(), 3600);
  EXPECT_EQ(quotas.ask(kAlice, 1, 3600 * kS - 1).retry_after_s(), 1);
  EXPECT_TRUE(quotas.ask(kAlice, 1, 3600 * kS).admitted);
}

TEST(Quotas, WhatCanNeverFitSaysSo) {
  base::SystemRandom random;
  Quotas quotas(limits({"10/minute/principal", "5/hour/principal"}), 100, random);
  const auto never = quotas.ask(kAlice, 6, 0);
  EXPECT_FALSE(never.admitted);
  EXPECT_EQ(never.retry_us, 0);
  EXPECT_EQ(never.limit, 1u);
  EXPECT_TRUE(quotas.ask(kAlice, 5, 0).admitted);
}

TEST(Quotas, ScopesCountTogetherWhatTheyName) {
  struct Case {
    std::string_view limit;
    Caller second;
    bool shared;
  };
  const Case kCases[] = {
      {"1/hour/principal", {"acme", "alice", "k2", "other"}, true},
      {"1/hour/principal", {"acme", "bob", "k1", "send"}, false},
      {"1/hour/key", {"acme", "bob", "k1", "other"}, true},
      {"1/hour/key", {"acme", "alice", "k2", "send"}, false},
      {"1/hour/tool", {"acme", "bob", "k2", "send"}, true},
      {"1/hour/tool", {"acme", "alice", "k1", "other"}, false},
      {"1/hour/tenant", {"acme", "bob", "k2", "other"}, true},
      {"1/hour/global", {"umbrella", "bob", "k2", "other"}, true},
      // Tenants share nothing but what is global.
      {"1/hour/principal", {"umbrella", "alice", "k1", "send"}, false},
      {"1/hour/key", {"umbrella", "alice", "k1", "send"}, false},
      {"1/hour/tool", {"umbrella", "alice", "k1", "send"}, false},
      {"1/hour/tenant", {"umbrella", "alice", "k1", "send"}, false},
  };
  base::SystemRandom random;
  for (const Case& c : kCases) {
    Quotas quotas(limits({c.limit}), 100, random);
    EXPECT_TRUE(quotas.ask(kAlice, 1, 0).admitted);
    EXPECT_EQ(quotas.ask(c.second, 1, 0).admitted, !c.shared) << c.limit;
  }
}

// A caller without a key is counted, and not together with the others that have none.
TEST(Quotas, WithoutAKeyThePrincipalCounts) {
  base::SystemRandom random;
  Quotas quotas(limits({"1/hour/key"}), 100, random);
  EXPECT_TRUE(quotas.ask({"acme", "alice", "", "t"}, 1, 0).admitted);
  EXPECT_FALSE(quotas.ask({"acme", "alice", "", "t"}, 1, 0).admitted);
  EXPECT_TRUE(quotas.ask({"acme", "bob", "", "t"}, 1, 0).admitted);
  EXPECT_TRUE(quotas.ask({"acme", "x", "alice", "t"}, 1, 0).admitted);
}

TEST(Quotas, NamesCannotBeCutSoThatTwoAreOne) {
  std::vector<std::string> seen;
  const std::string_view names[] = {"",   "a", "b", "aa", "ab", std::string_view("a\0", 2),
                                    "1a", "p"};
  for (const std::string_view tenant : names)
    for (const std::string_view other : names)
      for (const LimitScope scope : {LimitScope::kKey, LimitScope::kPrincipal, LimitScope::kTool}) {
        if (scope == LimitScope::kKey && other.empty()) continue;  // counted by its principal
        std::string text;
        write_key(text, scope, {tenant, other, other, other});
        EXPECT_EQ(std::ranges::find(seen, text), seen.end());
        seen.push_back(text);
      }
}

TEST(Quotas, AFullTableDeniesTheNewcomerAndSaysSo) {
  base::SystemRandom random;
  Quotas quotas(limits({"5/minute/principal"}), 2, random);
  EXPECT_TRUE(quotas.ask({"t", "a", "", ""}, 1, 0).admitted);
  EXPECT_TRUE(quotas.ask({"t", "b", "", ""}, 1, 10 * kS).admitted);
  const auto full = quotas.ask({"t", "c", "", ""}, 1, 20 * kS);
  EXPECT_TRUE(full.full && !full.admitted);
  EXPECT_EQ(full.retry_after_s(), 40);
  EXPECT_TRUE(quotas.ask({"t", "b", "", ""}, 1, 20 * kS).admitted);
  EXPECT_TRUE(quotas.ask({"t", "c", "", ""}, 1, 60 * kS).admitted);
}

TEST(Quotas, AClockThatGoesBackStandsStill) {
  base::SystemRandom random;
  Quotas quotas(limits({"1/minute/principal"}), 2, random);
  EXPECT_TRUE(quotas.ask(kAlice, 1, 100 * kS).admitted);
  EXPECT_FALSE(quotas.ask(kAlice, 1, 0).admitted);
  EXPECT_EQ(quotas.ask(kAlice, 1, 0).retry_after_s(), 60);
  EXPECT_FALSE(quotas.ask(kAlice, 1, 159 * kS).admitted);
  EXPECT_TRUE(quotas.ask(kAlice, 1, 160 * kS).admitted);
}

// ---- failed logins ----

TEST(LoginRate, ABurstThenOneAtATime) {
  base::SystemRandom random;
  LoginRate rate({.burst = 3, .each_us = 10 * kS, .sources = 100}, random);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(rate.may_try("a", 0).admitted);
    rate.failed("a", 0);
  }
  const auto refused = rate.may_try("a", 0);
  EXPECT_FALSE(refused.admitted);
  EXPECT_EQ(refused.retry_us, 10 * kS);
  EXPECT_FALSE(rate.may_try("a", 10 * kS - 1).admitted);
  EXPECT_TRUE(rate.may_try("a", 10 * kS).admitted);
  rate.failed("a", 10 * kS);
  EXPECT_FALSE(rate.may_try("a", 10 * kS).admitted);
  EXPECT_TRUE(rate.may_try("b", 10 * kS).admitted);
  // After a quiet time the whole burst is there again.
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(rate.may_try("a", 100 * kS).admitted) << i;
    rate.failed("a", 100 * kS);
  }
  EXPECT_FALSE(rate.may_try("a", 100 * kS).admitted);
}

TEST(LoginRate, SuccessCostsNothing) {
  base::SystemRandom random;
  LoginRate rate({}, random);
  for (int i = 0; i < 100'000; ++i) EXPECT_TRUE(rate.may_try("a", i).admitted);
  EXPECT_EQ(rate.size(), 0u);
}

// Failures never come faster than a bucket of `burst` that leaks one in `each` would let them.
TEST(LoginRate, IsALeakyBucket) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    std::mt19937 random(seed);
    base::SystemRandom keys;
    const std::int64_t burst = 1 + static_cast<std::int64_t>(random() % 5);
    LoginRate rate({.burst = burst, .each_us = kS, .sources = 4}, keys);
    std::int64_t now = 0;
    std::int64_t level = 0;  // of the bucket, in us
    for (int i = 0; i < 500; ++i) {
      const auto gap = static_cast<std::int64_t>(random() % (2 * kS));
      now += gap;
      level = std::max<std::int64_t>(0, level - gap);
      const bool want = level + kS <= burst * kS;
      const auto got = rate.may_try("a", now);
      ASSERT_EQ(got.admitted, want) << seed << " " << i;
      if (!want) {
        ASSERT_EQ(got.retry_us, level + kS - burst * kS);
        continue;
      }
      rate.failed("a", now);
      level += kS;
    }
  }
}

TEST(LoginRate, AFullTableDeniesNewSources) {
  base::SystemRandom random;
  LoginRate rate({.burst = 2, .each_us = 10 * kS, .sources = 2}, random);
  rate.failed("a", 0);
  rate.failed("b", 5 * kS);
  const auto full = rate.may_try("c", 6 * kS);
  EXPECT_TRUE(full.full && !full.admitted);
  EXPECT_EQ(full.retry_us, 14 * kS);
  rate.failed("c", 6 * kS);  // under way while it filled up: nothing is forgotten for it
  EXPECT_EQ(rate.size(), 2u);
  EXPECT_TRUE(rate.may_try("a", 6 * kS).admitted);
  EXPECT_TRUE(rate.may_try("c", 20 * kS).admitted);
}

TEST(LoginRate, TheSourceThatWasQuietLongestMakesRoom) {
  base::SystemRandom random;
  LoginRate rate({.burst = 2, .each_us = 10 * kS, .sources = 2}, random);
  rate.failed("a", 0);
  rate.failed("b", 5 * kS);
  rate.failed("a", 15 * kS);
  EXPECT_TRUE(rate.may_try("c", 25 * kS).admitted);  // b makes room
  rate.failed("c", 25 * kS);
  EXPECT_TRUE(rate.may_try("b", 25 * kS).full);
  EXPECT_TRUE(rate.may_try("a", 25 * kS).admitted);
}

TEST(LoginRate, ManyAtOnceShutNobodyOutForLongerThanABurst) {
  base::SystemRandom random;
  LoginRate rate({.burst = 5, .each_us = kS, .sources = 10}, random);
  for (int i = 0; i < 10'000; ++i) rate.failed("a", 0);
  EXPECT_EQ(rate.may_try("a", 0).retry_us, kS);
}

// ---- calls at one time ----

TEST(Concurrency, AllLimitsOrNone) {
  base::SystemRandom random;
  Concurrency running({{2, LimitScope::kPrincipal}, {3, LimitScope::kTool}}, 100, random);
  const auto a = running.begin(kAlice);
  const auto b = running.begin(kAlice);
  EXPECT_TRUE(a.ticket.id != 0 && b.ticket.id != 0 && a.ticket.id != b.ticket.id);
  for (int i = 0; i < 10; ++i) {
    const auto refused = running.begin(kAlice);
    EXPECT_EQ(refused.ticket.id, 0u);
    EXPECT_EQ(refused.limit, 0u);
  }
  const auto c = running.begin({"acme", "bob", "", "send"});
  EXPECT_NE(c.ticket.id, 0u);
  EXPECT_EQ(running.begin({"acme", "carol", "", "send"}).limit, 1u);
  EXPECT_TRUE(running.end(a.ticket));
  EXPECT_NE(running.begin({"acme", "carol", "", "send"}).ticket.id, 0u);
}

TEST(Concurrency, ATicketEndsOnce) {
  base::SystemRandom random;
  Concurrency running({{1, LimitScope::kPrincipal}}, 2, random);
  const auto a = running.begin(kAlice);
  EXPECT_TRUE(running.end(a.ticket));
  EXPECT_FALSE(running.end(a.ticket));
  const auto b = running.begin(kAlice);
  EXPECT_FALSE(running.end(a.ticket));  // its place is another's now
  EXPECT_EQ(running.running(), 1u);
  for (const std::uint64_t id : {std::uint64_t{0}, std::uint64_t{1}, UINT64_MAX, b.ticket.id + 1})
    EXPECT_FALSE(running.end({id}));
  EXPECT_TRUE(running.end(b.ticket));
  EXPECT_EQ(running.running(), 0u);
}

TEST(Concurrency, HasABoundInAll) {
  base::SystemRandom random;
  Concurrency running({{100, LimitScope::kPrincipal}}, 2, random);
  const auto a = running.begin({"t", "a", "", ""});
  EXPECT_NE(running.begin({"t", "b", "", ""}).ticket.id, 0u);
  EXPECT_TRUE(running.begin({"t", "c", "", ""}).full);
  EXPECT_TRUE(running.end(a.ticket));
  EXPECT_NE(running.begin({"t", "c", "", ""}).ticket.id, 0u);
}

// Against counting by hand.
TEST(Concurrency, CountsWhatRuns) {
  std::mt19937 random(1);
  base::SystemRandom keys;
  Concurrency running({{3, LimitScope::kPrincipal}, {4, LimitScope::kTool}}, 20, keys);
  struct Call {
    std::uint64_t id;
    int who;
    int tool;
  };
  std::vector<Call> calls;
  const auto count = [&](auto fits) { return std::ranges::count_if(calls, fits); };
  for (int i = 0; i < 20'000; ++i) {
    if (random() % 2 == 0 && !calls.empty()) {
      const std::size_t at = random() % calls.size();
      ASSERT_TRUE(running.end({calls[at].id}));
      calls.erase(calls.begin() + static_cast<std::ptrdiff_t>(at));
    }
    const int who = static_cast<int>(random() % 6);
    const int tool = static_cast<int>(random() % 6);
    const bool want = calls.size() < 20 && count([&](const Call& c) { return c.who == who; }) < 3 &&
                      count([&](const Call& c) { return c.tool == tool; }) < 4;
    const std::string principal = std::to_string(who);
    const std::string name = std::to_string(tool);
    const auto got = running.begin({"t", principal, "", name});
    ASSERT_EQ(got.ticket.id != 0, want);
    if (want) calls.push_back({got.ticket.id, who, tool});
    ASSERT_EQ(running.running(), calls.size());
  }
}

}  // namespace
}  // namespace identity
