// SPDX-License-Identifier: Apache-2.0
#include "identity/local_mac.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <memory>

#include "base/bytes.h"
#include "base/result.h"
#include "identity/hash.h"

namespace identity {
namespace {

EVP_MAC* fetched_hmac() {
  static EVP_MAC* const mac = [] {
    base::prepare_crypto();
    return ::EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  }();
  CHECK(mac != nullptr);
  return mac;
}

}  // namespace

LocalMac::~LocalMac() {
  for (auto& [name, entry] : secrets_) base::wipe(entry.secret);
}

void LocalMac::add(std::string name, std::string secret, SecretOrigin origin) {
  secrets_[std::move(name)] = {std::move(secret), origin};
}

std::string LocalMac::mac(Algorithm algorithm, std::string_view secret, std::string_view input) {
  const std::unique_ptr<EVP_MAC_CTX, decltype(&::EVP_MAC_CTX_free)> context(
      ::EVP_MAC_CTX_new(fetched_hmac()), &::EVP_MAC_CTX_free);
  std::string hash = hash_name(algorithm);
  const std::array<OSSL_PARAM, 2> params = {
      ::OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, hash.data(), 0),
      ::OSSL_PARAM_construct_end()};
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  std::size_t size = 0;
  const bool good =
      context &&
      ::EVP_MAC_init(context.get(), reinterpret_cast<const unsigned char*>(secret.data()),
                     secret.size(), params.data()) == 1 &&
      ::EVP_MAC_update(context.get(), reinterpret_cast<const unsigned char*>(input.data()),
                       input.size()) == 1 &&
      ::EVP_MAC_final(context.get(), out.data(), &size, out.size()) == 1;
  ::ERR_clear_error();
  return good ? std::string(reinterpret_cast<const char*>(out.data()), size) : std::string();
}

MacAnswer::Verdict LocalMac::verdict_of(const MacQuestion& question) {
  using Verdict = MacAnswer::Verdict;
  const auto found = secrets_.find(question.secret);
  // SECURITY: an empty secret is nobody's, wherever it comes from.
  if (found == secrets_.end()) return Verdict::kUnavailable;
  const Entry& entry = found->second;
  const std::size_t least = entry.origin == SecretOrigin::kOwn ? hash_bytes(question.algorithm) : 1;
  if (entry.secret.size() < least) return Verdict::kWeakSecret;
  const std::string wanted = mac(question.algorithm, entry.secret, question.input);
  if (wanted.empty()) return Verdict::kUnavailable;
  return base::equal_constant_time(wanted, question.tag) ? Verdict::kMatch : Verdict::kMismatch;
}

}  // namespace identity
