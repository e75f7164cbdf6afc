// SPDX-License-Identifier: Apache-2.0
// More memory than the limit, in several processes, none of which has much.
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "sandbox_attack.h"

namespace attack {
namespace {

constexpr int kProcesses = 4;
constexpr std::size_t kEach = 30u << 20;

[[noreturn]] void hold(int ready) {
  (void)::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  void* const room =
      ::mmap(nullptr, kEach, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (room == MAP_FAILED) ::_exit(1);
  for (std::size_t i = 0; i < kEach; i += 4096) static_cast<volatile char*>(room)[i] = 1;
  (void)!::write(ready, "x", 1);
  ::sleep(2);
  ::_exit(0);
}

}  // namespace

long memory_bomb(const Target&) {
  int ready[2];
  if (::pipe(ready) != 0) return -errno;
  for (int i = 0; i < kProcesses; ++i)
    if (::fork() == 0) hold(ready[1]);
  ::close(ready[1]);
  char byte = 0;
  for (int i = 0; i < kProcesses; ++i)
    if (::read(ready[0], &byte, 1) != 1) return -ENOMEM;
  ::usleep(100'000);  // whoever watches has had the time to look
  // Only if all of them still have it: one that was ended made room for the next.
  return ::waitpid(-1, nullptr, WNOHANG) == 0 ? 1 : -ENOMEM;
}

}  // namespace attack
