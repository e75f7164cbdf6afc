// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Random choices that a seed repeats. Trust zone: tests.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace policy_test {

// SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014).
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  // 0 .. n-1; n > 0.
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(next() % n); }
  int between(int low, int high) {
    return low + static_cast<int>(below(static_cast<std::size_t>(high - low + 1)));
  }
  bool one_in(std::size_t n) { return below(n) == 0; }
  bool percent(std::size_t p) { return below(100) < p; }
  template <class T, std::size_t N> const T& of(const T (&items)[N]) { return items[below(N)]; }
  template <class C> const auto& from(const C& items) { return items[below(items.size())]; }

 private:
  std::uint64_t state_;
};

}  // namespace policy_test
