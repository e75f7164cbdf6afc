// SPDX-License-Identifier: Apache-2.0
//
// Each wall has an attack that only it stops: the attack fails, and without that wall it succeeds.
// `around` are the other walls that would stop it too and are taken away in both runs.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "processes.h"
#include "sandbox/landlock.h"
#include "schema/write.h"
#include "victim.h"

namespace attack {
namespace {

struct Row {
  const char* wall;
  const char* around;
  const char* call;  // {monitor} and the like are pids, {secret} is the secret, {dir} a directory
  const char* stopped;  // what becomes of it behind the wall; "" the process ends
  const char* without;
};

const Row kRows[] = {
    {"seccomp", "", "table socket_vsock {monitor}", "", "ok"},
    {"seccomp", "", "table io_uring_setup {monitor}", "", "ok"},
    {"seccomp", "", "table userfaultfd {monitor}", "", "ok"},
    {"seccomp", "", "table map_executable {monitor}", "", "ok"},
    {"seccomp", "", "table make_executable {monitor}", "", "ok"},
    {"seccomp", "", "table socketpair {monitor}", "", "ok"},
    {"landlock", "seccomp", "read /etc/passwd", "EACCES", "ok"},
    {"landlock", "seccomp", "read /proc/{monitor}/stat", "EACCES", "ok"},
    {"landlock", "seccomp", "connect {port}", "EACCES", "ok"},
    {"landlock", "seccomp,user,capabilities", "write {dir}/state/log", "EACCES", "ok"},
    {"dumpable", "seccomp,landlock,user", "look {broker} {secret}", "EACCES", "found"},
    {"dumpable", "seccomp,landlock,user", "ptrace {broker}", "EPERM", "ok"},
    {"user", "seccomp,landlock,dumpable", "look {broker} {secret}", "EACCES", "found"},
    {"user", "seccomp,landlock,dumpable", "kill {runner}", "EPERM", "ok"},
    {"user", "seccomp,landlock", "write {dir}/state/log", "EACCES", "ok"},
    {"capabilities", "seccomp,landlock,user", "table setgroups {monitor}", "EPERM", "ok"},
    {"memory", "seccomp", "allocate 1073741824", "ENOMEM", "ok"},
};

std::string filled(std::string script, Victim& victim) {
  const auto put = [&](const std::string& what, const std::string& by) {
    if (const auto at = script.find(what); at != std::string::npos)
      script.replace(at, what.size(), by);
  };
  for (const auto& [name, pid] : victim.programs()) put("{" + name + "}", std::to_string(pid));
  put("{dir}", victim.yett().directory());
  put("{port}", std::to_string(victim.tool_port()));
  put("{secret}", kSecret);
  return script;
}

std::string attempt(const Row& row, const std::string& without) {
  Victim victim("drill-session-open-bin", without);
  if (const auto failure = victim.start(); !failure.empty()) return "no start: " + failure;
  const auto answer = victim.attack_session("call " + filled(row.call, victim));
  if (e2e::text_of(answer, "reason") == "peer_lost") return "";
  return e2e::text_of(answer, "content");
}

std::string both(const std::string& a, const std::string& b) {
  return a.empty() ? b : b.empty() ? a : a + "," + b;
}

class EachWall : public testing::TestWithParam<Row> {};

TEST_P(EachWall, AloneStopsAnAttackThatSucceedsWithoutIt) {
  if (::geteuid() != 0)
    GTEST_SKIP() << "needs root: own users and capabilities are among the walls";
  if (kSanitized) GTEST_SKIP() << "a sanitizer build: its lists are wider";
  if (sandbox::landlock_abi() < 4) GTEST_SKIP() << "needs Landlock ABI 4";
  const Row& row = GetParam();
  EXPECT_EQ(attempt(row, row.around), row.stopped);
  EXPECT_EQ(attempt(row, both(row.around, row.wall)), row.without);
}

INSTANTIATE_TEST_SUITE_P(Table, EachWall, testing::ValuesIn(kRows), [](const auto& it) {
  std::string name = fmt::format("{}_{}", it.param.wall, it.param.call);
  name = name.substr(0, name.find('{'));
  for (char& c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  return fmt::format("{}_{}", name, it.index);
});

// A program of root's that anyone may run as root: without no_new_privs a session becomes it.
TEST(Wall, NoNewPrivilegesAloneStopsASetuidProgram) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  const auto privileged = [](const std::string& without) {
    Victim victim("drill-session-open-bin", without);
    if (!victim.start().empty()) return std::string("no start");
    const std::string directory = victim.yett().directory();
    ::chmod(directory.c_str(), 0755);
    std::filesystem::copy_file("/usr/bin/touch", directory + "/touch");
    ::chmod((directory + "/touch").c_str(), 04755);
    (void)victim.attack_session(fmt::format("call exec {0}/touch {0}/made-by-root", directory));
    struct stat made {};
    const bool there = ::stat((directory + "/made-by-root").c_str(), &made) == 0;
    return std::string(there && made.st_uid == 0 ? "root" : there ? "other" : "nothing");
  };
  EXPECT_EQ(privileged("seccomp,landlock,memory"), "nothing");
  EXPECT_EQ(privileged("seccomp,landlock,memory,no_new_privs"), "root");
}

// A core holds what the program knew. `abort` is allowed: a bug has to end a program.
TEST(Wall, TheCoreLimitAloneStopsACore) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  const std::string pattern = whole_file("/proc/sys/kernel/core_pattern");
  if (pattern != "core\n") GTEST_SKIP() << "cores of this host go elsewhere: " << pattern;
  const auto dumped = [](const std::string& without) {
    char old[4096];
    EXPECT_NE(::getcwd(old, sizeof old), nullptr);
    Victim victim("drill-session-open-bin", without);
    const std::string directory = victim.yett().directory();
    rlimit before{};
    ::getrlimit(RLIMIT_CORE, &before);
    const rlimit most{before.rlim_max, before.rlim_max};
    ::setrlimit(RLIMIT_CORE, &most);
    EXPECT_EQ(::chdir(directory.c_str()), 0);
    const std::string failure = victim.start();
    if (failure.empty()) (void)victim.attack_session("call abort");
    EXPECT_EQ(::chdir(old), 0);
    ::setrlimit(RLIMIT_CORE, &before);
    bool found = false;
    for (const std::string& name : names_in(directory)) found |= name.starts_with("core");
    return failure.empty() ? std::string(found ? "core" : "none") : failure;
  };
  EXPECT_EQ(dumped("landlock,user,capabilities,dumpable"), "none");
  EXPECT_EQ(dumped("landlock,user,capabilities,core"), "none") << "not dumpable stops it as well";
  EXPECT_EQ(dumped("landlock,user,capabilities,dumpable,core"), "core");
}

}  // namespace
}  // namespace attack
