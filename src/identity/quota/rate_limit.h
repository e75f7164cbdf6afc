// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A limit as it is written: count/window/scope, "10/hour/principal". Trust zone: monitor, cli.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace identity {

// What is counted together. Everything but kGlobal is counted within one tenant.
enum class LimitScope : std::uint8_t { kKey, kPrincipal, kTenant, kTool, kGlobal };

struct RateLimit {
  std::uint32_t count = 1;     // 1..10^9
  std::int64_t window_us = 0;  // 1 s..31 days
  LimitScope scope = LimitScope::kPrincipal;
  friend bool operator==(const RateLimit&, const RateLimit&) = default;
};

enum class LimitFault : std::uint8_t {
  kForm,         // not three parts
  kCountNumber,  // the count is no whole number
  kCount,        // below 1 or above 10^9
  kWindow,       // not second, minute, hour, day or a whole number of them, or above 31 days
  kScope,
};
std::string_view sentence(LimitFault fault);

// COUNT/WINDOW/SCOPE. WINDOW: `second`, `minute`, `hour`, `day`, or N of them ("2 minutes"). SCOPE:
// `key`, `principal` (also `user`, `actor`), `tenant`, `tool`, `global`. Spaces around a part and
// capital letters do not matter. Nothing: `*fault` says why; the first fault from the left counts.
std::optional<RateLimit> parse_limit(std::string_view text, LimitFault* fault);

// The same limit, written in one way.
std::string text_of(const RateLimit& limit);

}  // namespace identity
