// SPDX-License-Identifier: Apache-2.0
// The shipped program behind its own lockdown: both modes, with nothing but their descriptors.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <optional>
#include <thread>

#include "broker/broker_testing.h"
#include "wire/start.h"

namespace broker {
namespace {

using testing::leaf;

struct Given {
  int fd;      // in the test
  int number;  // in the program
};

// Starts a program of ours with exactly these descriptors (and 2).
pid_t start_program(const char* name, std::vector<std::string> words, std::vector<Given> given) {
  std::vector<char*> argv;
  words.insert(words.begin(), std::string(YETT_BIN_DIR) + "/" + name);
  for (std::string& w : words) argv.push_back(w.data());
  argv.push_back(nullptr);
  const pid_t child = ::fork();
  if (child != 0) return child;
  for (Given& g : given) g.fd = ::fcntl(g.fd, F_DUPFD, 100);
  for (const Given& g : given) ::dup2(g.fd, g.number);
  for (const Given& g : given) ::close(g.fd);
  ::execv(argv[0], argv.data());
  ::_exit(127);
}

pid_t start(std::vector<std::string> words, std::vector<Given> given) {
  return start_program("yett-broker", std::move(words), std::move(given));
}

int exit_of(pid_t child) {
  int status = 0;
  for (int i = 0; i < 100; ++i) {
    if (::waitpid(child, &status, WNOHANG) == child)
      return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  ::kill(child, SIGKILL);
  ::waitpid(child, &status, 0);
  return -1;
}

base::Fd memory_file(std::string_view text) {
  base::Fd fd(::memfd_create("test", 0));
  EXPECT_EQ(::write(fd.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  ::lseek(fd.get(), 0, SEEK_SET);
  return fd;
}

std::string text_of(const base::Fd& fd) {
  std::string out(65536, '\0');
  const ssize_t n = ::pread(fd.get(), out.data(), out.size(), 0);
  out.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
  return out;
}

// Runs vault-write mode on `vault`; its exit status.
int write_vault(const base::Fd& vault, const base::Fd& out, const std::string& verb,
                std::string_view value) {
  const base::Fd in = memory_file(value);
  const base::Fd key = memory_file(std::string(64, 'a'));
  return exit_of(start({"--vault-write", verb, "weather_key"},
                       {{in.get(), 0}, {out.get(), 1}, {vault.get(), 7}, {key.get(), 8}}));
}

// A running broker and the far ends of its channels.
struct Running {
  // `with_runner`: the real runner, with a program in the place of `op` that prints its first
  // argument, which is "read".
  explicit Running(const base::Fd& vault, bool with_runner = false) {
    wire::StartBroker record;
    record.manifest = testing::sample_manifest();
    record.key = wire::StartBroker::Key::kFile;
    record.op_token = "ops_test-token";
    auto up = *wire::socket_pair();
    auto side = *wire::socket_pair();
    auto down = *wire::socket_pair();
    const base::Fd start_fd = *wire::sealed_memfd("start", wire::encode(record));
    const base::Fd key = memory_file(std::string(64, 'a'));
    pid = start({}, {{up.second.get(), 3},
                     {start_fd.get(), 4},
                     {side.second.get(), 5},
                     {down.second.get(), 6},
                     {vault.get(), 7},
                     {key.get(), 8}});
    monitor.emplace(std::move(up.first), wire::kBrokerToMonitor, "broker");
    supervisor.emplace(std::move(side.first), wire::kBrokerToSupervisor, "broker");
    supervisor->enter(wire::Phase::kRunning);
    if (!with_runner) {
      runner = std::move(down.first);
      return;
    }
    const wire::StartRunner runs{"/usr/bin/printf",
                                 std::string(YETT_BIN_DIR) + "/yett-vault-launch"};
    const base::Fd runner_start = *wire::sealed_memfd("start", wire::encode(runs));
    runner_pid = start_program("yett-runner", {}, {{down.first.get(), 3}, {runner_start.get(), 4}});
  }
  // Listens until `done`, for at most five seconds.
  template <class F> bool wait_for(F done) {
    for (int i = 0; i < 500 && !done(); ++i) {
      (void)testing::listen(*monitor, heard);
      (void)testing::listen(*supervisor, asked);
      if (egress) (void)testing::listen(*egress, carried);
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return done();
  }
  wire::Warrant warrant(std::string tool) const {
    wire::Warrant w;
    w.epoch = heard.all<wire::BrokerReady>()[0].epoch;
    w.sequence = 1;
    w.call = {1};
    w.session = {1};
    w.tenant = "default";
    w.tool = std::move(tool);
    w.definition = base::sha256({"definition of ", w.tool});
    w.deadline_us = base::SystemClock().steady_us() + 5'000'000;
    return w;
  }
  void bring_up_egress() {
    auto ends = *wire::socket_pair();
    std::vector<base::Fd> descriptors;
    descriptors.push_back(std::move(ends.second));
    const auto slot = asked.all<wire::SpawnEgress>().at(0).slot;
    ASSERT_TRUE(supervisor->send(wire::EgressSpawned{slot, true}, std::move(descriptors)).ok());
    egress.emplace(std::move(ends.first), wire::kBrokerToEgress, "broker");
    egress->enter(wire::Phase::kRunning);
    ASSERT_TRUE(egress->send(wire::Ready{"egress", 2, ""}).ok());
  }

  pid_t pid = -1;
  pid_t runner_pid = -1;
  std::optional<wire::Channel> monitor;
  std::optional<wire::Channel> supervisor;
  std::optional<wire::Channel> egress;
  base::Fd runner;
  testing::Heard heard;
  testing::Heard asked;
  testing::Heard carried;
};

TEST(Program, WritesAVaultThatTheBrokerThenOpens) {
  const base::Fd vault = memory_file("");
  const base::Fd out = memory_file("");
  EXPECT_EQ(write_vault(vault, out, "ADD", "value-of-weather"), 0);
  EXPECT_EQ(write_vault(vault, out, "ADD", "value-of-weather"), 1);
  EXPECT_EQ(write_vault(vault, out, "ROTATE", "second-of-weather"), 0);
  EXPECT_EQ(text_of(out), "added weather_key\nrotated weather_key\n");
  Running broker(vault);
  ASSERT_TRUE(broker.wait_for([&] { return broker.heard.frames.size() >= 2; }));
  EXPECT_GE(broker.heard.all<wire::Ready>()[0].level, 1);
  ASSERT_TRUE(broker.monitor->send(broker.warrant("weather")).ok());
  ASSERT_TRUE(broker.wait_for([&] { return !broker.asked.frames.empty(); }));
  broker.bring_up_egress();
  ASSERT_TRUE(broker.wait_for([&] { return !broker.carried.frames.empty(); }));
  EXPECT_EQ(broker.carried.all<wire::Request>()[0].headers[0].value, "Bearer second-of-weather");
  broker.monitor->close();
  EXPECT_EQ(exit_of(broker.pid), 0);
}

TEST(Program, ReadsASecretThroughTheRunnerAndItsLauncher) {
  Running broker(memory_file(""), true);
  ASSERT_TRUE(broker.wait_for([&] { return broker.heard.all<wire::PeerReady>().size() == 1; }));
  ASSERT_TRUE(broker.monitor->send(broker.warrant("cloud")).ok());
  ASSERT_TRUE(broker.wait_for([&] { return !broker.asked.frames.empty(); }));
  broker.bring_up_egress();
  ASSERT_TRUE(broker.wait_for([&] { return !broker.carried.frames.empty(); }));
  EXPECT_EQ(broker.carried.all<wire::Request>()[0].headers[0].value, "read");
  broker.monitor->close();
  EXPECT_EQ(exit_of(broker.pid), 0);
  EXPECT_EQ(exit_of(broker.runner_pid), 0);
}

TEST(Program, DoesNotStartWithoutItsRecord) {
  EXPECT_NE(exit_of(start({}, {})), 0);
  EXPECT_NE(exit_of(start({"--help"}, {})), 0);
}

}  // namespace
}  // namespace broker
