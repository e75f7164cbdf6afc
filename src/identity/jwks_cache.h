// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// When the keys of an issuer are fetched, and how long they are believed: a state machine without
// clock and without network. Whoever drives it fetches when it says so (through an egress) and
// tells it what came. Trust zone: monitor.
#pragma once

#include <cstdint>
#include <optional>

#include "identity/key_set.h"

namespace identity {

// All times in microseconds of a clock that does not go back.
struct CacheRules {
  std::int64_t fresh_us = std::int64_t{3600} * 1'000'000;       // then fetched again
  std::int64_t stale_us = std::int64_t{24 * 3600} * 1'000'000;  // then no longer believed
  // SECURITY: the least time between two fetches that an unknown `kid` can cause, whoever sends
  // them and however many.
  std::int64_t unknown_us = std::int64_t{60} * 1'000'000;
  std::int64_t patience_us = std::int64_t{30} * 1'000'000;  // a fetch that is not answered
  std::int64_t backoff_us = std::int64_t{5} * 1'000'000;    // after the first failure; doubles
  std::int64_t backoff_max_us = std::int64_t{300} * 1'000'000;
};

class JwksCache {
 public:
  explicit JwksCache(const CacheRules& rules) : rules_(rules) {}

  struct Found {
    // Null: see `refusal`. Borrowed until the next fetched().
    const KeySet* keys = nullptr;
    Refusal refusal = Refusal::kKeysUnavailable;
    // The caller fetches now and calls fetched() or failed(). At most one fetch is under way.
    bool fetch = false;
    // The keys were asked for and may hold the answer: the caller may let the token wait for them
    // instead of refusing it.
    bool may_wait = false;
  };
  // The keys for a token that names `kid`. A set that lacks it is an occasion to fetch, within
  // `unknown_us`; kUnknownKeyId if that has been used up. A set older than `stale_us` is not
  // believed: kKeysUnavailable.
  Found find(const std::optional<std::string>& kid, Algorithm algorithm, std::int64_t now_us);

  // Whether to fetch without a token that asks. `next_us()` says when to ask again.
  bool tick(std::int64_t now_us);
  std::int64_t next_us() const;

  // What came of the fetch. A new set takes the place of the old one whole: a key that is gone is
  // gone. `fresh_us`, if the answer said how long it holds (Cache-Control), within 5 minutes and
  // the rules' own. A late answer to a fetch that was given up counts as well.
  void fetched(KeySet keys, std::int64_t now_us, std::optional<std::int64_t> fresh_us = {});
  // It could not be had, or was refused by KeySet::parse. What was there stays until it is stale.
  void failed(std::int64_t now_us);

  bool fetching() const { return started_us_.has_value(); }

 private:
  bool start(std::int64_t now_us);
  void give_up(std::int64_t now_us);
  std::int64_t see(std::int64_t now_us);

  CacheRules rules_;
  std::optional<KeySet> keys_;
  std::int64_t last_us_ = 0;     // INVARIANT: the latest time that was seen
  std::int64_t fetched_us_ = 0;  // of keys_
  std::int64_t refresh_us_ = 0;  // when keys_ is fetched again
  std::int64_t retry_us_ = 0;    // nothing is fetched before this
  std::int64_t unknown_us_ = 0;  // nothing is fetched for an unknown kid before this
  std::optional<std::int64_t> started_us_;
  std::int64_t failures_ = 0;
};

}  // namespace identity
