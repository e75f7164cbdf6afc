// SPDX-License-Identifier: Apache-2.0
#include "identity/api_key.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/bytes.h"
#include "base/result.h"

namespace identity {
namespace {

constexpr std::size_t kIdAt = kKeyPrefix.size();
constexpr std::size_t kIdBytes = 16;
constexpr std::size_t kSecretAt = kIdAt + kIdBytes + 1;
constexpr std::size_t kSecretBytes = 43;
constexpr std::size_t kCheckAt = kSecretAt + kSecretBytes + 1;

std::string check_of(std::string_view text) {
  const base::Digest d = base::sha256({"yett key check 1", text});
  return base::hex(base::view(d).substr(0, 4));
}

bool is_lower_hex(std::string_view s) {
  return std::ranges::all_of(
      s, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace

Checked<PresentedKey> PresentedKey::parse(std::string_view text) {
  if (text.size() > kKeyBytes) return Refusal::kTooLong;
  if (text.size() != kKeyBytes || !text.starts_with(kKeyPrefix)) return Refusal::kMalformed;
  if (text[kSecretAt - 1] != '_' || text[kCheckAt - 1] != '_') return Refusal::kMalformed;
  const std::string_view id = text.substr(kIdAt, kIdBytes);
  if (!is_lower_hex(id) || text.substr(kCheckAt) != check_of(text.substr(0, kCheckAt - 1)))
    return Refusal::kMalformed;
  auto secret = base::unbase64(text.substr(kSecretAt, kSecretBytes), base::Base64::kUrl);
  if (!secret) return Refusal::kMalformed;
  const base::Digest hash = base::sha256({"yett api key 1", id, *secret});
  base::wipe(*secret);
  return PresentedKey(std::string(id), hash);
}

PlainKey PlainKey::make(base::Random& random) {
  std::array<std::byte, 40> bytes{};
  random.fill(bytes);
  std::string all(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::string secret = base::base64(std::string_view(all).substr(8), base::Base64::kUrl);
  std::string text(kKeyPrefix);
  text.reserve(kKeyBytes);  // one buffer, so that one wipe finds all of it
  text += base::hex(std::string_view(all).substr(0, 8));
  text += '_';
  text += secret;
  const std::string check = check_of(text);
  text += '_';
  text += check;
  base::wipe(secret);
  base::wipe(all);
  bytes.fill(std::byte{0});
  CHECK(text.size() == kKeyBytes);
  return PlainKey(std::move(text));
}

PlainKey::~PlainKey() { base::wipe(text_); }

}  // namespace identity
