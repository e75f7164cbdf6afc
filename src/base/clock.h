// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Time and randomness come in as interfaces, so that tests and the simulator can replace them.
// Trust zone: all programs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace base {

// Two clocks: `wall_us` for people and logs may jump, `steady_us` for deadlines never goes back.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::int64_t wall_us() const = 0;    // microseconds since 1970-01-01T00:00:00Z
  virtual std::int64_t steady_us() const = 0;  // microseconds since an arbitrary start
};

// Unpredictable bytes. An implementation that cannot deliver ends the process.
class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::byte> out) = 0;
  std::uint64_t u64();  // never 0: the value serves as an identifier
};

// The kernel's clocks and getrandom(2).
class SystemClock final : public Clock {
 public:
  std::int64_t wall_us() const override;
  std::int64_t steady_us() const override;
};
class SystemRandom final : public Random {
 public:
  void fill(std::span<std::byte> out) override;
};

}  // namespace base
