// SPDX-License-Identifier: Apache-2.0
#include "identity/key_record.h"

#include <algorithm>

#include "base/bytes.h"
#include "identity/limits.h"
#include "identity/names.h"
#include "identity/scope.h"

namespace identity {
namespace {

constexpr std::int64_t kMinuteUs = 60 * limits::kSecondUs;

base::Status check(const KeyTerms& terms, std::int64_t now_us) {
  if (!is_name(terms.subject, limits::kSubjectBytes))
    return base::invalid("the key's subject is no name");
  if (!is_name(terms.tenant)) return base::invalid("the key's tenant is no name");
  const auto is_role = [](const std::string& r) { return is_name(r); };
  if (terms.roles.size() > limits::kRoles || !std::ranges::all_of(terms.roles, is_role))
    return base::invalid("a role of the key is no name, or there are more than 64");
  if (!scopes_of(terms.scopes))
    return base::invalid("a scope of the key is no scope, or there are more than 256");
  if (terms.expires_us && *terms.expires_us <= now_us)
    return base::invalid("the key would have ended already");
  return base::ok();
}

// The earlier of the two ends that a record may have.
std::optional<std::int64_t> end_of(const KeyRecord& record) {
  if (!record.retires_us) return record.terms.expires_us;
  if (!record.terms.expires_us) return record.retires_us;
  return std::min(*record.retires_us, *record.terms.expires_us);
}

}  // namespace

base::Result<NewKey> create_key(const KeyTerms& terms, std::int64_t now_us, base::Random& random) {
  TRY(check(terms, now_us));
  PlainKey plain = PlainKey::make(random);
  const auto presented = PresentedKey::parse(plain.reveal());
  CHECK(presented.ok());
  KeyRecord record;
  record.id = presented->id();
  record.hash = presented->hash();
  record.terms = terms;
  record.created_us = now_us;
  return NewKey{std::move(plain), std::move(record)};
}

Checked<Principal> principal_of(const PresentedKey& key, const KeyRecord* record,
                                std::int64_t now_us) {
  // SECURITY: an unknown id costs the same comparison, against a hash that nothing has.
  static constexpr base::Digest kNobody{};
  const base::Digest& stored = record == nullptr ? kNobody : record->hash;
  const bool same = base::equal_constant_time(base::view(stored), base::view(key.hash()));
  if (!same || record == nullptr || record->id != key.id()) return Refusal::kUnknownKey;
  switch (state_of(*record, now_us)) {
    case KeyState::kRevoked: return Refusal::kKeyRevoked;
    case KeyState::kExpired:
    case KeyState::kRetired: return Refusal::kKeyExpired;
    case KeyState::kActive:
    case KeyState::kRetiring: break;
  }
  if (now_us < record->created_us) return Refusal::kNotYetValid;
  Principal::Parts parts;
  parts.subject = record->terms.subject;
  parts.authority = "keys";
  parts.tenant = record->terms.tenant;
  parts.roles = record->terms.roles;
  parts.scopes = record->terms.scopes;
  parts.means = Principal::Means::kKey;
  parts.credential = record->id;
  parts.expires_us = end_of(*record);
  return Principal::make(std::move(parts));
}

base::Result<RotatedKey> rotate_key(const KeyRecord& record, std::int64_t now_us,
                                    std::int64_t overlap_us, base::Random& random) {
  if (overlap_us < 0 || overlap_us > kOverlapMaxUs)
    return base::invalid("the overlap is not within 0 and 30 days");
  if (state_of(record, now_us) != KeyState::kActive)
    return base::invalid("the key is not active, or has a successor already");
  TRY_AS(NewKey fresh, create_key(record.terms, now_us, random));
  KeyRecord old = record;
  old.next_id = fresh.record.id;
  old.retires_us = now_us + overlap_us;
  return RotatedKey{std::move(old), std::move(fresh)};
}

KeyRecord revoke_key(KeyRecord record, std::int64_t now_us) {
  if (!record.revoked_us) record.revoked_us = now_us;
  return record;
}

std::optional<KeyRecord> note_use(const KeyRecord& record, std::int64_t now_us) {
  if (record.last_use_us && now_us - *record.last_use_us < kMinuteUs) return std::nullopt;
  KeyRecord out = record;
  out.last_use_us = now_us;
  return out;
}

KeyState state_of(const KeyRecord& record, std::int64_t now_us) {
  // A revocation holds whatever the clock says.
  if (record.revoked_us) return KeyState::kRevoked;
  if (record.terms.expires_us && now_us >= *record.terms.expires_us) return KeyState::kExpired;
  if (record.retires_us)
    return now_us >= *record.retires_us ? KeyState::kRetired : KeyState::kRetiring;
  return KeyState::kActive;
}

std::string_view name_of(KeyState state) {
  switch (state) {
    case KeyState::kActive: return "active";
    case KeyState::kRetiring: return "retiring";
    case KeyState::kRetired: return "retired";
    case KeyState::kExpired: return "expired";
    case KeyState::kRevoked: return "revoked";
  }
  return "";
}

}  // namespace identity
