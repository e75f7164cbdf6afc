// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "audit/little_endian.h"
#include "audit/sample.h"
#include "base/bytes.h"

namespace audit {
namespace {

using sample::Chance;

// Where the parts of a log lie; what the tests below break is chosen by it.
struct Part {
  enum What { kHead, kRecord, kPadding } what;
  std::uint64_t offset, bytes, entry;  // of a head: its first entry; of padding: the next entry
};

std::vector<Part> parts_of(const std::string& disk) {
  std::vector<Part> out;
  std::uint64_t entry = 0;
  for (std::uint64_t at = kHeaderBytes; at < disk.size();) {
    const BatchHead head = get_batch_head(std::string_view(disk).substr(at));
    if (head.mark == 0) break;
    out.push_back({Part::kHead, at, kBatchHeadBytes, entry});
    std::uint64_t record = at + kBatchHeadBytes;
    for (std::uint32_t i = 0; i < head.entries; ++i) {
      const auto n =
          get_le<std::uint32_t>(std::string_view(disk).substr(record)) + kRecordExtraBytes;
      out.push_back({Part::kRecord, record, n, entry++});
      record += n;
    }
    const std::uint64_t end = at + batch_extent(head.record_bytes);
    if (record < end) out.push_back({Part::kPadding, record, end - record, entry});
    at = end;
  }
  return out;
}

std::string sample_disk(const std::vector<int>& batches = {3, 1, 4}, std::uint64_t seed = 7) {
  FaultFile file;
  sample::fill_log(file, batches, seed);
  return std::string(file.cached());
}

// What verify() says about `disk`: "whole", "unreadable", or its damage and first bad entry.
std::string verdict(const std::string& disk, const std::optional<Anchor>& anchor = {}) {
  FaultFile file(disk);
  const auto report = verify(file, anchor);
  if (!report.ok()) return "unreadable";
  if (!report->finding) return "whole";
  return fmt::format("{} {}", report->finding->damage == Damage::kTorn ? "torn" : "corrupt",
                     report->finding->entry);
}

TEST(Log, WhatWasCommittedIsReadBackInOrder) {
  FaultFile file;
  auto log = sample::open_log(file);
  ASSERT_TRUE(log.ok());
  EXPECT_TRUE(log->created);
  Chance c(5);
  std::vector<Entry> written;
  for (int i = 0; i < 300; ++i) {
    Entry e = sample::entry(c);
    ASSERT_EQ(*log->writer.append(e), static_cast<std::uint64_t>(i) + 1);
    written.push_back(e);
    if (c() % 4 == 0) {
      ASSERT_TRUE(log->writer.commit().ok());
    }
  }
  ASSERT_TRUE(log->writer.commit().ok());
  auto reader = Reader::open(file);
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ(reader->header().origin, "test.example/log");
  ASSERT_TRUE(*reader->next());
  EXPECT_EQ(reader->entry().kind, Kind::kLogOpened);
  for (const Entry& e : written) {
    ASSERT_TRUE(*reader->next());
    EXPECT_EQ(reader->entry(), e);
  }
  EXPECT_FALSE(*reader->next());
  EXPECT_EQ(reader->position().head, log->writer.position().head);
}

TEST(Log, TheChainIsWhatTheReferenceSays) {
  FaultFile file;
  sample::fill_log(file, {2});
  base::Digest link = base::sha256({file.cached().substr(0, kHeaderBytes)});
  auto reader = Reader::open(file);
  while (*reader->next()) {
    const auto leaf = base::sha256({std::string_view("\0", 1), reader->bytes()});
    link = base::sha256({base::view(link), base::view(leaf)});
    EXPECT_EQ(reader->link(), link);
  }
  EXPECT_EQ(reader->position().entries, 3u);
}

TEST(Log, ACommitIsOneWriteAndOneSync) {
  FaultFile file;
  auto log = sample::open_log(file);
  Chance c(1);
  ASSERT_TRUE(log->writer.prepare().ok());
  const auto before = file.operations();
  EXPECT_TRUE(log->writer.commit().ok());
  EXPECT_EQ(file.operations(), before) << "an empty batch touches nothing";
  for (int i = 0; i < 3; ++i) {
    Entry e = sample::entry(c, Kind::kStarted);
    ASSERT_TRUE(log->writer.append(e).ok());
  }
  EXPECT_EQ(log->writer.acknowledged(), 1u);
  EXPECT_TRUE(log->writer.commit().ok());
  EXPECT_EQ(file.operations(), before + 2);
  EXPECT_EQ(log->writer.acknowledged(), 4u);
}

TEST(Log, PreparedSpaceSparesTheCommitItsGrowing) {
  FaultFile file;
  auto log = sample::open_log(file);
  Chance c(1);
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(log->writer.prepare().ok());
    Entry e = sample::entry(c, Kind::kOutcome);
    ASSERT_TRUE(log->writer.append(e).ok());
    const auto before = file.operations();
    ASSERT_TRUE(log->writer.commit().ok());
    EXPECT_EQ(file.operations(), before + 2);
  }
}

TEST(Log, ARefusedEntryLeavesTheBatchAsItWas) {
  FaultFile file;
  auto log = sample::open_log(file);
  Chance c(1);
  Entry good = sample::entry(c, Kind::kIntent);
  Entry bad = good;
  bad.tool = "line\nbreak";
  ASSERT_TRUE(log->writer.append(good).ok());
  EXPECT_EQ(log->writer.append(bad).error().code, base::Errc::kInvalid);
  ASSERT_EQ(*log->writer.append(good), 2u);
  ASSERT_TRUE(log->writer.commit().ok());
  EXPECT_EQ(verdict(std::string(file.cached())), "whole");
  EXPECT_FALSE(log->writer.stopped());
}

TEST(Log, AFullBatchAsksForACommit) {
  FaultFile file;
  auto log = sample::open_log(file);
  Chance c(1);
  for (;;) {
    Entry e = sample::entry(c, Kind::kIntent);
    const auto at = log->writer.append(e);
    if (at.ok()) continue;
    EXPECT_EQ(at.error().code, base::Errc::kExhausted);
    break;
  }
  ASSERT_TRUE(log->writer.commit().ok());
  Entry e = sample::entry(c, Kind::kIntent);
  EXPECT_TRUE(log->writer.append(e).ok());
  ASSERT_TRUE(log->writer.commit().ok());
  EXPECT_EQ(verdict(std::string(file.cached())), "whole");
}

TEST(Log, AGrowingLogCanBeFollowed) {
  FaultFile file;
  auto log = sample::open_log(file);
  auto reader = Reader::open(file);
  Chance c(1);
  ASSERT_TRUE(*reader->next());
  for (int i = 0; i < 5; ++i) {
    EXPECT_FALSE(*reader->next());
    Entry e = sample::entry(c);
    ASSERT_TRUE(log->writer.append(e).ok());
    ASSERT_TRUE(log->writer.commit().ok());
    ASSERT_TRUE(*reader->next());
    EXPECT_EQ(reader->entry(), e);
  }
}

TEST(Tamper, EveryFlippedByteIsFoundAndNamesItsEntry) {
  const std::string disk = sample_disk();
  const auto parts = parts_of(disk);
  for (std::size_t at = 0; at < disk.size(); ++at) {
    for (const int flip : {0x01, 0x80, 0xff}) {
      std::string changed = disk;
      changed[at] = static_cast<char>(changed[at] ^ flip);
      const std::string said = verdict(changed);
      if (at < kHeaderBytes) {
        ASSERT_EQ(said, "unreadable") << at;
        continue;
      }
      const auto part = std::find_if(parts.begin(), parts.end(), [&](const Part& p) {
        return at >= p.offset && at < p.offset + p.bytes;
      });
      if (part == parts.end()) {
        ASSERT_TRUE(said == "torn 9" || said == "corrupt 9") << at << said;
      } else {
        ASSERT_EQ(said, fmt::format("corrupt {}", part->entry)) << at;
      }
    }
  }
}

TEST(Tamper, RecordsDroppedDoubledOrSwappedAreFound) {
  const std::string disk = sample_disk();
  std::vector<Part> records;
  for (const Part& p : parts_of(disk))
    if (p.what == Part::kRecord) records.push_back(p);
  for (std::size_t i = 0; i < records.size(); ++i) {
    const Part& r = records[i];
    std::string dropped = disk;
    dropped.erase(r.offset, r.bytes);
    ASSERT_TRUE(verdict(dropped).starts_with("corrupt")) << i << verdict(dropped);
    std::string doubled = disk;
    doubled.insert(r.offset, disk.substr(r.offset, r.bytes));
    ASSERT_TRUE(verdict(doubled).starts_with("corrupt")) << i << verdict(doubled);
    for (std::size_t j = i + 1; j < records.size(); ++j) {
      const Part& s = records[j];
      std::string swapped = disk;
      swapped.replace(s.offset, s.bytes, disk.substr(r.offset, r.bytes));
      swapped.replace(r.offset, r.bytes, disk.substr(s.offset, s.bytes));
      ASSERT_TRUE(verdict(swapped).starts_with("corrupt")) << i << j << verdict(swapped);
    }
  }
}

TEST(Tamper, BatchesDroppedDoubledSwappedOrForeignAreFound) {
  const std::string disk = sample_disk();
  std::vector<Part> heads;
  for (const Part& p : parts_of(disk))
    if (p.what == Part::kHead) heads.push_back(p);
  const auto extent = [&](std::size_t i) {
    return batch_extent(
        get_batch_head(std::string_view(disk).substr(heads[i].offset)).record_bytes);
  };
  for (std::size_t i = 0; i + 1 < heads.size(); ++i) {
    const auto at = heads[i].offset, bytes = extent(i);
    const std::string name = fmt::format("corrupt {}", heads[i].entry);
    std::string dropped = disk, blanked = disk, doubled = disk;
    dropped.erase(at, bytes);
    EXPECT_EQ(verdict(dropped), name);
    blanked.replace(at, bytes, std::string(bytes, '\0'));
    EXPECT_EQ(verdict(blanked), name);
    doubled.insert(at, disk.substr(at, bytes));
    EXPECT_EQ(verdict(doubled), fmt::format("corrupt {}", heads[i + 1].entry));
    std::string swapped = disk.substr(0, at) + disk.substr(heads[i + 1].offset, extent(i + 1)) +
                          disk.substr(at, bytes) + disk.substr(heads[i + 1].offset + extent(i + 1));
    EXPECT_EQ(verdict(swapped), name);
  }
  const std::string other = sample_disk({3, 1, 4}, 8);
  const auto from = heads[1].offset;
  EXPECT_EQ(verdict(disk.substr(0, from) + other.substr(from)), "corrupt 1");
}

TEST(Tamper, CutAtAnyByteIsFoundByItselfOrAgainstACheckpoint) {
  FaultFile file;
  const Position end = sample::fill_log(file, {3, 1, 4});
  const std::string disk(file.cached());
  const Anchor anchor{end.entries, end.head};
  EXPECT_EQ(verdict(disk, anchor), "whole");
  for (std::uint64_t n = kHeaderBytes; n < end.offset; ++n) {
    bool boundary = n == kHeaderBytes;
    for (const Part& p : parts_of(disk))
      boundary = boundary || (p.what == Part::kHead && p.offset == n);
    // Padding that is cut off takes nothing with it, but the cut is seen all the same.
    if (!boundary) {
      ASSERT_NE(verdict(disk.substr(0, n)), "whole") << n;
    }
    ASSERT_TRUE(verdict(disk.substr(0, n), anchor).starts_with("corrupt")) << n;
  }
}

TEST(Tamper, AnotherHistoryUnderTheSameHeaderIsFoundAgainstACheckpoint) {
  FaultFile file;
  const Position end = sample::fill_log(file, {3});
  const Anchor anchor{end.entries, base::sha256({"another head"})};
  EXPECT_EQ(verdict(std::string(file.cached()), anchor), "corrupt 3");
}

// Writes a batch of entries that chain rightly but are wrong in themselves.
std::string forged(const std::vector<std::string>& entries) {
  FaultFile file;
  const Position end = sample::fill_log(file, {});
  std::string records;
  base::Digest link = end.head;
  for (const std::string& e : entries) {
    link = next_link(link, leaf_hash(e));
    put_le(records, static_cast<std::uint32_t>(e.size()));
    records += e;
    records += base::view(link);
  }
  std::string batch =
      encode_head({end.mark, end.entries, static_cast<std::uint32_t>(records.size()),
                   static_cast<std::uint32_t>(entries.size())},
                  end.head);
  batch += records;
  batch.resize(batch_extent(records.size()), '\0');
  CHECK(file.write_at(end.offset, batch).ok());
  return std::string(file.cached());
}

TEST(Tamper, EntriesThatChainButAreMalformedOrMisnumberedAreFound) {
  Chance c(2);
  Entry e = sample::entry(c, Kind::kOutcome);
  std::string right, wrong_number;
  e.sequence = 1;
  ASSERT_TRUE(encode(e, right).ok());
  e.sequence = 5;
  ASSERT_TRUE(encode(e, wrong_number).ok());
  EXPECT_EQ(verdict(forged({right})), "whole");
  EXPECT_EQ(verdict(forged({wrong_number})), "corrupt 1");
  EXPECT_EQ(verdict(forged({right, right})), "corrupt 2");
  EXPECT_EQ(verdict(forged({right + "x"})), "corrupt 1");
  EXPECT_EQ(verdict(forged({right.substr(0, 20)})), "corrupt 1");
}

TEST(Reader, DeliversOnlyWhatItVerifiedWhateverBecomesOfTheFile) {
  FaultFile file;
  sample::fill_log(file, {4});
  auto reader = Reader::open(file);
  ASSERT_TRUE(*reader->next());
  ASSERT_TRUE(*reader->next());
  ASSERT_TRUE(file.write_at(kHeaderBytes, std::string(8 * kSectorBytes, 'x')).ok());
  reader->rewind();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(*reader->next());
}

TEST(Header, ReadsBackAndRefusesWhatItCannotHold) {
  Header h{"gate.example/log", base::sha256({"id"}), 12};
  const auto bytes = encode_header(h);
  ASSERT_TRUE(bytes.ok());
  ASSERT_EQ(bytes->size(), kHeaderBytes);
  EXPECT_EQ(*decode_header(*bytes), h);
  EXPECT_FALSE(decode_header(bytes->substr(1)).ok());
  for (const std::string& origin : {std::string(), std::string(129, 'a'), std::string("a\nb")})
    EXPECT_FALSE(encode_header({origin, h.id, 0}).ok());
  EXPECT_FALSE(encode_header({"x", {}, 0}).ok());
}

TEST(Reader, AReadThatFailsIsAnErrorAndNotAnEnd) {
  FaultFile file;
  sample::fill_log(file, {3});
  auto reader = Reader::open(file);
  ASSERT_TRUE(reader.ok());
  reader->rewind();
  file.fail_reads(EIO);
  const auto more = reader->next();
  ASSERT_FALSE(more.ok());
  EXPECT_EQ(more.error().code, base::Errc::kIo);
  EXPECT_FALSE(reader->finding());
  EXPECT_EQ(verify(file).error().code, base::Errc::kIo);
  EXPECT_EQ(recover(file).error().code, base::Errc::kIo);
}

}  // namespace
}  // namespace audit
