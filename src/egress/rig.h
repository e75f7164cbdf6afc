// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// For tests: the broker's end of an egress's channel, and a worker behind it.
// Trust zone: tests only.
#pragma once

#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "egress/worker.h"

namespace egress {

// What came back for one request, in order.
struct Outcome {
  std::string order;  // 's' for Sent, 'd' for a delta, 'a' for the Answer
  std::vector<Delta> deltas;
  wire::Answer answer;
  std::int64_t took_us = 0;
};

// The broker's end of an egress's channel.
class Broker {
 public:
  // The peer's Ready is expected if `starting`, else frames may come at once.
  Broker(base::Fd fd, bool starting);

  // A GET of "/" with 2 s and 100,000 bytes, under the next number.
  wire::Request request(std::string target = "/");
  // Sends it and gathers until its Answer.
  Outcome call(const wire::Request& request);
  void start(const wire::Request& request);
  void cancel(base::RequestId id);
  Outcome gather(base::RequestId id, int timeout_ms = 8000);
  // The next frame, or nothing within `timeout_ms` or once the egress has gone.
  std::optional<wire::Message> next(int timeout_ms = 8000);
  void hang_up() { channel_.close(); }
  wire::Channel& channel() { return channel_; }

 private:
  wire::Channel channel_;
  std::uint64_t last_ = 0;
};

// A worker in a thread of its own.
class Rig : public Broker {
 public:
  explicit Rig(wire::Origin origin, Resolver* resolver = nullptr, std::uint32_t idle_ms = 30'000);
  ~Rig();
  Worker::End wait();  // until run() has returned

 private:
  Rig(wire::Origin origin, Resolver* resolver, std::uint32_t idle_ms,
      std::pair<base::Fd, base::Fd> ends);
  void serve(base::Fd fd, Resolver* resolver, std::uint32_t idle_ms);

  wire::Origin origin_;
  std::optional<TlsClient> tls_;
  Worker::End end_ = Worker::End::kViolation;
  std::thread thread_;
};

// http://127.0.0.1:port, as an operator would configure it.
wire::Origin local(std::uint16_t port);

}  // namespace egress
