// SPDX-License-Identifier: Apache-2.0
//
// A session as the monitor has it: from its start to its first frame, and a plan's turn through the
// real, locked-down program. docs/performance.md: a pooled session answers its first frame in at
// most 1 ms.
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "measure.h"
#include "wire/channel.h"
#include "wire/frames.h"
#include "wire/start.h"

namespace bench {
namespace {

constexpr double kBarFirstUs = 1000;

wire::StartSession start_record() {
  wire::StartSession start;
  wire::OfferedTool note{"add_note", "Keeps a note.", {}, {}};
  wire::Parameter text;
  text.spec.name = "text";
  note.parameters.push_back(text);
  start.tools = {note};
  return start;
}

// yett-session with a monitor that this program plays.
class Session {
 public:
  Session() {
    auto pair = wire::socket_pair();
    auto record = wire::sealed_memfd("start", wire::encode(start_record()));
    CHECK(pair.ok() && record.ok());
    begun_ = Steady::now();
    pid_ = ::fork();
    CHECK(pid_ >= 0);
    if (pid_ == 0) become(pair->second.get(), record->get());
    monitor_.emplace(std::move(pair->first), wire::kSessionToMonitor, "session");
    (void)next<wire::Ready>();
    ready_us = us_since(begun_);
    monitor_->enter(wire::Phase::kRunning);
  }
  ~Session() {
    monitor_->close();
    ::waitpid(pid_, nullptr, 0);
  }
  // A turn by `program`, whose calls are allowed and answered at once; microseconds.
  double turn(const std::string& program, int calls) {
    wire::Turn turn;
    turn.turn = {++turn_};
    turn.mode = wire::TurnMode::kPlan;
    turn.text = program;
    const auto from = Steady::now();
    CHECK(monitor_->send(turn).ok());
    (void)next<wire::PlanShown>();
    for (int i = 0; i < calls; ++i) {
      const auto call = next<wire::LabelledCall>();
      CHECK(monitor_->send(wire::Verdict{call.proposal, true, base::Reason::kAllowedByRule, {1}})
                .ok());
      CHECK(monitor_->send(wire::CallResult{call.proposal, base::Reason::kOk, 200, "ok", 0, {}})
                .ok());
    }
    CHECK(next<wire::TurnDone>().reason == base::Reason::kOk);
    return us_since(from);
  }
  double ready_us = 0;

 private:
  [[noreturn]] static void become(int channel, int record) {
    const int high_channel = ::fcntl(channel, F_DUPFD, 100);
    const int high_record = ::fcntl(record, F_DUPFD, 100);
    if (::dup2(high_channel, 3) != 3 || ::dup2(high_record, 4) != 4) ::_exit(99);
    ::execl(YETT_BIN_DIR "/yett-session", "yett-session", nullptr);
    ::_exit(98);
  }
  template <class F> F next() {
    while (true) {
      auto got = monitor_->receive();
      CHECK(got.ok());
      if (got->has_value()) {
        auto frame = (*got)->template as<F>();
        CHECK(frame.ok());
        return std::move(*frame);
      }
      pollfd wait{monitor_->fd(), POLLIN, 0};
      CHECK(::poll(&wait, 1, 10'000) == 1);
    }
  }
  Steady::time_point begun_;
  pid_t pid_ = -1;
  std::uint64_t turn_ = 0;
  std::optional<wire::Channel> monitor_;
};

void row(const char* what, const std::vector<double>& us) {
  fmt::print("  {:<52} p50 {:8.1f} us   p95 {:8.1f} us\n", what, median(us), quantile(us, 0.95));
}

int run() {
  std::vector<double> ready, first, later, calls;
  for (int i = 0; i < 60; ++i) {
    Session session;
    ready.push_back(session.ready_us);
    first.push_back(session.turn("1 + 1", 0));
    for (int k = 0; k < 20; ++k) later.push_back(session.turn("1 + 1", 0));
    for (int k = 0; k < 20; ++k)
      calls.push_back(session.turn("for i in range(4):\n    add_note(text=str(i))", 4) / 4);
  }
  fmt::print("yett-session, locked down, the monitor played:\n");
  row("fork, exec, start record, walls, ready", ready);
  row("the first turn by a plan in a pooled session", first);
  row("a later one", later);
  row("a call of a plan, answered at once", calls);
  const bool ok = median(first) <= kBarFirstUs;
  fmt::print("pooled, first frame answered: bar {:.0f} us {}\n", kBarFirstUs, ok ? "ok" : "MISSED");
  return ok ? 0 : 1;
}

}  // namespace
}  // namespace bench

int main() { return bench::run(); }
