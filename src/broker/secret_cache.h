// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// When a secret is fetched from a store that counts its reads: a lifetime for each, one fetch at a
// time however many wait, failures remembered for a while, and a circuit breaker for the store.
// Quotas of such stores are account-wide and count errors too, so that one crash loop can lock
// everybody out for a day. Pure: no values, no clock, no I/O. Trust zone: broker.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "broker/op_errors.h"

namespace broker {

// Counts reads in a sliding window made of slices. Times are steady microseconds.
class ReadWindow {
 public:
  explicit ReadWindow(std::int64_t length_us) : slice_us_(length_us / kSlices) {}
  void add(std::int64_t now_us);
  std::uint32_t count(std::int64_t now_us) const;

 private:
  static constexpr std::int64_t kSlices = 60;
  std::int64_t slice_us_;
  std::array<std::int64_t, kSlices> slice_{};  // which slice the counter beside it belongs to
  std::array<std::uint32_t, kSlices> reads_{};
};

// What has been read from the store, for people.
struct Quota {
  std::uint32_t last_hour = 0;
  std::uint32_t last_day = 0;
  bool open = false;               // the breaker is open: nothing is read
  std::int64_t open_for_us = 0;    // for so long still
  std::uint32_t rate_limited = 0;  // times the store said so since the start
};

// Bounds of one store. Defaults: the smallest published quotas of 1Password service accounts,
// 1,000 reads an hour for a token and 1,000 a day for an account.
struct CacheBounds {
  std::uint32_t reads_per_hour = 1000;
  std::uint32_t reads_per_day = 1000;
  std::int64_t retry_us = 5'000'000;             // first wait after a failure; doubles
  std::int64_t retry_max_us = 600'000'000;       // ... up to this
  std::int64_t breaker_us = 30'000'000;          // first opening; doubles
  std::int64_t limited_us = 900'000'000;         // first opening after a rate limit; doubles
  std::int64_t breaker_max_us = 86'400'000'000;  // a daily quota is over after a day
  std::uint32_t failures_to_open = 5;            // in a row, over all secrets
  std::int64_t stale_us = 3'600'000'000;         // a value may serve so long beyond its lifetime
};

class SecretCache {
 public:
  enum class Answer : std::uint8_t {
    kHave,    // the value is good
    kFetch,   // the caller fetches now and reports fetched() or failed(); nobody else is told so
    kWait,    // a fetch is under way
    kRefuse,  // a recent failure, or the breaker is open, and no value may serve
  };

  // One lifetime in microseconds for each secret; 0: the value never ends (vault, environment).
  explicit SecretCache(std::vector<std::int64_t> lifetimes_us, CacheBounds bounds = {});

  Answer ask(std::uint32_t secret, std::int64_t now_us);
  void fetched(std::uint32_t secret, std::int64_t now_us);
  // `error` is not kOk. A value that the store says is gone or no longer ours ends at once; over
  // one that only could not be reached the old value may serve for stale_us.
  void failed(std::uint32_t secret, OpError error, std::int64_t now_us);
  // Rotation: the next ask fetches, whatever the lifetime; the failures are forgotten.
  void rotate(std::uint32_t secret);

  OpError last_error(std::uint32_t secret) const { return entries_[secret].error; }
  std::uint32_t generation(std::uint32_t secret) const { return entries_[secret].generation; }
  Quota quota(std::int64_t now_us) const;
  // True once for each time the reads of a window pass four fifths of a quota.
  bool take_quota_low(std::int64_t now_us);

 private:
  struct Entry {
    std::int64_t lifetime_us = 0;
    std::int64_t ends_us = 0;  // of the value
    std::int64_t stale_until_us = 0;
    std::int64_t retry_at_us = 0;
    std::uint32_t failures = 0;
    std::uint32_t generation = 0;  // counts the values there have been
    OpError error = OpError::kOk;
    bool has_value = false;
    bool fetching = false;
  };
  bool may_read(std::int64_t now_us) const;
  void open_breaker(std::int64_t first_us, std::int64_t now_us);

  CacheBounds bounds_;
  std::vector<Entry> entries_;
  ReadWindow hour_;
  ReadWindow day_;
  std::uint32_t failures_ = 0;  // in a row
  std::uint32_t openings_ = 0;  // in a row
  std::uint32_t rate_limited_ = 0;
  std::int64_t open_until_us_ = 0;
  bool probing_ = false;  // after an opening one read goes first
  bool said_low_ = false;
};

}  // namespace broker
