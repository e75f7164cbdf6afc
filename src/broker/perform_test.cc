// SPDX-License-Identifier: Apache-2.0
#include "broker/perform.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "broker/broker_testing.h"

namespace broker {
namespace {

using base::Reason;
using testing::expect_sound;
using testing::kWeatherKey;
using testing::leaf;
using testing::World;
using wire::FrameType;

// What the monitor heard about calls, in order.
std::vector<FrameType> of_calls(const World& w) {
  std::vector<FrameType> out;
  for (const FrameType type : w.heard.types())
    if (type == FrameType::kStarted || type == FrameType::kDelta ||
        type == FrameType::kObservation || type == FrameType::kAlert)
      out.push_back(type);
  return out;
}

// Orders `tool`, brings its worker up and lets it take the request.
testing::World::Worker& begin(World& w, const char* tool, std::vector<wire::Leaf> leaves = {}) {
  w.order(w.warrant(tool, std::move(leaves)));
  w.serve();
  return *w.workers.back();
}

TEST(Perform, APlainGetGoesOutAndComesBack) {
  World w;
  auto& worker = begin(w, "status", {leaf("project", "apollo")});
  ASSERT_EQ(w.workers.size(), 1u);
  EXPECT_EQ(worker.request().target, "/status/apollo");
  EXPECT_TRUE(w.observations().empty());
  w.sent(worker);
  w.answer(worker, R"({"state":"green"})");
  ASSERT_EQ(w.observations().size(), 1u);
  const wire::Observation o = w.observations()[0];
  EXPECT_EQ(o.reason, Reason::kOk);
  EXPECT_TRUE(o.started);
  EXPECT_EQ(o.http_status, 200);
  EXPECT_EQ(o.content, R"({"state":"green"})");
  EXPECT_EQ(of_calls(w), (std::vector{FrameType::kStarted, FrameType::kObservation}));
  EXPECT_EQ(w.broker->in_flight(), 0u);
  expect_sound(w, 1);
}

TEST(Perform, TheMonitorIsToldReadyThenItsKeys) {
  World w;
  ASSERT_GE(w.heard.frames.size(), 3u);
  EXPECT_EQ(w.heard.frames[0].type, FrameType::kReady);
  EXPECT_EQ(w.heard.frames[1].type, FrameType::kBrokerReady);
  const auto keys = w.heard.all<wire::BrokerReady>()[0];
  EXPECT_EQ(keys.epoch, w.broker->epoch());
  EXPECT_EQ(keys.manifest, base::sha256({wire::encode(testing::sample_manifest())}));
  EXPECT_EQ(keys.data_key.size(), 32u);
  EXPECT_EQ(w.sealed->data_key, "");
  EXPECT_EQ(w.heard.all<wire::PeerReady>()[0].state.program, "runner");
}

TEST(Perform, AWorkerServesTheNextCallOfItsKey) {
  World w;
  for (int i = 0; i < 3; ++i) {
    auto& worker = begin(w, "status", {leaf("project", "apollo")});
    w.sent(worker);
    w.answer(worker, "{}");
  }
  EXPECT_EQ(w.workers.size(), 1u);
  expect_sound(w, 3);
}

TEST(Perform, AWorkerNeverServesAnotherKey) {
  World w;
  auto& first = begin(w, "status", {leaf("project", "apollo")});
  w.sent(first);
  w.answer(first, "{}");
  begin(w, "weather");
  ASSERT_EQ(w.workers.size(), 2u);
  EXPECT_EQ(first.heard.all<wire::Request>().size(), 1u);
  EXPECT_EQ(w.supervisor_heard.all<wire::SpawnEgress>()[1].origin, 1u);
}

TEST(Perform, CallsAtOnceGetWorkersUpToTheLimitAndThenWait) {
  World w;
  const std::size_t calls = EgressPool::kWorkersPerKey + 3;
  for (std::size_t i = 0; i < calls; ++i)
    w.order(w.warrant("status", {leaf("project", "p" + std::to_string(i))}));
  w.serve();
  EXPECT_EQ(w.workers.size(), EgressPool::kWorkersPerKey);
  for (int round = 0; round < 2; ++round)
    for (auto& worker : w.workers) {
      const auto requests = worker->heard.all<wire::Request>();
      if (requests.size() != static_cast<std::size_t>(round) + 1) continue;
      w.sent(*worker);
      w.answer(*worker, "{}");
    }
  expect_sound(w, calls);
}

TEST(Perform, TheCredentialGoesToItsEgressOnly) {
  World w;
  auto& worker = begin(w, "weather");
  EXPECT_EQ(worker.request().headers[0].value, "Bearer " + kWeatherKey);
  w.sent(worker);
  w.answer(worker, "{}");
  expect_sound(w, 1);
}

TEST(Perform, AnEchoedSecretIsScrubbedAndTold) {
  World w;
  auto& worker = begin(w, "weather");
  w.sent(worker);
  w.answer(worker, "you sent " + kWeatherKey + " and " + base::base64(kWeatherKey));
  const wire::Observation o = w.observations()[0];
  EXPECT_EQ(o.content.find("canary"), std::string::npos);
  EXPECT_EQ(o.scrubbed, 2u);
  const auto alerts = w.heard.all<wire::Alert>();
  ASSERT_EQ(alerts.size(), 2u);
  EXPECT_EQ(alerts[0].kind, wire::AlertKind::kSecretInAnswer);
  EXPECT_EQ(alerts[0].handle, "weather_key");
  expect_sound(w, 1);
}

TEST(Perform, ASecretSplitOverDeltasIsScrubbedAtEverySplit) {
  for (std::size_t cut = 1; cut < kWeatherKey.size(); ++cut) {
    World w;
    auto& worker = begin(w, "weather");
    w.sent(worker);
    w.delta(worker, "before " + kWeatherKey.substr(0, cut));
    w.delta(worker, "other stream", wire::DeltaKind::kThinking);
    w.delta(worker, kWeatherKey.substr(cut) + " after");
    w.answer(worker, "");
    std::string text;
    for (const auto& d : w.heard.all<wire::Delta>())
      if (d.kind == wire::DeltaKind::kText) text += d.text;
    EXPECT_EQ(text, "before [REDACTED] after") << cut;
    EXPECT_EQ(of_calls(w).back(), FrameType::kObservation);
    expect_sound(w, 1);
  }
}

TEST(Perform, WhatAStreamHoldsBackComesBeforeTheObservation) {
  World w;
  auto& worker = begin(w, "weather");
  w.sent(worker);
  w.delta(worker, "ends with canary-wea");
  w.answer(worker, "");
  std::string text;
  for (const auto& d : w.heard.all<wire::Delta>()) text += d.text;
  EXPECT_EQ(text, "ends with canary-wea");
  EXPECT_EQ(of_calls(w).back(), FrameType::kObservation);
}

// ---- warrants that the manifest does not bear out -----------------------------------------------

TEST(Perform, ARefusedWarrantReachesNobody) {
  World w;
  w.order(w.warrant("run_shell"));
  w.order(w.warrant("status"));
  w.order(w.warrant("status", {leaf("project", "../admin")}));
  wire::Warrant stale = w.warrant("status", {leaf("project", "x")});
  stale.definition[0] ^= 1;
  w.order(stale);
  w.serve();
  for (const auto& o : w.observations()) EXPECT_EQ(o.reason, Reason::kWarrantRefused);
  for (const auto& worker : w.workers) EXPECT_TRUE(worker->heard.all<wire::Request>().empty());
  expect_sound(w, 4);
}

TEST(Perform, AForgedWarrantEndsTheMonitor) {
  for (int spoil = 0; spoil < 4; ++spoil) {
    World w;
    w.order(w.warrant("status", {leaf("project", "x")}));
    wire::Warrant bad = w.warrant("status", {leaf("project", "x")});
    if (spoil == 0) ++bad.epoch;
    if (spoil == 1) --bad.sequence;
    if (spoil == 2) ++bad.sequence;
    if (spoil == 3) bad.tenant = "other";
    w.order(bad);
    ASSERT_FALSE(w.ended.ok()) << spoil;
    EXPECT_EQ(w.ended.error().code, base::Errc::kViolation) << spoil;
  }
}

TEST(Perform, AMonitorThatIsGoneEndsTheBroker) {
  World w;
  w.monitor.close();
  w.settle();
  ASSERT_FALSE(w.ended.ok());
  EXPECT_EQ(w.ended.error().code, base::Errc::kUnavailable);
}

// ---- cancel at every point ----------------------------------------------------------------------

enum class Point { kSpawning, kStarting, kRequested, kSent, kDeltas };

// A "weather" call brought to a point of its life.
void bring_to(World& w, Point point) {
  w.order(w.warrant("weather"));
  if (point == Point::kSpawning) return;
  w.bring_up_workers();
  if (point == Point::kStarting) return;
  w.ready(*w.workers[0]);
  if (point == Point::kRequested) return;
  w.sent(*w.workers[0]);
  if (point == Point::kDeltas) w.delta(*w.workers[0], "some text");
}

TEST(Cancel, BeforeTheRequestNothingHasStarted) {
  for (const Point point : {Point::kSpawning, Point::kStarting}) {
    World w;
    bring_to(w, point);
    ASSERT_TRUE(w.monitor.send(wire::CancelWarrant{1}).ok());
    w.settle();
    ASSERT_EQ(w.observations().size(), 1u);
    EXPECT_EQ(w.observations()[0].reason, Reason::kCancelled);
    EXPECT_FALSE(w.observations()[0].started);
    w.serve();
    for (const auto& worker : w.workers) EXPECT_TRUE(worker->heard.all<wire::Request>().empty());
    expect_sound(w, 1);
  }
}

TEST(Cancel, AfterTheRequestTheEgressSaysHowFarItCame) {
  for (const Point point : {Point::kRequested, Point::kSent, Point::kDeltas}) {
    World w;
    bring_to(w, point);
    ASSERT_TRUE(w.monitor.send(wire::CancelWarrant{1}).ok());
    ASSERT_TRUE(w.monitor.send(wire::CancelWarrant{1}).ok());
    w.settle();
    EXPECT_TRUE(w.observations().empty());
    EXPECT_EQ(w.workers[0]->heard.all<wire::CancelRequest>().size(), 1u);
    wire::Answer answer;
    answer.request = w.workers[0]->request().request;
    answer.reason = Reason::kCancelled;
    answer.sent = point != Point::kRequested;
    ASSERT_TRUE(w.workers[0]->channel->send(answer).ok());
    w.settle();
    ASSERT_EQ(w.observations().size(), 1u);
    EXPECT_EQ(w.observations()[0].reason, Reason::kCancelled);
    EXPECT_EQ(w.observations()[0].started, point != Point::kRequested);
    expect_sound(w, 1);
  }
}

TEST(Cancel, AnEgressThatDoesNotAnswerIsEnded) {
  for (const Point point : {Point::kRequested, Point::kSent, Point::kDeltas}) {
    World w;
    bring_to(w, point);
    ASSERT_TRUE(w.monitor.send(wire::CancelWarrant{1}).ok());
    w.settle();
    w.pass_us(1'500'000);
    ASSERT_EQ(w.observations().size(), 1u);
    const bool sent = point != Point::kRequested;
    EXPECT_EQ(w.observations()[0].reason, sent ? Reason::kOutcomeUnknown : Reason::kCancelled);
    testing::Heard rest;
    EXPECT_FALSE(testing::listen(*w.workers[0]->channel, rest)) << "its channel is closed";
    expect_sound(w, 1);
  }
}

TEST(Cancel, OfACallThatIsOverIsNothing) {
  World w;
  auto& worker = begin(w, "weather");
  w.sent(worker);
  w.answer(worker, "{}");
  ASSERT_TRUE(w.monitor.send(wire::CancelWarrant{1}).ok());
  ASSERT_TRUE(w.monitor.send(wire::CancelWarrant{99}).ok());
  w.settle();
  EXPECT_TRUE(w.ended.ok());
  expect_sound(w, 1);
}

TEST(Deadline, EndsACallAtEveryPoint) {
  for (const Point point : {Point::kSpawning, Point::kStarting, Point::kRequested, Point::kSent}) {
    World w;
    bring_to(w, point);
    w.pass_us(12'000'000);
    w.pass_us(2'000'000);
    ASSERT_EQ(w.observations().size(), 1u);
    const bool sent = point == Point::kSent;
    EXPECT_EQ(w.observations()[0].reason, sent ? Reason::kOutcomeUnknown : Reason::kTimeout);
    expect_sound(w, 1);
  }
}

TEST(Deadline, ASentThatLayInTheSocketCounts) {
  World w;
  bring_to(w, Point::kRequested);
  w.pass_us(10'300'000);
  EXPECT_EQ(w.workers[0]->heard.all<wire::CancelRequest>().size(), 1u);
  ASSERT_TRUE(w.workers[0]->channel->send(wire::Sent{w.workers[0]->request().request}).ok());
  w.pass_us(2'000'000);
  ASSERT_EQ(w.observations().size(), 1u);
  EXPECT_EQ(w.observations()[0].reason, Reason::kOutcomeUnknown);
  expect_sound(w, 1);
}

// ---- the egress dies or lies --------------------------------------------------------------------

TEST(EgressDeath, SaysWhetherSomethingMayHaveLeft) {
  for (const Point point : {Point::kStarting, Point::kRequested, Point::kSent, Point::kDeltas}) {
    World w;
    bring_to(w, point);
    w.workers[0]->channel.reset();
    w.settle();
    ASSERT_EQ(w.observations().size(), 1u) << static_cast<int>(point);
    const bool sent = point >= Point::kSent;
    EXPECT_EQ(w.observations()[0].reason, sent ? Reason::kOutcomeUnknown : Reason::kNotStarted);
    expect_sound(w, 1);
  }
}

TEST(EgressDeath, ASpawnThatFailsEndsTheCallsThatWaitForIt) {
  World w;
  w.order(w.warrant("weather"));
  w.order(w.warrant("weather"));
  w.bring_up_workers(false);
  w.bring_up_workers(false);
  for (const auto& o : w.observations()) EXPECT_EQ(o.reason, Reason::kNotStarted);
  expect_sound(w, 2);
}

TEST(EgressDeath, AWorkerThatNeverComesUpIsGivenUp) {
  for (const bool answered : {false, true}) {
    World w;
    wire::Warrant warrant = w.warrant("weather");
    w.order(warrant);
    if (answered) w.bring_up_workers();
    w.pass_us(10'100'000);
    ASSERT_EQ(w.observations().size(), 1u);
    w.order(w.warrant("weather"));
    EXPECT_EQ(w.supervisor_heard.all<wire::SpawnEgress>().size(), 2u) << "another is asked for";
    w.bring_up_workers();  // a late answer to the first is dropped
    w.ready(*w.workers.back());
    EXPECT_TRUE(w.ended.ok());
    w.sent(*w.workers.back());
    w.answer(*w.workers.back(), "{}");
    EXPECT_EQ(w.observations().back().reason, Reason::kOk);
    expect_sound(w, 2);
  }
}

TEST(EgressDeath, AnIdleWorkerThatEndedItselfIsReplacedOnce) {
  World w;
  auto& first = begin(w, "weather");
  w.sent(first);
  w.answer(first, "{}");
  w.order(w.warrant("weather"));
  first.channel.reset();  // it ended without having read the request
  w.settle();
  EXPECT_EQ(w.observations().size(), 1u);
  w.serve();
  ASSERT_EQ(w.workers.size(), 2u);
  w.sent(*w.workers[1]);
  w.answer(*w.workers[1], "{}");
  EXPECT_EQ(w.observations().back().reason, Reason::kOk);
  expect_sound(w, 2);
}

// What a worker may do wrong while it holds a request.
using Lie = void (*)(World&, World::Worker&);
struct LieCase {
  const char* what;
  Lie lie;
};
template <class F> void push(World& w, World::Worker& worker, const F& frame) {
  (void)worker.channel->send(frame);
  w.settle();
}

TEST(EgressLies, EndItAndTheOutcomeIsUnknown) {
  const LieCase cases[] = {
      {"an answer before Sent", [](World& w, World::Worker& x) { w.answer(x, "{}"); }},
      {"a reason that is not its own",
       [](World& w, World::Worker& x) {
         w.sent(x);
         wire::Answer a;
         a.request = x.request().request;
         a.reason = Reason::kLogStopped;
         a.sent = true;
         push(w, x, a);
       }},
      {"text before Sent", [](World& w, World::Worker& x) { w.delta(x, "hello"); }},
      {"Sent twice",
       [](World& w, World::Worker& x) {
         w.sent(x);
         w.sent(x);
       }},
      {"Sent for another request",
       [](World& w, World::Worker& x) { push(w, x, wire::Sent{{x.request().request.value + 1}}); }},
      {"Ready twice",
       [](World& w, World::Worker& x) {
         push(w, x, wire::Ready{"egress", 0, ""});
       }},
      {"a frame that only a monitor sends",
       [](World& w, World::Worker& x) { push(w, x, wire::CancelWarrant{1}); }},
      {"a frame that does not decode",
       [](World& w, World::Worker& x) {
         (void)x.channel->send_bytes(FrameType::kSent, "abc", {}, false);
         w.settle();
       }},
      {"more text than the tool may answer",
       [](World& w, World::Worker& x) {
         w.sent(x);
         w.delta(x, std::string(1u << 20, 'a'));
         w.delta(x, std::string(1u << 20, 'a'));
       }},
      {"streams without end",
       [](World& w, World::Worker& x) {
         w.sent(x);
         for (std::uint32_t i = 0; i < 600; ++i) {
           (void)x.channel->send(
               wire::AnswerDelta{x.request().request, wire::DeltaKind::kToolInput, i, "a"});
           if (i % 20 == 0) w.settle();
         }
         w.settle();
       }},
  };
  for (const LieCase& c : cases) {
    World w;
    auto& worker = begin(w, "weather");
    c.lie(w, worker);
    ASSERT_EQ(w.observations().size(), 1u) << c.what;
    EXPECT_EQ(w.observations()[0].reason, Reason::kOutcomeUnknown) << c.what;
    const auto alerts = w.heard.all<wire::Alert>();
    ASSERT_FALSE(alerts.empty()) << c.what;
    EXPECT_EQ(alerts.back().kind, wire::AlertKind::kPeerViolation) << c.what;
    EXPECT_TRUE(w.ended.ok()) << c.what;
    expect_sound(w, 1);
  }
}

TEST(EgressLies, AnotherProgramOnItsChannelIsEnded) {
  World w;
  w.order(w.warrant("weather"));
  w.bring_up_workers();
  push(w, *w.workers[0], wire::Ready{"session", 0, ""});
  EXPECT_EQ(w.observations()[0].reason, Reason::kNotStarted);
  expect_sound(w, 1);
}

TEST(EgressLies, AnAnswerToAnOldRequestIsALie) {
  World w;
  auto& worker = begin(w, "weather");
  w.sent(worker);
  w.answer(worker, "{}");
  w.answer(worker, "{}");
  EXPECT_EQ(w.heard.all<wire::Alert>().back().kind, wire::AlertKind::kPeerViolation);
  expect_sound(w, 1);
}

// ---- shutdown -----------------------------------------------------------------------------------

TEST(Shutdown, FinishesWhatIsInFlightAndTakesNothingNew) {
  World w;
  auto& worker = begin(w, "weather");
  w.sent(worker);
  ASSERT_TRUE(w.monitor.send(wire::Shutdown{false}).ok());
  w.settle();
  w.order(w.warrant("status", {leaf("project", "x")}));
  EXPECT_EQ(w.observations().back().reason, Reason::kNotStarted);
  w.answer(worker, "{}");
  EXPECT_EQ(w.observations().back().reason, Reason::kOk);
  EXPECT_EQ(w.broker->in_flight(), 0u);
  expect_sound(w, 2);
}

TEST(Shutdown, NowCancelsEverything) {
  World w;
  begin(w, "weather");
  w.order(w.warrant("status", {leaf("project", "x")}));
  ASSERT_TRUE(w.monitor.send(wire::Shutdown{true}).ok());
  w.settle();
  w.pass_us(2'000'000);
  EXPECT_EQ(w.broker->in_flight(), 0u);
  expect_sound(w, 2);
}

}  // namespace
}  // namespace broker
