// SPDX-License-Identifier: Apache-2.0
#include "broker/scrub_filter.h"

#include <bit>

namespace broker {

KeyFilter::KeyFilter(std::size_t keys) {
  constexpr std::size_t kBitsPerKey = 12;
  const std::size_t words = std::bit_ceil(keys * kBitsPerKey / 64 + 2);
  words_.resize(words);
  shift_ = static_cast<unsigned>(64 - std::countr_zero(words));
}

void PatternFilter::build(const std::vector<std::string_view>& patterns) {
  std::size_t bytes = 0;
  for (const std::string_view pattern : patterns) bytes += pattern.size();
  beginnings_ = KeyFilter(patterns.size() * kBegin);
  grams_ = KeyFilter(bytes);
  for (const std::string_view pattern : patterns) {
    for (const char byte : pattern) bytes_[fold(byte)] = true;
    for (std::size_t size = 1; size <= kBegin; ++size) beginnings_.add(key(pattern.data(), size));
    for (std::size_t i = 0; i + kGram <= pattern.size(); ++i) {
      grams_.add(key(pattern.data() + i, kGram));
    }
  }
}

}  // namespace broker
