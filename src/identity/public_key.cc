// SPDX-License-Identifier: Apache-2.0
#include "identity/public_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <array>

#include "base/digest.h"
#include "base/result.h"
#include "identity/hash.h"
#include "identity/key_checks.h"

namespace identity {
namespace {

template <class T, void (*release)(T*)> struct Release {
  void operator()(T* p) const { release(p); }
};
template <class T, void (*release)(T*)> using Owned = std::unique_ptr<T, Release<T, release>>;

using Key = Owned<EVP_PKEY, &::EVP_PKEY_free>;
using KeyContext = Owned<EVP_PKEY_CTX, &::EVP_PKEY_CTX_free>;
using Number = Owned<BIGNUM, &::BN_free>;
using Builder = Owned<OSSL_PARAM_BLD, &::OSSL_PARAM_BLD_free>;
using Params = Owned<OSSL_PARAM, &::OSSL_PARAM_free>;
using EcSignature = Owned<ECDSA_SIG, &::ECDSA_SIG_free>;
using DigestContext = Owned<EVP_MD_CTX, &::EVP_MD_CTX_free>;

const unsigned char* bytes_of(std::string_view s) {
  return reinterpret_cast<const unsigned char*>(s.data());
}

Number number_of(std::string_view big_endian) {
  return Number(::BN_bin2bn(bytes_of(big_endian), static_cast<int>(big_endian.size()), nullptr));
}

struct Curve {
  KeyKind kind;
  const char* group;
  std::size_t bytes;
  const char* order;
};
// Orders: FIPS 186-5 (SP 800-186 §3.2.1).
constexpr Curve kCurves[] = {{KeyKind::kP256, "P-256", 32,
                              "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"},
                             {KeyKind::kP384, "P-384", 48,
                              "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf"
                              "581a0db248b0a77aecec196accc52973"},
                             {KeyKind::kP521, "P-521", 66,
                              "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa"
                              "51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409"}};

const Curve* curve_of(KeyKind kind) {
  for (const Curve& c : kCurves)
    if (c.kind == kind) return &c;
  return nullptr;
}

Key key_from(const char* type, OSSL_PARAM_BLD* builder) {
  const Params params(::OSSL_PARAM_BLD_to_param(builder));
  const KeyContext context(::EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!params || !context || ::EVP_PKEY_fromdata_init(context.get()) != 1) return nullptr;
  if (::EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1)
    return nullptr;
  return Key(key);
}

bool is_sound(EVP_PKEY* key) {
  const KeyContext context(::EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  return context && ::EVP_PKEY_public_check(context.get()) == 1;
}

bool set_padding(EVP_PKEY_CTX* context, Algorithm algorithm) {
  const bool pss = algorithm == Algorithm::kPs256 || algorithm == Algorithm::kPs384 ||
                   algorithm == Algorithm::kPs512;
  if (!pss) return ::EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
  return ::EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         ::EVP_PKEY_CTX_set_rsa_mgf1_md(context, fetched_hash(algorithm)) == 1 &&
         ::EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

// A context that is ready to verify, so that nothing is looked up per signature.
KeyContext prepared(EVP_PKEY* key, Algorithm algorithm) {
  KeyContext context(::EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  if (!context || ::EVP_PKEY_verify_init(context.get()) != 1) return nullptr;
  if (kind_of(algorithm) == KeyKind::kRsa && !set_padding(context.get(), algorithm)) return nullptr;
  if (::EVP_PKEY_CTX_set_signature_md(context.get(), fetched_hash(algorithm)) != 1) return nullptr;
  return context;
}

bool in_order(const BIGNUM* n, const BIGNUM* order) {
  return ::BN_is_zero(n) == 0 && ::BN_is_negative(n) == 0 && ::BN_cmp(n, order) < 0;
}

// The DER form that OpenSSL takes; empty if r or s is out of its range.
std::string der_of(const Curve& curve, const BIGNUM* order, std::string_view raw) {
  if (raw.size() != 2 * curve.bytes) return {};
  Number r = number_of(raw.substr(0, curve.bytes));
  Number s = number_of(raw.substr(curve.bytes));
  if (!r || !s || !in_order(r.get(), order) || !in_order(s.get(), order)) return {};
  const EcSignature pair(::ECDSA_SIG_new());
  if (!pair || ::ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) return {};
  static_cast<void>(r.release());  // they are the pair's now
  static_cast<void>(s.release());
  std::array<unsigned char, 256> der{};
  unsigned char* end = der.data();
  const int size = ::i2d_ECDSA_SIG(pair.get(), nullptr);
  if (size <= 0 || static_cast<std::size_t>(size) > der.size()) return {};
  static_cast<void>(::i2d_ECDSA_SIG(pair.get(), &end));
  return {reinterpret_cast<const char*>(der.data()), static_cast<std::size_t>(size)};
}

bool verify_eddsa(EVP_PKEY* key, std::string_view input, std::string_view signature) {
  const DigestContext context(::EVP_MD_CTX_new());
  return context && signature.size() == 64 &&
         ::EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key) == 1 &&
         ::EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(input),
                            input.size()) == 1;
}

}  // namespace

struct PublicKey::State {
  KeyKind kind = KeyKind::kRsa;
  Key key;
  Number order;               // EC
  std::size_t rsa_bytes = 0;  // RSA: of the modulus
  std::array<KeyContext, kAlgorithms> ready;

  // False: OpenSSL has no such algorithm.
  bool prepare() {
    if (kind == KeyKind::kEd25519) return true;
    const AlgorithmSet mine = AlgorithmSet::of(kind);
    for (std::size_t i = 0; i < kAlgorithms; ++i) {
      const auto algorithm = static_cast<Algorithm>(i);
      if (!mine.has(algorithm)) continue;
      ready[i] = prepared(key.get(), algorithm);
      if (!ready[i]) return false;
    }
    return true;
  }
};

PublicKey::PublicKey(std::unique_ptr<State> state) : state_(std::move(state)) {}
PublicKey::~PublicKey() = default;
KeyKind PublicKey::kind() const { return state_->kind; }

std::unique_ptr<PublicKey> PublicKey::rsa(std::string_view modulus, std::string_view exponent,
                                          KeyFault* fault) {
  base::prepare_crypto();
  *fault = fault_of_rsa(modulus, exponent);
  if (*fault != KeyFault::kNone) return nullptr;
  const Number n = number_of(modulus);
  const Number e = number_of(exponent);
  const Builder builder(::OSSL_PARAM_BLD_new());
  CHECK(n && e && builder);
  CHECK(::OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) == 1);
  CHECK(::OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) == 1);
  auto state = std::make_unique<State>();
  state->key = key_from("RSA", builder.get());
  state->rsa_bytes = modulus.size();
  const bool good = state->key && state->prepare();
  ::ERR_clear_error();
  *fault = good ? KeyFault::kNone : KeyFault::kSize;
  return good ? std::unique_ptr<PublicKey>(new PublicKey(std::move(state))) : nullptr;
}

std::unique_ptr<PublicKey> PublicKey::ec(KeyKind kind, std::string_view x, std::string_view y,
                                         KeyFault* fault) {
  base::prepare_crypto();
  const Curve* curve = curve_of(kind);
  CHECK(curve != nullptr);
  *fault = KeyFault::kSize;
  if (x.size() != curve->bytes || y.size() != curve->bytes) return nullptr;
  const std::string point = "\x04" + std::string(x) + std::string(y);
  const Builder builder(::OSSL_PARAM_BLD_new());
  CHECK(builder);
  CHECK(::OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve->group,
                                          0) == 1);
  CHECK(::OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                           point.size()) == 1);
  auto state = std::make_unique<State>();
  state->kind = kind;
  state->key = key_from("EC", builder.get());
  BIGNUM* order = nullptr;
  CHECK(::BN_hex2bn(&order, curve->order) > 0);
  state->order.reset(order);
  const bool good = state->key && is_sound(state->key.get()) && state->prepare();
  ::ERR_clear_error();
  *fault = good ? KeyFault::kNone : KeyFault::kPoint;
  return good ? std::unique_ptr<PublicKey>(new PublicKey(std::move(state))) : nullptr;
}

std::unique_ptr<PublicKey> PublicKey::ed25519(std::string_view x, KeyFault* fault) {
  base::prepare_crypto();
  *fault = x.size() != 32      ? KeyFault::kSize
           : is_small_order(x) ? KeyFault::kPoint
                               : KeyFault::kNone;
  if (*fault != KeyFault::kNone) return nullptr;
  auto state = std::make_unique<State>();
  state->kind = KeyKind::kEd25519;
  state->key.reset(
      ::EVP_PKEY_new_raw_public_key_ex(nullptr, "ED25519", nullptr, bytes_of(x), x.size()));
  const bool good = state->key != nullptr;
  ::ERR_clear_error();
  *fault = good ? KeyFault::kNone : KeyFault::kPoint;
  return good ? std::unique_ptr<PublicKey>(new PublicKey(std::move(state))) : nullptr;
}

bool PublicKey::verify(Algorithm algorithm, std::string_view input,
                       std::string_view signature) const {
  CHECK(kind_of(algorithm) == state_->kind);
  if (state_->kind == KeyKind::kEd25519) {
    const bool good = verify_eddsa(state_->key.get(), input, signature);
    ::ERR_clear_error();
    return good;
  }
  const Curve* curve = curve_of(state_->kind);
  const bool rsa = curve == nullptr;
  if (rsa && signature.size() != state_->rsa_bytes) return false;
  const std::string der =
      rsa ? std::string(signature) : der_of(*curve, state_->order.get(), signature);
  const std::string digest = hash_of(algorithm, input);
  if (der.empty() || digest.empty()) return false;
  const auto& ready = state_->ready[static_cast<std::size_t>(algorithm)];
  const KeyContext context(::EVP_PKEY_CTX_dup(ready.get()));
  const bool good = context && ::EVP_PKEY_verify(context.get(), bytes_of(der), der.size(),
                                                 bytes_of(digest), digest.size()) == 1;
  ::ERR_clear_error();
  return good;
}

}  // namespace identity
