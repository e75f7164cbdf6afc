// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <fstream>

#include "runner/workspace/rig.h"

namespace workspace {
namespace {

namespace fs = std::filesystem;

void write(Rig& rig, std::string_view at, std::string_view content) {
  ASSERT_EQ(cause(rig.tools().write(path(at), {.content = content, .parents = Parents::kMake})),
            "ok");
}

TEST(Undo, TakesBackTheLastStepFirst) {
  Rig rig;
  write(rig, "a", "1");
  write(rig, "a", "2");
  write(rig, "a", "3");
  EXPECT_EQ(cause(rig.tools().undo()), "ok");
  EXPECT_EQ(rig.get("a"), "2");
  write(rig, "a", "4");
  EXPECT_EQ(cause(rig.tools().undo()), "ok");
  EXPECT_EQ(rig.get("a"), "2");
  EXPECT_EQ(cause(rig.tools().undo()), "ok");
  EXPECT_EQ(rig.get("a"), "1");
  EXPECT_EQ(cause(rig.tools().undo()), "ok");
  EXPECT_EQ(rig.get("a"), "<none>");
  EXPECT_EQ(cause(rig.tools().undo()), "nothing_to_undo");
}

TEST(Undo, WorksForEveryActAndAfterANewStart) {
  Rig rig;
  rig.put("keep/x", "x");
  rig.put("gone/y", "y");
  const std::uint64_t start = rig.tools().checkpoint();
  write(rig, "new/file", "n");
  ASSERT_EQ(cause(rig.tools().move(path("keep"), path("kept"))), "ok");
  ASSERT_EQ(cause(rig.tools().remove(path("gone"))), "ok");
  ASSERT_EQ(cause(rig.tools().edit(path("kept/x"), {.old_text = "x", .new_text = "z"})), "ok");
  ASSERT_TRUE(rig.reopen().ok());
  const auto undone = rig.tools().undo_to(start);
  ASSERT_TRUE(undone.ok());
  EXPECT_EQ(undone->undone.size(), 5u);  // with the directory that was made on the way
  EXPECT_EQ(rig.get("keep/x"), "x");
  EXPECT_EQ(rig.get("gone/y"), "y");
  EXPECT_FALSE(fs::exists(rig.root() / "new"));
  EXPECT_FALSE(fs::exists(rig.root() / "kept"));
  EXPECT_TRUE(rig.tools().diff(start)->files.empty());
}

TEST(Undo, NeverDestroysWhatSomebodyElseDid) {
  Rig rig;
  write(rig, "a", "1");
  write(rig, "a", "2");
  rig.put("a", "by hand");
  EXPECT_EQ(cause(rig.tools().undo()), "conflict");
  EXPECT_EQ(rig.get("a"), "by hand");
  rig.put("a", "2");
  EXPECT_EQ(cause(rig.tools().undo()), "ok");
  ASSERT_EQ(cause(rig.tools().remove(path("a"))), "ok");
  rig.put("a", "in its place");
  EXPECT_EQ(cause(rig.tools().undo()), "conflict");
  EXPECT_EQ(rig.get("a"), "in its place");
}

TEST(Undo, PassesOverStepsThatDidNotTakePlace) {
  Rig rig;
  write(rig, "a", "1");
  write(rig, "b", "1");
  fs::remove(rig.root() / "b");  // as if the power had failed before it was there
  EXPECT_EQ(cause(rig.tools().undo()), "ok");
  EXPECT_EQ(rig.get("a"), "<none>");
}

TEST(Undo, DoesNotBelieveKeptContentsThatWereChanged) {
  Rig rig;
  write(rig, "a", "1");
  write(rig, "a", "2");
  for (const auto& entry : fs::directory_iterator(rig.top() / "state/objects"))
    std::ofstream(entry.path()) << "X";
  EXPECT_EQ(cause(rig.tools().undo()), "corrupt");
  EXPECT_EQ(rig.get("a"), "2");
}

TEST(History, IsBoundedAndDropsTheOldest) {
  Settings settings;
  settings.limits.history_steps = 20;
  Rig rig(settings);
  for (int i = 0; i < 100; ++i) write(rig, "a", std::to_string(i));
  EXPECT_LE(rig.tools().history().steps().size(), 20u);
  std::size_t objects = 0;
  for ([[maybe_unused]] const auto& e : fs::directory_iterator(rig.top() / "state/objects"))
    ++objects;
  EXPECT_LE(objects, 21u);
  ASSERT_TRUE(rig.reopen(settings).ok());
  EXPECT_EQ(cause(rig.tools().undo()), "ok");
  EXPECT_EQ(rig.get("a"), "98");
}

TEST(History, IsBoundedInBytes) {
  Settings settings;
  settings.limits.history_bytes = 1000;
  Rig rig(settings);
  for (int i = 0; i < 30; ++i) {
    write(rig, "d/f", std::string(200, static_cast<char>('a' + i % 26)));
    ASSERT_EQ(cause(rig.tools().remove(path("d"))), "ok");
  }
  std::uint64_t bytes = 0;
  for (const auto& e : fs::recursive_directory_iterator(rig.top() / "state"))
    if (e.is_regular_file() && e.path().filename() != "journal") bytes += e.file_size();
  EXPECT_LE(bytes, 1000u);
  rig.put("large", std::string(1001, 'x'));
  EXPECT_EQ(cause(rig.tools().remove(path("large"))), "too_large");
  EXPECT_NE(rig.get("large"), "<none>");
}

TEST(History, DoesNotGrowByStepsThatDidNotTakePlace) {
  Settings settings;
  settings.limits.history_steps = 10;
  Rig rig(settings);
  rig.put("full/x", "");
  for (int i = 0; i < 500; ++i)
    ASSERT_EQ(cause(rig.tools().move(path("full"), path("full2/none"))), "not_found");
  rig.put("there", "");
  write(rig, "a", "1");
  for (int i = 0; i < 500; ++i) {
    ASSERT_EQ(cause(rig.tools().move(path("a"), path("there"))), "exists");
  }
  EXPECT_LT(fs::file_size(rig.top() / "state/journal"), 20'000u);
  ASSERT_TRUE(rig.reopen(settings).ok());
  EXPECT_EQ(cause(rig.tools().undo()), "ok");
}

TEST(History, ForgetsALineThatACrashCutOffAndNoOther) {
  Rig rig;
  write(rig, "a", "1");
  write(rig, "a", "2");
  const fs::path journal = rig.top() / "state/journal";
  std::ofstream(journal, std::ios::app) << "3 write 17000";
  ASSERT_TRUE(rig.reopen().ok());
  EXPECT_EQ(rig.tools().history().steps().size(), 2u);
  write(rig, "a", "3");
  ASSERT_TRUE(rig.reopen().ok());
  EXPECT_EQ(rig.tools().history().steps().size(), 3u);
  std::fstream file(journal, std::ios::in | std::ios::out);
  file.seekp(4);
  file << "X";
  file.close();
  const Done opened = rig.reopen();
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().cause, Cause::kCorrupt);
}

TEST(Step, ComesBackFromItsLine) {
  Step s;
  s.number = 7;
  s.act = Act::kMove;
  s.wall_us = -5;
  s.path = path("a b/ü");
  s.to = path("c");
  s.before = base::sha256({"x"});
  s.mode = 0644;
  s.bytes = 12;
  s.undoes = 3;
  const std::string line = line_of(s);
  ASSERT_TRUE(step_of(line).has_value());
  EXPECT_EQ(*step_of(line), s);
  for (std::size_t i = 0; i < line.size(); ++i) {
    std::string changed = line;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(step_of(changed).has_value()) << i;
  }
}

TEST(Diff, OfTheWorkspaceShowsWhatTheToolsDid) {
  Rig rig;
  rig.put("a", "one\n");
  rig.put("b", "two\n");
  rig.put("c", "three\n");
  rig.put("dir/f", "f\n");
  const std::uint64_t start = rig.tools().checkpoint();
  write(rig, "a", "ONE\n");
  write(rig, "a", "1\n");
  ASSERT_EQ(cause(rig.tools().move(path("b"), path("bb"))), "ok");
  ASSERT_EQ(cause(rig.tools().remove(path("c"))), "ok");
  ASSERT_EQ(cause(rig.tools().move(path("dir"), path("folder"))), "ok");
  write(rig, "folder/f", "g\n");
  write(rig, "n", "new\n");
  const auto diff = rig.tools().diff(start);
  ASSERT_TRUE(diff.ok());
  std::map<std::string, Difference> by;
  for (const Difference& d : diff->files) by[d.path.text()] = d;
  using How = Difference::How;
  EXPECT_EQ(by.at("a").how, How::kChanged);
  EXPECT_NE(by.at("a").diff.find("-one\n+1\n"), std::string::npos);
  EXPECT_EQ(by.at("bb").how, How::kMoved);
  EXPECT_EQ(by.at("bb").was.text(), "b");
  EXPECT_EQ(by.at("bb").diff, "");
  EXPECT_EQ(by.at("c").how, How::kDeleted);
  EXPECT_NE(by.at("c").diff.find("-three\n"), std::string::npos);
  EXPECT_EQ(by.at("folder/f").was.text(), "dir/f");
  EXPECT_NE(by.at("folder/f").diff.find("-f\n+g\n"), std::string::npos);
  EXPECT_EQ(by.at("n").how, How::kCreated);
  EXPECT_TRUE(rig.tools().undo_to(start).ok());
  EXPECT_TRUE(rig.tools().diff(start)->files.empty());
}

}  // namespace
}  // namespace workspace
