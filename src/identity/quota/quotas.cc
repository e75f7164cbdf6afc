// SPDX-License-Identifier: Apache-2.0
#include "identity/quota/quotas.h"

#include <algorithm>

#include "identity/quota/caller_key.h"

namespace identity {

void write_key(std::string& out, LimitScope scope, const Caller& caller) {
  out.clear();
  const auto part = [&](std::string_view s) {
    const auto size = static_cast<std::uint32_t>(s.size());
    out.append(reinterpret_cast<const char*>(&size), sizeof size);
    out += s;
  };
  // The kind first: a principal that is called like a tool is counted apart.
  const bool by_principal =
      scope == LimitScope::kPrincipal || (scope == LimitScope::kKey && caller.key.empty());
  out += by_principal ? 'p' : static_cast<char>('0' + static_cast<int>(scope));
  if (scope == LimitScope::kGlobal) return;
  part(caller.tenant);
  if (by_principal) part(caller.principal);
  else if (scope == LimitScope::kKey) part(caller.key);
  else if (scope == LimitScope::kTool) part(caller.tool);
}

Quotas::Quotas(const std::vector<RateLimit>& limits, std::size_t callers, base::Random& random)
    : hash_(random) {
  for (const RateLimit& limit : limits) windows_.emplace_back(limit, callers);
}

Key128 Quotas::key_of(LimitScope scope, const Caller& caller) {
  write_key(text_, scope, caller);
  return hash_(text_);
}

Quotas::Answer Quotas::ask(const Caller& caller, std::uint32_t cost, std::int64_t now_us) {
  CHECK(cost >= 1);
  last_us_ = std::max(last_us_, now_us);
  Answer answer{.admitted = true};
  bool never = false;
  pending_.clear();
  for (std::size_t i = 0; i < windows_.size(); ++i) {
    const Key128 key = key_of(windows_[i].limit().scope, caller);
    const Windows::Look look = windows_[i].look(key, cost, last_us_);
    pending_.push_back({key, look});
    if (look.admitted) continue;
    const bool worst = answer.admitted || look.wait_us == 0 || look.wait_us > answer.retry_us;
    answer.admitted = false;
    if (never || !worst) continue;
    never = look.wait_us == 0;
    answer.full = look.full;
    answer.limit = i;
    answer.retry_us = look.wait_us;
  }
  if (!answer.admitted) return answer;
  for (std::size_t i = 0; i < windows_.size(); ++i)
    windows_[i].charge(pending_[i].look, pending_[i].key, cost, last_us_);
  return answer;
}

}  // namespace identity
