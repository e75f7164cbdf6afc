// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// How entries lie in the file and how they are chained (docs/reference/log.md): one header sector,
// then batches, each beginning at a sector. Pure. Trust zone: monitor; readers.
//
// Why batches on sectors: a batch is what one sync makes durable. As no sector is ever written by
// two batches, a torn write cannot touch what was acknowledged, and as a sector not yet written
// holds only zeros, a torn batch always shows at least one sector of zeros: damage of another
// shape is not a power loss.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "audit/entry.h"
#include "base/digest.h"
#include "base/result.h"

namespace audit {

inline constexpr std::uint64_t kSectorBytes = 512;  // what every disk writes whole or not at all
inline constexpr std::size_t kHeaderBytes = kSectorBytes;
inline constexpr std::size_t kBatchHeadBytes = 32;
// Records of one batch. 1,024 calls in flight with half a kilobyte each fit; what does not fit
// waits for the next commit.
inline constexpr std::size_t kBatchBytes = 1u << 20;
inline constexpr std::size_t kRecordExtraBytes = 4 + 32;  // length before, link after the entry

// The first sector: who this log is. `id` is random; its first eight bytes mark every batch.
struct Header {
  std::string origin;  // 1..kNameBytes printable bytes, as in the checkpoints of the log
  base::Digest id{};   // the first eight bytes are not all zero
  std::int64_t created_us = 0;
  friend bool operator==(const Header&, const Header&) = default;
};

// The kHeaderBytes bytes of `header`; kInvalid if its origin or id is not as above.
base::Result<std::string> encode_header(const Header& header);
// kCorrupt if `bytes` are not exactly what encode_header() writes.
base::Result<Header> decode_header(std::string_view bytes);

// The head of one batch. It lies in one sector, so a head that is not right was never torn; and as
// it is checked by itself, the length in it can be believed when the batch behind it is torn.
struct BatchHead {
  std::uint64_t mark = 0;            // mark_of() the header
  std::uint64_t first_sequence = 0;  // of its first entry
  std::uint32_t record_bytes = 0;    // of all its records, padding not counted
  std::uint32_t entries = 0;         // >= 1
  friend bool operator==(const BatchHead&, const BatchHead&) = default;
};
std::uint64_t mark_of(const Header& header);
// The kBatchHeadBytes bytes of `head`, the last eight of them the first eight of
// SHA-256(`before` || the others); `before` is the link before the first entry of the batch.
std::string encode_head(const BatchHead& head, const base::Digest& before);
// The fields in the first kBatchHeadBytes of `bytes`, unchecked.
BatchHead get_batch_head(std::string_view bytes);

// Bytes of the file that a batch with so many bytes of records takes, padding included.
std::uint64_t batch_extent(std::uint64_t record_bytes);

// RFC 6962 §2.1: SHA-256(0x00 || entry).
base::Digest leaf_hash(std::string_view entry);
// The link before the first entry: SHA-256 of the header sector.
base::Digest first_link(std::string_view header);
// The link of an entry: SHA-256(previous link || leaf hash).
base::Digest next_link(const base::Digest& previous, const base::Digest& leaf);

// Where a log stands: what a Writer carries on from.
struct Position {
  std::uint64_t mark = 0;
  std::uint64_t entries = 0;    // = sequence of the next entry
  base::Digest head{};          // link of the last entry
  std::uint64_t offset = 0;     // of the next batch
  std::uint64_t allocated = 0;  // size of the file; all zeros from `offset` on
};

}  // namespace audit
