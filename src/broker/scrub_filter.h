// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Bloom filters over the beginnings and over the insides of patterns, by which most places of a
// text are passed over with one look. Pure. Trust zone: broker.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace broker {

// A set of 64-bit keys: two bits of one word each. May say yes too often, never no wrongly.
class KeyFilter {
 public:
  KeyFilter() : KeyFilter(0) {}
  explicit KeyFilter(std::size_t keys);  // room for this many: about 1 % wrong yeses
  void add(std::uint64_t key) {
    const std::uint64_t mixed = mix(key);
    words_[mixed >> shift_] |= mask(mixed);
  }
  bool has(std::uint64_t key) const {
    const std::uint64_t mixed = mix(key);
    return (words_[mixed >> shift_] & mask(mixed)) == mask(mixed);
  }

 private:
  static std::uint64_t mix(std::uint64_t key) {
    key *= 0x9e3779b97f4a7c15u;
    return (key ^ key >> 32) * 0xd6e8feb86659fd93u;
  }
  static std::uint64_t mask(std::uint64_t mixed) {
    return std::uint64_t{1} << (mixed & 63) | std::uint64_t{1} << (mixed >> 6 & 63);
  }
  std::vector<std::uint64_t> words_;
  unsigned shift_ = 0;
};

// What is known of all long patterns. Compares without bit 5 of each byte, so that patterns that
// match in any case need no filter of their own.
class PatternFilter {
 public:
  static constexpr std::size_t kBegin = 4;  // the most bytes of a beginning that are looked at
  static constexpr std::size_t kGram = 5;   // bytes of an inside

  // Each pattern has base::limits::kSecretMinBytes bytes at least, so that each byte of it is the
  // last of a gram or at one of the first kGram - 1 places.
  void build(const std::vector<std::string_view>& patterns);

  // False where no pattern has this byte.
  bool occurs(char byte) const { return bytes_[fold(byte)]; }
  // False where no pattern begins with these bytes; 1 <= size <= kBegin.
  bool may_begin(const char* bytes, std::size_t size) const {
    return beginnings_.has(key(bytes, size));
  }
  // False where no pattern holds these kGram bytes.
  bool may_hold(const char* bytes) const { return grams_.has(key(bytes, kGram)); }

 private:
  static unsigned char fold(char byte) { return static_cast<unsigned char>(byte) | 0x20u; }
  static std::uint64_t key(const char* bytes, std::size_t size) {
    std::uint64_t key = size;
    for (std::size_t i = 0; i < size; ++i) key = key << 8 | fold(bytes[i]);
    return key;
  }
  std::array<bool, 256> bytes_{};
  KeyFilter beginnings_;
  KeyFilter grams_;
};

}  // namespace broker
