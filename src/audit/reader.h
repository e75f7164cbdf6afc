// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Reads a log, believing nothing: every entry is delivered only after its whole batch verified.
// Trust zone: monitor at start; the command line; auditors. Its input is hostile.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "audit/chain.h"
#include "audit/file.h"

namespace audit {

// What is wrong with a log, and where.
enum class Damage : std::uint8_t {
  kTorn,     // the last batch was not written whole, as a power loss leaves it: never acknowledged
  kCorrupt,  // anything else: bytes were changed, dropped, moved or added
};
struct Finding {
  Damage damage = Damage::kCorrupt;
  std::uint64_t entry = 0;     // sequence of the first entry that does not verify
  std::uint64_t offset = 0;    // in the file, of what does not verify
  std::string why;             // lower case, no bytes of the log in it
  std::uint64_t batch = 0;     // offset of the batch it stands in: the log is good up to here
  std::uint64_t dirt_end = 0;  // kTorn: no byte but zero lies at or after it
};
// "entry 17 at byte 4096: ...".
std::string text_of(const Finding& finding);

// A cursor over the entries. Not thread-safe; `file` outlives it. Reads about a megabyte at a time.
class Reader {
 public:
  // kCorrupt if the header is damaged, kIo if it cannot be read.
  static base::Result<Reader> open(File& file);

  // Advances. True: entry() and bytes() are the next ones, valid until the next call. False: the
  // end; a later call looks again, so a growing log can be followed (a batch that is being written
  // looks torn until it is whole). kCorrupt: finding() says what; it stays so until rewind().
  base::Result<bool> next();
  // Forgets a finding and what was read ahead, to look at the same place again.
  void rewind();

  const Header& header() const { return header_; }
  const Entry& entry() const { return entry_; }
  std::string_view bytes() const { return bytes_; }   // the leaf
  const base::Digest& link() const { return link_; }  // of entry()
  const std::optional<Finding>& finding() const { return finding_; }
  // After the last batch that verified.
  const Position& position() const { return at_; }

 private:
  explicit Reader(File& file) : file_(&file) {}
  base::Result<std::string_view> look(std::uint64_t offset, std::size_t bytes);
  base::Result<bool> load_batch();
  base::Status check_records(const BatchHead& head, std::string_view batch);
  base::Result<bool> deliver();
  base::Result<bool> end_of_log();
  base::Error bad(std::uint64_t entry, std::uint64_t offset, std::string why);
  base::Result<Damage> classify(const BatchHead& head, std::uint64_t& dirt_end);
  base::Error conclude(const BatchHead& head);

  File* file_;
  Header header_;
  Position at_;
  std::uint64_t batch_at_ = 0;        // offset of the batch being delivered
  std::size_t record_at_ = 0;         // within it
  std::size_t records_end_ = 0;       // within it; record_at_ == records_end_: load another
  std::uint64_t entry_sequence_ = 0;  // of the next record
  Entry entry_;
  std::string_view bytes_;
  base::Digest link_{};
  std::optional<Finding> finding_;
  std::unique_ptr<char[]> window_;
  std::size_t window_capacity_ = 0;
  std::size_t window_bytes_ = 0;
  std::uint64_t window_at_ = 0;
};

// A state of the log that is known from elsewhere: a checkpoint, or a note kept by an operator.
struct Anchor {
  std::uint64_t entries = 0;  // >= 1
  base::Digest head{};        // link of entry number entries - 1
};

struct Report {
  Header header;
  Position position;               // after the last batch whose chain verified
  std::optional<Finding> finding;  // none: the log is whole
};
// Reads the whole log. kIo if it cannot be read; kCorrupt if its header is damaged; everything else
// is in the report. LIMIT: whole batches cut off the end show only against an `anchor`.
base::Result<Report> verify(File& file, const std::optional<Anchor>& anchor = std::nullopt);

}  // namespace audit
