// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Authenticated encryption of one text: AES-256-GCM (NIST SP 800-38D) over OpenSSL's EVP, with a
// random 96-bit nonce in front and the 128-bit tag behind. Trust zone: broker.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/digest.h"

namespace broker {

// A key for seal and unseal; wiped at its end.
class SealKey {
 public:
  explicit SealKey(const base::Digest& key) : key_(key) {}
  SealKey(const SealKey&) = delete;
  SealKey& operator=(const SealKey&) = delete;
  ~SealKey();
  const unsigned char* data() const { return key_.data(); }

 private:
  base::Digest key_;
};

// Bytes of a sealed text of `n` bytes.
constexpr std::size_t sealed_size(std::size_t n) { return n + 12 + 16; }

// nonce | ciphertext | tag. `bound` is authenticated but not stored.
// LIMIT: 2^32 texts under one key (SP 800-38D §8.3); a vault that is written every second reaches
// that in 136 years.
std::string seal(const SealKey& key, std::string_view bound, std::string_view text,
                 base::Random& random);
// The text, or nothing if key, bound or any byte is another one.
std::optional<std::string> unseal(const SealKey& key, std::string_view bound,
                                  std::string_view sealed);

}  // namespace broker
