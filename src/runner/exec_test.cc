// SPDX-License-Identifier: Apache-2.0
// Calls through the real spawner.
#include "runner/exec.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "base/clock.h"
#include "runner/spawner/socket.h"
#include "runner/testing.h"
#include "wire/start.h"

namespace runner {
namespace {

using testing::As;
using testing::Calls;
using testing::Ran;
using testing::request_of;
using testing::Spawner;

const std::string kProgram = std::string(YETT_BIN_DIR) + "/yett-spawner";

class ExecTest : public ::testing::Test {
 protected:
  // The shipped spawner with `standard`, whatever level this host gives.
  void open(ExecProfile profile = standard_profile()) {
    profile.least = ToolLevel::kL1;
    auto opened = Exec::open(spawner_.channel(), profile);
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    exec_.emplace(std::move(*opened));
    calls_.emplace(*exec_);
  }
  void SetUp() override {
    open();
    if (exec_->opened().level < ToolLevel::kL1) GTEST_SKIP() << text(exec_->opened());
  }
  bool namespaces() const { return exec_->opened().level == ToolLevel::kL3; }
  Ran shell(const std::string& script) { return calls_->run({"/bin/sh", "-c", script}); }

  Spawner spawner_{kProgram};
  std::optional<Exec> exec_;
  std::optional<Calls> calls_;
};

TEST_F(ExecTest, OutputErrorAndStatusComeBack) {
  const Ran ran = shell("echo out; echo err >&2; exit 3");
  EXPECT_EQ(ran.how(), "exit status 3");
  EXPECT_EQ(ran.out, "out\n");
  EXPECT_EQ(ran.err, "err\n");
}

TEST_F(ExecTest, EachArgumentIsOneElementAndNoShellSeesIt) {
  const Ran ran = calls_->run({"/usr/bin/printf", "[%s]", "a b", "$(id)", "; rm -rf /", "", "*"});
  EXPECT_EQ(ran.out, "[a b][$(id)][; rm -rf /][][*]");
}

TEST_F(ExecTest, LongArgumentsArriveWhole) {
  for (const std::size_t size : {1900u, 2100u, 15'000u}) {
    const std::string argument(size, 'x');
    EXPECT_EQ(calls_->run({"/usr/bin/printf", "%s", argument}).out, argument) << size;
  }
}

TEST_F(ExecTest, TheEnvironmentIsWhatTheRequestSays) {
  ExecRequest request = request_of({"/usr/bin/env"});
  request.environment = {"A=1", "B=x y"};
  EXPECT_EQ(calls_->run(std::move(request)).out, "A=1\nB=x y\n");
}

TEST_F(ExecTest, InputAndFilesComeByDescriptor) {
  ExecRequest request = request_of({"/bin/sh", "-c", "cat; cat <&3; ls /proc/self/fd 2>/dev/null"});
  auto input = wire::sealed_memfd("input", "from input\n");
  auto file = wire::sealed_memfd("secret", "from 3\n");
  ::lseek(input->get(), 0, SEEK_SET);
  ::lseek(file->get(), 0, SEEK_SET);
  request.input = std::move(*input);
  request.files.push_back(std::move(*file));
  const Ran ran = calls_->run(std::move(request));
  // ls itself opens one more: the directory.
  const bool proc = (exec_->opened().walls & kWallFreshProc) != 0;
  EXPECT_EQ(ran.out, proc ? "from input\nfrom 3\n0\n1\n2\n3\n4\n" : "from input\nfrom 3\n");
}

TEST_F(ExecTest, WithoutInputThereIsNothingToRead) {
  EXPECT_EQ(shell("cat; echo end").out, "end\n");
}

TEST_F(ExecTest, AProgramThatIsNotThereSaysSo) {
  const Ran ran = calls_->run({"/usr/bin/no-such-program"});
  EXPECT_EQ(ran.how(), "not started: No such file or directory");
  EXPECT_EQ(ran.out + ran.err, "");
}

TEST_F(ExecTest, ASignalThatEndsTheToolIsNamed) {
  EXPECT_EQ(shell("kill -TERM $$").how(), "ended by SIGTERM");
}

TEST_F(ExecTest, APartialOutputIsKeptWhenTheTimeIsOver) {
  ExecRequest request = request_of({"/bin/sh", "-c", "echo before; sleep 60; echo after"});
  request.timeout_ms = 200;
  const Ran ran = calls_->run(std::move(request));
  EXPECT_EQ(ran.how(), "ended after its time");
  EXPECT_EQ(ran.out, "before\n");
}

TEST_F(ExecTest, ACancelledCallEndsAndSaysSo) {
  const auto call = calls_->start({"/bin/sleep", "60"});
  exec_->cancel(call);
  EXPECT_EQ(calls_->await(call).how(), "cancelled");
  EXPECT_EQ(exec_->running(), 0u);
}

TEST_F(ExecTest, AFloodOfOutputEndsTheCallAndKeepsTheFirstBytes) {
  ExecRequest request = request_of({"/usr/bin/yes"});
  request.output_bytes = 1000;
  const Ran ran = calls_->run(std::move(request));
  EXPECT_TRUE(ran.end.too_much);
  EXPECT_EQ(ran.out.size(), 1000u);
  EXPECT_EQ(ran.out.substr(0, 4), "y\ny\n");
}

TEST_F(ExecTest, AnOutputOfExactlyItsLimitIsWhole) {
  ExecRequest request = request_of({"/usr/bin/printf", "12345"});
  request.output_bytes = 5;
  const Ran ran = calls_->run(std::move(request));
  EXPECT_FALSE(ran.end.too_much);
  EXPECT_EQ(ran.out, "12345");
}

TEST_F(ExecTest, WhatAnArgumentCannotBeIsRefusedBeforeAnythingRuns) {
  ExecRequest request = request_of({"/bin/echo", std::string("a\0b", 3)});
  request.call = 900;
  EXPECT_FALSE(exec_->start(std::move(request)).ok());
  request = request_of({"/bin/echo", std::string(kTextBytes, 'x')});
  request.call = 901;
  EXPECT_FALSE(exec_->start(std::move(request)).ok());
  request = request_of({"echo"});
  request.call = 902;
  EXPECT_FALSE(exec_->start(std::move(request)).ok()) << "not absolute";
  EXPECT_EQ(exec_->running(), 0u);
}

TEST_F(ExecTest, ACallsLeftoversDieWithIt) {
  // A child of its own session that would write once the tool is gone.
  const Ran ran = shell("(setsid sh -c 'sleep 0.3; echo late' &) ; echo now");
  EXPECT_EQ(ran.how(), "exit status 0");
  EXPECT_EQ(ran.out, "now\n");
}

TEST_F(ExecTest, NothingOfOneCallIsThereInTheNext) {
  if (!namespaces()) GTEST_SKIP() << "no namespaces: there is no /tmp of its own";
  EXPECT_EQ(shell("echo x > /tmp/left; ls /tmp").out, "left\n");
  for (int i = 0; i < 6; ++i) EXPECT_EQ(shell("ls -A /tmp").out, "");
}

TEST_F(ExecTest, ManyCallsAtOneTimeAllEndWell) {
  std::vector<std::uint64_t> all;
  for (std::size_t i = 0; i < Exec::kRunning; ++i)
    all.push_back(calls_->start({"/bin/echo", std::to_string(i)}));
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Ran ran = calls_->await(all[i]);
    EXPECT_EQ(ran.how(), "exit status 0") << ran.err;
    EXPECT_EQ(ran.out, std::to_string(i) + "\n");
  }
}

TEST_F(ExecTest, OneCallTooManyIsRefused) {
  for (std::size_t i = 0; i < Exec::kRunning; ++i) calls_->start({"/bin/sleep", "60"});
  ExecRequest request = request_of({"/bin/echo"});
  request.call = 900;
  const auto refused = exec_->start(std::move(request));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, base::Errc::kExhausted);
}

TEST_F(ExecTest, SandboxesWaitAndEachServesOneCall) {
  bool all_pooled = true;
  for (int i = 0; i < 5; ++i) {
    ::usleep(50'000);  // its successor is made meanwhile
    all_pooled &= shell("echo x").end.pooled;
  }
  EXPECT_TRUE(all_pooled);
  if (!namespaces()) return;
  EXPECT_EQ(shell("echo $$").out, shell("echo $$").out) << "fresh pid namespaces";
}

TEST_F(ExecTest, AnOrdinaryUserGetsTheSameWallsButCgroups) {
  if (::geteuid() != 0) GTEST_SKIP() << "is one already";
  if (!testing::is_possible(As::kOrdinary, kProgram))
    GTEST_SKIP() << "no other user here that could run it";
  const Spawner spawner(kProgram, As::kOrdinary);
  auto profile = standard_profile();
  profile.least = ToolLevel::kL1;
  auto exec = Exec::open(spawner.channel(), profile);
  ASSERT_TRUE(exec.ok()) << exec.error().message;
  EXPECT_EQ(exec->opened().level, exec_->opened().level);
  Calls calls(*exec);
  EXPECT_EQ(calls.run({"/bin/echo", "x"}).out, "x\n");
}

TEST_F(ExecTest, AWritableBindIsWrittenAndAReadableIsNot) {
  std::string dir = "/tmp/yett-exec-XXXXXX";
  ASSERT_NE(::mkdtemp(dir.data()), nullptr);
  std::filesystem::permissions(dir, std::filesystem::perms::all);
  std::ofstream(dir + "/given") << "x";
  ExecProfile profile = standard_profile();
  profile.binds.push_back({"/workspace", dir, true});
  profile.binds.push_back({"/given", dir + "/given"});
  exec_.reset();
  open(profile);
  if (!namespaces()) GTEST_SKIP() << "no namespaces: a bind stands where its source stands";
  const Ran ran = shell("echo made > /workspace/made; echo y > /given; cat /given; ls /workspace");
  EXPECT_EQ(ran.out, "xgiven\nmade\n") << ran.err;
  EXPECT_TRUE(std::filesystem::exists(dir + "/made"));
  std::filesystem::remove_all(dir);
}

// Hosts that offer less, as the test build can say (DESIGN 10.20).
struct Host {
  const char* lacks;
  ToolLevel level;
};
class LesserHost : public ::testing::TestWithParam<Host> {
 protected:
  void SetUp() override {
    if (::access(program_.c_str(), X_OK) != 0) GTEST_SKIP() << "this build has no test doors";
    const Spawner spawner(kProgram);
    const auto best = Exec::open(spawner.channel(), least(ToolLevel::kL1));
    if (!best.ok() || best->opened().level <= GetParam().level)
      GTEST_SKIP() << "this host gives no more by itself";
  }
  static ExecProfile least(ToolLevel level) {
    auto out = standard_profile();
    out.least = level;
    return out;
  }
  const std::string program_ = std::string(YETT_OPEN_DIR) + "/yett-spawner";
};

TEST_P(LesserHost, IsNamedAndRunsOnlyWhatIsContentWithIt) {
  const Spawner spawner(program_, As::kSelf, GetParam().lacks);
  auto exec = Exec::open(spawner.channel(), least(ToolLevel::kL1));
  ASSERT_TRUE(exec.ok()) << exec.error().message;
  EXPECT_EQ(exec->opened().level, GetParam().level) << text(exec->opened());
  Calls calls(*exec);
  EXPECT_EQ(calls.run({"/bin/echo", "ran"}).out, "ran\n");
  EXPECT_EQ(calls.run({"/bin/sh", "-c", "exit 4"}).how(), "exit status 4");
  EXPECT_EQ(calls.run({"/bin/sh", "-c", "(setsid sleep 60 &); echo x"}).out, "x\n");
  ExecRequest slow = request_of({"/bin/sh", "-c", "setsid sleep 60 & sleep 60"});
  slow.timeout_ms = 200;
  EXPECT_EQ(calls.run(std::move(slow)).how(), "ended after its time");
  // SECURITY: below its least level a call is refused, never run bare.
  ExecRequest request = request_of({"/bin/echo", "ran"});
  request.least = ToolLevel::kL3;
  const Ran refused = calls.run(std::move(request));
  EXPECT_EQ(refused.end.outcome, CallOutcome::kRefused);
  EXPECT_EQ(refused.out, "");
}

TEST_P(LesserHost, DoesNotOpenAProfileThatAsksForMore) {
  const Spawner spawner(program_, As::kSelf, GetParam().lacks);
  const auto exec = Exec::open(spawner.channel(), least(ToolLevel::kL3));
  ASSERT_FALSE(exec.ok());
  EXPECT_EQ(exec.error().code, base::Errc::kDenied);
}

INSTANTIATE_TEST_SUITE_P(Hosts, LesserHost,
                         ::testing::Values(Host{"host_namespaces", ToolLevel::kL2},
                                           Host{"host_namespaces,host_landlock", ToolLevel::kL1},
                                           Host{"host_landlock", ToolLevel::kL1}),
                         [](const auto& it) {
                           std::string name = it.param.lacks;
                           std::ranges::replace(name, ',', '_');
                           return name;
                         });

TEST_F(ExecTest, ATimeLimitIsHeldByAllOfManyCalls) {
  std::vector<std::uint64_t> all;
  for (int i = 0; i < 32; ++i) {
    ExecRequest request = request_of({"/bin/sleep", "60"});
    request.timeout_ms = 300;
    all.push_back(calls_->start(std::move(request)));
  }
  for (const auto call : all) EXPECT_EQ(calls_->await(call).how(), "ended after its time");
}

// The spawner's own protocol.
TEST(SpawnerProtocol, AFrameThatItDoesNotKnowEndsIt) {
  Spawner spawner(kProgram);
  const std::array<char, 64> junk{'x'};
  ASSERT_EQ(send_frame(spawner.channel(), junk.data(), junk.size(), nullptr, 0), 0);
  char byte = 0;
  EXPECT_EQ(::recv(spawner.channel(), &byte, 1, 0), 0) << "the channel ends";
  EXPECT_EQ(spawner.end(), 0);
}

TEST(SpawnerProtocol, AFrameOnAProfilesChannelThatIsNoCallEndsTheProfileAndItsCalls) {
  const Spawner spawner(kProgram);
  auto wanted = frame_of(standard_profile());
  ASSERT_TRUE(wanted.ok());
  wanted->frame.least_level = 1;
  std::array<int, 2> pair{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair.data()), 0);
  const base::Fd ours(pair[0]);
  base::Fd theirs(pair[1]);
  std::vector<int> fds{theirs.get()};
  for (const auto& source : wanted->sources) fds.push_back(source.get());
  ASSERT_EQ(
      send_frame(spawner.channel(), &wanted->frame, sizeof wanted->frame, fds.data(), fds.size()),
      0);
  theirs.reset();
  Opened opened{};
  Descriptors none;
  ASSERT_EQ(receive_frame(ours.get(), &opened, sizeof opened, none, 0),
            static_cast<long>(sizeof opened));
  const std::array<char, 64> junk{'x'};
  ASSERT_EQ(send_frame(ours.get(), junk.data(), junk.size(), nullptr, 0), 0);
  EXPECT_EQ(receive_frame(ours.get(), &opened, sizeof opened, none, 0), 0);
}

TEST(SpawnerProtocol, ItEndsWithItsChannelAndLeavesNoProcess) {
  Spawner spawner(kProgram);
  auto profile = standard_profile();
  profile.least = ToolLevel::kL1;
  auto exec = Exec::open(spawner.channel(), profile);
  ASSERT_TRUE(exec.ok()) << exec.error().message;
  Calls calls(*exec);
  // The other end of this pipe closes when no process of the call lives.
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const base::Fd in(ends[0]);
  ExecRequest request = request_of({"/bin/sh", "-c", "setsid sleep 60 & sleep 60"});
  request.files.emplace_back(ends[1]);
  calls.start(std::move(request));
  ::usleep(100'000);
  { const Exec gone = std::move(*exec); }
  spawner.end();
  char byte = 0;
  EXPECT_EQ(::read(in.get(), &byte, 1), 0);
}

TEST(SpawnerProtocol, AProfileThatAsksForMoreThanThereIsStaysShut) {
  const Spawner spawner(kProgram);
  ExecProfile profile = standard_profile();
  profile.binds.push_back({"/nowhere/..", "/usr"});
  const auto bad = Exec::open(spawner.channel(), profile);
  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(bad.error().code, base::Errc::kInvalid);
  profile.binds.back() = {"/nowhere", "/no/such/directory"};
  const auto missing = Exec::open(spawner.channel(), profile);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, base::Errc::kNotFound);
}

}  // namespace
}  // namespace runner
