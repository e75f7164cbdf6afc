// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as an API key, a stored hash of another system, a scope, a limit: no crash; what is
// accepted has its form, and what is written again reads as the same.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "identity/imported_key.h"
#include "identity/limits.h"
#include "identity/quota/rate_limit.h"
#include "identity/scope.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto key = identity::PresentedKey::parse(text); key.ok())
    CHECK(text.size() == identity::kKeyBytes && text.substr(5, 16) == key->id());
  if (auto hash = identity::Pbkdf2Hash::parse(text); hash.has_value()) {
    CHECK(hash->iterations <= identity::limits::kPbkdf2Iterations && !hash->salt.empty());
    hash->iterations = 1;  // the cost is no question here
    static_cast<void>(hash->matches(text.substr(0, 300)));
  }
  if (const auto scopes = identity::scopes_of(text); scopes.has_value())
    for (const auto& scope : *scopes)
      CHECK(identity::is_scope(scope) && identity::grants(*scopes, scope) &&
            identity::covers(*scopes, scope));
  identity::LimitFault fault{};
  if (const auto limit = identity::parse_limit(text, &fault); limit.has_value())
    CHECK(identity::parse_limit(identity::text_of(*limit), &fault) == limit);
  return 0;
}
