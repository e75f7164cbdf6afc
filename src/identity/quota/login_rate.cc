// SPDX-License-Identifier: Apache-2.0
#include "identity/quota/login_rate.h"

#include <algorithm>

namespace identity {

LoginRate::LoginRate(const Rules& rules, base::Random& random)
    : rules_(rules), hash_(random), table_(rules.sources) {
  CHECK(rules.burst >= 1 && rules.each_us >= 1);
  CHECK(rules.burst <= INT64_MAX / 4 / rules.each_us);
}

// INVARIANT: a source's time is at most `burst` steps after its last failure, and the table's order
// is that of the last failures: if the first still counts, all do.
bool LoginRate::make_room() {
  if (!table_.full()) return true;
  const Place oldest = table_.oldest();
  if (table_.at(oldest).last_us + rules_.burst * rules_.each_us > last_us_) return false;
  table_.erase(oldest);
  return true;
}

LoginRate::Answer LoginRate::may_try(std::string_view source, std::int64_t now_us) {
  last_us_ = std::max(last_us_, now_us);
  const Place p = table_.find(hash_(source));
  if (p == kNoPlace) {
    if (make_room()) return {.admitted = true};
    const std::int64_t last = table_.at(table_.oldest()).last_us;
    return {.full = true, .retry_us = last + rules_.burst * rules_.each_us - last_us_};
  }
  const std::int64_t open_us = table_.at(p).due_us - (rules_.burst - 1) * rules_.each_us;
  if (open_us <= last_us_) return {.admitted = true};
  return {.retry_us = open_us - last_us_};
}

void LoginRate::failed(std::string_view source, std::int64_t now_us) {
  last_us_ = std::max(last_us_, now_us);
  const Key128 key = hash_(source);
  Place p = table_.find(key);
  if (p == kNoPlace) {
    // LIMIT: tries that were under way while the table filled up are not counted.
    if (!make_room()) return;
    p = table_.insert(key);
  }
  Entry& e = table_.at(p);
  e.due_us = std::max(e.due_us, last_us_) + rules_.each_us;
  // Tries that were under way together cannot shut a source out for longer than a full burst does.
  e.due_us = std::min(e.due_us, last_us_ + rules_.burst * rules_.each_us);
  e.last_us = last_us_;
  table_.touch(p);
}

}  // namespace identity
