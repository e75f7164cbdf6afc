// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The life of an API key, as pure functions over the record that a store keeps of it. All times are
// microseconds of the wall clock. Trust zone: monitor, cli.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "identity/api_key.h"
#include "identity/principal.h"

namespace identity {

// Whom a key stands for and how long.
struct KeyTerms {
  std::string subject;  // 1..255 bytes
  std::string tenant;
  std::vector<std::string> roles;
  std::vector<std::string> scopes;
  std::optional<std::int64_t> expires_us;  // nothing: until it is revoked
};

// What is stored. Holds no secret: from `hash` nobody gets a key.
struct KeyRecord {
  std::string id;
  base::Digest hash{};
  KeyTerms terms;
  std::int64_t created_us = 0;
  std::optional<std::int64_t> revoked_us;
  // Rotation: the key that follows, and when this one ends.
  std::string next_id;
  std::optional<std::int64_t> retires_us;
  std::optional<std::int64_t> last_use_us;  // to the minute
};

struct NewKey {
  PlainKey plain;
  KeyRecord record;
};

// LIMIT: how long an old key may live beside its successor.
inline constexpr std::int64_t kOverlapMaxUs = std::int64_t{30} * 24 * 3600 * 1'000'000;

// kInvalid: a name, role or scope that is none (names.h, scope.h), or an end that has passed.
base::Result<NewKey> create_key(const KeyTerms& terms, std::int64_t now_us, base::Random& random);

// The principal of a key. `record`: what the store has under `key.id()`, or null. kUnknownKey (the
// same for an unknown id and a wrong secret, in the same time), kKeyRevoked, kKeyExpired,
// kNotYetValid. The names are checked again: a store may have been written by somebody else.
Checked<Principal> principal_of(const PresentedKey& key, const KeyRecord* record,
                                std::int64_t now_us);

struct RotatedKey {
  KeyRecord old;  // ends `overlap_us` from now, or at its own end if that is sooner
  NewKey fresh;   // same terms
};
// kInvalid: a key that is not active or has a successor already, or an overlap outside of
// 0..30 days.
base::Result<RotatedKey> rotate_key(const KeyRecord& record, std::int64_t now_us,
                                    std::int64_t overlap_us, base::Random& random);

// The record, revoked from now on; the time of an earlier revocation stays.
KeyRecord revoke_key(KeyRecord record, std::int64_t now_us);

// The record with this use noted; nothing if one within the last minute is noted already, so that
// a busy key costs a write a minute.
std::optional<KeyRecord> note_use(const KeyRecord& record, std::int64_t now_us);

enum class KeyState : unsigned char { kActive, kRetiring, kRetired, kExpired, kRevoked };
KeyState state_of(const KeyRecord& record, std::int64_t now_us);
std::string_view name_of(KeyState state);

}  // namespace identity
