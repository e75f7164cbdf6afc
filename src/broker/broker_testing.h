// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A whole broker in a test, with the far ends of its channels in the test's hands. What the broker
// sends to the monitor is kept as raw bytes too, so that a test can look for secrets in it.
// Trust zone: tests only.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "broker/broker.h"
#include "wire/channel.h"

namespace broker::testing {

class FakeClock final : public base::Clock {
 public:
  std::int64_t wall_us() const override { return now; }
  std::int64_t steady_us() const override { return now; }
  std::int64_t now = 1'000'000'000;
};

class CountingRandom final : public base::Random {
 public:
  void fill(std::span<std::byte> out) override {
    for (std::byte& b : out) b = static_cast<std::byte>(++state_);
  }

 private:
  unsigned char state_ = 0;
};

inline wire::Piece literal(std::string text) {
  return {wire::PieceKind::kLiteral, wire::Escape::kNone, std::move(text), ""};
}
inline wire::Piece argument(std::string name, wire::Escape escape) {
  return {wire::PieceKind::kArgument, escape, std::move(name), ""};
}
inline wire::Piece secret_piece(std::string name) {
  return {wire::PieceKind::kSecret, wire::Escape::kNone, std::move(name), ""};
}
inline wire::Piece mark(wire::PieceKind kind, std::string text = "") {
  return {kind, wire::Escape::kNone, std::move(text), ""};
}
inline wire::Leaf leaf(std::string path, std::string text,
                       wire::LeafKind kind = wire::LeafKind::kString) {
  return {std::move(path), kind, std::move(text), 0};
}
inline Secret secret(std::string value) { return Secret::take(value); }

// Values of the secrets of sample_manifest(): "weather_key" is in the vault, a test hands out the
// other.
inline const std::string kWeatherKey = "canary-weather_key-7f3a";
inline const std::string kCloudKey = "canary-cloud-key-91c2";

// Tools: "status" (no secret), "weather" (a vault secret in a header), "cloud" (a 1Password
// secret).
wire::Manifest sample_manifest();

// Everything the far end of one channel has received, in order.
struct Heard {
  std::vector<wire::Message> frames;
  std::string bytes;  // all payloads one after the other

  template <class F> std::vector<F> all() const {
    std::vector<F> out;
    for (const wire::Message& m : frames)
      if (m.type == F::kType) out.push_back(*wire::decode<F>(m.payload));
    return out;
  }
  std::vector<wire::FrameType> types() const {
    std::vector<wire::FrameType> out;
    for (const wire::Message& m : frames) out.push_back(m.type);
    return out;
  }
};

// Reads what waits on `channel` into `heard`; false when the broker has closed it.
bool listen(wire::Channel& channel, Heard& heard);

// A broker and the far ends of its channels.
class World {
 public:
  explicit World(wire::Manifest manifest = sample_manifest());

  // Lets the broker and the listening ends run until nothing more happens.
  void settle();
  void pass_us(std::int64_t us) {
    clock.now += us;
    settle();
  }

  wire::Warrant warrant(std::string tool, std::vector<wire::Leaf> leaves = {});
  void order(const wire::Warrant& w) {
    ASSERT_TRUE(monitor.send(w).ok());
    settle();
  }

  // A worker that the broker asked for: brings it up and says Ready.
  struct Worker {
    std::unique_ptr<wire::Channel> channel;
    Heard heard;
    wire::Request request() const { return heard.all<wire::Request>().back(); }
  };
  // Answers the SpawnEgress frames that were not answered yet.
  void bring_up_workers(bool succeed = true);
  void ready(Worker& worker);
  // bring_up_workers and Ready for each new one.
  void serve();
  void sent(Worker& worker);
  void answer(Worker& worker, std::string content, std::uint16_t status = 200);
  void delta(Worker& worker, std::string text, wire::DeltaKind kind = wire::DeltaKind::kText,
             std::uint32_t index = 0);

  std::vector<wire::Observation> observations() const { return heard.all<wire::Observation>(); }

  FakeClock clock;
  CountingRandom random;
  std::unique_ptr<Sealed> sealed;
  std::unique_ptr<Broker> broker;
  wire::Channel monitor;
  wire::Channel supervisor;
  wire::Channel runner;
  Heard heard;  // by the monitor
  Heard supervisor_heard;
  Heard runner_heard;
  std::vector<std::unique_ptr<Worker>> workers;
  base::Status ended = base::ok();  // what the broker ended with

 private:
  struct Ends;
  World(wire::Manifest manifest, Ends ends);
  std::uint64_t next_ = 1;
  std::size_t spawns_answered_ = 0;
};

// Holds in every test: exactly one Observation a warrant, none that started without a Started
// before it, and no secret in anything that monitor, supervisor or runner were sent.
void expect_sound(const World& w, std::size_t warrants);

}  // namespace broker::testing
