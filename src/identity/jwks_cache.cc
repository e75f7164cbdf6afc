// SPDX-License-Identifier: Apache-2.0
#include "identity/jwks_cache.h"

#include <algorithm>

namespace identity {
namespace {

constexpr std::int64_t kFreshMinUs = std::int64_t{300} * 1'000'000;

}  // namespace

// A clock that goes back is taken as one that stands still.
std::int64_t JwksCache::see(std::int64_t now_us) {
  last_us_ = std::max(last_us_, now_us);
  give_up(last_us_);
  return last_us_;
}

bool JwksCache::start(std::int64_t now_us) {
  if (started_us_ || now_us < retry_us_) return false;
  started_us_ = now_us;
  return true;
}

void JwksCache::give_up(std::int64_t now_us) {
  if (started_us_ && now_us >= *started_us_ + rules_.patience_us) failed(now_us);
}

JwksCache::Found JwksCache::find(const std::optional<std::string>& kid, Algorithm algorithm,
                                 std::int64_t now_us) {
  const std::int64_t now = see(now_us);
  Found out;
  const bool believed = keys_ && now < fetched_us_ + rules_.stale_us;
  if (!believed || now >= refresh_us_) out.fetch = start(now);
  if (!believed) {
    out.may_wait = fetching();
    return out;
  }
  const auto key = keys_->find(kid, algorithm);
  if (key) {
    out.keys = &*keys_;
    return out;
  }
  out.refusal = key.refusal();
  // Another algorithm for a key that is known will not come with a new set.
  if (out.refusal != Refusal::kUnknownKeyId) return out;
  if (!fetching() && now >= unknown_us_ && start(now)) {
    out.fetch = true;
    unknown_us_ = now + rules_.unknown_us;
  }
  out.may_wait = fetching();
  return out;
}

bool JwksCache::tick(std::int64_t now_us) {
  const std::int64_t now = see(now_us);
  return (!keys_ || now >= refresh_us_) && start(now);
}

std::int64_t JwksCache::next_us() const {
  if (started_us_) return *started_us_ + rules_.patience_us;
  return std::max(keys_ ? refresh_us_ : 0, retry_us_);
}

void JwksCache::fetched(KeySet keys, std::int64_t now_us, std::optional<std::int64_t> fresh_us) {
  last_us_ = std::max(last_us_, now_us);
  keys_ = std::move(keys);
  fetched_us_ = last_us_;
  const std::int64_t least = std::min(kFreshMinUs, rules_.fresh_us);
  refresh_us_ = last_us_ + std::clamp(fresh_us.value_or(rules_.fresh_us), least, rules_.fresh_us);
  // What was just fetched is as new as it gets: an unknown kid waits from here on.
  unknown_us_ = std::max(unknown_us_, last_us_ + rules_.unknown_us);
  started_us_.reset();
  retry_us_ = 0;
  failures_ = 0;
}

void JwksCache::failed(std::int64_t now_us) {
  last_us_ = std::max(last_us_, now_us);
  if (!started_us_) return;
  started_us_.reset();
  const std::int64_t doubled = rules_.backoff_us << std::min<std::int64_t>(failures_, 16);
  retry_us_ = last_us_ + std::min(doubled, rules_.backoff_max_us);
  ++failures_;
}

}  // namespace identity
