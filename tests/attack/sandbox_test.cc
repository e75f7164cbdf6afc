// SPDX-License-Identifier: Apache-2.0
// The drill of the sandboxes: every attack at every level, with three verdicts, and for each wall
// an attack that only it stops. `make attack-sandbox` prints the table.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "sandbox_ground.h"

namespace attack {
namespace {

using runner::CallOutcome;
using runner::Exec;
using runner::ToolLevel;
using runner::testing::As;
using runner::testing::Calls;
using runner::testing::Ran;
using runner::testing::Spawner;

// Whether an attack is stopped at a level: always; where whole sandboxes are measured (by cgroups,
// or at L3 through a /proc of their own); or never, which docs/reference/sandbox.md says.
enum class Cell : std::uint8_t { kStopped, kMeasured, kSucceeds };
struct Row {
  const char* attack;
  Cell l3 = Cell::kStopped, l2 = Cell::kStopped, l1 = Cell::kStopped;
};
constexpr Cell kS = Cell::kStopped, kC = Cell::kMeasured, kX = Cell::kSucceeds;

constexpr Row kRows[] = {
    {"ptrace_child"},
    {"ptrace_other"},
    {"signal_other"},
    {"signal_by_pidfd"},
    {"signal_by_owner"},
    {"environ_other", kS, kS, kX},
    {"memory_other"},
    {"io_uring"},
    {"vsock"},
    {"netlink"},
    {"alg"},
    {"inet_socket"},
    {"tcp_host"},
    {"dns"},
    {"abstract_socket"},
    {"datagram_pair"},
    {"keyctl"},
    {"tiocsti"},
    {"fork_bomb", kC, kC, kC},
    {"memory_bomb", kC, kC, kC},
    {"shared_memory_bomb", kC, kC, kC},
    {"fill_disk", kS, kS, kX},
    {"fill_inodes", kS, kS, kX},
    {"large_file"},
    {"read_host_file", kS, kS, kX},
    {"proc_root", kS, kS, kX},
    {"proc_settings", kS, kS, kX},
    {"first_process"},
    {"chroot_out"},
    {"write_program", kS, kS, kX},
    {"run_written", kS, kS, kX},
    {"run_memfd"},
    {"user_namespace"},
    {"clone_namespace"},
    {"clone3_namespace"},
    {"mount_tmpfs"},
    {"become_root"},
    {"set_host_name"},
    {"read_host_name", kS, kX, kX},
    {"read_cgroup_names", kS, kS, kX},
    {"shared_memory"},
    {"message_queue"},
    {"stray_descriptor"},
    {"x32_call"},
    {"i386_call"},
    {"no_randomness"},
    {"core_file"},
    {"limit_of_other"},
    {"new_privileges"},
};

std::string verdict(const std::string& word, const std::string& bare) {
  if (word == "ok") return "SUCCEEDED";
  if (bare != "ok") return "kernel or host: " + bare;
  return "us: " + word;
}

std::string name(As as) { return as == As::kSelf ? "Self" : "Ordinary"; }

class SandboxDrill : public testing::TestWithParam<As> {
 protected:
  void SetUp() override {
    if (GetParam() == As::kOrdinary && ::geteuid() != 0) GTEST_SKIP() << "is ordinary already";
    if (::access(kOpen, X_OK) != 0) GTEST_SKIP() << "this build has no test doors";
    if (!runner::testing::is_possible(GetParam(), kOpen))
      GTEST_SKIP() << "no other user here that could run it";
  }
};

struct Column {
  const char* title;
  ToolLevel level;
  const char* lacks;
  Cell Row::*cell;
};
constexpr Column kColumns[] = {
    {"L3", ToolLevel::kL3, nullptr, &Row::l3},
    {"L2", ToolLevel::kL2, "host_namespaces", &Row::l2},
    {"L1", ToolLevel::kL1, "host_namespaces,host_landlock", &Row::l1},
};

TEST_P(SandboxDrill, EveryAttackAtEveryLevelEndsAsItsCellSays) {
  const Outside outside(user_of(GetParam()));
  std::vector<std::optional<Ring>> rings(std::size(kColumns));
  for (std::size_t i = 0; i < std::size(kColumns); ++i) {
    const Column& c = kColumns[i];
    auto& ring = rings[i];
    if (c.lacks == nullptr) ring.emplace(kShipped, GetParam(), "", outside);
    else ring.emplace(kOpen, GetParam(), c.lacks, outside);
    if (ring->exec.ok() && ring->exec->opened().level == c.level) continue;
    fmt::print("{}: this host does not give it: {}\n", c.title,
               ring->exec.ok() ? text(ring->exec->opened()) : ring->exec.error().message);
    ring.reset();
  }
  fmt::print("{:<20} {:<28} {:<28} {:<28} none\n", "attack", "L3", "L2", "L1");
  for (const Row& row : kRows) {
    const std::string bare = run_bare(outside.words(row.attack), outside.user());
    fmt::print("{:<20} ", row.attack);
    for (std::size_t i = 0; i < std::size(kColumns); ++i) {
      if (!rings[i]) {
        fmt::print("{:<28} ", "-");
        continue;
      }
      const std::string word = rings[i]->attempt(outside, row.attack);
      fmt::print("{:<28} ", verdict(word, bare));
      const Cell cell = row.*kColumns[i].cell;
      const std::uint32_t walls = rings[i]->exec->opened().walls;
      const bool measured = (walls & (runner::kWallMemory | runner::kWallFreshProc)) != 0;
      // Of what succeeds at a level only the table speaks: a host may stop it by itself.
      const bool stopped = cell == Cell::kStopped || (cell == Cell::kMeasured && measured);
      EXPECT_FALSE(stopped && word == "ok") << row.attack << " at " << kColumns[i].title;
      EXPECT_FALSE(word.empty()) << row.attack << " at " << kColumns[i].title;
    }
    fmt::print("{}\n", bare);
  }
}

// Each wall with an attack that only it stops; `around` are other walls that would stop it too and
// are away in both runs. LIMIT: `user`, `capabilities`, `privileges` and `cpu` have none: an exec
// by a user that is not 0 has no capabilities anyway, the mounts are nosuid, the spawner itself has
// no_new_privs, and a share of the processor is no yes or no.
struct WallRow {
  const char* wall;
  const char* around;
  const char* attack;
  bool inside = false;  // what it reaches for is inside: there is nothing of it without a sandbox
};
constexpr WallRow kWalls[] = {
    {"seccomp", "", "vsock"},
    {"seccomp", "", "io_uring"},
    {"seccomp", "", "keyctl"},
    {"seccomp", "", "ptrace_child"},
    {"seccomp", "", "user_namespace"},
    {"seccomp", "", "no_randomness"},
    {"landlock", "", "run_written"},
    {"landlock", "root", "read_host_file"},
    {"scopes", "seccomp,network", "abstract_socket"},
    {"scopes", "seccomp,processes", "signal_other"},
    {"processes", "seccomp,scopes", "signal_other"},
    {"root", "landlock", "read_host_file"},
    {"network", "seccomp,landlock", "tcp_host"},
    {"network", "seccomp,scopes,landlock", "abstract_socket"},
    {"ipc", "seccomp", "shared_memory"},
    {"ipc", "seccomp,landlock", "message_queue"},
    {"name", "", "read_host_name"},
    {"cgroup_names", "", "read_cgroup_names"},
    {"proc", "", "proc_settings"},
    {"limits", "", "large_file"},
    {"count", "", "fork_bomb"},
    {"memory", "", "memory_bomb"},
    {"memory", "", "shared_memory_bomb"},
    {"hidden", "", "first_process", true},
    {"descriptors", "", "stray_descriptor", true},
};

std::string joined(std::string a, const std::string& b) {
  if (!a.empty() && !b.empty()) a += ",";
  return a + b;
}

TEST_P(SandboxDrill, EachWallAloneStopsAnAttackThatSucceedsWithoutIt) {
  const Outside outside(user_of(GetParam()));
  {
    Ring best(kShipped, GetParam(), "", outside);
    if (!best.exec.ok() || best.exec->opened().level < ToolLevel::kL3)
      GTEST_SKIP() << "needs L3: "
                   << (best.exec.ok() ? text(best.exec->opened()) : best.exec.error().message);
    if ((best.exec->opened().walls & runner::kWallFreshProc) == 0) GTEST_SKIP() << "needs a /proc";
  }
  for (const WallRow& row : kWalls) {
    if (!row.inside && run_bare(outside.words(row.attack), outside.user()) != "ok") {
      fmt::print("{:<13} {:<20} the host itself stops it\n", row.wall, row.attack);
      continue;
    }
    Ring behind(kOpen, GetParam(), row.around, outside);
    Ring without(kOpen, GetParam(), joined(row.around, row.wall), outside);
    ASSERT_TRUE(behind.exec.ok() && without.exec.ok()) << row.wall;
    const std::string stopped = behind.attempt(outside, row.attack);
    const std::string open = without.attempt(outside, row.attack);
    fmt::print("{:<13} {:<20} behind it {:<8} without it {:<8} (around: {})\n", row.wall,
               row.attack, stopped, open, *row.around == '\0' ? "-" : row.around);
    EXPECT_NE(stopped, "ok") << row.wall << " " << row.attack;
    EXPECT_EQ(open, "ok") << row.wall << " " << row.attack;
  }
}

INSTANTIATE_TEST_SUITE_P(Users, SandboxDrill, testing::Values(As::kSelf, As::kOrdinary),
                         [](const auto& it) { return name(it.param); });

// Calls that no tool may make, whatever list the filter was made from: by number, with arguments
// that the kernel itself would refuse in another way.
struct Denied {
  const char* name;
  long number;
  const char* word = "SIGSYS";
};
// MACROS: rows of names; the number comes from the name.
#define DENIED(call) \
  Denied { #call, SYS_##call }
constexpr Denied kDenied[] = {
    DENIED(unshare),
    DENIED(setns),
    DENIED(mount),
    DENIED(umount2),
    DENIED(pivot_root),
    DENIED(chroot),
    DENIED(open_tree),
    DENIED(move_mount),
    DENIED(fsopen),
    DENIED(fsconfig),
    DENIED(fsmount),
    DENIED(fspick),
    DENIED(mount_setattr),
    DENIED(ptrace),
    DENIED(process_vm_readv),
    DENIED(process_vm_writev),
    DENIED(pidfd_getfd),
    DENIED(bpf),
    DENIED(perf_event_open),
    DENIED(userfaultfd),
    DENIED(keyctl),
    DENIED(add_key),
    DENIED(request_key),
    DENIED(kexec_load),
    DENIED(kexec_file_load),
    DENIED(init_module),
    DENIED(finit_module),
    DENIED(delete_module),
    DENIED(open_by_handle_at),
    DENIED(memfd_secret),
    {"io_uring_setup", SYS_io_uring_setup, "ENOSYS"},
    {"io_uring_enter", SYS_io_uring_enter, "ENOSYS"},
    {"io_uring_register", SYS_io_uring_register, "ENOSYS"},
    {"clone3", SYS_clone3, "ENOSYS"},
    {"a call of the future", 1000, "ENOSYS"},
    {"statmount", 457, "EPERM"},
    {"listmount", 458, "EPERM"},
    {"lsm_set_self_attr", 460, "EPERM"},
    {"open_tree_attr", 467, "EPERM"},
    {"mseal", 462, "EPERM"},
    {"personality", SYS_personality, "ENOENT"},
};
#undef DENIED

TEST(SandboxCalls, EveryCallOfTheDenyListIsStoppedByOurFilter) {
  const Outside outside(user_of(As::kSelf));
  Ring ring(kShipped, As::kSelf, "", outside);
  ASSERT_TRUE(ring.exec.ok()) << ring.exec.error().message;
  for (const Denied& denied : kDenied) {
    if (std::string_view(denied.name) == "personality") continue;  // -1 asks, and may
    const Ran ran = ring.calls->run({outside.attacker(), "call", std::to_string(denied.number)});
    EXPECT_EQ(word_of(ran), denied.word) << denied.name;
  }
}

// A source of a bind that is swapped for a link while the sandbox is made (V26).
TEST(SandboxRace, ASourceThatIsSwappedForALinkIsNeverFollowed) {
  const Outside outside(user_of(As::kSelf));
  const std::string source = outside.dir() + "/source", link = outside.dir() + "/link",
                    spare = outside.dir() + "/spare";
  std::filesystem::create_directory(source);
  std::ofstream(source + "/passwd") << "inside";
  std::filesystem::create_symlink("/etc", link);
  std::atomic<bool> stop = false;
  std::thread swapper([&] {
    while (!stop) {
      (void)::rename(source.c_str(), spare.c_str());
      (void)::rename(link.c_str(), source.c_str());
      (void)::rename(source.c_str(), link.c_str());
      (void)::rename(spare.c_str(), source.c_str());
      ::usleep(200);
    }
  });
  const Spawner spawner(kShipped);
  auto wanted = runner::standard_profile();
  wanted.least = ToolLevel::kL3;
  wanted.waiting = 0;
  wanted.binds.push_back({"/given", source, true});
  int right = 0, refused = 0;
  for (int i = 0; i < 60; ++i) {
    auto exec = Exec::open(spawner.channel(), wanted);
    if (!exec.ok()) {
      ++refused;
      continue;
    }
    Calls calls(*exec);
    const Ran ran = calls.run({"/bin/cat", "/given/passwd"});
    EXPECT_EQ(ran.out, "inside");
    ++right;
  }
  stop = true;
  swapper.join();
  fmt::print("{} sandboxes with the right directory, {} refused\n", right, refused);
  EXPECT_EQ(right + refused, 60);
}

}  // namespace
}  // namespace attack
