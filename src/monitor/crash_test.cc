// SPDX-License-Identifier: Apache-2.0
// Power fails, the process is killed, and each disk operation fails in turn, at every point of many
// random histories of the shipped monitor: no warrant has left without a durable intent, no effect
// comes twice, what was open is shown as unknown. The same run without syncs must break this.
#include "monitor/crash_world.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "audit/reader.h"

namespace monitor::crash {
namespace {

using audit::FaultFile;
using audit::PowerLoss;
using base::Reason;

constexpr std::array kLosses = {PowerLoss::kKeepAll, PowerLoss::kDropAll, PowerLoss::kTear,
                                PowerLoss::kReorder, PowerLoss::kZeroFill};

// What a log says of one call.
struct Told {
  int intents = 0;
  int endings = 0;
  bool unknown = false;
};

std::map<std::uint64_t, Told> told_by(audit::File& file, Outside& outside) {
  std::map<std::uint64_t, Told> out;
  auto reader = audit::Reader::open(file);
  if (!reader.ok()) return out;
  auto more = reader->next();
  for (; more.ok() && *more; more = reader->next()) {
    const audit::Entry& e = reader->entry();
    Told& told = out[e.call.value];
    if (e.kind == audit::Kind::kIntent && e.effect == audit::Effect::kAllow) ++told.intents;
    if (e.kind == audit::Kind::kOutcome || e.kind == audit::Kind::kNotStarted) ++told.endings;
    if (e.outcome == static_cast<std::uint16_t>(Reason::kOutcomeUnknown)) told.unknown = true;
  }
  if (!more.ok()) outside.breaks("after recovery: " + more.error().message);
  return out;
}

// Recovers a copy of `disk` and looks for the intent of every warrant that has left.
void check_disk(const std::string& disk, Outside& outside) {
  FaultFile file(disk);
  if (outside.warranted.empty()) return;
  const auto found = audit::recover(file);
  if (!found.ok())
    return outside.breaks("a warrant without durable intent: " + found.error().message);
  const auto told = told_by(file, outside);
  const auto unknown = found->state.unknown();
  for (const std::uint64_t call : outside.warranted) {
    const auto at = told.find(call);
    if (at == told.end() || at->second.intents != 1)
      return outside.breaks("a warrant without durable intent");
    const bool open = std::ranges::find(unknown, base::CallId{call}) != unknown.end();
    if (open == (at->second.endings == 1))
      return outside.breaks("a call neither ended nor unknown");
  }
}

// What happens at the crash point: one of the five losses of power, or the process alone ends.
struct Crash {
  std::uint64_t point = UINT64_MAX;
  std::optional<PowerLoss> loss;
};

struct Story {
  std::uint64_t seed = 1;
  Crash crash;
  bool sync_removed = false;
  bool look_everywhere = false;  // every loss at every point, without going on from there
};

// Two lives: the first crashes at a point, the second begins on what the disk kept.
struct Ended {
  Outside outside;
  std::uint64_t points = 0;
  std::size_t unknown = 0;
};

Ended play(const Story& story) {
  Ended out;
  FaultFile first;
  if (story.sync_removed) first.remove_sync();
  std::optional<std::string> disk;
  Life* life = nullptr;
  std::mt19937_64 chance(story.seed * 31 + story.crash.point);
  first.at_each_point([&] {
    if (disk) return;
    if (story.look_everywhere)
      for (const PowerLoss loss : kLosses) check_disk(first.after(loss, chance), out.outside);
    if (out.points++ != story.crash.point) return;
    disk = story.crash.loss ? first.after(*story.crash.loss, chance) : std::string(first.cached());
    if (life != nullptr) life->die();
  });
  Life before(first, out.outside, story.seed);
  life = &before;
  if (before.began() && !disk)
    for (int i = 0; i < 40 && !disk; ++i) before.step();
  first.at_each_point({});
  if (!disk) {  // the history ended before the point: it ends in order
    before.drain();
    return out;
  }
  before.die();
  check_disk(*disk, out.outside);
  FaultFile second(*disk);
  Life after(second, out.outside, story.seed + 1000);
  if (!after.began()) out.outside.breaks("no second life");
  out.unknown = after.found_unknown().size();
  for (int i = 0; i < 20; ++i) after.step();
  after.drain();
  for (const auto& [call, told] : told_by(second, out.outside)) {
    if (told.intents > 1 || told.endings > 1) out.outside.breaks("a call told twice");
    if (after.found_unknown().contains(call) && !told.unknown)
      out.outside.breaks("unknown, but not shown so");
  }
  return out;
}

TEST(Crash, AtEveryPointOfEveryHistoryWhatLeftIsDurableAndNothingComesTwice) {
  std::size_t crashes = 0, unknown = 0, effects = 0;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const std::uint64_t points = play({seed, {}, false, false}).points;
    ASSERT_GT(points, 20u);
    for (std::uint64_t point = 0; point < points; ++point) {
      for (std::size_t loss = 0; loss <= kLosses.size(); ++loss) {
        const bool killed = loss == kLosses.size();
        const Ended r = play(
            {seed, {point, killed ? std::nullopt : std::optional(kLosses[loss])}, false, false});
        ASSERT_EQ(r.outside.broken, "")
            << "seed " << seed << " point " << point << " loss " << loss;
        ++crashes;
        unknown += r.unknown;
        effects += r.outside.effects.size();
      }
    }
  }
  EXPECT_GT(unknown, crashes / 10) << "calls must have been open at many crashes";
  EXPECT_GT(effects, crashes) << "and carried out";
}

TEST(Crash, EveryLossAtEveryPointLeavesTheIntentOfWhatLeft) {
  for (std::uint64_t seed = 100; seed < 140; ++seed)
    ASSERT_EQ(play({seed, {}, false, true}).outside.broken, "") << seed;
}

TEST(Crash, WithoutSyncsTheSameRunBreaks) {
  int broken = 0;
  for (std::uint64_t seed = 100; seed < 140; ++seed) {
    const Ended r = play({seed, {}, true, true});
    broken += r.outside.broken.starts_with("a warrant without durable intent") ? 1 : 0;
  }
  EXPECT_EQ(broken, 40);
}

class DiskFails : public ::testing::TestWithParam<int> {};

TEST_P(DiskFails, AfterTheFirstFailureNothingLeavesAndEveryCallIsDenied) {
  FaultFile counted;
  Outside nobody;
  Life whole(counted, nobody, 7);
  for (int i = 0; i < 40; ++i) whole.step();
  whole.drain();
  const std::uint64_t operations = counted.operations();
  ASSERT_GT(operations, 30u);
  std::size_t stopped = 0, refused = 0;
  for (std::uint64_t n = 1; n <= operations; ++n) {
    FaultFile file;
    file.fail_at(n, GetParam());
    Outside outside;
    Life life(file, outside, 7);
    if (!life.began()) continue;  // it did not even open: no program, no call
    for (int i = 0; i < 40; ++i) life.step();
    life.drain();
    if (!life.log_stopped()) continue;
    ++stopped;
    const std::size_t left = outside.warranted.size();
    const std::uint64_t asked = outside.asked;
    for (int i = 0; i < 20; ++i) life.step();
    life.drain();
    ASSERT_EQ(outside.broken, "") << n;
    ASSERT_EQ(outside.warranted.size(), left) << n;
    for (std::uint64_t request = asked + 1; request <= outside.asked; ++request) {
      ASSERT_EQ(outside.reason[request], Reason::kLogStopped) << n;
      ++refused;
    }
    std::mt19937_64 chance(n);
    for (const PowerLoss loss : kLosses) check_disk(file.after(loss, chance), outside);
    ASSERT_EQ(outside.broken, "") << n;
  }
  EXPECT_GT(stopped, operations / 2);
  EXPECT_GT(refused, stopped);
}

INSTANTIATE_TEST_SUITE_P(Errors, DiskFails, ::testing::Values(EIO, ENOSPC));

TEST(DiskFull, TheCallsThatDoNotFitAreDeniedAndTheLogStaysGood) {
  std::size_t denied = 0;
  for (std::uint64_t sectors = 4; sectors < 80; ++sectors) {
    FaultFile file;
    file.set_capacity(sectors * audit::kSectorBytes);
    Outside outside;
    Life life(file, outside, 9);
    if (!life.began()) continue;
    for (int i = 0; i < 60; ++i) life.step();
    life.drain();
    ASSERT_EQ(outside.broken, "") << sectors;
    for (const auto& [request, reason] : outside.reason)
      denied += reason == Reason::kLogStopped ? 1 : 0;
    check_disk(std::string(file.cached()), outside);
    ASSERT_EQ(outside.broken, "") << sectors;
  }
  EXPECT_GT(denied, 100u);
}

}  // namespace
}  // namespace monitor::crash
