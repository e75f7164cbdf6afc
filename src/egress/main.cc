// SPDX-License-Identifier: Apache-2.0
//
// yett-egress: carries rendered requests to one origin and typed answers back. Descriptor 3 is the
// channel to the broker, 4 the start record (wire/start.h). Exit 0: idle or the broker has gone,
// 1: could not start, 2: the broker broke the protocol.
#include <signal.h>

#include <cstdio>

#include "egress/tls.h"
#include "egress/worker.h"
#include "sandbox/allow_network.h"
#include "wire/start.h"

namespace {

int failed(const base::Error& error) {
  std::fprintf(stderr, "yett-egress: %s\n", error.message.c_str());
  return 1;
}

// SECURITY: the one place where this program gives up all that it does not need. Before it: the
// start record and the certificate authorities. After it: one TCP port, and for a name the
// resolver's files and port 53.
base::Result<wire::Ready> lock_down(const wire::Origin& origin) {
  sandbox::Profile profile = sandbox::profile_of(sandbox::Program::kEgress);
  profile.keep = {0, 1, 2, wire::kChannelFd};
  if (origin.exact_address) profile.read.clear();
  std::vector<std::uint16_t> ports{origin.port};
  if (!origin.exact_address) ports.push_back(53);
  sandbox::allow_connect(profile, std::move(ports));
  TRY_AS(const sandbox::Achieved achieved, sandbox::apply(profile));
  return wire::Ready{"egress", static_cast<std::uint8_t>(achieved.level), sandbox::text(achieved)};
}

int run() {
  auto start = wire::start_of<wire::StartEgress>();
  if (!start.ok()) return failed(start.error());
  const wire::Origin origin = std::move(start->origin);
  if (origin.port == 0) return failed(base::invalid("the origin has no port"));
  egress::start_openssl();
  egress::SystemResolver::prepare();
  std::optional<egress::TlsClient> tls;
  if (origin.tls) {
    auto made = egress::TlsClient::create(origin);
    if (!made.ok()) return failed(made.error());
    tls.emplace(std::move(*made));
  }
  const auto ready = lock_down(origin);
  if (!ready.ok()) return failed(ready.error());
  auto loop = wire::Loop::create();
  if (!loop.ok()) return failed(loop.error());
  wire::Channel channel(base::Fd(wire::kChannelFd), wire::kBrokerToEgress, "broker");
  channel.enter(wire::Phase::kRunning);
  if (!channel.send(*ready).ok()) return 0;
  const base::SystemClock clock;
  egress::SystemResolver resolver;
  egress::Worker worker({channel, *loop, resolver, clock, tls ? &*tls : nullptr}, origin,
                        start->idle_ms);
  return worker.run() == egress::Worker::End::kViolation ? 2 : 0;
}

}  // namespace

int main() {
  ::signal(SIGPIPE, SIG_IGN);
  return run();
}
