// SPDX-License-Identifier: Apache-2.0
//
// yett-session: descriptor 3 is the channel to the monitor, 4 the start record. Exit status 0: the
// monitor is gone; 1: the start failed; 2: the monitor broke the protocol.
#include <cstdio>
#include <exception>

#include "base/clock.h"
#include "sandbox/lockdown.h"
#include "session/serve.h"
#include "wire/start.h"

namespace {

// SECURITY: the one place where this program gives up all that it does not need; before it, only
// the start record is read, and nothing hostile.
base::Result<wire::Ready> lock_down() {
  sandbox::Profile profile = sandbox::profile_of(sandbox::Program::kSession);
  profile.keep = {0, 1, 2, wire::kChannelFd};
  TRY_AS(const sandbox::Achieved achieved, sandbox::apply(profile));
  return wire::Ready{"session", static_cast<std::uint8_t>(achieved.level), sandbox::text(achieved)};
}

base::Status run(const base::Clock& clock) {
  TRY_AS(const wire::StartSession start, wire::start_of<wire::StartSession>());
  TRY_AS(session::Setup setup, session::Setup::create(start));
  wire::Channel monitor(base::Fd(wire::kChannelFd), wire::kMonitorToSession, "monitor");
  TRY_AS(const wire::Ready ready, lock_down());
  TRY(monitor.send(ready));
  monitor.enter(wire::Phase::kRunning);
  session::Machine machine(std::move(setup), clock);
  return session::serve(monitor, machine);
}

int exit_status(const base::Status& status) {
  // Without its monitor it has nothing to do; that is also how an orderly end looks while it sends.
  if (status.ok() || status.error().code == base::Errc::kUnavailable) return 0;
  std::fprintf(stderr, "yett-session: %s\n", status.error().message.c_str());
  return status.error().code == base::Errc::kViolation ? 2 : 1;
}

}  // namespace

int main() {
  try {
    const base::SystemClock clock;
    return exit_status(run(clock));
  } catch (const std::exception&) {
    std::fputs("yett-session: out of memory or a bug\n", stderr);
    return 1;
  }
}
