// SPDX-License-Identifier: Apache-2.0
#include "broker/secret_cache.h"

#include <algorithm>

#include "base/result.h"

namespace broker {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kHour = 3'600 * kSecond;
constexpr std::int64_t kDay = 24 * kHour;

// first, 2 first, 4 first, ... and at most `most`.
std::int64_t doubled(std::int64_t first, std::uint32_t times, std::int64_t most) {
  std::int64_t wait = first;
  for (std::uint32_t i = 0; i < times && wait < most; ++i) wait *= 2;
  return std::min(wait, most);
}

// Errors that say the value is not ours to use, rather than that it could not be had just now.
bool is_final(OpError error) {
  switch (error) {
    case OpError::kTokenInvalid:
    case OpError::kVaultNotFound:
    case OpError::kItemNotFound:
    case OpError::kAmbiguousItem:
    case OpError::kFieldNotFound:
    case OpError::kBadReference:
    case OpError::kNotSignedIn:
    case OpError::kBadValue: return true;
    case OpError::kOk:
    case OpError::kRateLimited:
    case OpError::kCrash:
    case OpError::kTimeout:
    case OpError::kNoProgram:
    case OpError::kOther: return false;
  }
  return true;
}

}  // namespace

void ReadWindow::add(std::int64_t now_us) {
  const std::int64_t slice = now_us / slice_us_;
  const auto at = static_cast<std::size_t>(slice % kSlices);
  if (slice_[at] != slice) reads_[at] = 0;
  slice_[at] = slice;
  ++reads_[at];
}

std::uint32_t ReadWindow::count(std::int64_t now_us) const {
  const std::int64_t slice = now_us / slice_us_;
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < slice_.size(); ++i)
    if (slice_[i] > slice - kSlices) sum += reads_[i];
  return sum;
}

SecretCache::SecretCache(std::vector<std::int64_t> lifetimes_us, CacheBounds bounds)
    : bounds_(bounds), hour_(kHour), day_(kDay) {
  for (const std::int64_t lifetime : lifetimes_us) entries_.emplace_back().lifetime_us = lifetime;
}

SecretCache::Answer SecretCache::ask(std::uint32_t secret, std::int64_t now_us) {
  Entry& entry = entries_[secret];
  if (entry.has_value && (entry.lifetime_us == 0 || now_us < entry.ends_us)) return Answer::kHave;
  if (entry.fetching) return Answer::kWait;
  const bool stale_serves = entry.has_value && now_us < entry.stale_until_us;
  if (now_us < entry.retry_at_us || !may_read(now_us))
    return stale_serves ? Answer::kHave : Answer::kRefuse;
  entry.fetching = true;
  probing_ = openings_ > 0;
  hour_.add(now_us);
  day_.add(now_us);
  return Answer::kFetch;
}

void SecretCache::fetched(std::uint32_t secret, std::int64_t now_us) {
  Entry& entry = entries_[secret];
  const std::int64_t lifetime = entry.lifetime_us;
  entry = Entry{lifetime,
                now_us + lifetime,
                now_us + lifetime + bounds_.stale_us,
                0,
                0,
                entry.generation + 1,
                OpError::kOk,
                true,
                false};
  failures_ = 0;
  openings_ = 0;
  probing_ = false;
}

void SecretCache::failed(std::uint32_t secret, OpError error, std::int64_t now_us) {
  CHECK(error != OpError::kOk);
  Entry& entry = entries_[secret];
  entry.fetching = false;
  entry.error = error;
  entry.retry_at_us = now_us + doubled(bounds_.retry_us, entry.failures++, bounds_.retry_max_us);
  if (is_final(error)) entry.has_value = false;
  probing_ = false;
  ++failures_;
  if (error == OpError::kRateLimited) {
    ++rate_limited_;
    open_breaker(bounds_.limited_us, now_us);
  } else if (failures_ >= bounds_.failures_to_open || openings_ > 0) {
    open_breaker(bounds_.breaker_us, now_us);
  }
}

void SecretCache::rotate(std::uint32_t secret) {
  Entry& entry = entries_[secret];
  entry.has_value = false;
  entry.retry_at_us = 0;
  entry.failures = 0;
}

// Closed breaker: reads go. After an opening one read goes first, and its end decides.
bool SecretCache::may_read(std::int64_t now_us) const {
  if (now_us < open_until_us_ || probing_) return false;
  return hour_.count(now_us) < bounds_.reads_per_hour && day_.count(now_us) < bounds_.reads_per_day;
}

void SecretCache::open_breaker(std::int64_t first_us, std::int64_t now_us) {
  open_until_us_ =
      std::max(open_until_us_, now_us + doubled(first_us, openings_, bounds_.breaker_max_us));
  ++openings_;
}

Quota SecretCache::quota(std::int64_t now_us) const {
  const std::int64_t open_for = std::max<std::int64_t>(0, open_until_us_ - now_us);
  return {hour_.count(now_us), day_.count(now_us), open_for > 0, open_for, rate_limited_};
}

bool SecretCache::take_quota_low(std::int64_t now_us) {
  const bool low = hour_.count(now_us) * 5 >= bounds_.reads_per_hour * 4 ||
                   day_.count(now_us) * 5 >= bounds_.reads_per_day * 4;
  const bool news = low && !said_low_;
  said_low_ = low;
  return news;
}

}  // namespace broker
