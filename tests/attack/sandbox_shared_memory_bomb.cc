// SPDX-License-Identifier: Apache-2.0
// Memory that is nobody's own: shared pages, which no limit of a process counts.
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

#include "sandbox_attack.h"

namespace attack {
namespace {

constexpr std::size_t kBytes = 120u << 20;

}  // namespace

long shared_memory_bomb(const Target&) {
  void* const room =
      ::mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (room == MAP_FAILED) return -errno;
  for (std::size_t i = 0; i < kBytes; i += 4096) static_cast<volatile char*>(room)[i] = 1;
  ::usleep(100'000);
  return 1;
}

}  // namespace attack
