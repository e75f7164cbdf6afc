// SPDX-License-Identifier: Apache-2.0
#include "runner/spawner/watch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner/spawner/box.h"
#include "runner/spawner/socket.h"

namespace runner {
namespace {

void say(int socket, NoteKind kind, int value) {
  const Note note{kind, static_cast<std::uint32_t>(value), 0, 0, Step::kNone};
  (void)send_frame(socket, &note, sizeof note, nullptr, 0);
}

// Reads a small file into `to`, with a NUL; its length.
template <std::size_t N> std::size_t read_small(const char* path, char (&to)[N]) {
  const int fd = ::open(path, O_RDONLY | O_CLOEXEC);
  const ssize_t n = fd < 0 ? 0 : ::read(fd, to, N - 1);
  if (fd >= 0) ::close(fd);
  to[n > 0 ? n : 0] = '\0';
  return n > 0 ? static_cast<std::size_t>(n) : 0;
}

// KiB after `word` in /proc/PID/status (proc(5)).
std::uint64_t kilobytes(const char* status, const char* word) {
  const char* const at = ::strstr(status, word);
  return at == nullptr ? 0 : ::strtoull(at + ::strlen(word), nullptr, 10);
}

std::uint64_t memory_of(const char* pid) {
  char path[64];
  char status[2048];
  (void)::snprintf(path, sizeof path, "/proc/%.20s/status", pid);
  if (read_small(path, status) == 0) return 0;
  return 1024 * (kilobytes(status, "RssAnon:") + kilobytes(status, "RssShmem:"));
}

// Calls `act` for each name in a directory that begins with a digit.
template <class F> void each_number(const char* directory, F act) {
  alignas(8) char entries[4096];
  const int fd = ::open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  for (long n = 0; (n = ::syscall(SYS_getdents64, fd, entries, sizeof entries)) > 0;) {
    for (long at = 0; at < n;) {
      unsigned short length = 0;
      ::memcpy(&length, entries + at + 16, sizeof length);  // struct linux_dirent64
      const char* const name = entries + at + 19;
      if (name[0] >= '0' && name[0] <= '9') act(name);
      at += length;
    }
  }
  ::close(fd);
}

std::uint64_t memory_in_use() {
  std::uint64_t sum = 0;
  each_number("/proc", [&](const char* pid) { sum += memory_of(pid); });
  struct statfs tmp {};
  if (::statfs("/tmp", &tmp) == 0)
    sum += (tmp.f_blocks - tmp.f_bfree) * static_cast<std::uint64_t>(tmp.f_bsize);
  return sum;
}

// Takes in what has ended. True once `tool` has, with its status.
bool take_in(pid_t tool, int flags, int& status) {
  for (;;) {
    int how = 0;
    const pid_t pid = ::waitpid(-1, &how, flags);
    if (pid == tool) {
      status = how;
      return true;
    }
    if (pid < 0 && errno == EINTR) continue;
    if (pid <= 0) return false;
  }
}

sigset_t sigset_of(int a, int b) {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, a);
  ::sigaddset(&set, b);
  return set;
}

}  // namespace

void block_watched() {
  sigset_t set = sigset_of(SIGCHLD, kBegunSignal);
  ::sigaddset(&set, SIGTERM);
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
}

void unblock_all() {
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

void watch_over(pid_t tool, int socket, std::uint64_t memory_bytes) {
  int status = 0;
  if (memory_bytes == 0) {
    if (take_in(tool, 0, status)) say(socket, NoteKind::kOver, status);
    ::_exit(0);
  }
  const sigset_t set = sigset_of(SIGCHLD, kBegunSignal);
  for (bool begun = false;;) {
    const timespec wait{begun ? 0 : 3600, kSampleMs * 1'000'000};
    begun |= ::sigtimedwait(&set, nullptr, &wait) == kBegunSignal;
    if (take_in(tool, WNOHANG, status)) break;
    if (memory_in_use() <= memory_bytes) continue;
    say(socket, NoteKind::kMemory, 0);
    ::_exit(0);
  }
  say(socket, NoteKind::kOver, status);
  ::_exit(0);
}

void watch_over_flat(pid_t tool, int socket) {
  const sigset_t set = sigset_of(SIGCHLD, SIGTERM);
  int status = 0;
  bool over = false;
  for (bool asked = false; !asked;) {
    over = take_in(tool, WNOHANG, status);  // also one that ended before the signal was blocked
    if (over) break;
    asked = ::sigwaitinfo(&set, nullptr) == SIGTERM;
  }
  end_children(nullptr, 0);
  if (over) say(socket, NoteKind::kOver, status);
  ::_exit(0);
}

void end_children(const pid_t* keep, std::uint32_t count) {
  const auto kept = [&](long pid) {
    for (std::uint32_t i = 0; i < count; ++i)
      if (keep[i] == pid) return true;
    return false;
  };
  char path[64];
  (void)::snprintf(path, sizeof path, "/proc/self/task/%d/children", ::getpid());
  for (int round = 0; round < 500; ++round) {
    char text[4096];
    (void)read_small(path, text);
    bool any = false;
    for (char* at = text; *at != '\0';) {
      const long pid = ::strtol(at, &at, 10);
      while (*at == ' ' || *at == '\n') ++at;
      if (pid <= 1 || kept(pid)) continue;
      any = true;
      (void)::kill(static_cast<pid_t>(pid), SIGKILL);
      (void)::waitpid(static_cast<pid_t>(pid), nullptr, WNOHANG);
    }
    if (!any) return;
    (void)::poll(nullptr, 0, 2);
  }
}

}  // namespace runner
