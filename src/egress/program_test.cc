// SPDX-License-Identifier: Apache-2.0
// yett-egress itself, behind its own walls: started as the supervisor starts it.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "egress/hostile_server.h"
#include "egress/rig.h"
#include "wire/start.h"

namespace egress {
namespace {

using base::Reason;

class Program {
 public:
  explicit Program(const wire::Origin& origin, std::uint32_t idle_ms = 30'000) {
    auto ends = *wire::socket_pair();
    const wire::StartEgress record{origin, idle_ms};
    pid_ = run(ends.second, *wire::sealed_memfd("start", wire::encode(record)));
    ends.second.reset();
    broker_.emplace(std::move(ends.first), true);
    const auto message = broker_->next();
    if (!message) return;
    const auto ready = message->as<wire::Ready>();
    EXPECT_TRUE(ready.ok());
    level = ready->level;
    broker_->channel().enter(wire::Phase::kRunning);
  }
  ~Program() {
    if (pid_ > 0) (void)wait();
  }

  Broker& broker() { return *broker_; }
  // Hangs up; the wait status.
  int wait() {
    broker_->hang_up();
    return wait_for_end();
  }
  int wait_for_end() {
    int status = -1;
    ::waitpid(std::exchange(pid_, -1), &status, 0);
    return status;
  }
  int level = -1;  // of its Ready; -1: there was none

 private:
  static pid_t run(const base::Fd& channel, const base::Fd& record) {
    const pid_t pid = ::fork();
    if (pid != 0) return pid;
    ::dup2(channel.get(), 100);
    ::dup2(record.get(), 101);
    ::dup2(100, wire::kChannelFd);
    ::dup2(101, wire::kStartFd);
    ::execl(YETT_BIN_DIR "/yett-egress", "yett-egress", nullptr);
    ::_exit(127);
  }

  pid_t pid_ = -1;
  std::optional<Broker> broker_;
};

bool ended_well(int status) { return WIFEXITED(status) && WEXITSTATUS(status) == 0; }

HostileServer::Script always(std::string response) {
  return [response](Peer& peer) {
    while (!peer.request().empty() && peer.send(response)) continue;
  };
}

TEST(Program, CallsPassBehindItsWalls) {
  const std::string large = "\"" + std::string(300'000, 'x') + "\"";
  HostileServer server([&](Peer& peer) {
    while (!peer.request().empty() && peer.send(ok(large, "Content-Type: application/json\r\n")))
      continue;
  });
  Program program(local(server.port()));
  EXPECT_GE(program.level, 1);
  for (int i = 0; i < 3; ++i) {
    wire::Request request = program.broker().request();
    request.method = wire::Method::kPost;
    request.body = std::string(200'000, 'y');
    request.max_answer_bytes = 1'000'000;
    const Outcome out = program.broker().call(request);
    EXPECT_EQ(out.order, "sa");
    EXPECT_EQ(out.answer.reason, Reason::kOk);
    EXPECT_EQ(out.answer.content, large);
  }
  EXPECT_TRUE(ended_well(program.wait()));
}

TEST(Program, TlsPassesBehindItsWalls) {
  const Identity self = make_identity({});
  HostileServer server(always(ok("{}")), &self);
  Program program({"localhost", server.port(), true, true, self.certificate});
  EXPECT_EQ(program.broker().call(program.broker().request()).answer.reason, Reason::kOk);
  EXPECT_TRUE(ended_well(program.wait()));  // the server has one connection at a time
  const Identity other = make_identity({});
  Program stranger({"localhost", server.port(), true, true, other.certificate});
  EXPECT_EQ(stranger.broker().call(stranger.broker().request()).answer.reason, Reason::kTlsFailed);
  EXPECT_TRUE(ended_well(stranger.wait()));
}

TEST(Program, ALookupEndsBehindItsWallsAndLeavesItAlive) {
  const Identity self = make_identity({});
  Program program({"nowhere.invalid", 443, true, false, self.certificate});
  for (int i = 0; i < 2; ++i) {
    const wire::Request request = program.broker().request();
    program.broker().start(request);
    const Outcome out = program.broker().gather(request.request, 60'000);
    EXPECT_EQ(out.order, "a");
    EXPECT_TRUE(out.answer.reason == Reason::kNameNotResolved ||
                out.answer.reason == Reason::kTimeout);
    EXPECT_FALSE(out.answer.sent);
  }
  EXPECT_TRUE(ended_well(program.wait()));
}

TEST(Program, TheSystemsAuthoritiesAreThereBeforeTheWalls) {
  if (::access("/etc/ssl/certs/ca-certificates.crt", R_OK) != 0) GTEST_SKIP() << "no system bundle";
  const Identity self = make_identity({});
  HostileServer server(always(ok("{}")), &self);
  Program program({"localhost", server.port(), true, true, ""});
  EXPECT_GE(program.level, 1);
  EXPECT_EQ(program.broker().call(program.broker().request()).answer.reason, Reason::kTlsFailed);
  EXPECT_TRUE(ended_well(program.wait()));
}

TEST(Program, EndsWhenIdleAndFailsByName) {
  Program idle(local(1), 100);
  EXPECT_TRUE(ended_well(idle.wait_for_end()));
  Program bad({"localhost", 443, true, true, "junk"});
  EXPECT_EQ(bad.level, -1);
  const int status = bad.wait_for_end();
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 1);
  Program broken(local(1));
  (void)broken.broker().channel().send_bytes(wire::FrameType::kRequest, "junk", {}, false);
  const int violation = broken.wait_for_end();
  EXPECT_TRUE(WIFEXITED(violation) && WEXITSTATUS(violation) == 2);
}

}  // namespace
}  // namespace egress
