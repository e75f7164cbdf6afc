// SPDX-License-Identifier: Apache-2.0
// Power fails at every point of many random histories, and each operation fails in turn: whatever
// commit() said yes to is there afterwards. The same run without syncs must lose something.
#include <gtest/gtest.h>

#include <cerrno>
#include <cstdlib>

#include "audit/sample.h"

namespace audit {
namespace {

using sample::Chance;

constexpr std::array kLosses = {PowerLoss::kKeepAll, PowerLoss::kDropAll, PowerLoss::kTear,
                                PowerLoss::kReorder, PowerLoss::kZeroFill};

struct Tally {
  std::uint64_t crashes = 0;
  std::uint64_t torn = 0;  // of them, those that left a torn tail
  std::uint64_t lost = 0;  // of them, those after which something acknowledged was not there
  std::string first_loss;
};

// One log, its acknowledged entries (known by their call), and a disk that can fail under it.
class History {
 public:
  History(std::uint64_t seed, bool sync_removed, bool every_loss)
      : chance_(seed), sync_removed_(sync_removed), every_loss_(every_loss) {
    reopen({});
  }

  Tally run(int operations) {
    for (int i = 0; i < operations && tally_.lost == 0; ++i) step();
    file_->at_each_point({});
    return tally_;
  }

 private:
  void step() {
    const auto dice = chance_() % 100;
    if (dice < 60) return append();
    if (dice < 92) return commit();
    if (dice < 95) return void(log_->writer.prepare().ok());
    if (dice < 97)
      return reopen(std::string(file_->cached()));  // the process ended, the disk did not
    const std::string disk = file_->after(loss(), chance_);
    if (intact(disk)) reopen(disk);
  }

  PowerLoss loss() { return kLosses[chance_() % kLosses.size()]; }

  void append() {
    Entry e;
    e.kind = Kind::kStarted;
    e.call.value = chance_() | 1u;
    if (chance_() % 2 == 0) e = sample::entry(chance_, Kind::kIntent);
    const auto at = log_->writer.append(e);
    ASSERT_TRUE(at.ok());
    calls_.resize(*at);
    calls_.push_back(e.call);
  }

  void commit() {
    ASSERT_TRUE(log_->writer.commit().ok());
    acknowledged_ = log_->writer.acknowledged();
  }

  // A new life of the program on `disk`.
  void reopen(const std::string& disk) {
    log_.reset();
    file_ = std::make_unique<FaultFile>(disk);
    if (sync_removed_) file_->remove_sync();
    file_->at_each_point([this] { power_fails_here(); });
    auto log = sample::open_log(*file_);
    if (!log.ok()) return lose(log.error().message);
    log_.emplace(std::move(*log));
    acknowledged_ = log_->writer.acknowledged();
    calls_.resize(acknowledged_);
    calls_.back() = {};  // log_opened or log_recovered
  }

  void power_fails_here() {
    if (!file_->unsynced() || tally_.lost > 0) return;
    if (!every_loss_) return void(intact(file_->after(loss(), chance_)));
    for (const PowerLoss l : kLosses) (void)intact(file_->after(l, chance_));
  }

  // Recovers a copy of `disk` and looks for every acknowledged entry.
  bool intact(const std::string& disk) {
    ++tally_.crashes;
    FaultFile file(disk);
    if (acknowledged_ == 0 && disk.size() <= kHeaderBytes) return true;  // never began
    const auto found = recover(file);
    if (!found.ok()) return lose(found.error().message), false;
    if (found->dropped_bytes > 0) ++tally_.torn;
    return holds(file);
  }

  bool holds(File& file) {
    auto reader = Reader::open(file);
    std::uint64_t n = 0;
    for (;; ++n) {
      auto more = reader->next();
      if (!more.ok()) return lose("after recovery: " + more.error().message), false;
      if (!*more) break;
      if (n < acknowledged_ && reader->entry().call != calls_[n])
        return lose("another entry"), false;
    }
    if (n < acknowledged_) return lose(fmt::format("{} of {} entries", n, acknowledged_)), false;
    return true;
  }

  void lose(std::string why) {
    if (tally_.lost++ == 0) tally_.first_loss = std::move(why);
  }

  Chance chance_;
  bool sync_removed_, every_loss_;
  std::unique_ptr<FaultFile> file_;
  std::optional<Opened> log_;
  std::vector<base::CallId> calls_;  // by sequence
  std::uint64_t acknowledged_ = 0;
  Tally tally_;
};

// YETT_CRASH_SEEDS raises the number for longer runs.
std::uint64_t seeds(std::uint64_t usual) {
  const char* more = std::getenv("YETT_CRASH_SEEDS");
  return more == nullptr ? usual : std::strtoull(more, nullptr, 10);
}

TEST(Crash, NothingAcknowledgedIsLostWhereverThePowerFails) {
  Tally all;
  for (std::uint64_t seed = 1; seed <= seeds(500); ++seed) {
    const Tally t = History(seed, false, seed % 10 == 0).run(200);
    ASSERT_EQ(t.lost, 0u) << "seed " << seed << ": " << t.first_loss;
    all.crashes += t.crashes;
    all.torn += t.torn;
  }
  std::printf("%llu power failures, %llu torn tails\n",
              static_cast<unsigned long long>(all.crashes),
              static_cast<unsigned long long>(all.torn));
  EXPECT_GT(all.crashes, 10'000u);
  EXPECT_GT(all.torn, all.crashes / 20) << "the failures must really tear";
}

TEST(Crash, WithoutSyncTheSameRunLosesEntries) {
  std::uint64_t losing = 0;
  for (std::uint64_t seed = 1; seed <= 50; ++seed)
    losing += History(seed, true, false).run(200).lost > 0 ? 1 : 0;
  EXPECT_EQ(losing, 50u) << "the test above could not have failed";
}

TEST(Crash, ATornTailAtEachSectorOfTheLastBatchIsTakenOff) {
  FaultFile file;
  const Position before = sample::fill_log(file, {3, 5});
  const std::string disk(file.cached());
  FaultFile longer(disk);
  auto log = sample::open_log(longer);
  const Position start = log->writer.position();
  const std::string base_disk(longer.cached());
  Chance c(4);
  for (int i = 0; i < 12; ++i) {
    Entry e = sample::entry(c, Kind::kIntent);
    ASSERT_TRUE(log->writer.append(e).ok());
  }
  ASSERT_TRUE(log->writer.commit().ok());
  const std::string whole(longer.cached());
  const std::uint64_t sectors = (log->writer.position().offset - start.offset) / kSectorBytes;
  ASSERT_GT(sectors, 4u);
  ASSERT_LT(sectors, 20u);
  for (std::uint64_t kept = 0; kept < 1ull << sectors; kept += 1 + kept / 64) {
    std::string torn = base_disk;
    torn.resize(whole.size(), '\0');
    for (std::uint64_t s = 0; s < sectors; ++s)
      if ((kept >> s & 1) != 0)
        torn.replace(start.offset + s * kSectorBytes, kSectorBytes, whole,
                     start.offset + s * kSectorBytes, kSectorBytes);
    FaultFile f(torn);
    const auto found = recover(f);
    ASSERT_TRUE(found.ok()) << kept << found.error().message;
    ASSERT_EQ(found->position.entries, torn == whole ? start.entries + 12 : start.entries) << kept;
    ASSERT_EQ(found->position.head == start.head, torn != whole);
    ASSERT_EQ(found->dropped_bytes > 0, kept != 0 && torn != whole) << kept;
  }
  EXPECT_LT(before.entries, start.entries);
}

TEST(Crash, DamageThatIsNoTornTailIsNeverTakenOff) {
  FaultFile file;
  const Position end = sample::fill_log(file, {3, 5});
  std::string disk(file.cached());
  disk[end.offset - kSectorBytes] ^= 1;  // in the last batch, no sector missing
  FaultFile f(disk);
  const auto found = recover(f);
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code, base::Errc::kCorrupt);
  EXPECT_EQ(f.cached(), disk) << "the evidence stays";
  EXPECT_EQ(f.operations(), 1u) << "one sync, no write";
}

// Runs a fixed history until something fails; returns how many entries were acknowledged.
std::uint64_t run_until_failure(FaultFile& file, std::vector<base::CallId>& calls) {
  Chance c(11);
  auto log = sample::open_log(file);
  if (!log.ok()) return 0;
  std::uint64_t acknowledged = 1;
  calls = {base::CallId{}};
  for (int i = 0; i < 60; ++i) {
    Entry e = sample::entry(c, Kind::kIntent);
    if (!log->writer.append(e).ok()) break;
    calls.push_back(e.call);
    if (i % 3 != 2) continue;
    if (!log->writer.commit().ok()) break;
    acknowledged += 3;
    if (i < 59 && !log->writer.prepare().ok()) break;
  }
  if (!log->writer.stopped()) return acknowledged;
  // Dead for good, and it does not touch the file again.
  const auto operations = file.operations();
  Entry e = sample::entry(c, Kind::kIntent);
  EXPECT_EQ(log->writer.append(e).error().code, base::Errc::kUnavailable);
  EXPECT_TRUE(log->writer.commit().error().message.starts_with("log stopped: "));
  EXPECT_EQ(log->writer.prepare().error().code, base::Errc::kUnavailable);
  EXPECT_EQ(file.operations(), operations);
  EXPECT_EQ(log->writer.acknowledged(), acknowledged);
  return acknowledged;
}

std::uint64_t count_matching(File& file, const std::vector<base::CallId>& calls) {
  auto reader = Reader::open(file);
  if (!reader.ok()) return 0;
  std::uint64_t n = 0;
  for (auto more = reader->next(); more.ok() && *more; more = reader->next(), ++n)
    if (n < calls.size() && reader->entry().call != calls[n]) break;
  return n;
}

TEST(Fault, EachOperationThatFailsStopsTheLogAndAcknowledgesNothing) {
  FaultFile clean;
  std::vector<base::CallId> calls;
  ASSERT_EQ(run_until_failure(clean, calls), 61u);
  for (const int error : {EIO, ENOSPC}) {
    for (std::uint64_t n = 1; n <= clean.operations(); ++n) {
      FaultFile file;
      file.fail_at(n, error);
      const auto acknowledged = run_until_failure(file, calls);
      ASSERT_LT(acknowledged, 61u) << n;
      for (const PowerLoss loss : kLosses) {
        Chance c(n);
        FaultFile after(file.after(loss, c));
        if (acknowledged == 0 && after.cached().size() <= kHeaderBytes) continue;
        ASSERT_TRUE(recover(after).ok()) << n;
        ASSERT_GE(count_matching(after, calls), acknowledged) << n;
      }
    }
  }
}

TEST(Fault, AfterAFailedSyncRecoveryBelievesTheDiskAndNotTheCache) {
  FaultFile clean;
  std::vector<base::CallId> calls;
  run_until_failure(clean, calls);
  std::uint64_t shorter = 0;
  for (std::uint64_t n = 1; n <= clean.operations(); ++n) {
    FaultFile file;
    file.fail_at(n, EIO);
    const auto acknowledged = run_until_failure(file, calls);
    if (acknowledged == 0) continue;
    const auto cached = count_matching(file, calls);
    const auto found = recover(file);  // the same kernel, a new process
    ASSERT_TRUE(found.ok()) << n;
    Chance c(n);
    FaultFile after(file.after(PowerLoss::kDropAll, c));
    ASSERT_EQ(count_matching(after, calls), found->position.entries)
        << n << ": told, but not there";
    ASSERT_GE(found->position.entries, acknowledged);
    shorter += found->position.entries < cached ? 1 : 0;
  }
  EXPECT_GT(shorter, 0u) << "the cache must have shown more than the disk at least once";
}

TEST(Fault, AFullDiskStopsTheLogAndKeepsWhatWasAcknowledged) {
  for (std::uint64_t capacity = kHeaderBytes; capacity < 40 * kSectorBytes; capacity += 100) {
    FaultFile file;
    file.set_capacity(capacity);
    std::vector<base::CallId> calls;
    const auto acknowledged = run_until_failure(file, calls);
    ASSERT_LT(acknowledged, 61u);
    if (acknowledged == 0) continue;
    ASSERT_TRUE(recover(file).ok()) << capacity;
    ASSERT_GE(count_matching(file, calls), acknowledged) << capacity;
  }
}

}  // namespace
}  // namespace audit
