// SPDX-License-Identifier: Apache-2.0
#include "identity/key_checks.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "identity/limits.h"

namespace identity {
namespace {

constexpr std::array<unsigned, 38> kPrimes = {
    3,  5,  7,  11, 13, 17,  19,  23,  29,  31,  37,  41,  43,  47,  53,  59,  61,  67,  71,
    73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167};

unsigned byte_of(char c) { return static_cast<unsigned char>(c); }

unsigned remainder(std::string_view number, unsigned divisor) {
  unsigned r = 0;
  for (const char c : number) r = (r * 256 + byte_of(c)) % divisor;
  return r;
}

bool is_power_of_65537(unsigned value, unsigned prime) {
  unsigned power = 1;
  for (unsigned i = 0; i < prime; ++i) {
    if (power == value) return true;
    power = power * (65537 % prime) % prime;
  }
  return false;
}

KeyFault fault_of_exponent(std::string_view exponent) {
  if (exponent.size() > 8) return KeyFault::kExponent;
  std::uint64_t e = 0;
  for (const char c : exponent) e = e << 8 | byte_of(c);
  return e < 65537 || e % 2 == 0 ? KeyFault::kExponent : KeyFault::kNone;
}

// The y coordinates, little-endian: 0, 1, p-1, the two of order 8, and p, p+1, which are 0 and 1
// written in another way.
constexpr std::string_view kSmallOrder[] = {
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"};

}  // namespace

bool is_roca(std::string_view modulus) {
  return std::ranges::all_of(
      kPrimes, [&](unsigned p) { return is_power_of_65537(remainder(modulus, p), p); });
}

KeyFault fault_of_rsa(std::string_view modulus, std::string_view exponent) {
  if (modulus.empty() || exponent.empty()) return KeyFault::kSize;
  if (modulus[0] == 0 || exponent[0] == 0) return KeyFault::kEncoding;
  const std::size_t bits =
      modulus.size() * 8 -
      static_cast<std::size_t>(std::countl_zero(static_cast<unsigned char>(byte_of(modulus[0]))));
  if (bits < limits::kRsaMinBits || bits > limits::kRsaMaxBits) return KeyFault::kSize;
  if (byte_of(modulus.back()) % 2 == 0) return KeyFault::kEncoding;
  if (const KeyFault fault = fault_of_exponent(exponent); fault != KeyFault::kNone) return fault;
  return is_roca(modulus) ? KeyFault::kRoca : KeyFault::kNone;
}

bool is_small_order(std::string_view x) {
  if (x.size() != 32) return false;
  std::string y(x);
  y[31] = static_cast<char>(byte_of(y[31]) & 0x7f);  // the sign of the other coordinate
  return std::ranges::find(kSmallOrder, base::hex(y)) != std::end(kSmallOrder);
}

}  // namespace identity
