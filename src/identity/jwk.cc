// SPDX-License-Identifier: Apache-2.0
#include "identity/jwk.h"

#include <algorithm>

#include "base/bytes.h"
#include "identity/limits.h"

namespace identity {
namespace {

using schema::Value;

// A member that is text, if it is there. kInvalid: it is something else.
base::Result<std::optional<std::string_view>> text_of(const Value& jwk, std::string_view name) {
  const Value* value = jwk.find(name);
  if (value == nullptr) return std::optional<std::string_view>();
  const std::string* text = value->as_string();
  if (text == nullptr) return base::invalid("a member has the wrong type");
  return std::optional<std::string_view>(*text);
}

base::Result<std::string> bytes_of(const Value& jwk, std::string_view name) {
  TRY_AS(const auto text, text_of(jwk, name));
  if (!text) return base::invalid("a required member is not there");
  auto bytes = base::unbase64(*text, base::Base64::kUrl);
  if (!bytes) return base::invalid("a member is not base64url");
  return std::move(*bytes);
}

// Whether the key is there to check signatures with.
base::Result<bool> is_for_signatures(const Value& jwk) {
  TRY_AS(const auto use, text_of(jwk, "use"));
  if (use && *use != "sig") return false;
  const Value* operations = jwk.find("key_ops");
  if (operations == nullptr) return true;
  if (operations->as_array() == nullptr) return base::invalid("a member has the wrong type");
  bool verify = false;
  for (const Value& item : *operations->as_array()) {
    if (item.as_string() == nullptr) return base::invalid("a member has the wrong type");
    const bool is_verify = *item.as_string() == "verify";
    if (is_verify && verify) return base::invalid("key_ops repeats itself");
    verify = verify || is_verify;
  }
  return verify;
}

// Nothing: a kind that we do not use.
std::optional<KeyKind> kind_of_key(std::string_view kty, std::string_view curve) {
  if (kty == "RSA") return KeyKind::kRsa;
  if (kty == "oct") return KeyKind::kMac;
  if (kty == "OKP" && curve == "Ed25519") return KeyKind::kEd25519;
  if (kty == "EC" && curve == "P-256") return KeyKind::kP256;
  if (kty == "EC" && curve == "P-384") return KeyKind::kP384;
  if (kty == "EC" && curve == "P-521") return KeyKind::kP521;
  return std::nullopt;
}

// The numbers of a public key.
base::Result<KeyParts> parts_of(const Value& jwk, KeyKind kind) {
  KeyParts out;
  out.kind = kind;
  const bool rsa = kind == KeyKind::kRsa;
  TRY_AS(out.first, bytes_of(jwk, rsa ? "n" : "x"));
  if (kind == KeyKind::kEd25519) return out;
  TRY_AS(out.second, bytes_of(jwk, rsa ? "e" : "y"));
  return out;
}

std::unique_ptr<PublicKey> public_key(const KeyParts& parts) {
  KeyFault fault = KeyFault::kNone;
  if (parts.kind == KeyKind::kRsa) return PublicKey::rsa(parts.first, parts.second, &fault);
  if (parts.kind == KeyKind::kEd25519) return PublicKey::ed25519(parts.first, &fault);
  return PublicKey::ec(parts.kind, parts.first, parts.second, &fault);
}

// What the key may be used for: what its kind can, its `alg` says and the rules allow.
AlgorithmSet algorithms_of(std::string_view named, KeyKind kind, const KeyRules& rules) {
  const AlgorithmSet possible = AlgorithmSet::of(kind) & rules.allowed;
  if (named.empty()) return possible;
  const auto algorithm = algorithm_of(named);
  return algorithm ? possible & AlgorithmSet{*algorithm} : AlgorithmSet();
}

base::Status check_private(const Value& jwk, KeyKind kind) {
  if (kind == KeyKind::kMac) return base::ok();
  for (const std::string_view name : {"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
    if (jwk.find(name) != nullptr) return base::invalid("it holds a private key");
  return base::ok();
}

}  // namespace

std::optional<VerificationKey> VerificationKey::from(const KeyParts& parts, const KeyRules& rules) {
  CHECK(parts.kind != KeyKind::kMac);
  VerificationKey out;
  out.algorithms = algorithms_of(parts.algorithm, parts.kind, rules);
  if (out.algorithms.empty()) return std::nullopt;
  if (parts.id && parts.id->size() > limits::kKeyIdBytes) return std::nullopt;
  out.id = parts.id;
  out.legacy = rules.legacy;
  out.key = public_key(parts);
  return out.key != nullptr ? std::optional(std::move(out)) : std::nullopt;
}

base::Result<std::optional<VerificationKey>> read_jwk(const Value& jwk, const KeyRules& rules,
                                                      std::optional<FoundSecret>* secret) {
  const std::optional<VerificationKey> none;
  if (jwk.as_object() == nullptr) return base::invalid("it is no object");
  TRY_AS(const auto kty, text_of(jwk, "kty"));
  TRY_AS(const auto curve, text_of(jwk, "crv"));
  TRY_AS(const auto id, text_of(jwk, "kid"));
  TRY_AS(const auto named, text_of(jwk, "alg"));
  TRY_AS(const bool for_signatures, is_for_signatures(jwk));
  if (!kty) return base::invalid("a required member is not there");
  if (id && id->size() > limits::kKeyIdBytes) return base::invalid("its kid is too long");
  const auto kind = kind_of_key(*kty, curve.value_or(""));
  if (!kind) return none;
  TRY(check_private(jwk, *kind));
  // An `alg` that is there and empty is no algorithm, and not none that is said.
  const std::string_view algorithm = named ? (named->empty() ? "?" : *named) : "";
  if (*kind == KeyKind::kMac) {
    // Read even if it is passed over: a secret among public keys is noticed.
    TRY_AS(std::string bytes, bytes_of(jwk, "k"));
    secret->emplace(FoundSecret{"", std::move(bytes)});
    const AlgorithmSet algorithms = algorithms_of(algorithm, *kind, rules);
    if (!for_signatures || algorithms.empty()) return none;
    return std::optional(VerificationKey::mac(id ? std::optional<std::string>(*id) : std::nullopt,
                                              "", algorithms, rules.legacy));
  }
  if (!for_signatures) return none;
  TRY_AS(KeyParts parts, parts_of(jwk, *kind));
  if (id) parts.id = std::string(*id);
  parts.algorithm = algorithm;
  return VerificationKey::from(parts, rules);
}

}  // namespace identity
