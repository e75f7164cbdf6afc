// SPDX-License-Identifier: Apache-2.0
#include "audit/reader.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "audit/little_endian.h"

namespace audit {
namespace {

constexpr std::size_t kWindowBytes = 1u << 20;

bool all_zero(std::string_view s) {
  // Comparing a range with itself moved by one byte is memcmp's speed.
  return s.empty() || (s[0] == '\0' && std::memcmp(s.data(), s.data() + 1, s.size() - 1) == 0);
}

// The part of `s` up to its last byte that is not zero.
std::size_t dirty_bytes(std::string_view s) {
  const auto last = s.find_last_not_of('\0');
  return last == std::string_view::npos ? 0 : last + 1;
}

bool plausible(const BatchHead& head) {
  return head.record_bytes >= kRecordExtraBytes && head.record_bytes <= kBatchBytes &&
         head.entries >= 1;
}

}  // namespace

std::string text_of(const Finding& f) {
  return fmt::format("entry {} at byte {}: {}{}", f.entry, f.offset, f.why,
                     f.damage == Damage::kTorn ? " (torn tail, never acknowledged)" : "");
}

base::Result<Reader> Reader::open(File& file) {
  Reader reader(file);
  TRY_AS(const std::string_view header, reader.look(0, kHeaderBytes));
  TRY_AS(reader.header_, decode_header(header));
  reader.at_ = {mark_of(reader.header_), 0, first_link(header), kHeaderBytes, 0};
  TRY_AS(reader.at_.allocated, file.size());
  return reader;
}

void Reader::rewind() {
  finding_.reset();
  // In the middle of a batch the window holds what was verified, and nothing else may be delivered.
  if (record_at_ == records_end_) window_bytes_ = 0;
}

// `bytes` bytes at `offset`, or fewer at the end of the file; valid until the next call.
base::Result<std::string_view> Reader::look(std::uint64_t offset, std::size_t bytes) {
  if (offset < window_at_ || offset + bytes > window_at_ + window_bytes_) {
    const std::size_t want = std::max(bytes, kWindowBytes);
    if (want > window_capacity_) {
      window_ = std::make_unique_for_overwrite<char[]>(want);
      window_capacity_ = want;
    }
    window_bytes_ = 0;
    TRY_AS(window_bytes_, file_->read_at(offset, {window_.get(), want}));
    window_at_ = offset;
  }
  const std::string_view all(window_.get(), window_bytes_);
  return all.substr(static_cast<std::size_t>(offset - window_at_), bytes);
}

base::Error Reader::bad(std::uint64_t entry, std::uint64_t offset, std::string why) {
  finding_ = Finding{Damage::kCorrupt, entry, offset, std::move(why), at_.offset, 0};
  return {base::Errc::kCorrupt, text_of(*finding_)};
}

base::Result<bool> Reader::next() {
  if (finding_) return base::Error{base::Errc::kCorrupt, text_of(*finding_)};
  if (record_at_ == records_end_) {
    TRY_AS(const bool more, load_batch());
    if (!more) return false;
  }
  return deliver();
}

// The next record of a batch that verified.
base::Result<bool> Reader::deliver() {
  TRY_AS(const std::string_view rest,
         look(batch_at_ + record_at_, static_cast<std::size_t>(records_end_ - record_at_)));
  CHECK(rest.size() == records_end_ - record_at_);  // INVARIANT: the window holds the whole batch
  const auto length = get_le<std::uint32_t>(rest);
  bytes_ = rest.substr(4, length);
  const std::string_view link = rest.substr(4 + length, link_.size());
  std::copy(link.begin(), link.end(), link_.begin());
  const std::uint64_t expected = entry_sequence_++;
  if (auto s = decode(bytes_, entry_); !s.ok())
    return bad(expected, batch_at_ + record_at_, s.error().message);
  if (entry_.sequence != expected)
    return bad(expected, batch_at_ + record_at_, "the sequence number is another entry's");
  record_at_ += length + kRecordExtraBytes;
  return true;
}

base::Result<bool> Reader::load_batch() {
  TRY_AS(const std::string_view bytes, look(at_.offset, kBatchHeadBytes));
  if (bytes.size() < kBatchHeadBytes || all_zero(bytes)) return end_of_log();
  const BatchHead head = get_batch_head(bytes);
  const bool continues = head.mark == at_.mark && head.first_sequence == at_.entries &&
                         bytes == encode_head(head, at_.head);
  if (!continues || !plausible(head))
    return bad(at_.entries, at_.offset, "the head of the batch does not continue the log");
  const auto extent = static_cast<std::size_t>(batch_extent(head.record_bytes));
  TRY_AS(const std::string_view batch, look(at_.offset, extent));
  if (auto s = check_records(head, batch); !s.ok()) return conclude(head);
  batch_at_ = at_.offset;
  record_at_ = kBatchHeadBytes;
  records_end_ = kBatchHeadBytes + head.record_bytes;
  entry_sequence_ = head.first_sequence;
  at_.offset += extent;
  at_.entries += head.entries;
  at_.allocated = std::max(at_.allocated, at_.offset);
  return true;
}

// Framing and chain of all records of a batch; moves at_.head on success only.
base::Status Reader::check_records(const BatchHead& head, std::string_view batch) {
  const std::size_t end = kBatchHeadBytes + head.record_bytes;
  base::Digest link = at_.head;
  std::size_t at = kBatchHeadBytes;
  std::uint64_t entry = head.first_sequence;
  for (; at < end && entry - head.first_sequence < head.entries; ++entry) {
    const std::string_view rest = batch.substr(std::min(at, batch.size()));
    const std::uint32_t length = rest.size() >= 4 ? get_le<std::uint32_t>(rest) : 0;
    if (length == 0 || length > kEntryBytes || at + length + kRecordExtraBytes > end ||
        rest.size() < length + kRecordExtraBytes)
      return bad(entry, at_.offset + at, "the record is cut short or its length is wrong");
    link = next_link(link, leaf_hash(rest.substr(4, length)));
    if (base::view(link) != rest.substr(4 + length, link.size()))
      return bad(entry, at_.offset + at, "the record does not continue the chain");
    at += length + kRecordExtraBytes;
  }
  if (at != end || entry - head.first_sequence != head.entries)
    return bad(head.first_sequence, at_.offset, "the batch does not hold the entries it counts");
  if (batch.size() != batch_extent(head.record_bytes) || !all_zero(batch.substr(end)))
    return bad(entry, at_.offset + end, "the padding of the batch is not zero");
  at_.head = link;
  return base::ok();
}

// A batch did not verify: says in finding_ whether a power loss can have left it so.
base::Error Reader::conclude(const BatchHead& head) {
  std::uint64_t dirt_end = 0;
  auto damage = classify(head, dirt_end);
  if (!damage.ok()) {
    finding_.reset();
    return std::move(damage).error();
  }
  finding_->damage = *damage;
  finding_->dirt_end = dirt_end;
  return {base::Errc::kCorrupt, text_of(*finding_)};
}

// Torn: at least one sector of the batch is missing (all zeros, or past the end of the file), and
// nothing lies behind the batch. The next batch is written only after this one was synced, so
// anything behind it proves that this one was whole once.
base::Result<Damage> Reader::classify(const BatchHead& head, std::uint64_t& dirt_end) {
  const std::uint64_t limit = at_.offset + batch_extent(head.record_bytes);
  bool missing = false;
  for (std::uint64_t offset = at_.offset;; offset += kSectorBytes) {
    TRY_AS(const std::string_view sector, look(offset, kSectorBytes));
    const bool zero = all_zero(sector);
    if (!zero && offset >= limit) return Damage::kCorrupt;
    if (offset < limit && (zero || sector.size() < kSectorBytes)) missing = true;
    if (!zero) dirt_end = offset + dirty_bytes(sector);
    if (sector.size() < kSectorBytes && offset >= limit) break;
    if (sector.empty()) break;
  }
  return missing ? Damage::kTorn : Damage::kCorrupt;
}

// No batch begins here. Zeros up to the end of the file: the log ends. Otherwise the first sector
// of a batch is missing; how long the batch was is not known, but no batch is longer than the
// largest, and none begins inside another.
base::Result<bool> Reader::end_of_log() {
  const std::uint64_t limit = at_.offset + batch_extent(kBatchBytes);
  std::uint64_t first = 0, dirt_end = 0;
  bool later_batch = false;
  for (std::uint64_t offset = at_.offset;; offset += kSectorBytes) {
    TRY_AS(const std::string_view sector, look(offset, kSectorBytes));
    if (!all_zero(sector)) {
      if (dirt_end == 0) first = offset;
      dirt_end = offset + dirty_bytes(sector);
      later_batch = later_batch ||
                    (sector.size() >= kBatchHeadBytes && get_batch_head(sector).mark == at_.mark);
    }
    if (sector.size() < kSectorBytes) break;
  }
  if (dirt_end == 0) {
    window_bytes_ = 0;  // the log may have grown when we are asked again
    return false;
  }
  (void)bad(at_.entries, first, "there are bytes where no batch begins");
  const bool headless = first >= at_.offset + kSectorBytes && dirt_end <= limit && !later_batch;
  finding_->damage = headless ? Damage::kTorn : Damage::kCorrupt;
  finding_->dirt_end = dirt_end;
  return base::Error{base::Errc::kCorrupt, text_of(*finding_)};
}

base::Result<Report> verify(File& file, const std::optional<Anchor>& anchor) {
  TRY_AS(Reader reader, Reader::open(file));
  std::optional<Finding> wrong;
  for (;;) {
    auto more = reader.next();
    if (!more.ok() && !reader.finding()) return std::move(more).error();
    if (!more.ok() || !*more) break;
    if (anchor && reader.entry().sequence + 1 == anchor->entries && reader.link() != anchor->head)
      wrong = Finding{Damage::kCorrupt,         reader.entry().sequence,
                      reader.position().offset, "the log is not the one of the checkpoint",
                      reader.position().offset, 0};
    if (wrong) break;
  }
  if (!wrong) wrong = reader.finding();
  const Position& at = reader.position();
  // Also over a torn tail: what a checkpoint covers had been acknowledged.
  if (anchor && at.entries < anchor->entries && (!wrong || wrong->damage == Damage::kTorn))
    wrong =
        Finding{Damage::kCorrupt, at.entries, at.offset, "the log is shorter than the checkpoint",
                at.offset,        0};
  return Report{reader.header(), at, std::move(wrong)};
}

}  // namespace audit
