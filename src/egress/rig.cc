// SPDX-License-Identifier: Apache-2.0
#include "egress/rig.h"

#include <poll.h>
#include <signal.h>

namespace egress {

wire::Origin local(std::uint16_t port) { return {"127.0.0.1", port, false, true, ""}; }

Broker::Broker(base::Fd fd, bool starting)
    : channel_(std::move(fd), wire::kEgressToBroker, "egress") {
  ::signal(SIGPIPE, SIG_IGN);
  if (!starting) channel_.enter(wire::Phase::kRunning);
}

Rig::Rig(wire::Origin origin, Resolver* resolver, std::uint32_t idle_ms)
    : Rig(std::move(origin), resolver, idle_ms, *wire::socket_pair()) {}

Rig::Rig(wire::Origin origin, Resolver* resolver, std::uint32_t idle_ms,
         std::pair<base::Fd, base::Fd> ends)
    : Broker(std::move(ends.first), false), origin_(std::move(origin)) {
  if (origin_.tls) {
    auto tls = TlsClient::create(origin_);
    CHECK(tls.ok());
    tls_.emplace(std::move(*tls));
  }
  thread_ = std::thread([this, fd = ends.second.release(), resolver, idle_ms] {
    serve(base::Fd(fd), resolver, idle_ms);
  });
}

Rig::~Rig() {
  hang_up();
  if (thread_.joinable()) thread_.join();
}

void Rig::serve(base::Fd fd, Resolver* resolver, std::uint32_t idle_ms) {
  wire::Channel channel(std::move(fd), wire::kBrokerToEgress, "broker");
  channel.enter(wire::Phase::kRunning);
  auto loop = wire::Loop::create();
  CHECK(loop.ok());
  SystemResolver system;
  const base::SystemClock clock;
  Resolver& names = resolver == nullptr ? system : *resolver;
  Worker worker({channel, *loop, names, clock, tls_ ? &*tls_ : nullptr}, origin_, idle_ms);
  end_ = worker.run();
}

wire::Request Broker::request(std::string target) {
  wire::Request out;
  out.request = base::RequestId{++last_};
  out.target = std::move(target);
  out.timeout_ms = 2000;
  out.max_answer_bytes = 100'000;
  return out;
}

void Broker::start(const wire::Request& request) { CHECK(channel_.send(request).ok()); }

void Broker::cancel(base::RequestId id) { CHECK(channel_.send(wire::CancelRequest{id}).ok()); }

Outcome Broker::call(const wire::Request& request) {
  start(request);
  return gather(request.request);
}

Outcome Broker::gather(base::RequestId id, int timeout_ms) {
  const base::SystemClock clock;
  const std::int64_t from = clock.steady_us();
  Outcome out;
  while (auto message = next(timeout_ms)) {
    if (const auto sent = message->as<wire::Sent>(); sent.ok() && sent->request == id)
      out.order += 's';
    if (auto delta = message->as<wire::AnswerDelta>(); delta.ok() && delta->request == id) {
      out.order += 'd';
      out.deltas.push_back({delta->kind, delta->index, std::move(delta->text)});
    }
    if (auto answer = message->as<wire::Answer>(); answer.ok() && answer->request == id) {
      out.order += 'a';
      out.answer = std::move(*answer);
      out.took_us = clock.steady_us() - from;
      return out;
    }
  }
  return out;
}

std::optional<wire::Message> Broker::next(int timeout_ms) {
  for (;;) {
    auto message = channel_.receive();
    if (!message.ok()) return std::nullopt;
    if (*message) return std::move(**message);
    pollfd state{channel_.fd(), POLLIN, 0};
    if (::poll(&state, 1, timeout_ms) <= 0) return std::nullopt;
  }
}

Worker::End Rig::wait() {
  thread_.join();
  return end_;
}

}  // namespace egress
