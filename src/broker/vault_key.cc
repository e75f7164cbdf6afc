// SPDX-License-Identifier: Apache-2.0
#include "broker/vault_key.h"

#include <argon2.h>
#include <openssl/crypto.h>

#include <algorithm>

#include "base/bytes.h"

namespace broker {
namespace {

std::string_view without_trailing_space(std::string_view text) {
  while (!text.empty() && std::string_view(" \t\r\n").find(text.back()) != std::string_view::npos)
    text.remove_suffix(1);
  return text;
}

bool in_range(const Argon2& p) {
  return p.memory_kib >= 8 * 1024 && p.memory_kib <= 1024 * 1024 && p.passes >= 1 &&
         p.passes <= 16 && p.lanes >= 1 && p.lanes <= 4;
}

}  // namespace

base::Result<VaultKey> VaultKey::from_key_file(std::string& text) {
  auto raw = base::unhex(without_trailing_space(text));
  base::wipe(text);
  if (!raw || raw->size() != 32)
    return base::invalid("the vault's key file is not 64 hexadecimal digits");
  base::Digest root = base::hmac_sha256(*raw, {"yett vault root 1"});
  base::wipe(*raw);
  VaultKey out;
  std::ranges::copy(base::view(root), out.root_.data());
  ::OPENSSL_cleanse(root.data(), root.size());
  return out;
}

base::Result<VaultKey> VaultKey::from_passphrase(std::string& passphrase, const Argon2& parameters,
                                                 const Salt& salt) {
  if (passphrase.empty()) return base::invalid("the passphrase is empty");
  if (!in_range(parameters)) return base::invalid("the vault's key parameters are out of range");
  VaultKey out;
  const int code = ::argon2id_hash_raw(parameters.passes, parameters.memory_kib, parameters.lanes,
                                       passphrase.data(), passphrase.size(), salt.data(),
                                       salt.size(), out.root_.data(), out.root_.size());
  base::wipe(passphrase);
  if (code != ARGON2_OK)
    return base::Error{base::Errc::kExhausted, "the passphrase could not be hashed"};
  return out;
}

base::Digest VaultKey::derive(std::string_view purpose, std::string_view context) const {
  // The length keeps purpose and context apart.
  const std::string head = std::to_string(purpose.size()) + ":";
  return base::hmac_sha256({root_.data(), root_.size()}, {head, purpose, context});
}

}  // namespace broker
