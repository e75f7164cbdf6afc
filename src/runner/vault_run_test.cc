// SPDX-License-Identifier: Apache-2.0
#include "runner/vault_run.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <array>

namespace runner {
namespace {

struct Outcome {
  wire::RunEnded ended;
  std::string out;
  std::string error;
};

class VaultRunsTest : public ::testing::Test {
 protected:
  static std::pair<base::Fd, base::Fd> make_pipe() {
    std::array<int, 2> fds{};
    CHECK(::pipe2(fds.data(), O_CLOEXEC) == 0);
    return {base::Fd(fds[0]), base::Fd(fds[1])};
  }
  static std::string read_all(const base::Fd& fd) {
    std::string all(65536, '\0');
    std::size_t have = 0;
    for (ssize_t n = 0; (n = ::read(fd.get(), all.data() + have, all.size() - have)) > 0;)
      have += static_cast<std::size_t>(n);
    all.resize(have);
    return all;
  }

  // A zombie that nobody has reaped yet is not alive.
  static bool alive(pid_t pid) {
    const base::Fd stat(
        ::open(("/proc/" + std::to_string(pid) + "/stat").c_str(), O_RDONLY | O_CLOEXEC));
    const std::string line = stat ? read_all(stat) : "";
    const auto at = line.rfind(") ");
    return at != std::string::npos && line[at + 2] != 'Z' && line[at + 2] != 'X';
  }

  // Runs `program` with these arguments as the vault's program; waits for its end.
  Outcome run(std::string program, std::vector<std::string> arguments,
              std::uint32_t timeout_ms = 5000, std::string token = "ops_token",
              int cancel_after_ms = -1) {
    start_.op_path = std::move(program);
    VaultRuns runs(start_, clock_);
    auto out = make_pipe();
    auto error = make_pipe();
    auto secret = wire::sealed_memfd("token", token);
    std::vector<base::Fd> handed;
    handed.emplace_back(::fcntl(secret->get(), F_DUPFD_CLOEXEC, 0));
    handed.push_back(std::move(out.second));
    handed.push_back(std::move(error.second));
    ::lseek(handed[0].get(), 0, SEEK_SET);
    const auto begun = runs.begin({{7}, std::move(arguments), timeout_ms}, std::move(handed));
    if (begun.watch < 0) return {begun.failed, "", ""};
    if (cancel_after_ms >= 0) {
      ::usleep(static_cast<useconds_t>(cancel_after_ms) * 1000);
      runs.cancel({7});
    }
    pollfd wait{begun.watch, POLLIN, 0};
    while (::poll(&wait, 1, 20) == 0) (void)runs.expire();
    const auto ended = runs.end(begun.watch);
    return {ended, read_all(out.first), read_all(error.first)};
  }

  base::SystemClock clock_;
  wire::StartRunner start_{"", YETT_BIN_DIR "/yett-vault-launch"};
};

TEST_F(VaultRunsTest, TheChildGetsTheTokenArgumentsAndItsPipesAndNothingElse) {
  const Outcome o =
      run("/bin/sh",
          {"-c", "echo \"$OP_SERVICE_ACCOUNT_TOKEN $1\"; echo oops >&2; ls /proc/self/fd | wc -l",
           "sh", "a b"});
  EXPECT_EQ(o.ended.request.value, 7u);
  EXPECT_EQ(o.ended.outcome, wire::RunOutcome::kExited);
  EXPECT_EQ(o.out.substr(0, 14), "ops_token a b\n");
  EXPECT_EQ(o.error, "oops\n");
  EXPECT_LE(std::stoi(o.out.substr(14)), 4);  // 0, 1, 2 and ls's own
}

TEST_F(VaultRunsTest, ExitStatusAndSignalAreTold) {
  EXPECT_EQ(run("/bin/sh", {"-c", "exit 4"}).ended.status, 4u);
  const Outcome killed = run("/bin/sh", {"-c", "kill -9 $$"});
  EXPECT_EQ(killed.ended.outcome, wire::RunOutcome::kSignalled);
  EXPECT_EQ(killed.ended.status, 9u);
}

TEST_F(VaultRunsTest, AProgramThatDoesNotExistIsNotFound) {
  EXPECT_EQ(run("/no/such/op", {}).ended.outcome, wire::RunOutcome::kNotFound);
  EXPECT_EQ(run("", {}).ended.outcome, wire::RunOutcome::kNotFound);
}

TEST_F(VaultRunsTest, AHangingChildAndItsChildrenEndAtTheTimeLimit) {
  const Outcome o = run("/bin/sh", {"-c", "sleep 60 & echo $!; wait"}, 100);
  EXPECT_EQ(o.ended.outcome, wire::RunOutcome::kTimedOut);
  const pid_t grandchild = std::stoi(o.out);
  for (int i = 0; i < 100 && alive(grandchild); ++i) ::usleep(10'000);
  EXPECT_FALSE(alive(grandchild));
}

TEST_F(VaultRunsTest, ACancelledChildEnds) {
  EXPECT_EQ(run("/bin/sh", {"-c", "sleep 60"}, 50'000, "t", 20).ended.outcome,
            wire::RunOutcome::kSignalled);
}

TEST_F(VaultRunsTest, WithoutATokenTheVariableIsAbsent) {
  EXPECT_EQ(run("/bin/sh", {"-c", "echo ${OP_SERVICE_ACCOUNT_TOKEN-none}"}, 5000, "").out,
            "none\n");
}

TEST_F(VaultRunsTest, NothingOfOurEnvironmentIsInherited) {
  ::setenv("YETT_CANARY", "leak", 1);
  EXPECT_EQ(run("/usr/bin/env", {}).out.find("leak"), std::string::npos);
}

}  // namespace
}  // namespace runner
