// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

#include <sys/random.h>
#include <time.h>

#include "base/result.h"

namespace base {
namespace {

std::int64_t read_us(clockid_t id) {
  timespec t{};
  CHECK(::clock_gettime(id, &t) == 0);
  return std::int64_t{t.tv_sec} * 1'000'000 + t.tv_nsec / 1'000;
}

}  // namespace

std::int64_t SystemClock::wall_us() const { return read_us(CLOCK_REALTIME); }
std::int64_t SystemClock::steady_us() const { return read_us(CLOCK_MONOTONIC); }

std::uint64_t Random::u64() {
  std::uint64_t v = 0;
  while (v == 0) fill(std::as_writable_bytes(std::span(&v, 1)));
  return v;
}

void SystemRandom::fill(std::span<std::byte> out) {
  while (!out.empty()) {
    const ssize_t n = ::getrandom(out.data(), out.size(), 0);
    CHECK(n > 0);
    out = out.subspan(static_cast<std::size_t>(n));
  }
}

}  // namespace base
