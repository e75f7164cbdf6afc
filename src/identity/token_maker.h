// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Makes keys and signs tokens with them, good and bad ones. Trust zone: tests only.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "identity/algorithm.h"
#include "identity/key_set.h"
#include "identity/local_mac.h"
#include "identity/verify.h"

namespace identity::testing {

class SigningKey {
 public:
  // A fresh key; for kMac, 64 bytes that are the same each time.
  static SigningKey make(KeyKind kind, unsigned rsa_bits = 2048);
  // One of each kind that lives as long as the test: RSA keys are slow to make.
  static const SigningKey& of(KeyKind kind);

  ~SigningKey();
  SigningKey(SigningKey&&) noexcept;

  KeyKind kind() const { return kind_; }
  // The public members of its JWK (for kMac, `k`), without the braces; `more` is appended.
  std::string jwk(std::string_view more = "") const;
  // The raw signature of `input`, in the form that JWS has. `salt`: PSS only; -1: the hash's
  // length.
  std::string sign(Algorithm algorithm, std::string_view input, int salt = -1) const;

 private:
  struct State;
  SigningKey(KeyKind kind, std::unique_ptr<State> state);
  KeyKind kind_;
  std::unique_ptr<State> state_;
};

// The compact form of header and payload with the signature of this key.
std::string token(const SigningKey& key, Algorithm algorithm, std::string_view header,
                  std::string_view payload);
// The same with the header {"alg":...,"kid":"k"}.
std::string token(const SigningKey& key, Algorithm algorithm, std::string_view payload);

// Keys of this one key under the id "k", and who answers for its MACs.
struct Ring {
  KeySet keys;
  LocalMac oracle;
  Checked<SignedToken> verify(std::string_view text);
};
std::unique_ptr<Ring> ring(const SigningKey& key,
                           const KeyRules& rules = {.allowed = AlgorithmSet::all()});

// A payload as if signed: through the real verification, with a key of ours.
SignedToken signed_payload(std::string_view payload, bool legacy = false,
                           std::string_view header_more = "");

}  // namespace identity::testing
