// SPDX-License-Identifier: Apache-2.0
#include "base/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <memory>
#include <string>

#include "base/result.h"

namespace base {
namespace {

using Context = std::unique_ptr<EVP_MD_CTX, decltype(&::EVP_MD_CTX_free)>;

// OpenSSL 3 looks an implicitly named digest up at every call; fetched once it is several times
// faster.
const EVP_MD* fetched_sha256() {
  static const EVP_MD* const md = [] {
    prepare_crypto();
    return ::EVP_MD_fetch(nullptr, "SHA256", nullptr);
  }();
  CHECK(md != nullptr);
  return md;
}

}  // namespace

void prepare_crypto() { CHECK(::OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr) == 1); }

Digest sha256(std::initializer_list<std::string_view> parts) {
  thread_local const Context context(::EVP_MD_CTX_new(), &::EVP_MD_CTX_free);
  CHECK(::EVP_DigestInit_ex2(context.get(), fetched_sha256(), nullptr) == 1);
  for (const auto part : parts)
    CHECK(::EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1);
  Digest out{};
  CHECK(::EVP_DigestFinal_ex(context.get(), out.data(), nullptr) == 1);
  return out;
}

Digest hmac_sha256(std::string_view key, std::initializer_list<std::string_view> parts) {
  std::array<char, 64> block{};
  if (key.size() > block.size()) {
    const Digest d = sha256({key});
    std::copy(d.begin(), d.end(), block.begin());
  } else {
    std::copy(key.begin(), key.end(), block.begin());
  }
  std::array<char, 64> inner{};
  std::array<char, 64> outer{};
  for (std::size_t i = 0; i < block.size(); ++i) {
    inner[i] = static_cast<char>(block[i] ^ 0x36);
    outer[i] = static_cast<char>(block[i] ^ 0x5c);
  }
  std::string text;
  for (const auto part : parts) text += part;
  const Digest first = sha256({std::string_view(inner.data(), inner.size()), text});
  return sha256({std::string_view(outer.data(), outer.size()), view(first)});
}

}  // namespace base
