// SPDX-License-Identifier: Apache-2.0
#include "label/endorse.h"

#include "base/bytes.h"
#include "base/limits.h"

namespace label {
namespace {

base::Error denied(const char* why) {
  return {base::Errc::kDenied, std::string("the grant ") + why};
}

}  // namespace

Sets endorsed(const Sets& before, std::string_view who) {
  Sets after = before;
  after.origins = Names(std::vector<std::string>{"endorsed:" + std::string(who)});
  return after;
}

Sets chosen(const Sets& option, const Sets& by) {
  Sets after = join(option, by);
  after.producers = option.producers;
  after.origins = option.origins;
  return after;
}

base::Status Endorser::admits(const Grant& grant, std::string_view sink,
                              std::string_view text) const {
  if (grant.who.empty() || grant.who.size() > base::limits::kNameBytes)
    return denied("names nobody");
  if (grant.reason.empty()) return denied("gives no reason");
  if (!grant.session || grant.session != session_) return denied("is for another session");
  if (grant.sink.empty() || grant.sink != sink) return denied("is for another sink");
  if (now_us_ >= grant.expires_us) return denied("has expired");
  const base::Digest digest = base::sha256({text});
  if (!base::equal_constant_time(base::view(digest), base::view(grant.value)))
    return denied("is for another value");
  return base::ok();
}

}  // namespace label
