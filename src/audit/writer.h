// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Appends entries: collected in memory, made durable together by one write and one sync.
// Trust zone: monitor.
#pragma once

#include <cstdint>
#include <string>

#include "audit/chain.h"
#include "audit/file.h"

namespace audit {

// The file grows in steps of zeros written ahead. 4 MiB take about as long as forty commits and
// last for eight thousand.
inline constexpr std::uint64_t kStepBytes = 4u << 20;

// One writer of one log. Not thread-safe; `file` outlives it.
// INVARIANT: after the first failed write, sync or preallocation it never touches the file again;
// every later call fails with kUnavailable "log stopped: ...". Its user denies everything then.
class Writer {
 public:
  // `at` comes from recovery (audit/recover.h); `step_bytes` is a multiple of kSectorBytes.
  Writer(File& file, const Position& at, std::uint64_t step_bytes = kStepBytes);

  // Puts `e` into the batch, setting e.sequence, which it returns. Nothing is durable yet.
  // kInvalid: the entry is refused (entry.h) and the batch is as before; kExhausted: the batch is
  // full, commit first; kUnavailable: stopped.
  base::Result<std::uint64_t> append(Entry& e);

  // One write, one sync. Success means that every entry appended so far is on the disk; an empty
  // batch succeeds without touching it. kUnavailable: the log is stopped, and whether the batch is
  // on the disk nobody knows until recovery.
  base::Status commit();

  // Writes zeros ahead when less than half a step is left, so that no commit has to wait for it.
  // For idle moments. Fails as commit() does.
  base::Status prepare();

  bool stopped() const { return !stopped_.empty(); }
  std::uint64_t entries() const { return at_.entries + in_batch_; }  // appended
  std::uint64_t acknowledged() const { return at_.entries; }         // on the disk
  const Position& position() const { return at_; }                   // after the last commit

 private:
  base::Status stop(base::Error cause);
  base::Status refuse() const;
  base::Status grow(std::uint64_t end);

  File* file_;
  Position at_;
  std::uint64_t step_bytes_;
  std::string batch_;  // head, records; the head is filled in by commit()
  std::uint32_t in_batch_ = 0;
  base::Digest head_;  // link of the last appended entry
  std::string stopped_;
};

}  // namespace audit
