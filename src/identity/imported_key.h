// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Keys that another system gave out and stored as pbkdf2_sha256$ITERATIONS$SALT$HASH: taken over,
// never made. SECURITY: checking one costs up to a third of a second of processor time on purpose,
// so it is done by a child that is used once (DESIGN 10.10), never in the monitor's loop, and only
// for a key that names its id. Trust zone: a child of the monitor.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/digest.h"
#include "identity/key_record.h"
#include "identity/principal.h"

namespace identity {

// The stored form. SALT is used as the text that it is; HASH is base64url of 32 bytes, padded.
struct Pbkdf2Hash {
  std::uint32_t iterations = 0;  // 1..1,000,000
  std::string salt;              // 1..64 bytes
  base::Digest hash{};

  // Nothing: another form or a bound.
  static std::optional<Pbkdf2Hash> parse(std::string_view stored);
  // Whether `key` (1..256 bytes) is the key. PBKDF2-HMAC-SHA-256, RFC 8018 §5.2; compared in
  // constant time.
  bool matches(std::string_view key) const;
};

struct ImportedRecord {
  std::string id;  // the hint that comes with the key (X-ToolRampart-Key-Id)
  // Imported, or rehashed: SHA-256 of a fixed word, the id and the key.
  std::variant<Pbkdf2Hash, base::Digest> hash;
  KeyTerms terms;
  bool active = true;
};

// The principal of an imported key. `record`: what the store has under the hint, or null.
// kMalformed: an empty key or more than 256 bytes. kUnknownKey: no record, or another key.
// kKeyRevoked: not active. kKeyExpired.
Checked<Principal> principal_of(const std::string& key, const ImportedRecord* record,
                                std::int64_t now_us);

// The record with the fast hash, after `principal_of` has accepted `key` for it. Nothing if it has
// it already, or if the key does not have the form of 32 random bytes (PREFIX_ and base64url): a
// hash of one round would give a shorter one away to whoever gets the store, so it stays as it is
// until it is rotated.
std::optional<ImportedRecord> rehashed(const std::string& key, const ImportedRecord& record);

}  // namespace identity
