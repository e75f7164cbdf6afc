// SPDX-License-Identifier: Apache-2.0
// Secrets from 1Password through a whole broker: one run of `op` for many calls, every way it
// fails.
#include "broker/op_source.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "broker/broker_testing.h"

namespace broker {
namespace {

using base::Reason;
using testing::expect_sound;
using testing::kCloudKey;
using testing::World;
using wire::FrameType;

// The far end of a run: what the runner got for the last RunVault.
struct VaultRun {
  wire::RunVault frame;
  base::Fd token;
  base::Fd out;
  base::Fd err;
};
VaultRun take_run(World& w) {
  wire::Message& m = w.runner_heard.frames.back();
  EXPECT_EQ(m.type, FrameType::kRunVault);
  EXPECT_EQ(m.descriptors.size(), 3u);
  return {*wire::decode<wire::RunVault>(m.payload), std::move(m.descriptors[0]),
          std::move(m.descriptors[1]), std::move(m.descriptors[2])};
}
void write_to(const base::Fd& fd, std::string_view text) {
  ASSERT_EQ(::write(fd.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
}
void end_run(World& w, const VaultRun& run, wire::RunOutcome outcome = wire::RunOutcome::kExited,
             std::uint32_t status = 0) {
  ASSERT_TRUE(w.runner.send(wire::RunEnded{run.frame.request, outcome, status}).ok());
  w.settle();
}

TEST(OnePassword, ASecretIsReadThroughAPipeThatTheRunnerDoesNotRead) {
  World w;
  w.order(w.warrant("cloud"));
  VaultRun run = take_run(w);
  EXPECT_EQ(run.frame.arguments,
            (std::vector<std::string>{"read", "--no-newline", "op://v/cloud/key"}));
  char token[64] = {};
  ASSERT_GT(::read(run.token.get(), token, sizeof token), 0);
  EXPECT_STREQ(token, "ops_canary-service-account-token");
  write_to(run.out, kCloudKey);
  end_run(w, run);
  w.serve();
  ASSERT_EQ(w.workers.size(), 1u);
  EXPECT_EQ(w.workers[0]->request().headers[0].value, kCloudKey);
  w.sent(*w.workers[0]);
  // The set of the scrubber holds the value that came after its start.
  w.answer(*w.workers[0], "echo " + kCloudKey);
  EXPECT_EQ(w.observations()[0].content, "echo [REDACTED]");
  expect_sound(w, 1);
}

TEST(OnePassword, ManyCallsWaitForOneRun) {
  World w;
  for (int i = 0; i < 5; ++i) w.order(w.warrant("cloud"));
  EXPECT_EQ(w.runner_heard.all<wire::RunVault>().size(), 1u);
  VaultRun run = take_run(w);
  write_to(run.out, kCloudKey);
  end_run(w, run);
  w.serve();
  EXPECT_EQ(w.workers.size(), 5u);
  EXPECT_EQ(w.runner_heard.all<wire::RunVault>().size(), 1u);
}

TEST(OnePassword, AFailureIsClassifiedAndRemembered) {
  struct Case {
    const char* what;
    wire::RunOutcome outcome;
    std::uint32_t status;
    std::string out;
    std::string err;
    const char* form;
  };
  const Case cases[] = {
      {"item", wire::RunOutcome::kExited, 1, "",
       "[ERROR] 2024/01/01 00:00:00 \"x\" isn't an item.\n", "item_not_found"},
      {"partial output", wire::RunOutcome::kExited, 1, "half", "[ERROR] x (429)", "rate_limited"},
      {"no output", wire::RunOutcome::kExited, 0, "", "", "other"},
      {"a NUL byte", wire::RunOutcome::kExited, 0, std::string("a\0b", 3), "", "bad_value"},
      {"too much", wire::RunOutcome::kExited, 0, std::string(20'000, 'x'), "", "bad_value"},
      {"a panic", wire::RunOutcome::kExited, 2, "", "panic: boom\ngoroutine 1\n", "crash"},
      {"a signal", wire::RunOutcome::kSignalled, 11, "", "", "crash"},
      {"too long", wire::RunOutcome::kTimedOut, 0, "half", "", "timeout"},
      {"not there", wire::RunOutcome::kNotFound, 0, "", "", "no_program"},
  };
  for (const Case& c : cases) {
    World w;
    w.order(w.warrant("cloud"));
    VaultRun run = take_run(w);
    write_to(run.out, c.out);
    write_to(run.err, c.err);
    end_run(w, run, c.outcome, c.status);
    ASSERT_EQ(w.observations().size(), 1u) << c.what;
    EXPECT_EQ(w.observations()[0].reason, Reason::kSecretUnavailable) << c.what;
    const auto alert = w.heard.all<wire::Alert>().at(0);
    EXPECT_EQ(alert.kind, wire::AlertKind::kSecretFailing);
    EXPECT_EQ(alert.handle, "cloud_key");
    EXPECT_EQ(alert.form, c.form) << c.what;
    w.order(w.warrant("cloud"));
    EXPECT_EQ(w.runner_heard.all<wire::RunVault>().size(), 1u) << "the failure is remembered";
    expect_sound(w, 2);
  }
}

TEST(OnePassword, ARunThatHangsIsEndedByTheBrokerToo) {
  World w;
  wire::Warrant patient = w.warrant("cloud");
  w.order(patient);
  w.pass_us(33'000'000);
  EXPECT_EQ(w.runner_heard.all<wire::CancelRun>().size(), 1u);
  EXPECT_EQ(w.heard.all<wire::Alert>().at(0).form, "timeout");
  expect_sound(w, 1);
}

TEST(OnePassword, AGrandchildThatHoldsThePipeIsNotWaitedFor) {
  World w;
  w.order(w.warrant("cloud"));
  VaultRun run = take_run(w);
  write_to(run.out, kCloudKey);
  end_run(w, run);  // run.out is still open here
  w.serve();
  EXPECT_EQ(w.workers.size(), 1u);
}

TEST(OnePassword, ARunnerThatIsGoneFailsItsRuns) {
  World w;
  w.order(w.warrant("cloud"));
  w.runner.close();
  w.settle();
  EXPECT_TRUE(w.ended.ok());
  EXPECT_EQ(w.observations()[0].reason, Reason::kSecretUnavailable);
  expect_sound(w, 1);
}

TEST(OnePassword, ARunnerThatInventsARunIsEnded) {
  World w;
  ASSERT_TRUE(w.runner.send(wire::RunEnded{{77}, wire::RunOutcome::kExited, 0}).ok());
  w.settle();
  EXPECT_EQ(w.heard.all<wire::Alert>().at(0).handle, "runner");
  EXPECT_TRUE(w.ended.ok());
}

TEST(OnePassword, CancelWhileTheSecretIsFetched) {
  World w;
  w.order(w.warrant("cloud"));
  ASSERT_TRUE(w.monitor.send(wire::CancelWarrant{1}).ok());
  w.settle();
  EXPECT_EQ(w.observations()[0].reason, Reason::kCancelled);
  VaultRun run = take_run(w);
  write_to(run.out, kCloudKey);
  end_run(w, run);
  EXPECT_TRUE(w.supervisor_heard.all<wire::SpawnEgress>().empty());
  expect_sound(w, 1);
}

TEST(OnePassword, AFormerValueIsScrubbedToo) {
  World w;
  for (const std::string& value : {kCloudKey, std::string("second-value-of-the-key")}) {
    w.order(w.warrant("cloud"));
    VaultRun run = take_run(w);
    write_to(run.out, value);
    end_run(w, run);
    w.serve();
    w.sent(*w.workers[0]);
    w.answer(*w.workers[0], "echo " + kCloudKey + " " + value);
    w.pass_us(301'000'000);
  }
  EXPECT_EQ(w.observations()[1].content, "echo [REDACTED] [REDACTED]");
  expect_sound(w, 2);
}

}  // namespace
}  // namespace broker
