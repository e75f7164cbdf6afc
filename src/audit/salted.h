// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// How values are named in the log without being in it: digests that nobody can confirm a guess
// against without the salt. Trust zone: monitor.
#pragma once

#include <string_view>

#include "base/digest.h"

namespace audit {

// HMAC-SHA-256 of `canonical` (the canonical arguments, or a result) under `salt`, a secret key of
// the tenant that is kept beside the stored values and destroyed with them: after that the digest
// says nothing about the value any more. Equal values of one tenant have equal digests.
base::Digest salted_digest(std::string_view salt, std::string_view canonical);

// The name under which a caller's idempotency key is remembered: SHA-256 over tenant, principal and
// key, each preceded by its length as u32 little-endian. One caller cannot meet another's key.
base::Digest idempotency_digest(std::string_view tenant, std::string_view principal,
                                std::string_view key);

}  // namespace audit
