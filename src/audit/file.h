// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The file layer of the log: the only door between the log and a disk, so that tests can tear,
// drop and fail what is written (audit/fault_file.h). Trust zone: monitor; also the command line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"

namespace audit {

// One file, addressed by byte offset. Not thread-safe. Every failure is Errc::kIo and final for
// its user: after a failed write or sync nobody knows what the disk holds ("Can Applications
// Recover from fsync Failures?", USENIX ATC 2020), so nothing here retries.
class File {
 public:
  virtual ~File() = default;
  // Writes all of `bytes` at `offset` (extending the file) or fails; durable only after sync().
  virtual base::Status write_at(std::uint64_t offset, std::string_view bytes) = 0;
  // Returns once everything written before is on the disk (fdatasync(2)).
  virtual base::Status sync() = 0;
  // Makes [offset, offset + bytes) readable as zeros with its blocks in place, so that a later
  // write in it changes no metadata. Nothing but zeros may lie at or after `offset` before.
  virtual base::Status preallocate(std::uint64_t offset, std::uint64_t bytes) = 0;
  // Fills `out` from `offset`; returns how many bytes there were: fewer only at the end of file.
  virtual base::Result<std::size_t> read_at(std::uint64_t offset, std::span<char> out) = 0;
  virtual base::Result<std::uint64_t> size() = 0;
  // Forgets what is cached and clean, so that the next read sees the disk. After a failed
  // fdatasync Linux keeps the lost pages as clean ones; a reader must not believe them.
  // Best effort, never fails.
  virtual void drop_cache() = 0;
};

// A File over a descriptor that was opened elsewhere (regular file, read and write, not O_APPEND).
// SECURITY: no path is ever opened here; the monitor inherits the descriptor.
class PosixFile final : public File {
 public:
  explicit PosixFile(base::Fd fd) : fd_(std::move(fd)) {}
  base::Status write_at(std::uint64_t offset, std::string_view bytes) override;
  base::Status sync() override;
  base::Status preallocate(std::uint64_t offset, std::uint64_t bytes) override;
  base::Result<std::size_t> read_at(std::uint64_t offset, std::span<char> out) override;
  base::Result<std::uint64_t> size() override;
  void drop_cache() override;

 private:
  base::Fd fd_;
};

}  // namespace audit
