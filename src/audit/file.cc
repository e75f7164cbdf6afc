// SPDX-License-Identifier: Apache-2.0
#include "audit/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>

namespace audit {

base::Status PosixFile::write_at(std::uint64_t offset, std::string_view bytes) {
  while (!bytes.empty()) {
    const ::ssize_t n =
        ::pwrite(fd_.get(), bytes.data(), bytes.size(), static_cast<::off_t>(offset));
    if (n < 0 && errno == EINTR) continue;  // nothing was written: not a retry of a failure
    if (n <= 0) return base::io_error("write log", n < 0 ? errno : ENOSPC);
    bytes.remove_prefix(static_cast<std::size_t>(n));
    offset += static_cast<std::uint64_t>(n);
  }
  return base::ok();
}

base::Status PosixFile::sync() {
  if (::fdatasync(fd_.get()) != 0) return base::io_error("sync log", errno);
  return base::ok();
}

base::Status PosixFile::preallocate(std::uint64_t offset, std::uint64_t bytes) {
  const auto from = static_cast<::off_t>(offset);
  const auto length = static_cast<::off_t>(bytes);
  // One contiguous piece where the file system can; others just get the zeros below.
  if (::fallocate(fd_.get(), 0, from, length) != 0 && errno != EOPNOTSUPP && errno != EINTR)
    return base::io_error("preallocate log", errno);
  // Blocks that were only reserved are marked "unwritten", and turning the mark is metadata that
  // each fdatasync would have to journal. Real zeros, written once a step, avoid that.
  const std::string zeros(std::min<std::uint64_t>(bytes, 1u << 20), '\0');
  for (std::uint64_t done = 0; done < bytes; done += zeros.size()) {
    const auto part = std::min<std::uint64_t>(zeros.size(), bytes - done);
    TRY(write_at(offset + done, std::string_view(zeros).substr(0, part)));
  }
  return base::ok();
}

base::Result<std::size_t> PosixFile::read_at(std::uint64_t offset, std::span<char> out) {
  std::size_t have = 0;
  while (have < out.size()) {
    const ::ssize_t n = ::pread(fd_.get(), out.data() + have, out.size() - have,
                                static_cast<::off_t>(offset + have));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return base::io_error("read log", errno);
    if (n == 0) break;
    have += static_cast<std::size_t>(n);
  }
  return have;
}

base::Result<std::uint64_t> PosixFile::size() {
  struct ::stat s = {};
  if (::fstat(fd_.get(), &s) != 0) return base::io_error("stat log", errno);
  return static_cast<std::uint64_t>(s.st_size);
}

void PosixFile::drop_cache() { (void)::posix_fadvise(fd_.get(), 0, 0, POSIX_FADV_DONTNEED); }

}  // namespace audit
