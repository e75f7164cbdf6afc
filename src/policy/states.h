// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What is behind Projected and Principal: bits of the names that a policy set asks for, beside the
// sets themselves. Trust zone: monitor.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "policy/decide.h"

namespace policy {

// Bits of the names of up to four sets; the first word beside the pointer, the others behind it.
template <std::size_t N> struct Masks {
  std::array<std::uint64_t, N> first{};
  std::vector<std::uint64_t> rest;
  std::uint64_t get(std::size_t field, std::size_t word) const {
    return word == 0 ? first[field] : rest[(word - 1) * N + field];
  }
  void set(std::size_t field, std::uint32_t bit) {
    std::uint64_t& word = bit < 64 ? first[field] : rest[(bit / 64 - 1) * N + field];
    word |= std::uint64_t{1} << (bit % 64);
  }
};

struct Projected::State {
  Masks<4> masks;  // by Field; everybody as consumer: all bits
  const Linked* of = nullptr;
  label::Sets sets;
};

struct Principal::State {
  Masks<2> masks;  // roles, scopes
  const Linked* of = nullptr;
  Asker asker;
};

// The states, for those that evaluate.
struct Opened {
  static const Projected::State& of(const Projected& p) { return *p.state_; }
  static const Principal::State& of(const Principal& p) { return *p.state_; }
};

}  // namespace policy
