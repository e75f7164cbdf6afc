// SPDX-License-Identifier: Apache-2.0
#include "identity/hash.h"

#include <openssl/evp.h>

#include "base/digest.h"
#include "base/result.h"

namespace identity {
namespace {

// base/digest.cc says why these are fetched and why they are kept.
const EVP_MD* fetched(const char* name) {
  base::prepare_crypto();
  const EVP_MD* md = ::EVP_MD_fetch(nullptr, name, nullptr);
  CHECK(md != nullptr);
  return md;
}

}  // namespace

const char* hash_name(Algorithm algorithm) {
  const std::size_t bytes = hash_bytes(algorithm);
  return bytes == 32 ? "SHA2-256" : bytes == 48 ? "SHA2-384" : "SHA2-512";
}

const EVP_MD* fetched_hash(Algorithm algorithm) {
  static const EVP_MD* const k256 = fetched("SHA2-256");
  static const EVP_MD* const k384 = fetched("SHA2-384");
  static const EVP_MD* const k512 = fetched("SHA2-512");
  const std::size_t bytes = hash_bytes(algorithm);
  return bytes == 32 ? k256 : bytes == 48 ? k384 : k512;
}

std::string hash_of(Algorithm algorithm, std::string_view input) {
  std::string out(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  if (::EVP_Digest(input.data(), input.size(), reinterpret_cast<unsigned char*>(out.data()), &size,
                   fetched_hash(algorithm), nullptr) != 1)
    return {};
  out.resize(size);
  return out;
}

}  // namespace identity
