// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Unsigned integers as little-endian bytes, the only integers of the log format. Trust zone: as
// audit/entry.h.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace audit {

template <std::unsigned_integral T> void put_le(std::string& out, T value) {
  char bytes[sizeof(T)];
  for (std::size_t i = 0; i < sizeof(T); ++i) bytes[i] = static_cast<char>(value >> (8 * i) & 255u);
  out.append(bytes, sizeof(T));
}

// The integer at the start of `in`, which must hold at least sizeof(T) bytes.
template <std::unsigned_integral T> T get_le(std::string_view in) {
  std::uint64_t value = 0;
  for (std::size_t i = sizeof(T); i-- > 0;) value = value << 8 | static_cast<unsigned char>(in[i]);
  return static_cast<T>(value);
}

}  // namespace audit
