// SPDX-License-Identifier: Apache-2.0
#include "identity/imported_key.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/bytes.h"
#include "identity/hash.h"
#include "identity/limits.h"

namespace identity {
namespace {

// The text up to the next `$`, which is taken away with it; nothing if there is none.
std::optional<std::string_view> next_part(std::string_view& rest) {
  const std::size_t at = rest.find('$');
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view part = rest.substr(0, at);
  rest.remove_prefix(at + 1);
  return part;
}

std::optional<std::uint32_t> iterations_of(std::string_view text) {
  std::uint32_t n = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (n < 1 || n > limits::kPbkdf2Iterations || text.front() == '0') return std::nullopt;
  return n;
}

std::optional<base::Digest> digest_of(std::string_view text) {
  if (text.size() != 44 || text.back() != '=') return std::nullopt;
  const auto bytes = base::unbase64(text.substr(0, 43), base::Base64::kUrl);
  base::Digest out{};
  if (!bytes || bytes->size() != out.size()) return std::nullopt;
  std::ranges::transform(*bytes, out.begin(), [](char c) { return static_cast<std::uint8_t>(c); });
  return out;
}

base::Digest fast_hash(const std::string& id, std::string_view key) {
  const std::string length = std::to_string(id.size()) + ".";
  return base::sha256({"yett imported key 1", length, id, key});
}

bool matches(const ImportedRecord& record, std::string_view key) {
  if (const auto* slow = std::get_if<Pbkdf2Hash>(&record.hash)) return slow->matches(key);
  const base::Digest mine = fast_hash(record.id, key);
  return base::equal_constant_time(base::view(mine),
                                   base::view(std::get<base::Digest>(record.hash)));
}

// PREFIX_ and the base64url of 32 bytes, as the other system generates keys.
bool is_generated(std::string_view key) {
  if (key.size() < 45) return false;
  const std::string_view secret = key.substr(key.size() - 43);
  return key[key.size() - 44] == '_' && base::unbase64(secret, base::Base64::kUrl).has_value();
}

}  // namespace

std::optional<Pbkdf2Hash> Pbkdf2Hash::parse(std::string_view stored) {
  std::string_view rest = stored;
  const auto scheme = next_part(rest);
  const auto iterations = scheme == "pbkdf2_sha256" ? next_part(rest) : std::nullopt;
  const auto salt = iterations ? next_part(rest) : std::nullopt;
  if (!salt || salt->empty() || salt->size() > limits::kPbkdf2SaltBytes) return std::nullopt;
  const auto count = iterations_of(*iterations);
  const auto hash = digest_of(rest);
  if (!count || !hash) return std::nullopt;
  return Pbkdf2Hash{*count, std::string(*salt), *hash};
}

bool Pbkdf2Hash::matches(std::string_view key) const {
  if (key.empty() || key.size() > limits::kImportedKeyBytes) return false;
  if (iterations < 1 || iterations > limits::kPbkdf2Iterations) return false;
  std::array<unsigned char, 32> out{};
  const int done = ::PKCS5_PBKDF2_HMAC(
      key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(salt.data()),
      static_cast<int>(salt.size()), static_cast<int>(iterations), fetched_hash(Algorithm::kHs256),
      static_cast<int>(out.size()), out.data());
  ::ERR_clear_error();
  const std::string_view mine(reinterpret_cast<const char*>(out.data()), out.size());
  return done == 1 && base::equal_constant_time(mine, base::view(hash));
}

Checked<Principal> principal_of(const std::string& key, const ImportedRecord* record,
                                std::int64_t now_us) {
  if (key.empty() || key.size() > limits::kImportedKeyBytes) return Refusal::kMalformed;
  if (record == nullptr || !matches(*record, key)) return Refusal::kUnknownKey;
  if (!record->active) return Refusal::kKeyRevoked;
  if (record->terms.expires_us && now_us >= *record->terms.expires_us) return Refusal::kKeyExpired;
  Principal::Parts parts;
  parts.subject = record->terms.subject;
  parts.authority = "imported-keys";
  parts.tenant = record->terms.tenant;
  parts.roles = record->terms.roles;
  parts.scopes = record->terms.scopes;
  parts.means = Principal::Means::kImportedKey;
  parts.credential = record->id;
  parts.expires_us = record->terms.expires_us;
  return Principal::make(std::move(parts));
}

std::optional<ImportedRecord> rehashed(const std::string& key, const ImportedRecord& record) {
  const bool slow = std::holds_alternative<Pbkdf2Hash>(record.hash);
  if (!slow || !is_generated(key)) return std::nullopt;
  ImportedRecord out = record;
  out.hash = fast_hash(record.id, key);
  return out;
}

}  // namespace identity
