// SPDX-License-Identifier: Apache-2.0
//
// yett-gateway: descriptor 3 is the channel to the monitor, 4 the start record, 5 the listening
// unix socket. Exit status 0: the monitor is gone; 1: the start failed; 2: the monitor
// broke the protocol.
#include <fcntl.h>

#include <cstdio>
#include <exception>

#include "base/clock.h"
#include "gateway/serve.h"
#include "sandbox/lockdown.h"
#include "wire/start.h"

namespace {

// SECURITY: the one place where this program gives up all that it does not need; before it, only
// the start record is read, and nothing hostile.
base::Result<wire::Ready> lock_down() {
  sandbox::Profile profile = sandbox::profile_of(sandbox::Program::kGateway);
  profile.keep = {0, 1, 2, wire::kChannelFd, wire::StartGateway::kListenFd};
  TRY_AS(const sandbox::Achieved achieved, sandbox::apply(profile));
  return wire::Ready{"gateway", static_cast<std::uint8_t>(achieved.level), sandbox::text(achieved)};
}

base::Status run(const base::Clock& clock) {
  TRY_AS(const wire::StartGateway start, wire::start_of<wire::StartGateway>());
  wire::Channel monitor(base::Fd(wire::kChannelFd), wire::kMonitorToGateway, "monitor");
  const base::Fd listener(wire::StartGateway::kListenFd);
  const int flags = ::fcntl(listener.get(), F_GETFL);
  if (flags < 0 || ::fcntl(listener.get(), F_SETFL, flags | O_NONBLOCK) != 0) {
    return base::invalid("descriptor 5 is not a listening socket");
  }
  TRY_AS(const wire::Ready ready, lock_down());
  TRY(monitor.send(ready));
  monitor.enter(wire::Phase::kRunning);
  TRY_AS(const auto server,
         gateway::Server::create(monitor, listener.get(), start.owner_uid, clock));
  return server->run();
}

int exit_status(const base::Status& status) {
  // Without its monitor it has nothing to do; that is also how an orderly end looks while it sends.
  if (status.ok() || status.error().code == base::Errc::kUnavailable) return 0;
  std::fprintf(stderr, "yett-gateway: %s\n", status.error().message.c_str());
  return status.error().code == base::Errc::kViolation ? 2 : 1;
}

}  // namespace

int main() {
  try {
    const base::SystemClock clock;
    return exit_status(run(clock));
  } catch (const std::exception&) {
    std::fputs("yett-gateway: out of memory or a bug\n", stderr);
    return 1;
  }
}
