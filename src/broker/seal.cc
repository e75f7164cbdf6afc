// SPDX-License-Identifier: Apache-2.0
#include "broker/seal.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <memory>
#include <span>

#include "base/bytes.h"
#include "base/result.h"

namespace broker {
namespace {

constexpr std::size_t kNonce = 12;
constexpr std::size_t kTag = 16;

using Context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&::EVP_CIPHER_CTX_free)>;

const unsigned char* bytes(std::string_view s) {
  return reinterpret_cast<const unsigned char*>(s.data());
}
unsigned char* bytes(std::string& s) { return reinterpret_cast<unsigned char*>(s.data()); }

Context fresh() {
  Context context(::EVP_CIPHER_CTX_new(), &::EVP_CIPHER_CTX_free);
  CHECK(context != nullptr);
  return context;
}

}  // namespace

SealKey::~SealKey() { ::OPENSSL_cleanse(key_.data(), key_.size()); }

std::string seal(const SealKey& key, std::string_view bound, std::string_view text,
                 base::Random& random) {
  CHECK(text.size() < (1u << 30) && bound.size() < (1u << 30));
  std::string out(sealed_size(text.size()), '\0');
  random.fill(std::as_writable_bytes(std::span(out.data(), kNonce)));
  const Context context = fresh();
  unsigned char* const at = bytes(out);
  int n = 0;
  CHECK(::EVP_EncryptInit_ex(context.get(), ::EVP_aes_256_gcm(), nullptr, key.data(), at) == 1);
  CHECK(::EVP_EncryptUpdate(context.get(), nullptr, &n, bytes(bound),
                            static_cast<int>(bound.size())) == 1);
  CHECK(::EVP_EncryptUpdate(context.get(), at + kNonce, &n, bytes(text),
                            static_cast<int>(text.size())) == 1);
  CHECK(static_cast<std::size_t>(n) == text.size());
  CHECK(::EVP_EncryptFinal_ex(context.get(), at + kNonce + text.size(), &n) == 1 && n == 0);
  CHECK(::EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTag,
                              at + kNonce + text.size()) == 1);
  return out;
}

std::optional<std::string> unseal(const SealKey& key, std::string_view bound,
                                  std::string_view sealed) {
  if (sealed.size() < kNonce + kTag || sealed.size() >= (1u << 30)) return std::nullopt;
  std::string out(sealed.size() - kNonce - kTag, '\0');
  std::string tag(sealed.substr(sealed.size() - kTag));
  const Context context = fresh();
  int n = 0;
  CHECK(::EVP_DecryptInit_ex(context.get(), ::EVP_aes_256_gcm(), nullptr, key.data(),
                             bytes(sealed)) == 1);
  CHECK(::EVP_DecryptUpdate(context.get(), nullptr, &n, bytes(bound),
                            static_cast<int>(bound.size())) == 1);
  CHECK(::EVP_DecryptUpdate(context.get(), bytes(out), &n, bytes(sealed.substr(kNonce)),
                            static_cast<int>(out.size())) == 1);
  CHECK(::EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTag, tag.data()) == 1);
  unsigned char none[16];
  if (::EVP_DecryptFinal_ex(context.get(), none, &n) == 1) return out;
  base::wipe(out);  // SECURITY: nothing of a text that does not verify is used
  return std::nullopt;
}

}  // namespace broker
