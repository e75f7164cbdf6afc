// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The system calls of the file tools, one function each, so that a test can fail or interrupt any
// of them. Nothing here takes a path of the host: each call is relative to a descriptor.
// Trust zone: runner.
#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace workspace {

// Answers as the kernel: a descriptor or count, or -errno. Texts are NUL-terminated.
class Disk {
 public:
  virtual ~Disk() = default;
  // openat2(2) with RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV |
  // RESOLVE_NO_SYMLINKS and O_CLOEXEC, always. SECURITY: there is no other way to open here.
  virtual int open(int directory, const char* path, int flags, mode_t mode) = 0;
  virtual int stat(int fd, struct stat& out) = 0;
  // Of the name itself, never of what a link leads to.
  virtual int stat_at(int directory, const char* name, struct stat& out) = 0;
  virtual std::int64_t read(int fd, std::span<char> out) = 0;
  virtual std::int64_t write(int fd, std::string_view bytes) = 0;
  virtual int sync(int fd) = 0;
  virtual int change_mode(int fd, mode_t mode) = 0;
  virtual int make_directory(int directory, const char* name, mode_t mode) = 0;
  // renameat2(2): `flags` is RENAME_NOREPLACE or RENAME_EXCHANGE, or 0 in our own state folder.
  virtual int rename(int from, const char* name, int to, const char* new_name, unsigned flags) = 0;
  virtual int unlink(int directory, const char* name, int flags) = 0;
  // getdents64(2) into `out`; 0 at the end.
  virtual std::int64_t entries(int fd, std::span<char> out) = 0;
};

// The kernel.
class KernelDisk final : public Disk {
 public:
  int open(int directory, const char* path, int flags, mode_t mode) override;
  int stat(int fd, struct stat& out) override;
  int stat_at(int directory, const char* name, struct stat& out) override;
  std::int64_t read(int fd, std::span<char> out) override;
  std::int64_t write(int fd, std::string_view bytes) override;
  int sync(int fd) override;
  int change_mode(int fd, mode_t mode) override;
  int make_directory(int directory, const char* name, mode_t mode) override;
  int rename(int from, const char* name, int to, const char* new_name, unsigned flags) override;
  int unlink(int directory, const char* name, int flags) override;
  std::int64_t entries(int fd, std::span<char> out) override;
};

}  // namespace workspace
