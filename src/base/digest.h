// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// SHA-256 and HMAC-SHA-256 over OpenSSL 3, fetched once. Trust zone: all programs.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace base {

// Readies OpenSSL without its configuration file, which could load modules into the process and
// which a locked-down program cannot open. The first thing that main of a program with cryptography
// does; the functions below see to it themselves.
void prepare_crypto();

// A SHA-256 value (FIPS 180-4).
using Digest = std::array<std::uint8_t, 32>;

inline std::string_view view(const Digest& d) {
  return {reinterpret_cast<const char*>(d.data()), d.size()};
}

// SHA-256 of the concatenation of `parts`.
Digest sha256(std::initializer_list<std::string_view> parts);

// HMAC-SHA-256 (RFC 2104) of the concatenation of `parts` under `key`.
Digest hmac_sha256(std::string_view key, std::initializer_list<std::string_view> parts);

}  // namespace base
