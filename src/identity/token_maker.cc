// SPDX-License-Identifier: Apache-2.0
#include "identity/token_maker.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <map>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/result.h"
#include "identity/hash.h"

namespace identity::testing {
namespace {

std::string b64(std::string_view bytes) { return base::base64(bytes, base::Base64::kUrl); }

const char* group_of(KeyKind kind) {
  return kind == KeyKind::kP256 ? "P-256" : kind == KeyKind::kP384 ? "P-384" : "P-521";
}
int coordinate_bytes(KeyKind kind) {
  return kind == KeyKind::kP256 ? 32 : kind == KeyKind::kP384 ? 48 : 66;
}

std::string number(EVP_PKEY* key, const char* name, int width) {
  BIGNUM* n = nullptr;
  CHECK(::EVP_PKEY_get_bn_param(key, name, &n) == 1);
  std::string out(static_cast<std::size_t>(width > 0 ? width : BN_num_bytes(n)), '\0');
  CHECK(::BN_bn2binpad(n, reinterpret_cast<unsigned char*>(out.data()),
                       static_cast<int>(out.size())) >= 0);
  ::BN_free(n);
  return out;
}

// r and s of a DER signature, each of the width of the curve.
std::string raw_of(std::string_view der, int width) {
  const auto* p = reinterpret_cast<const unsigned char*>(der.data());
  ECDSA_SIG* sig = ::d2i_ECDSA_SIG(nullptr, &p, static_cast<long>(der.size()));
  CHECK(sig != nullptr);
  const auto bytes = static_cast<std::size_t>(width);
  std::string out(bytes * 2, '\0');
  auto* at = reinterpret_cast<unsigned char*>(out.data());
  CHECK(::BN_bn2binpad(::ECDSA_SIG_get0_r(sig), at, width) >= 0);
  CHECK(::BN_bn2binpad(::ECDSA_SIG_get0_s(sig), at + bytes, width) >= 0);
  ::ECDSA_SIG_free(sig);
  return out;
}

bool is_pss(Algorithm a) {
  return a == Algorithm::kPs256 || a == Algorithm::kPs384 || a == Algorithm::kPs512;
}

}  // namespace

struct SigningKey::State {
  EVP_PKEY* key = nullptr;
  std::string secret;
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { ::EVP_PKEY_free(key); }
};

SigningKey::SigningKey(KeyKind kind, std::unique_ptr<State> state)
    : kind_(kind), state_(std::move(state)) {}
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey::~SigningKey() = default;

SigningKey SigningKey::make(KeyKind kind, unsigned rsa_bits) {
  base::prepare_crypto();
  auto state = std::make_unique<State>();
  switch (kind) {
    case KeyKind::kRsa:
      state->key = ::EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{rsa_bits});
      break;
    case KeyKind::kEd25519: state->key = ::EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"); break;
    case KeyKind::kMac: state->secret.assign(64, 's'); break;
    case KeyKind::kP256:
    case KeyKind::kP384:
    case KeyKind::kP521:
      state->key = ::EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", group_of(kind));
      break;
  }
  CHECK(kind == KeyKind::kMac || state->key != nullptr);
  return {kind, std::move(state)};
}

const SigningKey& SigningKey::of(KeyKind kind) {
  static std::map<KeyKind, SigningKey> keys;
  const auto found = keys.find(kind);
  return found != keys.end() ? found->second : keys.emplace(kind, make(kind)).first->second;
}

std::string SigningKey::jwk(std::string_view more) const {
  EVP_PKEY* key = state_->key;
  if (kind_ == KeyKind::kMac)
    return fmt::format(R"("kty":"oct","k":"{}"{})", b64(state_->secret), more);
  if (kind_ == KeyKind::kRsa)
    return fmt::format(R"("kty":"RSA","n":"{}","e":"{}"{})",
                       b64(number(key, OSSL_PKEY_PARAM_RSA_N, 0)),
                       b64(number(key, OSSL_PKEY_PARAM_RSA_E, 0)), more);
  if (kind_ == KeyKind::kEd25519) {
    std::string x(32, '\0');
    std::size_t size = x.size();
    CHECK(::EVP_PKEY_get_raw_public_key(key, reinterpret_cast<unsigned char*>(x.data()), &size) ==
          1);
    return fmt::format(R"("kty":"OKP","crv":"Ed25519","x":"{}"{})", b64(x), more);
  }
  const int width = coordinate_bytes(kind_);
  return fmt::format(R"("kty":"EC","crv":"{}","x":"{}","y":"{}"{})", group_of(kind_),
                     b64(number(key, OSSL_PKEY_PARAM_EC_PUB_X, width)),
                     b64(number(key, OSSL_PKEY_PARAM_EC_PUB_Y, width)), more);
}

std::string SigningKey::sign(Algorithm algorithm, std::string_view input, int salt) const {
  if (kind_ == KeyKind::kMac) return LocalMac::mac(algorithm, state_->secret, input);
  EVP_MD_CTX* context = ::EVP_MD_CTX_new();
  EVP_PKEY_CTX* settings = nullptr;
  const EVP_MD* md = kind_ == KeyKind::kEd25519 ? nullptr : fetched_hash(algorithm);
  CHECK(::EVP_DigestSignInit(context, &settings, md, nullptr, state_->key) == 1);
  if (is_pss(algorithm)) {
    CHECK(::EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PSS_PADDING) == 1);
    CHECK(::EVP_PKEY_CTX_set_rsa_pss_saltlen(settings, salt) == 1);
  }
  const auto* bytes = reinterpret_cast<const unsigned char*>(input.data());
  std::string out(1200, '\0');
  std::size_t size = out.size();
  CHECK(::EVP_DigestSign(context, reinterpret_cast<unsigned char*>(out.data()), &size, bytes,
                         input.size()) == 1);
  ::EVP_MD_CTX_free(context);
  out.resize(size);
  const bool ec = kind_ != KeyKind::kRsa && kind_ != KeyKind::kEd25519;
  return ec ? raw_of(out, coordinate_bytes(kind_)) : out;
}

std::string token(const SigningKey& key, Algorithm algorithm, std::string_view header,
                  std::string_view payload) {
  const std::string input = b64(header) + "." + b64(payload);
  return input + "." + b64(key.sign(algorithm, input));
}

std::string token(const SigningKey& key, Algorithm algorithm, std::string_view payload) {
  return token(key, algorithm, fmt::format(R"({{"alg":"{}","kid":"k"}})", name_of(algorithm)),
               payload);
}

Checked<SignedToken> Ring::verify(std::string_view text) {
  auto parsed = UnverifiedToken::parse(text);
  if (!parsed) return parsed.refusal();
  return Verifier::verify(std::move(*parsed), keys, oracle);
}

std::unique_ptr<Ring> ring(const SigningKey& key, const KeyRules& rules) {
  auto out = std::make_unique<Ring>();
  std::vector<FoundSecret> secrets;
  auto keys = KeySet::parse("{" + key.jwk(R"(,"kid":"k")") + "}", rules, &secrets);
  CHECK(keys.ok());
  out->keys = std::move(*keys);
  for (FoundSecret& s : secrets) out->oracle.add(s.name, std::move(s.bytes));
  return out;
}

SignedToken signed_payload(std::string_view payload, bool legacy, std::string_view header_more) {
  const SigningKey& key = SigningKey::of(KeyKind::kMac);
  const auto keys = ring(key, {.allowed = AlgorithmSet::all(), .legacy = legacy});
  const std::string header = fmt::format(R"({{"alg":"HS256","kid":"k"{}}})", header_more);
  auto out = keys->verify(token(key, Algorithm::kHs256, header, payload));
  CHECK(out.ok());
  return std::move(*out);
}

}  // namespace identity::testing
