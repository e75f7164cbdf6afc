// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// One public key, and checking a signature with it, over OpenSSL 3 with every algorithm fetched
// when the key is made. Trust zone: monitor.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "identity/algorithm.h"

namespace identity {

// Why a key of a known kind is not used.
enum class KeyFault : std::uint8_t {
  kNone,
  kSize,      // RSA: below 2048 or above 8192 bits; a coordinate of another length
  kExponent,  // RSA: even, below 65537, or above 64 bits
  kEncoding,  // RSA: a leading zero byte (RFC 7518 §6.3.1), or an even modulus
  kRoca,      // RSA: made by a chip whose keys can be factored (CVE-2017-15361)
  kPoint,     // not a point of the curve, or one of small order
};

class PublicKey {
 public:
  // Big-endian numbers as a JWK holds them. `*fault` says why there is none.
  static std::unique_ptr<PublicKey> rsa(std::string_view modulus, std::string_view exponent,
                                        KeyFault* fault);
  // `kind` is one of the three curves; both coordinates have its full length (RFC 7518 §6.2.1).
  static std::unique_ptr<PublicKey> ec(KeyKind kind, std::string_view x, std::string_view y,
                                       KeyFault* fault);
  // 32 bytes (RFC 8037 §2). A point of small order, with which anything verifies, is no key.
  static std::unique_ptr<PublicKey> ed25519(std::string_view x, KeyFault* fault);

  ~PublicKey();
  PublicKey(const PublicKey&) = delete;
  PublicKey& operator=(const PublicKey&) = delete;

  KeyKind kind() const;
  // Whether `signature` is one of `input` under `algorithm`, which must be of this key's kind
  // (CHECK). RSA: exactly the modulus' length; PSS with a salt of the hash's length and MGF1 of the
  // same hash (RFC 7518 §3.5). EC: r and s one after the other, each of the order's length and in
  // 1..order-1 (§3.4). Anything that goes wrong inside is false.
  bool verify(Algorithm algorithm, std::string_view input, std::string_view signature) const;

 private:
  struct State;
  explicit PublicKey(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace identity
