// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A disk in memory that keeps what was synced apart from what was not, and fails on demand. Test
// library only (yett_audit_fault); no shipped program links it. Trust zone: tests.
#pragma once

#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "audit/file.h"

namespace audit {

// What becomes of the sectors (512 bytes) that were written but not synced when the power fails.
enum class PowerLoss : std::uint8_t {
  kKeepAll,   // all reached the disk just in time
  kDropAll,   // none did
  kTear,      // a prefix did
  kReorder,   // any subset did
  kZeroFill,  // any subset did, others read as zeros (blocks allocated, data not written)
};

class FaultFile final : public File {
 public:
  explicit FaultFile(std::string disk = {}) : disk_(disk), cache_(std::move(disk)) {}

  base::Status write_at(std::uint64_t offset, std::string_view bytes) override;
  base::Status sync() override;
  base::Status preallocate(std::uint64_t offset, std::uint64_t bytes) override;
  base::Result<std::size_t> read_at(std::uint64_t offset, std::span<char> out) override;
  base::Result<std::uint64_t> size() override { return cache_.size(); }
  // The cache shows the disk and what is still on its way; what a failed sync lost disappears.
  void drop_cache() override;

  // The n-th operation from now on (1 = the next; write, sync and preallocate count) fails with
  // `error`. A failing write or sync may still bring some sectors to the disk.
  void fail_at(std::uint64_t n, int error) {
    fail_at_ = operations_ + n;
    fail_error_ = error;
    chance_.seed(n);
  }
  void fail_reads(int error) { read_error_ = error; }
  // Growing beyond so many bytes fails with ENOSPC after the part that fits.
  void set_capacity(std::uint64_t bytes) { capacity_ = bytes; }
  // Sync says yes and does nothing: the wall taken away.
  void remove_sync() { sync_removed_ = true; }
  // Called before and after each write, sync and preallocate: the points where power can fail.
  void at_each_point(std::function<void()> f) { point_ = std::move(f); }

  // The disk after a power failure now.
  std::string after(PowerLoss loss, std::mt19937_64& random) const;
  bool unsynced() const { return !pending_.empty(); }
  std::uint64_t operations() const { return operations_; }
  std::string_view cached() const { return cache_; }

 private:
  struct Write {
    std::uint64_t offset;
    std::string bytes;
  };
  class Operation;
  bool fails();
  void put(std::uint64_t offset, std::string_view bytes);

  std::string disk_;            // what was synced
  std::vector<Write> pending_;  // written since, in order, none crosses a sector
  std::string cache_;           // what a read returns
  std::function<void()> point_;
  std::mt19937_64 chance_{1};
  std::uint64_t operations_ = 0, fail_at_ = 0, capacity_ = UINT64_MAX;
  int fail_error_ = 0, read_error_ = 0;
  bool sync_removed_ = false;
};

}  // namespace audit
