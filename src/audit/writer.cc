// SPDX-License-Identifier: Apache-2.0
#include "audit/writer.h"

#include "audit/little_endian.h"

namespace audit {

Writer::Writer(File& file, const Position& at, std::uint64_t step_bytes)
    : file_(&file), at_(at), step_bytes_(step_bytes), head_(at.head) {
  CHECK(at.offset % kSectorBytes == 0 && step_bytes % kSectorBytes == 0 && step_bytes > 0);
  batch_.reserve(batch_extent(kBatchBytes));
  batch_.assign(kBatchHeadBytes, '\0');
}

base::Status Writer::refuse() const {
  if (!stopped()) return base::ok();
  return base::Error{base::Errc::kUnavailable, "log stopped: " + stopped_};
}

base::Status Writer::stop(base::Error cause) {
  stopped_ = std::move(cause.message);
  return refuse();
}

base::Result<std::uint64_t> Writer::append(Entry& e) {
  TRY(refuse());
  const std::size_t start = batch_.size();
  if (start + kEntryBytes + kRecordExtraBytes > kBatchHeadBytes + kBatchBytes)
    return base::Error{base::Errc::kExhausted, "log batch is full"};
  e.sequence = entries();
  batch_.append(4, '\0');
  if (auto encoded = encode(e, batch_); !encoded.ok()) {
    batch_.resize(start);
    return std::move(encoded).error();
  }
  const std::string_view entry = std::string_view(batch_).substr(start + 4);
  const auto length = static_cast<std::uint32_t>(entry.size());
  for (std::size_t i = 0; i < 4; ++i)
    batch_[start + i] = static_cast<char>(length >> (8 * i) & 255u);
  head_ = next_link(head_, leaf_hash(entry));
  batch_ += base::view(head_);
  ++in_batch_;
  return e.sequence;
}

base::Status Writer::grow(std::uint64_t end) {
  if (end <= at_.allocated) return base::ok();
  const std::uint64_t steps = (end - at_.allocated + step_bytes_ - 1) / step_bytes_;
  TRY(file_->preallocate(at_.allocated, steps * step_bytes_));
  at_.allocated += steps * step_bytes_;
  return base::ok();
}

base::Status Writer::commit() {
  TRY(refuse());
  if (in_batch_ == 0) return base::ok();
  const std::size_t record_bytes = batch_.size() - kBatchHeadBytes;
  const std::uint64_t extent = batch_extent(record_bytes);
  const BatchHead fields{at_.mark, at_.entries, static_cast<std::uint32_t>(record_bytes),
                         in_batch_};
  const std::string head = encode_head(fields, at_.head);
  batch_.replace(0, head.size(), head);
  batch_.resize(extent, '\0');
  if (auto s = grow(at_.offset + extent); !s.ok()) return stop(std::move(s).error());
  if (auto s = file_->write_at(at_.offset, batch_); !s.ok()) return stop(std::move(s).error());
  if (auto s = file_->sync(); !s.ok()) return stop(std::move(s).error());
  at_.offset += extent;
  at_.entries += in_batch_;
  at_.head = head_;
  in_batch_ = 0;
  batch_.assign(kBatchHeadBytes, '\0');
  return base::ok();
}

base::Status Writer::prepare() {
  TRY(refuse());
  if (at_.allocated - at_.offset >= step_bytes_ / 2) return base::ok();
  if (auto s = grow(at_.allocated + 1); !s.ok()) return stop(std::move(s).error());
  if (auto s = file_->sync(); !s.ok()) return stop(std::move(s).error());
  return base::ok();
}

}  // namespace audit
