// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A JSON Web Signature in its compact form (RFC 7515 §7.1), taken apart and not believed. The
// states of a token are types: UnverifiedToken, SignedToken (verify.h), VerifiedClaims (claims.h),
// Principal (principal.h); each is made from the one before it and by nothing else.
// Trust zone: monitor (reads hostile text: the one place where it does, bounded and fuzzed).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "identity/algorithm.h"
#include "identity/refusal.h"

namespace identity {

// SECURITY: it has no reader for what the token claims: what nobody signed cannot be used by
// mistake. Only what finds the key can be read.
class UnverifiedToken {
 public:
  // Takes the three parts apart and reads the header; the payload is decoded and not looked at.
  // Refused: more than 8 KiB (kTooLong); another number of parts than three, or one that is not
  // base64url without padding, white space and stray bits (kMalformed); a header that is not one
  // JSON object of at most 16 members and 1 KiB, whose `alg`, `kid`, `typ`, `cty` are not strings,
  // or that holds `enc` or `zip` or another array or object (kHeader); kDuplicateMember; `crit` or
  // `b64` (kCritical); `jwk`, `jku`, `x5u`, `x5c` (kEmbeddedKey); no `alg` or one that is not in
  // algorithm.h (kAlgorithm). Members that are not known and are not containers are passed over
  // (RFC 7515 §4).
  static Checked<UnverifiedToken> parse(std::string_view compact);

  Algorithm algorithm() const { return algorithm_; }
  // What it says its key is called: a word to look up among keys we have, and nothing more.
  const std::optional<std::string>& key_id() const { return key_id_; }

 private:
  friend class Verifier;
  UnverifiedToken() = default;

  Algorithm algorithm_ = Algorithm::kRs256;
  std::optional<std::string> key_id_;
  std::optional<std::string> type_;
  std::string input_;      // header '.' payload, as they were: what is signed
  std::string payload_;    // decoded
  std::string signature_;  // decoded
};

}  // namespace identity
