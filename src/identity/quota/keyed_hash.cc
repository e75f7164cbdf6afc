// SPDX-License-Identifier: Apache-2.0
#include "identity/quota/keyed_hash.h"

#include <bit>
#include <cstring>

namespace identity {
namespace {

struct State {
  std::uint64_t v0;
  std::uint64_t v1;
  std::uint64_t v2;
  std::uint64_t v3;

  void round() {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }
  void absorb(std::uint64_t word) {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }
  std::uint64_t squeeze() {
    for (int i = 0; i < 4; ++i) round();
    return v0 ^ v1 ^ v2 ^ v3;
  }
};

std::uint64_t word_at(const char* p) {
  static_assert(std::endian::native == std::endian::little);
  std::uint64_t out = 0;
  std::memcpy(&out, p, sizeof out);
  return out;
}

}  // namespace

KeyedHash::KeyedHash(base::Random& random) : k0_(random.u64()), k1_(random.u64()) {}

Key128 KeyedHash::operator()(std::string_view bytes) const {
  State s{k0_ ^ 0x736f6d6570736575, k1_ ^ 0x646f72616e646f6d ^ 0xee, k0_ ^ 0x6c7967656e657261,
          k1_ ^ 0x7465646279746573};
  std::size_t at = 0;
  for (; at + 8 <= bytes.size(); at += 8) s.absorb(word_at(bytes.data() + at));
  std::uint64_t last = static_cast<std::uint64_t>(bytes.size()) << 56;
  for (std::size_t i = 0; at + i < bytes.size(); ++i)
    last |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
  s.absorb(last);
  s.v2 ^= 0xee;
  Key128 out;
  out.low = s.squeeze();
  s.v1 ^= 0xdd;
  out.high = s.squeeze();
  return out;
}

}  // namespace identity
