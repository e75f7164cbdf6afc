// SPDX-License-Identifier: Apache-2.0
//
// Each wall on its own: with one taken away (which only this library can), what it held back
// succeeds or is stopped by the next wall.
#include <gtest/gtest.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

#include "base/fd.h"
#include "sandbox/landlock.h"
#include "sandbox/testcases/child.h"
#include "sandbox/testcases/hostile.h"

namespace sandbox::testcases {
namespace {

class WithoutWall : public testing::Test {
 protected:
  void TearDown() override { unsetenv("YETT_TEST_WITHOUT"); }
  static void take_away(const char* walls) { setenv("YETT_TEST_WITHOUT", walls, 1); }

  static std::string attempt(std::string_view attack, Program program = Program::kSession,
                             As as = As::kOrdinary) {
    const Bystander sibling(as, [] { return true; });
    const base::Fd tcp(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    Scene scene;
    scene.sibling = sibling.pid();
    scene.tcp_socket = tcp.get();
    scene.other_port = 9;
    Profile profile = profile_of(program);
    profile.keep.push_back(tcp.get());
    for (const Attack& a : attacks())
      if (a.name == attack) return locked(as, profile, [&] { return a.run(scene); });
    return "no such attack";
  }
};

TEST_F(WithoutWall, NoneIsTheShippedBehaviour) {
  if (kSanitized) GTEST_SKIP() << "a sanitizer build: its list is wider";
  EXPECT_EQ(attempt("open_passwd"), "SIGSYS");
  EXPECT_EQ(attempt("fork"), "SIGSYS");
}

TEST_F(WithoutWall, LandlockAloneStopsFilesPortsAndSignals) {
  if (landlock_abi() < 6) GTEST_SKIP() << "Landlock older than its scopes";
  take_away("seccomp");
  EXPECT_EQ(attempt("open_passwd"), "EACCES");
  EXPECT_EQ(attempt("create_file"), "EACCES");
  EXPECT_EQ(attempt("open_sibling_environ"), "EACCES");
  EXPECT_EQ(attempt("connect_inherited_socket"), "EACCES");
  EXPECT_EQ(attempt("bind"), "EACCES");
  EXPECT_EQ(attempt("kill_sibling"), "EPERM");
  EXPECT_EQ(attempt("pidfd_signal_sibling"), "EPERM");
  EXPECT_EQ(attempt("ptrace_attach"), "EPERM");
  EXPECT_EQ(attempt("process_vm_readv"), "EPERM");
}

TEST_F(WithoutWall, SeccompAloneStopsThemToo) {
  if (kSanitized) GTEST_SKIP() << "a sanitizer build: its list is wider";
  take_away("landlock");
  for (const char* attack :
       {"open_passwd", "create_file", "connect_inherited_socket", "kill_sibling"})
    EXPECT_EQ(attempt(attack), "SIGSYS") << attack;
}

TEST_F(WithoutWall, BothAwayTheAttacksSucceedWhichIsTheControl) {
  take_away("seccomp,landlock");
  for (const char* attack : {"open_passwd", "open_sibling_environ", "kill_sibling", "ptrace_attach",
                             "process_vm_readv", "map_executable", "socket_vsock"})
    EXPECT_EQ(attempt(attack), "ok") << attack;
  EXPECT_EQ(attempt("connect_inherited_socket"), "ECONNREFUSED");
  EXPECT_EQ(attempt("setuid_back"), "EPERM") << "an ordinary user has no way back anyway";
}

TEST_F(WithoutWall, TheLimitOfProcessesAloneStopsAFork) {
  take_away("seccomp,landlock");
  EXPECT_EQ(attempt("fork"), "EAGAIN");
}

TEST_F(WithoutWall, AProgramOfRootThatDroppedItsUserCannotReturn) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root";
  take_away("seccomp,landlock");
  EXPECT_EQ(attempt("setuid_back", Program::kSession, As::kRoot), "EPERM");
  EXPECT_EQ(attempt("kill_sibling", Program::kSession, As::kRoot), "EPERM");
  take_away("seccomp,landlock,user,capabilities");
  EXPECT_EQ(attempt("setuid_back", Program::kSession, As::kRoot), "ok");
}

std::string environ_of(const char* walls) {
  setenv("YETT_TEST_WITHOUT", walls, 1);
  const Bystander victim(As::kOrdinary, [] {
    Profile profile = profile_of(Program::kBroker);
    profile.keep = {STDERR_FILENO};
    return apply(profile).ok();
  });
  return unlocked_text(As::kOrdinary, [&] {
    const std::string path = "/proc/" + std::to_string(victim.pid()) + "/environ";
    return word(raw(open(path.c_str(), O_RDONLY)));
  });
}

TEST_F(WithoutWall, DumpableAwayTheEnvironmentIsReadable) {
  EXPECT_EQ(environ_of(""), "EACCES");
  EXPECT_EQ(environ_of("dumpable"), "ok");
}

TEST_F(WithoutWall, DescriptorsAwayAStrayOneStaysOpen) {
  const base::Fd stray(open("/dev/null", O_RDONLY | O_CLOEXEC));
  const auto look = [&] { return raw(fcntl(stray.get(), F_GETFD)); };
  EXPECT_EQ(locked(As::kOrdinary, profile_of(Program::kSession), look), "EBADF");
  take_away("descriptors");
  EXPECT_EQ(locked(As::kOrdinary, profile_of(Program::kSession), look), "ok");
}

TEST_F(WithoutWall, TheReportSaysWhatIsMissing) {
  take_away("seccomp,dumpable");
  const std::string line = unlocked_text(As::kOrdinary, [] {
    Profile profile = profile_of(Program::kSession);
    for (int fd = 3; fd < 64; ++fd)
      if (fcntl(fd, F_GETFD) >= 0) profile.keep.push_back(fd);
    const auto achieved = apply(profile);
    return achieved.ok() ? text(*achieved) : achieved.error().message;
  });
  EXPECT_TRUE(line.starts_with("session: L0")) << line;
  EXPECT_NE(line.find("no seccomp"), std::string::npos) << line;
  EXPECT_NE(line.find("NOT hidden memory"), std::string::npos) << line;
}

}  // namespace
}  // namespace sandbox::testcases
