// SPDX-License-Identifier: Apache-2.0
#include "broker/broker_testing.h"

#include <map>

#include "base/bytes.h"

namespace broker::testing {
namespace {

using wire::Escape;

// Channels of the far ends accept everything that a broker may say.
constexpr wire::Permit kFromBrokerToEgress[] = {
    wire::permits_detail::always<wire::Request>(),
    wire::permits_detail::always<wire::CancelRequest>(),
};

wire::ToolSpec tool(std::string name, std::uint32_t origin) {
  wire::ToolSpec out;
  out.name = std::move(name);
  out.definition = base::sha256({"definition of ", out.name});
  out.origin = origin;
  out.timeout_ms = 10'000;
  return out;
}

wire::ArgumentSpec text_argument(std::string name, bool required) {
  wire::ArgumentSpec out;
  out.name = std::move(name);
  out.required = required;
  return out;
}

std::pair<base::Fd, base::Fd> pair() {
  auto made = wire::socket_pair();
  EXPECT_TRUE(made.ok());
  return std::move(*made);
}

}  // namespace

wire::Manifest sample_manifest() {
  wire::Manifest m;
  m.tenant = "default";
  m.origins = {{"status.example", 443, true, false, ""},
               {"weather.example", 443, true, false, ""},
               {"cloud.example", 443, true, false, ""}};
  m.secrets = {{"weather_key", wire::SecretSource::kVault, "weather_key", {1}, 300},
               {"cloud_key", wire::SecretSource::kOnePassword, "op://v/cloud/key", {2}, 300}};
  wire::ToolSpec status = tool("status", 0);
  status.path = {literal("/status/"), argument("project", Escape::kPathSegment)};
  status.query = {{"lang", {argument("lang", Escape::kQueryValue)}}};
  status.arguments = {text_argument("project", true), text_argument("lang", false)};
  wire::ToolSpec weather = tool("weather", 1);
  weather.path = {literal("/weather")};
  weather.headers = {{"Authorization", {literal("Bearer "), secret_piece("weather_key")}}};
  weather.secrets = {0};
  wire::ToolSpec cloud = tool("cloud", 2);
  cloud.path = {literal("/cloud")};
  cloud.headers = {{"X-Key", {secret_piece("cloud_key")}}};
  cloud.secrets = {1};
  m.tools = {status, weather, cloud};
  return m;
}

bool listen(wire::Channel& channel, Heard& heard) {
  while (true) {
    auto message = channel.receive();
    if (!message.ok()) return false;
    if (!*message) return true;
    if ((*message)->type == wire::FrameType::kReady) channel.enter(wire::Phase::kRunning);
    heard.bytes += (*message)->payload;
    heard.frames.push_back(std::move(**message));
  }
}

struct World::Ends {
  std::pair<base::Fd, base::Fd> monitor = pair();
  std::pair<base::Fd, base::Fd> supervisor = pair();
  std::pair<base::Fd, base::Fd> runner = pair();
};

World::World(wire::Manifest manifest) : World(std::move(manifest), Ends()) {}

World::World(wire::Manifest manifest, Ends ends)
    : monitor(std::move(ends.monitor.first), wire::kBrokerToMonitor, "broker"),
      supervisor(std::move(ends.supervisor.first), wire::kBrokerToSupervisor, "broker"),
      runner(std::move(ends.runner.first), wire::kBrokerToRunner, "broker") {
  auto view = ManifestView::create(std::move(manifest));
  EXPECT_TRUE(view.ok()) << (view.ok() ? "" : view.error().message);
  sealed = std::make_unique<Sealed>(std::move(*view), clock);
  for (std::uint32_t i = 0; i < sealed->view.get().secrets.size(); ++i)
    if (sealed->view.get().secrets[i].source == wire::SecretSource::kVault)
      sealed->desk.put(i, secret("canary-" + sealed->view.get().secrets[i].name + "-7f3a"));
  EXPECT_TRUE(sealed->desk.seal().ok());
  sealed->token = secret("ops_canary-service-account-token");
  sealed->data_key = std::string(32, 'k');
  auto made = Broker::create(*sealed,
                             {std::move(ends.monitor.second), std::move(ends.supervisor.second),
                              std::move(ends.runner.second)},
                             clock, random);
  EXPECT_TRUE(made.ok());
  broker = std::move(*made);
  EXPECT_TRUE(broker->start({"broker", 0, "none"}).ok());
  EXPECT_TRUE(runner.send(wire::Ready{"runner", 1, "none"}).ok());
  supervisor.enter(wire::Phase::kRunning);
  runner.enter(wire::Phase::kRunning);
  settle();
}

void World::settle() {
  for (int i = 0; i < 40 && ended.ok(); ++i) {
    ended = broker->turn(0);
    (void)listen(monitor, heard);
    (void)listen(supervisor, supervisor_heard);
    (void)listen(runner, runner_heard);
    for (auto& worker : workers)
      if (worker->channel) (void)listen(*worker->channel, worker->heard);
  }
}

wire::Warrant World::warrant(std::string name, std::vector<wire::Leaf> leaves) {
  wire::Warrant w;
  w.epoch = broker->epoch();
  w.sequence = next_++;
  w.call = {w.sequence};
  w.session = {77};
  w.tenant = "default";
  w.tool = std::move(name);
  w.definition = base::sha256({"definition of ", w.tool});
  w.arguments = std::move(leaves);
  w.deadline_us = clock.now + 10'000'000;
  return w;
}

void World::bring_up_workers(bool succeed) {
  const auto asked = supervisor_heard.all<wire::SpawnEgress>();
  for (; spawns_answered_ < asked.size(); ++spawns_answered_) {
    std::vector<base::Fd> descriptors;
    if (succeed) {
      auto ends = pair();
      auto worker = std::make_unique<Worker>();
      worker->channel =
          std::make_unique<wire::Channel>(std::move(ends.first), kFromBrokerToEgress, "broker");
      worker->channel->enter(wire::Phase::kRunning);
      descriptors.push_back(std::move(ends.second));
      workers.push_back(std::move(worker));
    }
    EXPECT_TRUE(supervisor
                    .send(wire::EgressSpawned{asked[spawns_answered_].slot, succeed},
                          std::move(descriptors))
                    .ok());
  }
  settle();
}

void World::ready(Worker& worker) {
  EXPECT_TRUE(worker.channel->send(wire::Ready{"egress", 2, "none"}).ok());
  settle();
}

void World::serve() {
  const std::size_t before = workers.size();
  bring_up_workers();
  for (std::size_t i = before; i < workers.size(); ++i) ready(*workers[i]);
}

void World::sent(Worker& worker) {
  EXPECT_TRUE(worker.channel->send(wire::Sent{worker.request().request}).ok());
  settle();
}

void World::answer(Worker& worker, std::string content, std::uint16_t status) {
  wire::Answer out;
  out.request = worker.request().request;
  out.sent = true;
  out.http_status = status;
  out.answer_bytes = content.size();
  out.content = std::move(content);
  EXPECT_TRUE(worker.channel->send(out).ok());
  settle();
}

void World::delta(Worker& worker, std::string text, wire::DeltaKind kind, std::uint32_t index) {
  EXPECT_TRUE(worker.channel
                  ->send(wire::AnswerDelta{worker.request().request, kind, index, std::move(text)})
                  .ok());
  settle();
}

void expect_sound(const World& w, std::size_t warrants) {
  EXPECT_EQ(w.observations().size(), warrants);
  std::map<std::uint64_t, bool> started;
  for (const wire::Message& m : w.heard.frames) {
    if (m.type == wire::FrameType::kStarted)
      started[wire::decode<wire::Started>(m.payload)->sequence] = true;
    if (m.type != wire::FrameType::kObservation) continue;
    const auto o = *wire::decode<wire::Observation>(m.payload);
    EXPECT_EQ(o.started, started[o.sequence]) << o.sequence;
    const bool happened = o.reason == base::Reason::kOk ||
                          o.reason == base::Reason::kOutcomeUnknown ||
                          o.reason == base::Reason::kUpstreamStatus;
    if (happened) {
      EXPECT_TRUE(o.started);
    }
  }
  for (const std::string& secret : {kWeatherKey, kCloudKey, std::string("canary-service-account")})
    for (const std::string& form : {secret, base::base64(secret), base::hex(secret)})
      for (const Heard* heard : {&w.heard, &w.supervisor_heard, &w.runner_heard})
        EXPECT_EQ(heard->bytes.find(form), std::string::npos) << form;
}

}  // namespace broker::testing
