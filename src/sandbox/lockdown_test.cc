// SPDX-License-Identifier: Apache-2.0
#include "sandbox/lockdown.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

#include "base/fd.h"
#include "sandbox/allow_network.h"
#include "sandbox/landlock.h"
#include "sandbox/probe.h"
#include "sandbox/testcases/child.h"

namespace sandbox::testcases {
namespace {

std::string contents(const char* path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

const char kCanary[] = "canary-in-memory";

// What a process can read of another one.
std::string reads_of(pid_t pid) {
  std::string got;
  const std::string proc = "/proc/" + std::to_string(pid);
  for (const char* what : {"/mem", "/environ", "/maps", "/auxv"}) {
    const base::Fd fd(open((proc + what).c_str(), O_RDONLY));
    char byte = 0;
    if (fd && (std::string_view(what) == "/mem" || read(fd.get(), &byte, 1) == 1)) got += what;
  }
  char copy[sizeof(kCanary)] = {};
  iovec here{copy, sizeof(copy)};
  iovec there{const_cast<char*>(kCanary), sizeof(kCanary)};
  if (process_vm_readv(pid, &here, 1, &there, 1, 0) == sizeof(copy)) got += " vm_readv";
  if (ptrace(PTRACE_SEIZE, pid, nullptr, nullptr) == 0) got += " ptrace";
  return got.empty() ? "nothing" : got;
}

bool lock(Profile profile) {
  profile.keep = {STDERR_FILENO};
  return apply(profile).ok();
}

// Every open descriptor, the pipe of the answer among them.
void keep_all(Profile& profile) {
  for (int fd = 3; fd < 64; ++fd)
    if (fcntl(fd, F_GETFD) >= 0) profile.keep.push_back(fd);
}

class Reading : public testing::TestWithParam<Program> {};

TEST_P(Reading, ALockedProcessShowsNothingToAProcessOfTheSameUser) {
  const Bystander victim(As::kOrdinary, [&] { return lock(profile_of(GetParam())); });
  ASSERT_TRUE(victim.ready());
  EXPECT_EQ(unlocked_text(As::kOrdinary, [&] { return reads_of(victim.pid()); }), "nothing");
}

INSTANTIATE_TEST_SUITE_P(Programs, Reading, testing::ValuesIn(kPrograms),
                         [](const auto& it) { return std::string(name(it.param)); });

TEST(ReadingOthers, AnUnlockedProcessShowsEverythingWhichIsTheControl) {
  const Bystander open_one(As::kOrdinary, [] { return true; });
  EXPECT_EQ(unlocked_text(As::kOrdinary, [&] { return reads_of(open_one.pid()); }),
            "/mem/environ/maps/auxv vm_readv ptrace");
}

TEST(ReadingOthers, TwoProgramsUnderRootCannotEvenSignalEachOther) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root";
  const Bystander victim(As::kRoot, [] { return lock(profile_of(Program::kBroker)); });
  ASSERT_TRUE(victim.ready());
  const auto as_monitor = [&]() -> std::string {
    if (setresuid(kFirstUser + 2, kFirstUser + 2, kFirstUser + 2) != 0) return "no such user";
    return word(raw(kill(victim.pid(), SIGTERM)));
  };
  EXPECT_EQ(unlocked_text(As::kRoot, as_monitor), "EPERM");
}

TEST(Apply, ReportsWhatItDid) {
  for (const Program program : kPrograms) {
    const auto achieved = rehearse(profile_of(program));
    ASSERT_TRUE(achieved.ok()) << name(program) << ": " << achieved.error().message;
    const bool has_landlock = program != Program::kLauncher && program != Program::kSupervisor;
    EXPECT_TRUE(achieved->no_new_privs && achieved->not_dumpable && achieved->no_core);
    EXPECT_TRUE(achieved->seccomp);
    EXPECT_EQ(achieved->no_capabilities, program != Program::kSupervisor);
    EXPECT_EQ(achieved->own_user, geteuid() == 0 && has_landlock);
    EXPECT_EQ(achieved->landlock_abi != 0, has_landlock && landlock_abi() != 0);
    EXPECT_TRUE(text(*achieved).starts_with(name(program))) << text(*achieved);
    std::cout << text(*achieved) << "\n";
  }
}

TEST(Apply, GivesEachProgramUnderRootItsOwnUserAndNoRights) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root";
  for (const Program program : kPrograms) {
    const auto profile = profile_of(program);
    if (!profile.user) continue;
    const Bystander locked_one(As::kRoot, [&] { return lock(profile); });
    ASSERT_TRUE(locked_one.ready());
    const std::string status =
        contents(("/proc/" + std::to_string(locked_one.pid()) + "/status").c_str());
    const std::string u = std::to_string(*profile.user);
    for (const std::string& line :
         {"Uid:\t" + u + "\t" + u + "\t" + u + "\t" + u,
          "Gid:\t" + u + "\t" + u + "\t" + u + "\t" + u, std::string("Groups:\t \n"),
          std::string("CapInh:\t0000000000000000"), std::string("CapPrm:\t0000000000000000"),
          std::string("CapEff:\t0000000000000000"), std::string("CapBnd:\t0000000000000000"),
          std::string("CapAmb:\t0000000000000000"), std::string("NoNewPrivs:\t1"),
          std::string("Seccomp:\t2")})
      EXPECT_NE(status.find(line), std::string::npos)
          << name(program) << " lacks " << line << status;
  }
}

TEST(Apply, ClosesWhatIsNotKept) {
  const base::Fd kept(open("/dev/null", O_RDONLY | O_CLOEXEC));
  const base::Fd stray(open("/dev/null", O_RDONLY | O_CLOEXEC));
  Profile profile = profile_of(Program::kSession);
  profile.keep = {kept.get()};
  const auto look = [&] {
    return word(raw(fcntl(kept.get(), F_GETFD))) + " " + word(raw(fcntl(stray.get(), F_GETFD))) +
           " " + word(raw(fcntl(0, F_GETFD)));
  };
  EXPECT_EQ(locked_text(As::kOrdinary, profile, look), "ok EBADF EBADF");
}

TEST(Apply, RefusesAKeptDescriptorThatIsNotOpen) {
  Profile profile = profile_of(Program::kSession);
  profile.keep = {0, 900};
  EXPECT_EQ(locked(As::kOrdinary, profile, [] { return 0L; }),
            "lockdown failed: descriptor 900 is not open");
}

TEST(Apply, RefusesAProcessWithTwoThreads) {
  if (kSanitized) GTEST_SKIP() << "a sanitizer build: sanitizers have threads of their own";
  const std::string outcome = unlocked_text(As::kOrdinary, [] {
    pthread_t second{};
    (void)::pthread_create(
        &second, nullptr, [](void*) -> void* { return ::pause(), nullptr; }, nullptr);
    const auto result = apply(profile_of(Program::kSession));
    return result.ok() ? std::string("locked") : result.error().message;
  });
  EXPECT_EQ(outcome, "lockdown wants a process with one thread");
}

TEST(Apply, FailsBelowTheDemandedLevel) {
  Profile profile = profile_of(Program::kSession);
  profile.landlock = false;
  profile.at_least = Level::kL2;
  EXPECT_TRUE(locked(As::kOrdinary, profile, [] {
                return 0L;
              }).starts_with("lockdown failed: isolation below the demanded level, session: L1"));
}

TEST(Apply, KeepsTheDeathSignalOverTheChangeOfUser) {
  const auto look = [] {
    int signal = 0;
    prctl(PR_GET_PDEATHSIG, &signal, 0, 0, 0);
    return signal == SIGUSR2 ? std::string("kept") : std::string("lost");
  };
  const std::string outcome = unlocked_text(As::kRoot, [&] {
    prctl(PR_SET_PDEATHSIG, SIGUSR2, 0, 0, 0);  // not inherited by fork: set where it is needed
    Profile profile = profile_of(Program::kRunner);  // its list has prctl
    keep_all(profile);
    return apply(profile).ok() ? look() : std::string("not locked");
  });
  EXPECT_EQ(outcome, "kept");
}

TEST(Apply, OnTopOfTheSupervisorsWorksForEveryProgram) {
  for (const Program program : kPrograms) {
    const auto under_supervisor = [&]() -> std::string {
      Profile profile = profile_of(program);
      const auto achieved = rehearse(profile);
      return achieved.ok() ? "ok" : achieved.error().message;
    };
    EXPECT_EQ(locked_text(As::kOrdinary, profile_of(Program::kSupervisor), under_supervisor), "ok")
        << name(program);
  }
}

TEST(AllowNetwork, IsABugForAProgramWithoutANetwork) {
  Profile profile = profile_of(Program::kMonitor);
  EXPECT_DEATH(allow_connect(profile, {443}), "CHECK");
}

TEST(EndedByLockdown, TellsAViolationFromACrash) {
  for (const auto& [signal, violation] : {std::pair{SIGSYS, true}, std::pair{SIGABRT, false}}) {
    const pid_t child = fork();
    if (child == 0) {
      std::signal(signal, SIG_DFL);
      raise(signal);
      _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(ended_by_lockdown(status), violation);
  }
}

TEST(Probe, SaysWhatTheHostOffers) {
  const Host host = probe();
  EXPECT_EQ(host.root, geteuid() == 0);
  EXPECT_FALSE(host.kernel.empty());
  const auto achieved = rehearse(profile_of(Program::kSession));
  ASSERT_TRUE(achieved.ok());
  EXPECT_EQ(reachable(host), achieved->level) << "forecast and truth differ";
  std::cout << text(host) << "\n";
}

TEST(Probe, LevelsFollowFromWhatIsThere) {
  Host host;
  EXPECT_EQ(reachable(host), Level::kNone);
  host.landlock_abi = 7;
  EXPECT_EQ(reachable(host), Level::kNone) << "without seccomp nothing counts";
  host.seccomp = true;
  EXPECT_EQ(reachable(host), Level::kL2);
  host.landlock_abi = 3;
  EXPECT_EQ(reachable(host), Level::kL1);
}

// The shipped library has no way to leave a wall out; the open one shows that the search finds it.
TEST(ShippedLibrary, DoesNotKnowTheTestDoor) {
#ifdef YETT_SANDBOX_SHIPPED
  const std::string shipped = contents(YETT_SANDBOX_SHIPPED);
  ASSERT_GT(shipped.size(), 10'000u);
  EXPECT_EQ(shipped.find("YETT_TEST_WITHOUT"), std::string::npos);
  EXPECT_NE(contents(YETT_SANDBOX_OPEN).find("YETT_TEST_WITHOUT"), std::string::npos);
#else
  GTEST_SKIP() << "built without the test doors";
#endif
}

TEST(ShippedLibrary, IgnoresTheTestDoorsVariable) {
  setenv("YETT_TEST_WITHOUT", "seccomp,landlock,dumpable", 1);
  const auto achieved = rehearse(profile_of(Program::kSession));
  unsetenv("YETT_TEST_WITHOUT");
  ASSERT_TRUE(achieved.ok());
  EXPECT_TRUE(achieved->seccomp && achieved->not_dumpable);
}

// A figure to read, not a gate: what apply() costs a program at its start.
TEST(Cost, OfApplyPerProgram) {
  for (const Program program : kPrograms) {
    std::vector<double> micros;
    for (int i = 0; i < 40; ++i) {
      const std::string text = unlocked_text(As::kRoot, [&] {
        Profile profile = profile_of(program);
        keep_all(profile);
        timespec a{}, b{};
        clock_gettime(CLOCK_MONOTONIC, &a);
        const bool done = apply(profile).ok();
        clock_gettime(CLOCK_MONOTONIC, &b);
        return done ? std::to_string(static_cast<double>(b.tv_sec - a.tv_sec) * 1e6 +
                                     static_cast<double>(b.tv_nsec - a.tv_nsec) / 1e3)
                    : std::string();
      });
      ASSERT_FALSE(text.empty());
      micros.push_back(std::stod(text));
    }
    std::sort(micros.begin(), micros.end());
    std::cout << fmt::format("apply {:13} p50 {:6.0f} us  p90 {:6.0f} us\n", name(program),
                             micros[20], micros[36]);
  }
}

}  // namespace
}  // namespace sandbox::testcases
