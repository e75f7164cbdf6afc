// SPDX-License-Identifier: Apache-2.0
//
// The program itself, locked down, with a monitor that the test plays.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "session/play.h"
#include "wire/channel.h"

namespace session {
namespace {

// yett-session as a child with the descriptors 3 and 4 that it is promised.
class Child {
 public:
  explicit Child(const wire::StartSession& start) {
    auto pair = wire::socket_pair();
    auto record = wire::sealed_memfd("start", wire::encode(start));
    CHECK(pair.ok() && record.ok());
    pid_ = ::fork();
    CHECK(pid_ >= 0);
    if (pid_ == 0) become_session(pair->second.get(), record->get());
    monitor.emplace(std::move(pair->first), wire::kSessionToMonitor, "session");
  }
  ~Child() {
    if (pid_ > 0) ::kill(pid_, SIGKILL);
    if (pid_ > 0) ::waitpid(pid_, nullptr, 0);
  }
  template <class F> F next() {
    pollfd wait{monitor->fd(), POLLIN, 0};
    EXPECT_EQ(::poll(&wait, 1, 10'000), 1);
    auto got = monitor->receive();
    EXPECT_TRUE(got.ok() && got->has_value());
    if (!got.ok() || !got->has_value()) return F{};
    auto frame = (*got)->template as<F>();
    EXPECT_TRUE(frame.ok());
    return frame.ok() ? *frame : F{};
  }
  // Waits for its end; the exit status, or minus the signal.
  int ended() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

  std::optional<wire::Channel> monitor;

 private:
  [[noreturn]] static void become_session(int channel, int record) {
    const int high_channel = ::fcntl(channel, F_DUPFD, 100);
    const int high_record = ::fcntl(record, F_DUPFD, 100);
    if (::dup2(high_channel, 3) != 3 || ::dup2(high_record, 4) != 4) ::_exit(99);
    const char* path = YETT_BIN_DIR "/yett-session";
    ::execl(path, "yett-session", nullptr);
    ::_exit(98);
  }
  pid_t pid_ = -1;
};

TEST(Program, AnswersADirectCallBehindItsWalls) {
  Child child(example_start());
  const auto ready = child.next<wire::Ready>();
  EXPECT_EQ(ready.program, "session");
  EXPECT_GE(ready.level, 1);
  child.monitor->enter(wire::Phase::kRunning);
  const std::string text(200'000, 'x');  // a body of its own: memfd both ways
  ASSERT_TRUE(
      child.monitor->send(wire::Call{{1}, "add_note", R"({"text":")" + text + "\"}", true, {}})
          .ok());
  const auto call = child.next<wire::LabelledCall>();
  EXPECT_EQ(call.arguments.at(0).text, text);
  EXPECT_EQ(call.labels.at(0).origins, std::vector<std::string>{"user"});
  const wire::Verdict allowed{call.proposal, true, base::Reason::kAllowedByRule, {7}};
  ASSERT_TRUE(child.monitor->send(allowed).ok());
  ASSERT_TRUE(
      child.monitor->send(wire::CallResult{call.proposal, base::Reason::kOk, 200, text, 1, {}})
          .ok());
  const auto done = child.next<wire::CallDone>();
  EXPECT_EQ(done.content, text);
  EXPECT_EQ(done.call.value, 7u);
  child.monitor->close();
  EXPECT_EQ(child.ended(), 0);
}

TEST(Program, HostileDeltasDoNotEndIt) {
  Child child(example_start());
  child.next<wire::Ready>();
  child.monitor->enter(wire::Phase::kRunning);
  wire::Turn turn;
  turn.turn = base::RequestId{1};
  turn.text = "go";
  turn.stream = false;
  ASSERT_TRUE(child.monitor->send(turn).ok());
  const auto prompt = child.next<wire::LabelledCall>();
  ASSERT_TRUE(
      child.monitor->send(wire::Verdict{prompt.proposal, true, base::Reason::kAllowedByRule, {1}})
          .ok());
  const std::string deep = std::string(100'000, '[');
  for (std::uint32_t i = 0; i < 10; ++i) {
    ASSERT_TRUE(
        child.monitor
            ->send(wire::ModelDelta{prompt.proposal, wire::DeltaKind::kToolName, i, "add_note"})
            .ok());
    ASSERT_TRUE(
        child.monitor->send(wire::ModelDelta{prompt.proposal, wire::DeltaKind::kToolInput, i, deep})
            .ok());
    while (child.monitor->wants_write()) ASSERT_TRUE(child.monitor->flush().ok());
  }
  ASSERT_TRUE(
      child.monitor->send(wire::CallResult{prompt.proposal, base::Reason::kOk, 200, "", 0, {}})
          .ok());
  EXPECT_EQ(child.next<wire::LabelledCall>().tool, "model:local");  // told, and asked again
}

TEST(Program, AMonitorThatBreaksTheProtocolEndsIt) {
  Child child(example_start());
  child.next<wire::Ready>();
  ASSERT_TRUE(child.monitor->send(wire::CallResult{5, base::Reason::kOk, 200, "", 0, {}}).ok());
  EXPECT_EQ(child.ended(), 2);
}

TEST(Program, AToolThatCannotBeCheckedIsNotStartedWith) {
  auto start = example_start();
  start.tools[0].parameters[0].pattern = "(";
  Child child(start);
  EXPECT_EQ(child.ended(), 1);
}

}  // namespace
}  // namespace session
