// SPDX-License-Identifier: Apache-2.0
#include "audit/fault_file.h"

#include <algorithm>
#include <cerrno>

#include "audit/chain.h"

namespace audit {
namespace {

void overlay(std::string& disk, std::uint64_t offset, std::string_view bytes) {
  if (disk.size() < offset + bytes.size()) disk.resize(offset + bytes.size(), '\0');
  std::copy(bytes.begin(), bytes.end(), disk.begin() + static_cast<std::ptrdiff_t>(offset));
}

}  // namespace

// Marks the two points around an operation.
class FaultFile::Operation {
 public:
  explicit Operation(FaultFile& file) : file_(file) {
    if (file_.point_) file_.point_();
    ++file_.operations_;
  }
  ~Operation() {
    if (file_.point_) file_.point_();
  }
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;

 private:
  FaultFile& file_;
};

bool FaultFile::fails() { return operations_ == fail_at_; }

// Into the cache, and on the way to the disk sector by sector.
void FaultFile::put(std::uint64_t offset, std::string_view bytes) {
  overlay(cache_, offset, bytes);
  while (!bytes.empty()) {
    const auto room = static_cast<std::size_t>(kSectorBytes - offset % kSectorBytes);
    const std::string_view piece = bytes.substr(0, room);
    pending_.push_back({offset, std::string(piece)});
    bytes.remove_prefix(piece.size());
    offset += piece.size();
  }
}

base::Status FaultFile::write_at(std::uint64_t offset, std::string_view bytes) {
  const Operation operation(*this);
  if (fails()) {
    const std::size_t sectors = chance_() % (bytes.size() / kSectorBytes + 1);
    put(offset, bytes.substr(0, sectors * kSectorBytes));
    return base::io_error("write log", fail_error_);
  }
  if (offset + bytes.size() > capacity_) {
    put(offset, bytes.substr(0, capacity_ > offset ? capacity_ - offset : 0));
    return base::io_error("write log", ENOSPC);
  }
  put(offset, bytes);
  return base::ok();
}

base::Status FaultFile::sync() {
  const Operation operation(*this);
  const bool failing = fails();
  if (sync_removed_ && !failing) return base::ok();
  // After a failure the lost sectors are not tried again: they stay in the cache, marked clean.
  for (const Write& w : pending_)
    if (!failing || chance_() % 2 == 0) overlay(disk_, w.offset, w.bytes);
  pending_.clear();
  return failing ? base::Status(base::io_error("sync log", fail_error_)) : base::ok();
}

base::Status FaultFile::preallocate(std::uint64_t offset, std::uint64_t bytes) {
  const Operation operation(*this);
  CHECK(cache_.find_first_not_of('\0', offset) == std::string::npos);  // never over an entry
  if (fails()) return base::io_error("preallocate log", fail_error_);
  if (offset + bytes > capacity_) return base::io_error("preallocate log", ENOSPC);
  put(offset, std::string(bytes, '\0'));
  return base::ok();
}

base::Result<std::size_t> FaultFile::read_at(std::uint64_t offset, std::span<char> out) {
  if (read_error_ != 0) return base::io_error("read log", read_error_);
  if (offset >= cache_.size()) return std::size_t{0};
  return cache_.copy(out.data(), out.size(), offset);
}

void FaultFile::drop_cache() {
  cache_ = disk_;
  for (const Write& w : pending_) overlay(cache_, w.offset, w.bytes);
}

std::string FaultFile::after(PowerLoss loss, std::mt19937_64& random) const {
  std::string disk = disk_;
  const std::size_t prefix = random() % (pending_.size() + 1);
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    const Write& w = pending_[i];
    const bool heads = random() % 2 == 0;
    const bool kept = loss == PowerLoss::kKeepAll || (loss == PowerLoss::kTear && i < prefix) ||
                      (loss >= PowerLoss::kReorder && heads);
    if (kept) overlay(disk, w.offset, w.bytes);
    // The whole sector: a log that shares sectors between commits must not survive this.
    else if (loss == PowerLoss::kZeroFill && random() % 2 == 0)
      overlay(disk, w.offset / kSectorBytes * kSectorBytes, std::string(kSectorBytes, '\0'));
  }
  return disk;
}

}  // namespace audit
