// SPDX-License-Identifier: Apache-2.0
#include "identity/quota/windows.h"

#include <openssl/evp.h>

#include <deque>
#include <map>
#include <random>

#include <gtest/gtest.h>

#include "base/bytes.h"

namespace identity {
namespace {

constexpr std::int64_t kS = 1'000'000;

Key128 key(std::uint64_t n) { return {n, ~n}; }

// ---- the hash ----

// The authors' first 128-bit vector, and OpenSSL's own implementation.
TEST(KeyedHash, IsSipHashWith128Bits) {
  const auto bytes_of = [](const Key128& k) {
    std::string out(reinterpret_cast<const char*>(&k.low), 8);
    return out.append(reinterpret_cast<const char*>(&k.high), 8);
  };
  const KeyedHash hash(0x0706050403020100, 0x0f0e0d0c0b0a0908);
  EXPECT_EQ(base::hex(bytes_of(hash(""))), "a3817f04ba25a8e66df67214c7550293");
  std::string secret(16, '\0');
  for (int i = 0; i < 16; ++i) secret[static_cast<std::size_t>(i)] = static_cast<char>(i);
  for (std::size_t n = 0; n < 100; ++n) {
    const std::string text(n, static_cast<char>('a' + n % 26));
    unsigned char out[16] = {};
    std::size_t size = 0;
    ASSERT_NE(
        ::EVP_Q_mac(nullptr, "SIPHASH", nullptr, nullptr, nullptr, secret.data(), secret.size(),
                    reinterpret_cast<const unsigned char*>(text.data()), n, out, sizeof out, &size),
        nullptr);
    ASSERT_EQ(size, 16u);
    EXPECT_EQ(bytes_of(hash(text)), std::string(reinterpret_cast<char*>(out), 16)) << n;
  }
}

// ---- the table ----

// Against a map and a list, with keys that all want the same few places.
TEST(KeyTable, IsAMapInTheOrderOfTheLastTouch) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    std::mt19937 random(seed);
    KeyTable<int> table(40);
    std::map<std::uint64_t, int> model;
    std::deque<std::uint64_t> order;
    for (int i = 0; i < 3000; ++i) {
      const std::uint64_t k = random() % 60 * 16;  // collide below 16 buckets and beyond
      const Place p = table.find(key(k));
      ASSERT_EQ(p != kNoPlace, model.contains(k));
      if (p == kNoPlace) {
        ASSERT_EQ(table.full(), model.size() == 40);
        if (table.full()) {
          ASSERT_EQ(table.find(key(order.front())), table.oldest());
          model.erase(order.front());
          order.pop_front();
          table.erase(table.oldest());
        }
        table.at(table.insert(key(k))) = i;
        model[k] = i;
        order.push_back(k);
      } else if (random() % 2 == 0) {
        ASSERT_EQ(table.at(p), model[k]);
        table.touch(p);
        std::erase(order, k);
        order.push_back(k);
      } else if (random() % 3 == 0) {
        table.erase(p);
        model.erase(k);
        std::erase(order, k);
      }
      ASSERT_EQ(table.size(), model.size());
      ASSERT_EQ(table.oldest() == kNoPlace, order.empty());
      if (!order.empty()) {
        ASSERT_EQ(table.find(key(order.front())), table.oldest());
      }
    }
  }
}

TEST(KeyTable, AnEntryOfAFreedPlaceIsNew) {
  KeyTable<int> table(1);
  table.at(table.insert(key(1))) = 7;
  table.erase(table.find(key(1)));
  EXPECT_EQ(table.at(table.insert(key(2))), 0);
  EXPECT_DEATH(static_cast<void>(table.insert(key(3))), "full");
}

// ---- the windows ----

struct Admission {
  std::int64_t at_us;
  std::uint32_t cost;
};

// All that was admitted, for ever: what a window holds is counted anew each time.
class Model {
 public:
  explicit Model(const RateLimit& limit) : limit_(limit) {}
  std::uint64_t in_window(std::int64_t now) const {
    std::uint64_t sum = 0;
    for (const Admission& a : admitted_)
      if (a.at_us + limit_.window_us > now) sum += a.cost;
    return sum;
  }
  bool fits(std::uint32_t cost, std::int64_t now) const {
    return in_window(now) + cost <= limit_.count;
  }
  void add(std::uint32_t cost, std::int64_t now) { admitted_.push_back({now, cost}); }

 private:
  RateLimit limit_;
  std::vector<Admission> admitted_;
};

struct Step {
  bool admitted;
  std::int64_t wait_us;
};

Step step(Windows& windows, std::uint64_t who, std::uint32_t cost, std::int64_t now) {
  const auto look = windows.look(key(who), cost, now);
  if (look.admitted) windows.charge(look, key(who), cost, now);
  return {look.admitted, look.wait_us};
}

TEST(Windows, UpToSixtyFourAreExactAtAnyTimes) {
  for (unsigned seed = 0; seed < 120; ++seed) {
    std::mt19937 random(seed);
    const RateLimit limit{static_cast<std::uint32_t>(1 + random() % 64), kS, LimitScope::kKey};
    Windows windows(limit, 4);
    Model model(limit);
    std::int64_t now = 0;
    for (int i = 0; i < 600; ++i) {
      now += static_cast<std::int64_t>(random() % (3 * kS / limit.count));
      if (random() % 4 == 0) now += 0;
      const auto cost = static_cast<std::uint32_t>(random() % 5 == 0 ? 1 + random() % 4 : 1);
      const bool want = model.fits(cost, now);
      const Step got = step(windows, 1, cost, now);
      ASSERT_EQ(got.admitted, want) << seed << " " << i;
      if (want) {
        model.add(cost, now);
      } else if (cost <= limit.count) {
        // At the time that it names it fits, and a microsecond before it does not.
        ASSERT_GT(got.wait_us, 0);
        ASSERT_TRUE(model.fits(cost, now + got.wait_us));
        ASSERT_FALSE(model.fits(cost, now + got.wait_us - 1));
      } else {
        ASSERT_EQ(got.wait_us, 0);
      }
    }
  }
}

TEST(Windows, AboveItNeverAdmitsTooManyAndWaitsAtMostA64thLonger) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    std::mt19937 random(seed);
    const RateLimit limit{static_cast<std::uint32_t>(65 + random() % 300), 10 * kS,
                          LimitScope::kKey};
    Windows windows(limit, 4);
    Model model(limit);
    std::int64_t now = 0;
    for (int i = 0; i < 3000; ++i) {
      now += static_cast<std::int64_t>(random() % (2 * 10 * kS / limit.count));
      const bool exact = model.fits(1, now);
      const Step got = step(windows, 1, 1, now);
      if (got.admitted) {
        ASSERT_TRUE(exact) << "more than the count in a window";
        model.add(1, now);
      } else {
        ASSERT_TRUE(!exact || !model.fits(1, now - limit.window_us / 64 - 1));
        ASSERT_GT(got.wait_us, 0);
        ASSERT_TRUE(model.fits(1, now + got.wait_us));
      }
    }
  }
}

TEST(Windows, ManyCallsAtOneTimeTakeOneCell) {
  const RateLimit limit{1'000'000, kS, LimitScope::kKey};
  Windows windows(limit, 1);
  for (int i = 0; i < 1'000'000; ++i) ASSERT_TRUE(step(windows, 1, 1, 5).admitted);
  EXPECT_FALSE(step(windows, 1, 1, 5).admitted);
  EXPECT_EQ(step(windows, 1, 1, 5).wait_us, kS);
  EXPECT_TRUE(step(windows, 1, 1'000'000, 5 + kS).admitted);
}

TEST(Windows, AFullTableDeniesTheNewAndServesTheOld) {
  Windows windows({2, 10 * kS, LimitScope::kKey}, 3);
  for (std::uint64_t who = 1; who <= 3; ++who)
    EXPECT_TRUE(step(windows, who, 1, static_cast<std::int64_t>(who) * kS).admitted);
  const auto full = windows.look(key(4), 1, 4 * kS);
  EXPECT_TRUE(full.full);
  EXPECT_FALSE(full.admitted);
  EXPECT_EQ(full.wait_us, 7 * kS);                    // the first of them was at one second
  EXPECT_TRUE(step(windows, 1, 1, 4 * kS).admitted);  // those that are in go on
  EXPECT_FALSE(windows.look(key(4), 1, 12 * kS - 1).admitted);
  EXPECT_TRUE(step(windows, 4, 1, 12 * kS).admitted);  // the second has passed
  EXPECT_EQ(windows.size(), 3u);
  EXPECT_FALSE(step(windows, 5, 1, 12 * kS).admitted);
}

}  // namespace
}  // namespace identity
