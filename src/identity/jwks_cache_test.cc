// SPDX-License-Identifier: Apache-2.0
#include "identity/jwks_cache.h"

#include <random>

#include <gtest/gtest.h>

#include "identity/token_maker.h"

namespace identity {
namespace {

using testing::SigningKey;
constexpr std::int64_t kS = 1'000'000;

KeySet keys_of(std::initializer_list<std::string> ids) {
  std::string json = R"({"keys":[)";
  for (const std::string& id : ids)
    json += (json.back() == '[' ? "{" : ",{") +
            SigningKey::of(KeyKind::kP256).jwk(R"(,"kid":")" + id + "\"") + "}";
  auto set = KeySet::parse(json + "]}", {});
  CHECK(set.ok());
  return std::move(*set);
}

// "keys" or the refusal, then what else is to be done.
std::string asked(JwksCache& cache, const std::string& kid, std::int64_t at) {
  const auto found = cache.find(kid, Algorithm::kEs256, at);
  std::string out(found.keys != nullptr ? "keys" : slug(found.refusal));
  if (found.fetch) out += " fetch";
  if (found.may_wait) out += " wait";
  return out;
}

TEST(JwksCache, TheFirstTokenFetchesAndTheOthersWait) {
  JwksCache cache({});
  EXPECT_EQ(asked(cache, "a", 0), "keys_unavailable fetch wait");
  EXPECT_EQ(asked(cache, "b", 1), "keys_unavailable wait");
  cache.fetched(keys_of({"a"}), 2);
  EXPECT_EQ(asked(cache, "a", 3), "keys");
  EXPECT_EQ(asked(cache, "b", 3), "unknown_key_id");
}

TEST(JwksCache, ARotationIsFoundByTheFirstTokenOfTheNewKey) {
  JwksCache cache({});
  cache.tick(0);
  cache.fetched(keys_of({"a"}), 0);
  EXPECT_EQ(asked(cache, "b", 61 * kS), "unknown_key_id fetch wait");
  EXPECT_EQ(asked(cache, "a", 61 * kS), "keys");  // meanwhile the old one is good
  cache.fetched(keys_of({"b"}), 62 * kS);
  EXPECT_EQ(asked(cache, "b", 62 * kS), "keys");
  EXPECT_EQ(asked(cache, "a", 62 * kS), "unknown_key_id");  // what is gone is gone
}

TEST(JwksCache, UnknownIdsCauseOneFetchAMinuteWhoeverSendsThem) {
  JwksCache cache({});
  cache.tick(0);
  cache.fetched(keys_of({"a"}), 0);
  int fetches = 0;
  for (std::int64_t ms = 0; ms < 600'000; ms += 10) {
    const auto found = cache.find("x" + std::to_string(ms), Algorithm::kEs256, ms * 1000);
    EXPECT_EQ(found.keys, nullptr);
    if (!found.fetch) continue;
    ++fetches;
    cache.fetched(keys_of({"a"}), ms * 1000);
  }
  EXPECT_EQ(fetches, 9);
}

TEST(JwksCache, AWrongAlgorithmForAKnownKeyFetchesNothing) {
  JwksCache cache({});
  cache.tick(0);
  cache.fetched(keys_of({"a", "b"}), 0);
  const auto wrong = cache.find("a", Algorithm::kRs256, 120 * kS);
  EXPECT_EQ(wrong.refusal, Refusal::kKeyAlgorithm);
  EXPECT_FALSE(wrong.fetch || wrong.may_wait);
  const auto none = cache.find(std::nullopt, Algorithm::kEs256, 120 * kS);
  EXPECT_EQ(none.refusal, Refusal::kNoKeyId);
  EXPECT_FALSE(none.fetch || none.may_wait);
}

TEST(JwksCache, OldKeysAreFetchedAgainAndVeryOldOnesNotBelieved) {
  JwksCache cache({});
  cache.tick(0);
  cache.fetched(keys_of({"a"}), 0);
  EXPECT_EQ(asked(cache, "a", 3599 * kS), "keys");
  EXPECT_EQ(asked(cache, "a", 3600 * kS), "keys fetch");
  cache.failed(3601 * kS);
  EXPECT_EQ(asked(cache, "a", 3602 * kS), "keys");  // the issuer is down: the keys stay
  EXPECT_EQ(asked(cache, "a", 24 * 3600 * kS - 1), "keys fetch");
  cache.failed(24 * 3600 * kS - 1);
  EXPECT_EQ(asked(cache, "a", 24 * 3600 * kS), "keys_unavailable");
  EXPECT_EQ(asked(cache, "a", 24 * 3600 * kS + 20 * kS), "keys_unavailable fetch wait");
}

TEST(JwksCache, FailuresAreFurtherAndFurtherApart) {
  JwksCache cache({});
  std::vector<std::int64_t> gaps;
  std::int64_t last = 0;
  for (std::int64_t at = 0; gaps.size() < 9; at += kS) {
    if (!cache.tick(at)) continue;
    gaps.push_back((at - last) / kS);
    last = at;
    cache.failed(at);
  }
  EXPECT_EQ(gaps, (std::vector<std::int64_t>{0, 5, 10, 20, 40, 80, 160, 300, 300}));
}

TEST(JwksCache, AFetchWithoutAnAnswerIsGivenUp) {
  JwksCache cache({});
  EXPECT_TRUE(cache.tick(0));
  EXPECT_EQ(cache.next_us(), 30 * kS);
  EXPECT_FALSE(cache.tick(29 * kS));
  EXPECT_FALSE(cache.tick(30 * kS));  // given up; the next one after the backoff
  EXPECT_FALSE(cache.fetching());
  EXPECT_EQ(cache.next_us(), 35 * kS);
  EXPECT_TRUE(cache.tick(35 * kS));
  cache.fetched(keys_of({"a"}), 36 * kS);  // the late answer of either
  EXPECT_EQ(asked(cache, "a", 36 * kS), "keys");
}

TEST(JwksCache, TheAnswersOwnLifeIsHeldWithinBounds) {
  const std::pair<std::int64_t, std::int64_t> kCases[] = {
      {0, 300}, {10, 300}, {600, 600}, {3600, 3600}, {1 << 20, 3600}};
  for (const auto& [said, want] : kCases) {
    JwksCache cache({});
    cache.tick(0);
    cache.fetched(keys_of({"a"}), 0, said * kS);
    EXPECT_EQ(cache.next_us(), want * kS) << said;
  }
}

TEST(JwksCache, AClockThatGoesBackStandsStill) {
  JwksCache cache({});
  cache.tick(100 * kS);
  cache.fetched(keys_of({"a"}), 100 * kS);
  EXPECT_EQ(asked(cache, "b", 200 * kS), "unknown_key_id fetch wait");
  cache.fetched(keys_of({"a"}), 200 * kS);
  for (const std::int64_t at : {0, 50, 199, 201, 259})
    EXPECT_EQ(asked(cache, "b", at * kS), "unknown_key_id") << at;
  EXPECT_EQ(asked(cache, "b", 260 * kS), "unknown_key_id fetch wait");
}

TEST(JwksCache, AnUnknownIdWaitsItsMinuteAfterAFailureToo) {
  JwksCache cache({});
  cache.tick(0);
  cache.fetched(keys_of({"a"}), 0);
  EXPECT_EQ(asked(cache, "b", 100 * kS), "unknown_key_id fetch wait");
  cache.failed(101 * kS);
  for (const std::int64_t at : {102, 107, 130, 159})
    EXPECT_EQ(asked(cache, "b", at * kS), "unknown_key_id") << at;
  EXPECT_EQ(asked(cache, "b", 160 * kS), "unknown_key_id fetch wait");
}

TEST(JwksCache, KeysThatWereTooOldStayTooOldWhenTheClockGoesBack) {
  JwksCache cache({});
  cache.tick(0);
  cache.fetched(keys_of({"a"}), 0);
  EXPECT_EQ(asked(cache, "a", 25 * 3600 * kS), "keys_unavailable fetch wait");
  EXPECT_EQ(asked(cache, "a", 1 * kS), "keys_unavailable wait");
}

// Whatever comes in whatever order: one fetch at a time, few of them, no key after its day.
TEST(JwksCache, HoldsItsPromisesUnderAnyEvents) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    JwksCache cache({});
    std::int64_t now = 0;
    std::int64_t fetched = -1;
    std::int64_t fetches = 0;
    for (int i = 0; i < 500; ++i) {
      now += static_cast<std::int64_t>(random() % 100) * (random() % 50 == 0 ? 1000 : 1) * kS / 4;
      const bool was = cache.fetching();
      switch (random() % 5) {
        case 0: {
          if (!was) break;
          cache.fetched(keys_of({"a"}), now);
          fetched = now;
          break;
        }
        case 1: cache.failed(now); break;
        case 2: fetches += cache.tick(now) ? 1 : 0; break;
        default: {
          const auto found = cache.find(random() % 2 ? "a" : "b", Algorithm::kEs256, now);
          if (found.fetch) {
            ++fetches;
            EXPECT_TRUE(cache.fetching());
          }
          if (found.keys != nullptr) {
            EXPECT_GE(fetched, 0);
            EXPECT_LT(now, fetched + 24 * 3600 * kS);
          }
        }
      }
      EXPECT_GE(cache.next_us(), 0);
    }
    // A fetch is at least 5 s (backoff) after a failure or 60 s after a success.
    EXPECT_LE(fetches, now / (5 * kS) + 2);
  }
}

}  // namespace
}  // namespace identity
