// SPDX-License-Identifier: Apache-2.0
#include "runner/workspace/workspace.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/bytes.h"
#include "runner/workspace/rig.h"

namespace workspace {
namespace {

namespace fs = std::filesystem;

std::string read(Rig& rig, std::string_view at, const ReadWanted& wanted = {}) {
  const auto got = rig.tools().read(path(at), wanted);
  return got.ok() ? got->content : "!" + std::string(slug(got.error().cause));
}
std::string_view write(Rig& rig, std::string_view at, std::string_view content) {
  return cause(rig.tools().write(path(at), {.content = content}));
}

TEST(Workspace, ReadsWhatItWrote) {
  Rig rig;
  EXPECT_EQ(write(rig, "a.txt", "one\ntwo\n"), "ok");
  EXPECT_EQ(read(rig, "a.txt"), "one\ntwo\n");
  EXPECT_EQ(write(rig, "a.txt", "three\n"), "ok");
  EXPECT_EQ(rig.get("a.txt"), "three\n");
  EXPECT_EQ(write(rig, "d/e/f.txt", "x"), "not_found");
  EXPECT_EQ(
      cause(rig.tools().write(path("d/e/f.txt"), {.content = "x", .parents = Parents::kMake})),
      "ok");
  EXPECT_EQ(rig.get("d/e/f.txt"), "x");
  EXPECT_EQ(cause(rig.tools().create(path("a.txt"), {.content = "x"})), "exists");
  EXPECT_EQ(rig.leftovers(), 0u);
}

TEST(Workspace, ReadsRanges) {
  Rig rig;
  rig.put("f", "l1\nl2\nl3");
  using R = ReadWanted;
  EXPECT_EQ(read(rig, "f", R{.first_line = 2, .last_line = 2}), "l2\n");
  EXPECT_EQ(read(rig, "f", R{.first_line = 3}), "l3");
  EXPECT_EQ(read(rig, "f", R{.last_line = 1}), "l1\n");
  EXPECT_EQ(read(rig, "f", R{.last_line = 100}), "l1\nl2\nl3");
  EXPECT_EQ(read(rig, "f", R{.first_line = 4}), "!bad_range");
  EXPECT_EQ(read(rig, "f", R{.first_line = 3, .last_line = 2}), "!bad_range");
  EXPECT_EQ(read(rig, "f", R{.first_line = 0}), "!bad_range");
  EXPECT_EQ(read(rig, "f", R{.offset = 1, .length = 3}), "1\nl");
  EXPECT_EQ(read(rig, "f", R{.offset = 8}), "");
  EXPECT_EQ(read(rig, "f", R{.offset = 9}), "!bad_range");
  EXPECT_EQ(read(rig, "f", R{.first_line = 1, .offset = 1}), "!bad_range");
  rig.put("empty", "");
  EXPECT_EQ(read(rig, "empty"), "");
  const auto whole = rig.tools().read(path("f"), {});
  EXPECT_EQ(whole->lines, 3u);
  EXPECT_EQ(whole->size, 8u);
  EXPECT_EQ(whole->digest, base::sha256({"l1\nl2\nl3"}));
}

TEST(Workspace, ReadsBinaryOnlyAsBase64) {
  Rig rig;
  const std::string bytes("\x89PNG\0\xff", 6);
  rig.put("p.png", bytes);
  EXPECT_EQ(read(rig, "p.png"), "!binary");
  EXPECT_EQ(read(rig, "p.png", {.first_line = 1}), "!binary");
  EXPECT_EQ(read(rig, "p.png", {.encoding = Encoding::kBase64}), base::base64(bytes));
  EXPECT_EQ(read(rig, "p.png", {.offset = 1, .length = 3, .encoding = Encoding::kBase64}),
            base::base64("PNG"));
  rig.put("u", "aü");
  EXPECT_EQ(read(rig, "u", {.offset = 0, .length = 2}), "!bad_range");
}

TEST(Workspace, SaysWhenItShowsLess) {
  Settings settings;
  settings.limits.answer_bytes = 10;
  settings.limits.file_bytes = 100;
  Rig rig(settings);
  rig.put("lines", "1234\n5678\n9\n");
  const auto cut = rig.tools().read(path("lines"), {});
  EXPECT_EQ(cut->content, "1234\n5678\n");
  EXPECT_TRUE(cut->truncated);
  rig.put("long", std::string(9, 'a') + "ü");
  EXPECT_EQ(rig.tools().read(path("long"), {})->content, std::string(9, 'a'));
  rig.put("large", std::string(101, 'a'));
  EXPECT_EQ(read(rig, "large"), "!too_large");
  EXPECT_EQ(write(rig, "large", "b"), "too_large");
  EXPECT_EQ(write(rig, "new", std::string(101, 'a')), "too_large");
}

TEST(Workspace, KeepsTheModeOfAFile) {
  Rig rig;
  rig.put("run.sh", "a");
  fs::permissions(rig.root() / "run.sh", static_cast<fs::perms>(0755));
  EXPECT_EQ(write(rig, "run.sh", "b"), "ok");
  EXPECT_EQ(fs::status(rig.root() / "run.sh").permissions(), static_cast<fs::perms>(0755));
  // Nobody asked for these bits on new contents.
  EXPECT_EQ(::chmod((rig.root() / "run.sh").c_str(), 06755), 0);
  EXPECT_EQ(write(rig, "run.sh", "c"), "ok");
  EXPECT_EQ(fs::status(rig.root() / "run.sh").permissions(), static_cast<fs::perms>(0755));
}

// Links of every kind, and names that are no plain file.
class Odd : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_symlink("../canary", rig_.root() / "link_out");
    fs::create_symlink("../canary/secret", rig_.root() / "file_out");
    fs::create_symlink("../canary/new", rig_.root() / "dangling");
    fs::create_symlink("/proc/self/root", rig_.root() / "magic");
    rig_.put("in/real", "inside");
    fs::create_symlink("in", rig_.root() / "link_in");
    fs::create_symlink("in/real", rig_.root() / "file_in");
    fs::create_hard_link(rig_.top() / "canary/secret", rig_.root() / "hard");
    ASSERT_EQ(::mkfifo((rig_.root() / "fifo").c_str(), 0666), 0);
    const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    const std::string at = rig_.root() / "socket";
    ASSERT_LT(at.size(), sizeof name.sun_path);
    at.copy(name.sun_path, at.size());
    ASSERT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&name), sizeof name), 0);
    ::close(fd);
    if (::geteuid() == 0) {
      ASSERT_EQ(::mknod((rig_.root() / "null").c_str(), S_IFCHR | 0666, 0x103), 0);
    }
  }
  void TearDown() override {
    // The canary's file has a second name in this fixture; it must still have what it had.
    EXPECT_TRUE(rig_.canary_lives());
  }
  // What each tool says of a path, in a fixed order.
  std::vector<std::string> verdicts(std::string_view at) {
    Workspace& w = rig_.tools();
    const Path p = path(at);
    std::vector<std::string> out;
    out.emplace_back(cause(w.read(p, {})));
    out.emplace_back(cause(w.write(p, {.content = "x"})));
    out.emplace_back(cause(w.edit(p, {.old_text = "canary", .new_text = "x"})));
    out.emplace_back(cause(w.remove(p)));
    out.emplace_back(cause(w.move(p, path("elsewhere"))));
    return out;
  }
  Rig rig_;
};

TEST_F(Odd, LinksAreFollowedNowhere) {
  const std::vector<std::string> symlink(5, "symlink");
  for (const char* at : {"link_out/secret", "file_out", "dangling", "magic/etc/passwd",
                         "link_in/real", "file_in", "link_out", "link_out/new"})
    EXPECT_EQ(verdicts(at), symlink) << at;
  EXPECT_EQ(cause(rig_.tools().create(path("dangling"), {.content = "x"})), "symlink");
  EXPECT_EQ(cause(rig_.tools().create(path("link_out/new"), {.content = "x"})), "symlink");
  EXPECT_EQ(cause(rig_.tools().list(path("link_out"), {})), "symlink");
  EXPECT_EQ(cause(rig_.tools().make_directory(path("link_out/d"), Parents::kMake)), "symlink");
  EXPECT_EQ(cause(rig_.tools().move(path("in/real"), path("link_out/real"))), "symlink");
  EXPECT_EQ(rig_.get("in/real"), "inside");
}

TEST_F(Odd, HardLinksAndSpecialFilesAreRefused) {
  EXPECT_EQ(verdicts("hard"), std::vector<std::string>(5, "hard_link"));
  EXPECT_EQ(verdicts("fifo"), std::vector<std::string>(5, "special_file"));
  EXPECT_EQ(verdicts("socket"), std::vector<std::string>(5, "special_file"));
  if (::geteuid() == 0) {
    EXPECT_EQ(verdicts("null"), std::vector<std::string>(5, "special_file"));
  }
}

TEST_F(Odd, ListsShowThemAndSearchesPassThemBy) {
  const auto list = rig_.tools().list(Path(), {.recursive = true});
  ASSERT_TRUE(list.ok());
  std::map<std::string, Kind> kinds;
  for (const Shown& e : list->entries) kinds[e.path.text()] = e.kind;
  EXPECT_EQ(kinds.at("link_out"), Kind::kSymlink);
  EXPECT_EQ(kinds.at("fifo"), Kind::kSpecial);
  EXPECT_EQ(kinds.at("in/real"), Kind::kFile);
  EXPECT_FALSE(kinds.contains("link_in/real"));
  const auto search = rig_.tools().search(Path(), {.query = "canary|inside"});
  ASSERT_TRUE(search.ok());
  ASSERT_EQ(search->matches.size(), 1u);
  EXPECT_EQ(search->matches[0].path.text(), "in/real");
  const auto glob = rig_.tools().glob(Path(), "**");
  for (const Shown& e : glob->entries) EXPECT_EQ(e.kind, Kind::kFile) << e.path.text();
}

TEST_F(Odd, ADirectoryWithLinksInItGoesAsAWhole) {
  rig_.put("tree/x", "x");
  fs::create_symlink("../../canary", rig_.root() / "tree/out");
  EXPECT_EQ(cause(rig_.tools().move(path("tree"), path("moved"))), "ok");
  EXPECT_EQ(cause(rig_.tools().remove(path("moved"))), "ok");
  EXPECT_EQ(cause(rig_.tools().undo()), "ok");
  EXPECT_EQ(rig_.get("moved/x"), "x");
  EXPECT_TRUE(rig_.canary_lives());
}

TEST(Workspace, ProtectedNamesAreRefusedThereOrNot) {
  Rig rig;
  rig.put(".env", "KEY=1");
  rig.put(".git/config", "[core]");
  rig.put("sub/.git/config", "[core]");
  for (const char* at :
       {".env", ".git/hooks/pre-commit", "AGENTS.md", ".MCP.json", "a/.env.local", ".\u0435nv"}) {
    const WriteWanted wanted{.content = "x", .parents = Parents::kMake};
    EXPECT_EQ(cause(rig.tools().write(path(at), wanted)), "protected") << at;
    EXPECT_EQ(cause(rig.tools().create(path(at), wanted)), "protected") << at;
    EXPECT_EQ(cause(rig.tools().remove(path(at))), "protected") << at;
    EXPECT_EQ(cause(rig.tools().move(path("sub"), path(at))), "protected") << at;
    EXPECT_EQ(cause(rig.tools().make_directory(path(at), Parents::kMake)), "protected") << at;
  }
  EXPECT_EQ(read(rig, ".env"), "!protected");
  EXPECT_EQ(read(rig, ".git/config"), "!protected");
  // Nor by way of a directory that holds one, or that would become one.
  EXPECT_EQ(cause(rig.tools().remove(path("sub"))), "protected");
  EXPECT_EQ(cause(rig.tools().move(path("sub"), path("other"))), "protected");
  rig.put("bare/hooks/post-update", "#!/bin/sh");
  EXPECT_EQ(cause(rig.tools().move(path("bare"), path("bare.git"))), "protected");
  rig.put("bare2/x", "");
  EXPECT_EQ(cause(rig.tools().move(path("bare2"), path(".vscode"))), "protected");
  // Searching does not read them, listing says what they are.
  EXPECT_TRUE(rig.tools().search(Path(), {.query = "KEY"})->matches.empty());
  const auto list = rig.tools().list(Path(), {});
  for (const Shown& e : list->entries) {
    if (e.path.text() == ".env") {
      EXPECT_TRUE(e.is_protected);
    }
  }
  EXPECT_FALSE(fs::exists(rig.root() / "AGENTS.md"));
  EXPECT_FALSE(fs::exists(rig.root() / "a"));
}

TEST(Workspace, EditsExactlyOnce) {
  Rig rig;
  rig.put("f", "a b b");
  const auto edit = [&](std::string_view from, std::string_view to) {
    return cause(rig.tools().edit(path("f"), {.old_text = from, .new_text = to}));
  };
  EXPECT_EQ(edit("a", "c"), "ok");
  EXPECT_EQ(edit("b", "c"), "not_unique");
  EXPECT_EQ(edit("z", "c"), "no_match");
  EXPECT_EQ(rig.get("f"), "c b b");
  EXPECT_EQ(cause(rig.tools().edit(path("f"), {.diff = "@@ -1 +1 @@\n-c b b\n"
                                                       "\\ No newline at end of file\n+new\n"})),
            "ok");
  EXPECT_EQ(rig.get("f"), "new\n");
  // The last line end of a diff is often lost.
  EXPECT_EQ(cause(rig.tools().edit(path("f"), {.diff = "@@ -1 +1 @@\n-new\n+newer"})), "ok");
  EXPECT_EQ(cause(rig.tools().edit(path("f"), {.diff = "@@ -1 +1 @@\n-newer\n+new"})), "ok");
  EXPECT_EQ(rig.get("f"), "new\n");
  EXPECT_EQ(
      cause(rig.tools().edit(path("f"), {.diff = "--- a/g\n+++ b/g\n@@ -1 +1 @@\n-new\n+x\n"})),
      "bad_diff");
  EXPECT_EQ(cause(rig.tools().edit(path("none"), {.old_text = "a", .new_text = "b"})), "not_found");
  rig.put("bin", std::string("a\0", 2));
  EXPECT_EQ(cause(rig.tools().edit(path("bin"), {.old_text = "a", .new_text = "b"})), "binary");
}

TEST(Workspace, WritesOnlyOverWhatWasExpected) {
  Rig rig;
  rig.put("f", "one");
  WriteWanted wanted{.content = "two"};
  wanted.expected = base::sha256({"other"});
  EXPECT_EQ(cause(rig.tools().write(path("f"), wanted)), "conflict");
  wanted.expected = base::sha256({"one"});
  EXPECT_EQ(cause(rig.tools().write(path("f"), wanted)), "ok");
  EXPECT_EQ(cause(rig.tools().write(path("g"), wanted)), "conflict");
}

TEST(Workspace, MovesWithinItselfAndOverNothing) {
  Rig rig;
  rig.put("d/x", "x");
  rig.put("y", "y");
  EXPECT_EQ(cause(rig.tools().move(path("d/x"), path("y"))), "exists");
  EXPECT_EQ(cause(rig.tools().move(path("d"), path("d/e"))), "bad_path");
  EXPECT_EQ(cause(rig.tools().move(path("d"), path("e"))), "ok");
  EXPECT_EQ(rig.get("e/x"), "x");
  EXPECT_EQ(cause(rig.tools().move(Path(), path("z"))), "is_a_directory");
  EXPECT_EQ(cause(rig.tools().remove(Path())), "is_a_directory");
  EXPECT_EQ(cause(rig.tools().write(path("e"), {.content = ""})), "is_a_directory");
  EXPECT_EQ(cause(rig.tools().read(path("e/x/y"), {})), "not_a_directory");
}

TEST(Workspace, SearchesFilesThatFit) {
  Rig rig;
  rig.put("a.cc", "int x;\nint y;\n");
  rig.put("d/b.h", "int z;\n");
  rig.put("bin", std::string("int\0", 4));
  rig.put(".git/HEAD", "int w");
  const auto all = rig.tools().search(Path(), {.query = "int [yz]"});
  ASSERT_EQ(all->matches.size(), 2u);
  EXPECT_EQ(all->matches[0].path.text(), "a.cc");
  EXPECT_EQ(all->matches[0].line, 2u);
  EXPECT_EQ(all->matches[0].column, 1u);
  EXPECT_EQ(all->files, 2u);
  EXPECT_EQ(all->skipped, 1u);
  EXPECT_EQ(all->touched.read.size(), 2u);
  EXPECT_EQ(rig.tools().search(Path(), {.query = "int", .glob = "**/*.h"})->matches.size(), 1u);
  EXPECT_EQ(rig.tools().search(path("d"), {.query = "int", .glob = "*.h"})->matches.size(), 1u);
  EXPECT_EQ(cause(rig.tools().search(path("none"), {.query = "a"})), "not_found");
}

TEST(Workspace, AnswersAreBounded) {
  Settings settings;
  settings.limits.entries = 3;
  settings.limits.matches = 2;
  Rig rig(settings);
  for (int i = 0; i < 5; ++i) rig.put("f" + std::to_string(i), "m\n");
  EXPECT_TRUE(rig.tools().list(Path(), {})->truncated);
  EXPECT_EQ(rig.tools().list(Path(), {})->entries.size(), 3u);
  EXPECT_TRUE(rig.tools().glob(Path(), "*")->truncated);
  EXPECT_EQ(rig.tools().search(Path(), {.query = "m"})->matches.size(), 2u);
  EXPECT_TRUE(rig.tools().search(Path(), {.query = "m"})->truncated);
  settings.limits.visited = 2;
  ASSERT_TRUE(rig.reopen(settings).ok());
  EXPECT_TRUE(rig.tools().list(Path(), {})->truncated);
  settings.limits.visited = 1;
  ASSERT_TRUE(rig.reopen(settings).ok());
  rig.put("d/a", "");
  rig.put("d/b", "");
  EXPECT_EQ(cause(rig.tools().remove(path("d"))), "too_many");
}

TEST(Workspace, AFileThatNobodyMayWriteStays) {
  Rig rig;
  rig.put("f", "old");
  fs::permissions(rig.root() / "f", static_cast<fs::perms>(0444));
  EXPECT_EQ(write(rig, "f", "new"), "denied");
  EXPECT_EQ(rig.get("f"), "old");
}

TEST(Workspace, LongNamesFillAnAnswerToo) {
  Settings settings;
  settings.limits.answer_bytes = 1000;
  Rig rig(settings);
  for (char c = 'a'; c < 'a' + 10; ++c) rig.put(std::string(250, c), "m\n");
  EXPECT_EQ(rig.tools().list(Path(), {})->entries.size(), 4u);
  EXPECT_TRUE(rig.tools().list(Path(), {})->truncated);
  EXPECT_EQ(rig.tools().search(Path(), {.query = "m"})->matches.size(), 3u);
  for (char c = 'a'; c < 'a' + 10; ++c) ASSERT_EQ(write(rig, std::string(250, c), "n\n"), "ok");
  EXPECT_TRUE(rig.tools().diff(0)->truncated);
  EXPECT_EQ(rig.tools().diff(0)->files.size(), 2u);
}

TEST(Workspace, ASearchEndsInTime) {
  Rig rig;
  rig.put("a", std::string(100, '\n') + "needle\n");
  rig.clock().each_look_takes(100'000);
  const auto late = rig.tools().search(Path(), {.query = "needle"});
  ASSERT_TRUE(late.ok());
  EXPECT_TRUE(late->truncated && late->matches.empty());
  rig.clock().each_look_takes(1'000);
  EXPECT_EQ(rig.tools().search(Path(), {.query = "needle"})->matches.size(), 1u);
  // The worst that a query can be against one long line ends, too.
  rig.clock().each_look_takes(0);
  rig.put("long", std::string(1 << 20, 'a'));
  EXPECT_TRUE(rig.tools().search(Path(), {.query = "(a?){500}b"}).ok());
}

TEST(Workspace, NamesThatNoPathHasAreCountedNotShown) {
  Rig rig;
  rig.put("ok", "");
  rig.put("bad\xff", "");
  rig.put("line\nend", "");
  rig.put(".yett-0000000000000000.tmp", "");
  const auto list = rig.tools().list(Path(), {});
  EXPECT_EQ(list->entries.size(), 1u);
  EXPECT_EQ(list->passed.unnameable, 2u);
  EXPECT_TRUE(list->touched.unnamed);
  EXPECT_EQ(*rig.tools().remove_leftovers(), 1u);
}

TEST(Workspace, TheQuotaCountsWhatOthersDo) {
  Settings settings;
  settings.limits.root_bytes = 100;
  settings.limits.root_files = 3;
  Rig rig(settings);
  EXPECT_EQ(write(rig, "a", std::string(60, 'a')), "ok");
  EXPECT_EQ(write(rig, "b", std::string(60, 'b')), "quota");
  EXPECT_EQ(write(rig, "a", std::string(90, 'a')), "ok");
  EXPECT_EQ(write(rig, "a", std::string(10, 'a')), "ok");
  EXPECT_EQ(write(rig, "b", std::string(60, 'b')), "ok");
  fs::remove(rig.root() / "b");
  EXPECT_EQ(write(rig, "b", std::string(80, 'b')), "ok");
  EXPECT_EQ(write(rig, "c", ""), "ok");
  EXPECT_EQ(write(rig, "d", ""), "quota");
  EXPECT_EQ(cause(rig.tools().make_directory(path("e"), Parents::kMustExist)), "quota");
}

TEST(Workspace, AReadOnlyRootOnlyReads) {
  Settings settings;
  settings.read_only = true;
  Rig rig(settings);
  rig.put("a", "x");
  EXPECT_EQ(read(rig, "a"), "x");
  EXPECT_EQ(write(rig, "a", "y"), "denied");
  EXPECT_EQ(cause(rig.tools().remove(path("a"))), "denied");
  EXPECT_EQ(cause(rig.tools().undo()), "denied");
}

TEST(Workspace, WithoutOpenat2ThereAreNoTools) {
  Rig rig;
  rig.disk().fail_at(3, ENOSYS);
  const Done opened = rig.reopen();
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().cause, Cause::kUnsupported);
  EXPECT_NE(opened.error().message.find("openat2"), std::string::npos);
}

TEST(Workspace, AFileSystemThatCannotExchangeNamesIsNotWrittenTo) {
  Rig rig;
  rig.put("a", "old");
  for (std::uint64_t n = 1; n < 60; ++n) {
    rig.disk().fail_at(n, EINVAL);
    if (write(rig, "a", "new") == "unsupported") break;
    rig.disk().fail_at(0, 0);
    rig.put("a", "old");
  }
  EXPECT_EQ(rig.get("a"), "old");
  EXPECT_EQ(rig.leftovers(), 0u);
}

}  // namespace
}  // namespace workspace
