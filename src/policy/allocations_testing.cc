// SPDX-License-Identifier: Apache-2.0
// operator new and delete of the test binary, counted. In a file of their own: where the compiler
// sees both ends it takes the pair for a mismatch.
#include "policy/allocations_testing.h"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::size_t> count{0};

}  // namespace

std::size_t policy::allocations() { return count.load(); }

void* operator new(std::size_t size) {
  ++count;
  void* const p = std::malloc(size == 0 ? 1 : size);
  if (p == nullptr) std::abort();
  return p;
}
// All forms, or memory of one sort is given back by another (std::stable_sort asks by this one).
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++count;
  return std::malloc(size == 0 ? 1 : size);
}
void operator delete(void* p, const std::nothrow_t&) noexcept { std::free(p); }
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
