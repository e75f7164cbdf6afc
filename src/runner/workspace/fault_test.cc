// SPDX-License-Identifier: Apache-2.0
// Every system call of every tool fails once, and the disk is full at every byte.
#include <errno.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <map>

#include "runner/workspace/rig.h"

namespace workspace {
namespace {

namespace fs = std::filesystem;
using Tree = std::map<std::string, std::string>;

// Everything that tools can see; a directory has the contents "/".
Tree tree_of(const Rig& rig) {
  Tree out;
  for (const auto& entry : fs::recursive_directory_iterator(rig.root())) {
    const std::string name = fs::relative(entry.path(), rig.root());
    if (entry.path().filename().string().starts_with(".yett-")) continue;
    out[name] = entry.is_directory() ? "/" : rig.get(name);
  }
  return out;
}

struct Act {
  const char* name;
  std::string_view (*run)(Workspace&);
};
const Act kActs[] = {
    {"write", [](Workspace& w) { return cause(w.write(path("a"), {.content = "new contents"})); }},
    {"synced write",
     [](Workspace& w) {
       return cause(w.write(path("a"), {.content = "new", .durability = Durability::kSynced}));
     }},
    {"create", [](Workspace& w) { return cause(w.create(path("n"), {.content = "new"})); }},
    {"create below",
     [](Workspace& w) {
       return cause(w.create(path("x/y/n"), {.content = "new", .parents = Parents::kMake}));
     }},
    {"edit",
     [](Workspace& w) { return cause(w.edit(path("a"), {.old_text = "old", .new_text = "new"})); }},
    {"make", [](Workspace& w) { return cause(w.make_directory(path("m"), Parents::kMustExist)); }},
    {"remove", [](Workspace& w) { return cause(w.remove(path("a"))); }},
    {"remove tree", [](Workspace& w) { return cause(w.remove(path("d"))); }},
    {"move", [](Workspace& w) { return cause(w.move(path("d"), path("e"))); }},
    {"undo", [](Workspace& w) { return cause(w.undo()); }},
};

void prepare(Rig& rig) {
  rig.put("a", "old contents");
  rig.put("d/b", "b");
  ASSERT_EQ(cause(rig.tools().write(path("u"), {.content = "undo me"})), "ok");
}

// With a fault a tool either does all or nothing (parents that it made may stay), can be undone,
// and leaves nothing but a temporary file that is swept.
void check(const Act& act, std::uint64_t n, int error, bool& reached) {
  SCOPED_TRACE(testing::Message() << act.name << ", call " << n << ", " << error);
  Rig rig({}, memory_folder());
  ASSERT_NO_FATAL_FAILURE(prepare(rig));
  const Tree before = tree_of(rig);
  const std::uint64_t calls = rig.disk().calls();
  rig.disk().fail_at(n, error);
  const std::string_view verdict = act.run(rig.tools());
  reached = rig.disk().calls() - calls >= n;
  rig.disk().fail_at(0, 0);
  Tree after = tree_of(rig);
  if (std::string_view(act.name) == "create below" && !after.contains("x/y/n")) {
    after.erase("x/y");
    after.erase("x");
  }
  if (std::string_view(act.name) != "synced write" && verdict != "ok") {
    ASSERT_EQ(before, after);
  }
  if (after.contains("a")) {
    EXPECT_TRUE(after["a"] == "old contents" || after["a"].starts_with("new")) << after["a"];
  }
  ASSERT_TRUE(rig.reopen().ok());
  ASSERT_TRUE(rig.tools().remove_leftovers().ok());
  EXPECT_EQ(rig.leftovers(), 0u);
  const auto undone = rig.tools().undo_to(0);
  EXPECT_TRUE(undone.ok()) << undone.error().message;
  EXPECT_EQ(tree_of(rig), (Tree{{"a", "old contents"}, {"d", "/"}, {"d/b", "b"}}));
  EXPECT_TRUE(rig.canary_lives());
}

TEST(Fault, OfAnyCallLeavesAllOrNothing) {
  for (const Act& act : kActs) {
    for (const int error : {EIO, ENOSPC}) {
      bool reached = true;
      std::uint64_t n = 1;
      for (; reached; ++n) {
        ASSERT_LT(n, 200u);
        ASSERT_NO_FATAL_FAILURE(check(act, n, error, reached));
        if (testing::Test::HasFailure()) return;
      }
      EXPECT_GT(n, 5u) << act.name;
    }
  }
}

TEST(Fault, AFullDiskLeavesTheOldContents) {
  const std::string large(3000, 'n');
  for (std::uint64_t capacity = 0; capacity < 7000; capacity += 97) {
    Rig rig({}, memory_folder());
    rig.put("a", std::string(3000, 'o'));
    rig.disk().set_capacity(capacity);
    const auto written = rig.tools().write(path("a"), {.content = large});
    if (written.ok()) {
      EXPECT_EQ(rig.get("a"), large);
    } else {
      EXPECT_EQ(cause(written), "no_space") << capacity;
      EXPECT_EQ(rig.get("a"), std::string(3000, 'o')) << capacity;
    }
    EXPECT_EQ(rig.leftovers(), 0u);
    rig.disk().set_capacity(UINT64_MAX);
    ASSERT_TRUE(rig.reopen().ok());
    EXPECT_EQ(cause(rig.tools().write(path("a"), {.content = "fits"})), "ok");
  }
}

// Mounts of its own for this process, as root or in a user namespace with its own user in it.
bool take_own_mounts() {
  const uid_t user = ::geteuid();
  const gid_t group = ::getegid();
  if (::unshare(CLONE_NEWNS) != 0) {
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
    std::ofstream("/proc/self/setgroups") << "deny";
    std::ofstream("/proc/self/uid_map") << user << ' ' << user << " 1";
    std::ofstream("/proc/self/gid_map") << group << ' ' << group << " 1";
  }
  return ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

// In a child with a small tmpfs of its own. 77: that cannot be had here.
int fill_a_real_disk(const fs::path& at) {
  if (!take_own_mounts() || ::mount("tmpfs", at.c_str(), "tmpfs", 0, "size=128k,mode=0777") != 0)
    return 77;
  Rig rig({}, at);
  if (!rig.tools().write(path("a"), {.content = std::string(8000, 'a')}).ok()) return 1;
  int number = 0;
  Outcome<ChangeAnswer> last = fail(Cause::kIo, "");
  do {
    last = rig.tools().write(path("f" + std::to_string(number++)),
                             {.content = std::string(9000, 'f')});
  } while (last.ok() && number < 100);
  if (cause(last) != "no_space") return 2;
  if (cause(rig.tools().write(path("a"), {.content = std::string(8000, 'b')})) != "no_space")
    return 3;
  if (rig.get("a") != std::string(8000, 'a') || rig.leftovers() != 0) return 4;
  return rig.tools().undo_to(0).ok() ? 0 : 5;
}

TEST(Fault, AReallyFullDiskLeavesTheOldContents) {
  std::string at = fs::temp_directory_path() / "yett-full-XXXXXX";
  ASSERT_NE(::mkdtemp(at.data()), nullptr);
  const pid_t child = ::fork();
  if (child == 0) ::_exit(fill_a_real_disk(at));
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  fs::remove(at);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == 77) GTEST_SKIP() << "no tmpfs can be mounted here";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(Fault, AnotherMountIsNotEntered) {
  std::string at = fs::temp_directory_path() / "yett-mount-XXXXXX";
  ASSERT_NE(::mkdtemp(at.data()), nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    if (!take_own_mounts()) ::_exit(77);
    Rig rig({}, at);
    rig.put("m/inside", "x");
    if (::mount("tmpfs", (rig.root() / "m").c_str(), "tmpfs", 0, "size=64k") != 0) ::_exit(77);
    rig.put("m/secret", "other file system");
    int code = 0;
    if (cause(rig.tools().read(path("m/secret"), {})) != "other_mount") code = 1;
    if (cause(rig.tools().write(path("m/new"), {.content = "x"})) != "other_mount") code = 2;
    if (!rig.tools().search(Path(), {.query = "other"})->matches.empty()) code = 3;
    ::umount2((rig.root() / "m").c_str(), MNT_DETACH);
    ::_exit(code);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  fs::remove_all(at);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == 77) GTEST_SKIP() << "no tmpfs can be mounted here";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace workspace
