// SPDX-License-Identifier: Apache-2.0
#include "runner/workspace/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace workspace {
namespace {

template <class T> int answer(T result) { return result < 0 ? -errno : static_cast<int>(result); }

template <class F> std::int64_t uninterrupted(F call) {
  while (true) {
    const std::int64_t n = call();
    if (n >= 0) return n;
    if (errno != EINTR) return -errno;
  }
}

}  // namespace

int KernelDisk::open(int directory, const char* path, int flags, mode_t mode) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags) | O_CLOEXEC;
  how.mode = mode;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS;
  // EAGAIN: the tree changed while it was walked (openat2(2)); a few more tries, then it is said.
  for (int i = 0; i < 8; ++i) {
    const long fd = ::syscall(SYS_openat2, directory, path, &how, sizeof how);
    if (fd >= 0) return static_cast<int>(fd);
    if (errno != EAGAIN && errno != EINTR) return -errno;
  }
  return -EAGAIN;
}

int KernelDisk::stat(int fd, struct stat& out) { return answer(::fstat(fd, &out)); }

int KernelDisk::stat_at(int directory, const char* name, struct stat& out) {
  return answer(::fstatat(directory, name, &out, AT_SYMLINK_NOFOLLOW));
}

std::int64_t KernelDisk::read(int fd, std::span<char> out) {
  return uninterrupted([&] { return ::read(fd, out.data(), out.size()); });
}

std::int64_t KernelDisk::write(int fd, std::string_view bytes) {
  return uninterrupted([&] { return ::write(fd, bytes.data(), bytes.size()); });
}

int KernelDisk::sync(int fd) { return answer(::fsync(fd)); }

int KernelDisk::change_mode(int fd, mode_t mode) { return answer(::fchmod(fd, mode)); }

int KernelDisk::make_directory(int directory, const char* name, mode_t mode) {
  return answer(::mkdirat(directory, name, mode));
}

int KernelDisk::rename(int from, const char* name, int to, const char* new_name, unsigned flags) {
  return answer(::renameat2(from, name, to, new_name, flags));
}

int KernelDisk::unlink(int directory, const char* name, int flags) {
  return answer(::unlinkat(directory, name, flags));
}

std::int64_t KernelDisk::entries(int fd, std::span<char> out) {
  return uninterrupted([&] { return ::syscall(SYS_getdents64, fd, out.data(), out.size()); });
}

}  // namespace workspace
