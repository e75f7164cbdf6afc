// SPDX-License-Identifier: Apache-2.0
// Another program renames directories and swaps them for links while the tools work. What lies
// outside of the root is never read and never changed. YETT_RACE=N asks for N raced calls.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdio.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "runner/workspace/rig.h"

namespace workspace {
namespace {

namespace fs = std::filesystem;

std::uint64_t raced_calls() {
  const char* wanted = std::getenv("YETT_RACE");
  return wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : 20'000;
}

// Swaps in the root, until it ends: `race` is a directory or a link to the canary's folder,
// `race/secret` in it a file or a link to the canary, `deep/x` a directory or a link upwards.
class Swapper {
 public:
  explicit Swapper(const Rig& rig) : root_(rig.root()) {
    fs::create_directories(root_ / "race");
    fs::create_directories(root_ / "deep/x/y");
    std::ofstream(root_ / "race/secret") << "safe";
    std::ofstream(root_ / "deep/x/y/secret") << "safe";
    std::ofstream(root_ / "file") << "safe";
    fs::create_symlink("../canary", root_ / "race_l");
    fs::create_symlink("../../canary", root_ / "deep/x_l");
    fs::create_symlink("../canary/secret", root_ / "file_l");
    thread_ = std::thread([this] {
      while (!end_) swap_all();
    });
  }
  ~Swapper() {
    end_ = true;
    thread_.join();
  }
  Swapper(const Swapper&) = delete;
  Swapper& operator=(const Swapper&) = delete;
  std::uint64_t swaps() const { return swaps_; }

 private:
  void swap_all() {
    swap("race", "race_l");
    swap("deep/x", "deep/x_l");
    swap("file", "file_l");
    // And a name that is for a moment nothing, then something else.
    rename("race", "race_t");
    rename("race_l", "race");
    rename("race", "race_l");
    rename("race_t", "race");
    ++swaps_;
  }
  void swap(const char* a, const char* b) {
    ::renameat2(AT_FDCWD, (root_ / a).c_str(), AT_FDCWD, (root_ / b).c_str(), RENAME_EXCHANGE);
  }
  void rename(const char* a, const char* b) {
    ::renameat2(AT_FDCWD, (root_ / a).c_str(), AT_FDCWD, (root_ / b).c_str(), RENAME_NOREPLACE);
  }
  fs::path root_;
  std::atomic<bool> end_ = false;
  std::atomic<std::uint64_t> swaps_ = 0;
  std::thread thread_;
};

TEST(Race, NothingOutsideIsReadOrChanged) {
  Settings settings;
  settings.limits.history_steps = 50;
  Rig rig(settings);
  std::uint64_t safe = 0;
  std::uint64_t refused = 0;
  std::uint64_t written = 0;
  const std::uint64_t calls = raced_calls();
  {
    const Swapper swapper(rig);
    Workspace& w = rig.tools();
    const Path targets[] = {path("race/secret"), path("deep/x/y/secret"), path("file")};
    for (std::uint64_t i = 0; i < calls; ++i) {
      const Path& target = targets[i % 3];
      if (i % 4 != 3) {
        const auto got = w.read(target, {});
        got.ok() ? ++safe : ++refused;
        if (got.ok()) {
          ASSERT_EQ(got->content, "safe");
        }
      } else if (i % 64 == 3) {
        const auto found = w.search(Path(), {.query = "canary"});
        ASSERT_TRUE(!found.ok() || found->matches.empty());
        const auto globbed = w.glob(Path(), "**");
        ASSERT_TRUE(globbed.ok() || globbed.error().cause != Cause::kOutside);
      } else if (i % 64 == 7) {
        const Path made = path("race/made");
        if (w.create(made, {.content = "safe"}).ok()) ++written;
        (void)w.remove(made);
      } else {
        if (w.write(target, {.content = "safe"}).ok()) ++written;
      }
    }
    EXPECT_GT(swapper.swaps(), 0u);
  }
  EXPECT_TRUE(rig.canary_lives());
  EXPECT_GT(safe, 0u);
  EXPECT_GT(written, 0u);
  std::printf("raced %llu calls: %llu read, %llu refused, %llu written, 0 outside\n",
              static_cast<unsigned long long>(calls), static_cast<unsigned long long>(safe),
              static_cast<unsigned long long>(refused), static_cast<unsigned long long>(written));
}

// The same without a second thread: between any two calls of any tool the directory becomes a link.
TEST(Race, ASwapBetweenAnyTwoCallsIsRefusedOrHarmless) {
  using Tool = void (*)(Workspace&);
  const Tool runs[] = {
      [](Workspace& w) {
        const auto got = w.read(path("race/secret"), {});
        EXPECT_TRUE(!got.ok() || got->content == "safe");
      },
      [](Workspace& w) { (void)w.write(path("race/secret"), {.content = "w"}); },
      [](Workspace& w) { (void)w.create(path("race/n"), {.content = "n"}); },
      [](Workspace& w) {
        (void)w.edit(path("race/secret"), {.old_text = "safe", .new_text = "e"});
      },
      [](Workspace& w) { (void)w.remove(path("race/secret")); },
      [](Workspace& w) { (void)w.move(path("race/secret"), path("race/moved")); },
      [](Workspace& w) { (void)w.make_directory(path("race/d/e"), Parents::kMake); },
      [](Workspace& w) {
        const auto got = w.search(Path(), {.query = "canary"});
        EXPECT_TRUE(!got.ok() || got->matches.empty());
      },
      [](Workspace& w) {
        const auto got = w.list(path("race"), {.recursive = true});
        EXPECT_TRUE(!got.ok() || got->entries.size() <= 1);
      },
  };
  for (const char* swapped : {"race", "race/secret"}) {
    for (std::size_t r = 0; r < std::size(runs); ++r) {
      for (std::uint64_t n = 1; n < 40; ++n) {
        SCOPED_TRACE(testing::Message() << swapped << ", tool " << r << ", call " << n);
        Rig rig({}, memory_folder());
        rig.put("race/secret", "safe");
        const fs::path at = rig.root() / swapped;
        const bool folder = fs::is_directory(at);
        std::uint64_t left = n;
        rig.disk().before_each([&] {
          if (--left != 0) return;
          fs::rename(at, rig.root() / "aside");
          fs::create_symlink(rig.top() / (folder ? "canary" : "canary/secret"), at);
        });
        runs[r](rig.tools());
        rig.disk().before_each({});
        ASSERT_TRUE(rig.canary_lives());
        if (left > 0 && left < n + 1 && left <= UINT64_MAX / 2) break;  // fewer calls than n
      }
    }
  }
}

// What the tests above see without the wall: the same swap lets the same call out.
TEST(Race, WithoutTheKernelsWallASwapReachesOutside) {
  std::size_t read = 0;
  std::size_t changed = 0;
  for (std::uint64_t n = 1; n < 10; ++n) {
    Rig rig({}, memory_folder());
    rig.put("race/secret", "safe");
    rig.disk().follow_links();
    std::uint64_t left = n;
    rig.disk().before_each([&] {
      if (--left != 0) return;
      fs::rename(rig.root() / "race", rig.root() / "aside");
      fs::create_symlink("../canary", rig.root() / "race");
    });
    const auto got = rig.tools().read(path("race/secret"), {});
    rig.disk().before_each({});
    read += got.ok() && got->content == Rig::kSecret ? 1 : 0;
    (void)rig.tools().write(path("race/secret"), {.content = "changed"});
    changed += rig.canary_lives() ? 0 : 1;
  }
  EXPECT_GT(read, 0u);
  EXPECT_GT(changed, 0u);
}

// A file that somebody replaces while it is being written is neither lost nor overwritten.
TEST(Race, AForeignChangeIsNeverOverwritten) {
  for (std::uint64_t n = 1; n < 60; ++n) {
    Rig rig({}, memory_folder());
    rig.put("f", "old");
    std::uint64_t left = n;
    bool changed = false;
    rig.disk().before_each([&] {
      if (--left != 0) return;
      changed = true;
      rig.put("f.new", "foreign");
      fs::rename(rig.root() / "f.new", rig.root() / "f");
    });
    const auto written = rig.tools().write(path("f"), {.content = "ours"});
    rig.disk().before_each({});
    if (!changed) break;
    // Theirs came first and ours was refused, or ours came later, having seen theirs, or before.
    const std::string now = rig.get("f");
    if (!written.ok() || now != "ours") {
      EXPECT_EQ(now, "foreign") << n << cause(written);
    } else {
      EXPECT_EQ(written->before, base::sha256({"foreign"})) << n;
    }
    EXPECT_EQ(rig.leftovers(), 0u) << n;
  }
}

}  // namespace
}  // namespace workspace
