// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Keys that tokens are checked with, as one document of JSON Web Keys (RFC 7517) holds them.
// Trust zone: monitor (a document arrives through an egress; it is bounded and fuzzed).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "identity/public_key.h"
#include "identity/refusal.h"

namespace identity {

// What whoever configures an issuer says of its keys.
struct KeyRules {
  // SECURITY: what a key of this document may be used for, whatever the document says. MACs are
  // not among the default: an HS algorithm must be asked for.
  AlgorithmSet allowed{Algorithm::kRs256, Algorithm::kRs384, Algorithm::kRs512, Algorithm::kPs256,
                       Algorithm::kPs384, Algorithm::kPs512, Algorithm::kEs256, Algorithm::kEs384,
                       Algorithm::kEs512, Algorithm::kEdDsa};
  // Tokens under these keys may do without `exp`.
  bool legacy = false;
  // What the names of its MAC secrets begin with; the oracle knows them as PREFIX-1, PREFIX-2, ...
  std::string secrets_as = "jwk";
};

// A public key as a frame carries it: what an egress that has read the document hands on. Numbers
// are big-endian bytes.
struct KeyParts {
  std::optional<std::string> id;
  KeyKind kind = KeyKind::kRsa;  // not kMac (CHECK)
  std::string algorithm;         // `alg`; empty: it says none
  std::string first;             // modulus, or x
  std::string second;            // exponent, or y; empty for Ed25519
};

// One key. `secret` names a MAC secret that the oracle knows; else there is a public key.
struct VerificationKey {
  std::optional<std::string> id;
  AlgorithmSet algorithms;  // never empty
  bool legacy = false;
  std::shared_ptr<const PublicKey> key;  // shared: a set is replaced while tokens wait on a MAC
  std::string secret;

  // The key, or nothing if it is one to pass over: an algorithm that is not of its kind or not
  // allowed, a KeyFault, an id of more than 256 bytes. It is one for signatures: who reads the
  // document has looked at `use` and `key_ops`.
  static std::optional<VerificationKey> from(const KeyParts& parts, const KeyRules& rules);

  // A key that is a secret of the broker's. `algorithms` must be MACs (CHECK).
  static VerificationKey mac(std::optional<std::string> id, std::string secret,
                             AlgorithmSet algorithms, bool legacy);
};

// A MAC secret out of a document, on its way to whoever keeps secrets.
struct FoundSecret {
  std::string name;  // what VerificationKey::secret says
  std::string bytes;
};

class KeySet {
 public:
  KeySet() = default;
  // Keys that come from configuration. kInvalid: as for parse().
  static base::Result<KeySet> of(std::vector<VerificationKey> keys);

  // One JWK Set ({"keys": [...]}) or one JWK. A key that is not for this is passed over and counted
  // (RFC 7517 §5): `use` is not `sig`, `key_ops` lacks `verify`, another `kty`, `crv` or `alg`,
  // nothing that `rules` allow, a KeyFault. The document is refused as a whole (kInvalid;
  // kExhausted for a bound: 128 KiB, 32 keys) where what it means is in doubt:
  //   * it is no JSON, or repeats a member, or differs in case only
  //   * a member has the wrong type or is not base64url, a required one is not there
  //   * it holds a private key, or a MAC secret while `secrets` is null
  //   * mixed: MAC secrets and public keys in one document
  //   * ambiguous: two usable keys of one `kid`, or several and one has none
  // `secrets` takes the MAC secrets; a document of a URL never has any. Messages hold no part of
  // the document but the place of a key in it.
  static base::Result<KeySet> parse(std::string_view json, const KeyRules& rules,
                                    std::vector<FoundSecret>* secrets = nullptr);

  // The key for a token. With a `kid`: the key of exactly this id (kUnknownKeyId). Without: the
  // only key there is (kNoKeyId). Then it must be for the algorithm (kKeyAlgorithm). Valid as long
  // as the set.
  Checked<const VerificationKey*> find(const std::optional<std::string>& kid,
                                       Algorithm algorithm) const;

  std::size_t size() const { return keys_.size(); }
  std::size_t passed_over() const { return passed_over_; }

 private:
  base::Status check_ids() const;

  std::vector<VerificationKey> keys_;
  std::size_t passed_over_ = 0;
};

}  // namespace identity
