// SPDX-License-Identifier: Apache-2.0
#include "audit/salted.h"

#include "audit/little_endian.h"

namespace audit {

base::Digest salted_digest(std::string_view salt, std::string_view canonical) {
  return base::hmac_sha256(salt, {canonical});
}

base::Digest idempotency_digest(std::string_view tenant, std::string_view principal,
                                std::string_view key) {
  std::string text;
  for (const std::string_view part : {tenant, principal, key}) {
    put_le(text, static_cast<std::uint32_t>(part.size()));
    text += part;
  }
  return base::sha256({text});
}

}  // namespace audit
