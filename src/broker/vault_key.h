// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The root key of a file vault, from a key file or a passphrase, and the keys that are derived from
// it. Trust zone: broker.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "base/result.h"
#include "broker/locked_bytes.h"

namespace broker {

// How the root key is had; the numbers stand in vault files.
enum class KeyMode : std::uint32_t { kKeyFile = 1, kPassphrase = 2 };

// Argon2id (RFC 9106). The defaults are its second recommended set: 64 MiB, three passes; one lane,
// because the broker is single-threaded.
struct Argon2 {
  std::uint32_t memory_kib = 64 * 1024;
  std::uint32_t passes = 3;
  std::uint32_t lanes = 1;
};
using Salt = std::array<std::uint8_t, 32>;

// The purpose of the key of the argument store; its context is the tenant.
inline constexpr std::string_view kValuesPurpose = "yett values 1";

// 32 bytes in locked memory. Moved, never copied.
class VaultKey {
 public:
  // 64 hexadecimal digits, white space at the end allowed; `text` is wiped. kInvalid otherwise.
  static base::Result<VaultKey> from_key_file(std::string& text);
  // `passphrase` without its newline; it is wiped. kInvalid if it is empty or the parameters are
  // out of range (8 MiB..1 GiB, 1..16 passes, 1..4 lanes); kExhausted if there is no memory for it.
  static base::Result<VaultKey> from_passphrase(std::string& passphrase, const Argon2& parameters,
                                                const Salt& salt);

  // HMAC-SHA-256 of `purpose` and `context` under the root. `purpose` names the use and its
  // version.
  base::Digest derive(std::string_view purpose, std::string_view context) const;

 private:
  VaultKey() : root_(32) {}
  LockedBytes root_;
};

}  // namespace broker
