// SPDX-License-Identifier: Apache-2.0
#include "broker/secret_cache.h"

#include <gtest/gtest.h>

namespace broker {
namespace {

using Answer = SecretCache::Answer;
constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kStart = 1000 * kHour;

SecretCache cache_of(std::size_t secrets, CacheBounds bounds = {}) {
  return SecretCache(std::vector<std::int64_t>(secrets, 300 * kSecond), bounds);
}

TEST(SecretCache, OneFetchServesAllWhoWait) {
  SecretCache c = cache_of(1);
  EXPECT_EQ(c.ask(0, kStart), Answer::kFetch);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(c.ask(0, kStart), Answer::kWait);
  c.fetched(0, kStart);
  EXPECT_EQ(c.ask(0, kStart), Answer::kHave);
  EXPECT_EQ(c.quota(kStart).last_hour, 1u);
}

TEST(SecretCache, AValueLivesForItsLifetime) {
  SecretCache c = cache_of(1);
  EXPECT_EQ(c.ask(0, kStart), Answer::kFetch);
  c.fetched(0, kStart);
  EXPECT_EQ(c.ask(0, kStart + 300 * kSecond - 1), Answer::kHave);
  EXPECT_EQ(c.ask(0, kStart + 300 * kSecond), Answer::kFetch);
  c.fetched(0, kStart + 300 * kSecond);
  EXPECT_EQ(c.generation(0), 2u);
}

TEST(SecretCache, AFailureIsRememberedForLongerAndLonger) {
  SecretCache c = cache_of(1, {.failures_to_open = 1000});
  std::int64_t now = kStart;
  for (const std::int64_t wait : {5, 10, 20, 40}) {
    EXPECT_EQ(c.ask(0, now), Answer::kFetch);
    c.failed(0, OpError::kItemNotFound, now);
    EXPECT_EQ(c.ask(0, now + wait * kSecond - 1), Answer::kRefuse);
    now += wait * kSecond;
  }
  EXPECT_EQ(c.last_error(0), OpError::kItemNotFound);
  EXPECT_EQ(c.ask(0, now), Answer::kFetch);
  c.fetched(0, now);
  EXPECT_EQ(c.last_error(0), OpError::kOk);
}

TEST(SecretCache, AnOldValueServesWhileTheStoreCannotBeReached) {
  for (const OpError error : {OpError::kTimeout, OpError::kRateLimited, OpError::kCrash}) {
    SecretCache c = cache_of(1);
    EXPECT_EQ(c.ask(0, kStart), Answer::kFetch);
    c.fetched(0, kStart);
    const std::int64_t later = kStart + 301 * kSecond;
    EXPECT_EQ(c.ask(0, later), Answer::kFetch);
    c.failed(0, error, later);
    EXPECT_EQ(c.ask(0, later), Answer::kHave);
    EXPECT_NE(c.ask(0, kStart + 300 * kSecond + kHour), Answer::kHave) << "not for ever";
  }
}

TEST(SecretCache, ARevokedValueEndsAtOnce) {
  for (const OpError error : {OpError::kTokenInvalid, OpError::kItemNotFound, OpError::kBadValue}) {
    SecretCache c = cache_of(1);
    EXPECT_EQ(c.ask(0, kStart), Answer::kFetch);
    c.fetched(0, kStart);
    const std::int64_t later = kStart + 301 * kSecond;
    EXPECT_EQ(c.ask(0, later), Answer::kFetch);
    c.failed(0, error, later);
    EXPECT_EQ(c.ask(0, later), Answer::kRefuse);
  }
}

TEST(SecretCache, ARateLimitStopsEverySecretAndDoubles) {
  SecretCache c = cache_of(2);
  std::int64_t now = kStart;
  EXPECT_EQ(c.ask(0, now), Answer::kFetch);
  c.failed(0, OpError::kRateLimited, now);
  EXPECT_EQ(c.ask(1, now), Answer::kRefuse) << "the quota is the account's";
  EXPECT_TRUE(c.quota(now).open);
  EXPECT_EQ(c.quota(now).open_for_us, 15 * kMinute);
  now += 15 * kMinute;
  EXPECT_EQ(c.ask(1, now), Answer::kFetch);
  EXPECT_EQ(c.ask(0, now), Answer::kRefuse) << "one read goes first";
  c.failed(1, OpError::kRateLimited, now);
  EXPECT_EQ(c.quota(now).open_for_us, 30 * kMinute);
  EXPECT_EQ(c.quota(now).rate_limited, 2u);
  now += 30 * kMinute;
  EXPECT_EQ(c.ask(1, now), Answer::kFetch);
  c.fetched(1, now);
  EXPECT_EQ(c.ask(0, now), Answer::kFetch) << "closed again";
}

TEST(SecretCache, FailuresInARowOpenTheBreaker) {
  SecretCache c = cache_of(6);
  for (std::uint32_t i = 0; i < 5; ++i) {
    EXPECT_EQ(c.ask(i, kStart), Answer::kFetch);
    c.failed(i, OpError::kTimeout, kStart);
  }
  EXPECT_EQ(c.ask(5, kStart), Answer::kRefuse);
  EXPECT_EQ(c.ask(5, kStart + 30 * kSecond), Answer::kFetch);
}

TEST(SecretCache, ACrashLoopDoesNotUseTheDaysQuotaUp) {
  SecretCache c = cache_of(1);
  std::uint32_t reads = 0;
  for (std::int64_t now = kStart; now < kStart + 24 * kHour; now += kSecond) {
    if (c.ask(0, now) != Answer::kFetch) continue;
    ++reads;
    c.failed(0, OpError::kCrash, now);
  }
  EXPECT_LT(reads, 150u);
}

TEST(SecretCache, TheAccountsQuotaIsNotExceeded) {
  SecretCache c(std::vector<std::int64_t>(40, kSecond), {.stale_us = 0});
  std::uint32_t reads = 0;
  bool told = false;
  for (std::int64_t now = kStart; now < kStart + kHour / 2; now += 10 * kSecond) {
    for (std::uint32_t s = 0; s < 40; ++s) {
      if (c.ask(s, now) != Answer::kFetch) continue;
      ++reads;
      c.fetched(s, now);
    }
    told = told || c.take_quota_low(now);
  }
  EXPECT_EQ(reads, 1000u);
  EXPECT_TRUE(told);
  EXPECT_EQ(c.ask(0, kStart + 3 * kHour), Answer::kRefuse) << "the day's quota";
  EXPECT_EQ(c.ask(0, kStart + 26 * kHour), Answer::kFetch);
}

TEST(SecretCache, ARotationFetchesAnew) {
  SecretCache c = cache_of(1);
  EXPECT_EQ(c.ask(0, kStart), Answer::kFetch);
  c.fetched(0, kStart);
  c.rotate(0);
  EXPECT_EQ(c.ask(0, kStart), Answer::kFetch);
}

TEST(SecretCache, AValueWithoutLifetimeStays) {
  SecretCache c(std::vector<std::int64_t>{0});
  EXPECT_EQ(c.ask(0, kStart), Answer::kFetch);
  c.fetched(0, kStart);
  EXPECT_EQ(c.ask(0, kStart + 10'000 * kHour), Answer::kHave);
}

}  // namespace
}  // namespace broker
