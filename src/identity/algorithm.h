// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The signature algorithms of tokens (RFC 7518 §3, RFC 8037) and which kind of key each takes.
// Trust zone: monitor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace identity {

enum class Algorithm : std::uint8_t {
  kRs256,
  kRs384,
  kRs512,
  kPs256,
  kPs384,
  kPs512,
  kEs256,
  kEs384,
  kEs512,
  kEdDsa,
  kHs256,
  kHs384,
  kHs512,
};
inline constexpr std::size_t kAlgorithms = 13;

// What a key is, as far as an algorithm asks.
enum class KeyKind : std::uint8_t { kRsa, kP256, kP384, kP521, kEd25519, kMac };

// The algorithm of exactly this name; nothing for `none` and for what is not in the list above.
// "Ed25519" (RFC 9864) is the same as "EdDSA" here, as no other curve is taken.
std::optional<Algorithm> algorithm_of(std::string_view name);
std::string_view name_of(Algorithm algorithm);
KeyKind kind_of(Algorithm algorithm);
// Bytes of the hash: 32, 48 or 64. A MAC secret shorter than this is weak (RFC 7518 §3.2).
std::size_t hash_bytes(Algorithm algorithm);

// A set of algorithms: what a key may be used for.
class AlgorithmSet {
 public:
  constexpr AlgorithmSet() = default;
  constexpr AlgorithmSet(std::initializer_list<Algorithm> list) {
    for (const Algorithm a : list) bits_ |= bit(a);
  }
  static constexpr AlgorithmSet all() { return AlgorithmSet((1u << kAlgorithms) - 1); }
  // Every algorithm that a key of this kind could be used with.
  static AlgorithmSet of(KeyKind kind);

  constexpr bool has(Algorithm a) const { return (bits_ & bit(a)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  friend constexpr AlgorithmSet operator&(AlgorithmSet a, AlgorithmSet b) {
    return AlgorithmSet(a.bits_ & b.bits_);
  }
  friend constexpr bool operator==(AlgorithmSet, AlgorithmSet) = default;

 private:
  explicit constexpr AlgorithmSet(unsigned bits) : bits_(bits) {}
  static constexpr unsigned bit(Algorithm a) { return 1u << static_cast<unsigned>(a); }
  unsigned bits_ = 0;
};

}  // namespace identity
