// SPDX-License-Identifier: Apache-2.0
#include "identity/key_set.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/bytes.h"
#include "identity/jwk.h"
#include "identity/limits.h"
#include "schema/parse.h"

namespace identity {
namespace {

using schema::Value;

// The keys of a document: its list, or the document itself.
base::Result<std::vector<const Value*>> keys_of(const Value& document) {
  std::vector<const Value*> out;
  const Value* list = document.find("keys");
  if (list == nullptr) {
    if (document.find("kty") == nullptr) return base::invalid("key set: it has no keys");
    out.push_back(&document);
    return out;
  }
  if (document.find("kty") != nullptr) return base::invalid("key set: it is a key as well");
  if (list->as_array() == nullptr) return base::invalid("key set: `keys` is no list");
  if (list->as_array()->size() > limits::kKeysPerSet)
    return base::Error{base::Errc::kExhausted, "key set: more than 32 keys"};
  for (const Value& item : *list->as_array()) out.push_back(&item);
  return out;
}

base::Result<Value> document_of(std::string_view json) {
  const schema::ParseLimits bounds{
      .max_depth = 8, .max_bytes = limits::kKeySetBytes, .max_values = limits::kKeySetValues};
  auto value = schema::parse(json, bounds);
  // SECURITY: the parser's own message shows a character or a key; here it may be of a secret.
  if (!value.ok()) return base::Error{value.error().code, "key set: not strict JSON in its bounds"};
  return value;
}

void wipe_all(std::vector<FoundSecret>& secrets) {
  for (FoundSecret& s : secrets) base::wipe(s.bytes);
  secrets.clear();
}

// Reads keys one after the other and remembers what must not come together.
struct Reading {
  const KeyRules& rules;
  std::vector<VerificationKey> keys;
  std::vector<FoundSecret> secrets;
  std::size_t passed_over = 0;
  std::size_t public_keys = 0;

  base::Status add(const Value& jwk) {
    std::optional<FoundSecret> secret;
    auto key = read_jwk(jwk, rules, &secret);
    if (!key.ok()) {
      if (secret) base::wipe(secret->bytes);
      return std::move(key).error();
    }
    if (secret) {
      secret->name = fmt::format("{}-{}", rules.secrets_as, secrets.size() + 1);
      if (*key) (*key)->secret = secret->name;
      secrets.push_back(std::move(*secret));
    } else {
      ++public_keys;
    }
    if (*key) keys.push_back(std::move(**key));
    else ++passed_over;
    return base::ok();
  }
};

base::Status read_all(Reading& reading, const std::vector<const Value*>& keys, bool may_be_secret) {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const base::Status status = reading.add(*keys[i]);
    if (!status.ok())
      return base::invalid(fmt::format("key set: key {}: {}", i + 1, status.error().message));
  }
  if (!reading.secrets.empty() && reading.public_keys > 0)
    return base::invalid("key set: mixed: secrets and public keys");
  if (!reading.secrets.empty() && !may_be_secret)
    return base::invalid("key set: it holds a secret");
  return base::ok();
}

}  // namespace

VerificationKey VerificationKey::mac(std::optional<std::string> id, std::string secret,
                                     AlgorithmSet algorithms, bool legacy) {
  CHECK(!algorithms.empty() && (algorithms & AlgorithmSet::of(KeyKind::kMac)) == algorithms);
  VerificationKey out;
  out.id = std::move(id);
  out.secret = std::move(secret);
  out.algorithms = algorithms;
  out.legacy = legacy;
  return out;
}

base::Status KeySet::check_ids() const {
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    if (!keys_[i].id && keys_.size() > 1)
      return base::invalid("key set: ambiguous: several keys and one has no kid");
    for (std::size_t k = 0; k < i; ++k)
      if (keys_[k].id == keys_[i].id)
        return base::invalid("key set: ambiguous: two keys have one kid");
  }
  return base::ok();
}

base::Result<KeySet> KeySet::of(std::vector<VerificationKey> keys) {
  if (keys.size() > limits::kKeysPerSet)
    return base::Error{base::Errc::kExhausted, "key set: more than 32 keys"};
  const auto is_mac = [](const VerificationKey& k) { return k.key == nullptr; };
  if (std::ranges::any_of(keys, is_mac) && !std::ranges::all_of(keys, is_mac))
    return base::invalid("key set: mixed: secrets and public keys");
  KeySet out;
  out.keys_ = std::move(keys);
  TRY(out.check_ids());
  return out;
}

base::Result<KeySet> KeySet::parse(std::string_view json, const KeyRules& rules,
                                   std::vector<FoundSecret>* secrets) {
  TRY_AS(const Value document, document_of(json));
  TRY_AS(const auto list, keys_of(document));
  Reading reading{rules, {}, {}, 0, 0};
  KeySet out;
  base::Status status = read_all(reading, list, secrets != nullptr);
  if (status.ok()) {
    out.keys_ = std::move(reading.keys);
    out.passed_over_ = reading.passed_over;
    status = out.check_ids();
  }
  if (!status.ok()) {
    wipe_all(reading.secrets);
    return std::move(status).error();
  }
  if (secrets != nullptr) *secrets = std::move(reading.secrets);
  return out;
}

Checked<const VerificationKey*> KeySet::find(const std::optional<std::string>& kid,
                                             Algorithm algorithm) const {
  const VerificationKey* found = nullptr;
  if (kid) {
    for (const VerificationKey& key : keys_)
      if (key.id == kid) found = &key;
    if (found == nullptr) return Refusal::kUnknownKeyId;
  } else {
    if (keys_.empty()) return Refusal::kUnknownKeyId;
    if (keys_.size() > 1) return Refusal::kNoKeyId;
    found = keys_.data();
  }
  if (!found->algorithms.has(algorithm)) return Refusal::kKeyAlgorithm;
  return found;
}

}  // namespace identity
