// SPDX-License-Identifier: Apache-2.0
// yett-vault-launch OP ARGUMENTS...: static; reads the service account token from descriptor 3,
// sets the one variable as its last step and becomes `op`. So the token never stands in the memory
// of the runner, in an argument list, or in an environment that outlives this child.
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

constexpr char kVariable[] = "OP_SERVICE_ACCOUNT_TOKEN=";
constexpr int kTokenFd = 3;
constexpr unsigned long kTokenBytes = 16 * 1024;

// The token behind the variable's name; its length, or -1.
long read_token(char* to, unsigned long room) {
  unsigned long have = 0;
  while (have < room) {
    const ssize_t n = ::read(kTokenFd, to + have, room - have);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return -1;
    if (n == 0) return static_cast<long>(have);
    have += static_cast<unsigned long>(n);
  }
  return -1;  // LIMIT: a longer one is not a token
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  static char token[sizeof kVariable + kTokenBytes];
  ::memcpy(token, kVariable, sizeof kVariable - 1);
  const long n = read_token(token + sizeof kVariable - 1, kTokenBytes);
  if (n < 0) return 126;
  (void)::syscall(SYS_close_range, kTokenFd, ~0u, 0);  // the token and whatever else was left open
  // No cache and no home: what `op` reads stays in its memory and in the pipe.
  static char home[] = "HOME=/", cache[] = "OP_CACHE=false", path[] = "PATH=/usr/bin:/bin",
              lang[] = "LC_ALL=C.UTF-8";
  char* environment[] = {path, home, cache, lang, n > 0 ? token : nullptr, nullptr};
  ::execve(argv[1], argv + 1, environment);
  return errno == ENOENT ? 127 : 126;
}
