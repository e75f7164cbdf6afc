// SPDX-License-Identifier: Apache-2.0
#include "session/serve.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <thread>

#include "session/play.h"

namespace session {
namespace {

// A session in its own thread behind a real channel; the test is the monitor.
class Served {
 public:
  Served()
      : fds_(std::move(*wire::socket_pair())),
        monitor(std::move(fds_.first), wire::kSessionToMonitor, "session") {
    monitor.enter(wire::Phase::kRunning);
    thread_ = std::thread([this] {
      wire::Channel channel(std::move(fds_.second), wire::kMonitorToSession, "monitor");
      channel.enter(wire::Phase::kRunning);
      StoppedClock clock;
      Machine machine(std::move(*Setup::create(example_start())), clock);
      status = serve(channel, machine);
    });
  }
  ~Served() { end(); }
  void end() {
    monitor.close();
    if (thread_.joinable()) thread_.join();
  }
  template <class F> F next() {
    pollfd wait{monitor.fd(), POLLIN, 0};
    EXPECT_EQ(::poll(&wait, 1, 5000), 1);
    auto got = monitor.receive();
    EXPECT_TRUE(got.ok() && got->has_value());
    if (!got.ok() || !got->has_value()) return F{};
    auto frame = (*got)->as<F>();
    EXPECT_TRUE(frame.ok());
    return frame.ok() ? *frame : F{};
  }

 private:
  std::pair<base::Fd, base::Fd> fds_;
  std::thread thread_;

 public:
  wire::Channel monitor;
  base::Status status = base::invalid("still running");
};

TEST(Serve, ATurnWithACallGoesThroughARealChannel) {
  Served s;
  wire::Turn turn;
  turn.turn = base::RequestId{7};
  turn.text = "Paris?";
  ASSERT_TRUE(s.monitor.send(turn).ok());
  auto prompt = s.next<wire::LabelledCall>();
  EXPECT_EQ(prompt.tool, "model:local");
  const auto reason = base::Reason::kAllowedByRule;
  ASSERT_TRUE(s.monitor.send(wire::Verdict{prompt.proposal, true, reason, {1}}).ok());
  using wire::DeltaKind;
  ASSERT_TRUE(
      s.monitor.send(wire::ModelDelta{prompt.proposal, DeltaKind::kToolName, 0, "add_note"}).ok());
  ASSERT_TRUE(
      s.monitor.send(wire::ModelDelta{prompt.proposal, DeltaKind::kToolInput, 0, R"({"text":"x"})"})
          .ok());
  ASSERT_TRUE(
      s.monitor.send(wire::CallResult{prompt.proposal, base::Reason::kOk, 200, "", 0, {}}).ok());
  const auto call = s.next<wire::LabelledCall>();
  EXPECT_EQ(call.tool, "add_note");
  ASSERT_TRUE(s.monitor.send(wire::Verdict{call.proposal, true, reason, {2}}).ok());
  ASSERT_TRUE(
      s.monitor.send(wire::CallResult{call.proposal, base::Reason::kOk, 200, "kept", 0, {}}).ok());
  prompt = s.next<wire::LabelledCall>();
  ASSERT_TRUE(s.monitor.send(wire::Verdict{prompt.proposal, true, reason, {3}}).ok());
  ASSERT_TRUE(s.monitor.send(wire::ModelDelta{prompt.proposal, DeltaKind::kText, 0, "Done."}).ok());
  ASSERT_TRUE(
      s.monitor.send(wire::CallResult{prompt.proposal, base::Reason::kOk, 200, "", 0, {}}).ok());
  EXPECT_EQ(s.next<wire::Spoken>().text, "Done.");
  const auto done = s.next<wire::TurnDone>();
  EXPECT_EQ(done.text, "Done.");
  EXPECT_EQ(done.calls, 1u);
}

TEST(Serve, TheEndOfTheMonitorIsTheEndOfTheSession) {
  Served s;
  s.end();
  EXPECT_TRUE(s.status.ok());
}

TEST(Serve, AMonitorThatBreaksTheProtocolEndsTheSession) {
  Served s;
  ASSERT_TRUE(s.monitor.send(wire::CallResult{99, base::Reason::kOk, 200, "", 0, {}}).ok());
  pollfd wait{s.monitor.fd(), POLLIN, 0};
  ASSERT_EQ(::poll(&wait, 1, 5000), 1);  // hung up
  s.end();
  ASSERT_FALSE(s.status.ok());
  EXPECT_EQ(s.status.error().code, base::Errc::kViolation);
}

TEST(Serve, ManyLargeAnswersKeepTheirOrder) {
  Served s;
  constexpr std::uint64_t kCalls = 200;
  for (std::uint64_t i = 1; i <= kCalls; ++i) {
    const std::string text(5000, 'x');
    ASSERT_TRUE(
        s.monitor.send(wire::Call{{i}, "add_note", R"({"text":")" + text + "\"}", false, {}}).ok());
    while (s.monitor.wants_write()) ASSERT_TRUE(s.monitor.flush().ok());
  }
  for (std::uint64_t i = 1; i <= kCalls; ++i) EXPECT_EQ(s.next<wire::LabelledCall>().turn.value, i);
}

}  // namespace
}  // namespace session
