// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// SipHash-2-4 with 128 bits (Aumasson and Bernstein 2012; the authors' 128-bit variant): names of
// callers become keys of a table that nobody can aim at, and of one size. Trust zone: monitor.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string_view>

#include "base/clock.h"

namespace identity {

struct Key128 {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  friend bool operator==(const Key128&, const Key128&) = default;
};

class KeyedHash {
 public:
  explicit KeyedHash(base::Random& random);
  KeyedHash(std::uint64_t k0, std::uint64_t k1) : k0_(k0), k1_(k1) {}

  Key128 operator()(std::string_view bytes) const;

 private:
  std::uint64_t k0_;
  std::uint64_t k1_;
};

}  // namespace identity
