// SPDX-License-Identifier: Apache-2.0
// yett-monitor: the reference monitor. Descriptors: wire/start.h.
#include <fmt/format.h>
#include <signal.h>

#include "audit/file.h"
#include "audit/recover.h"
#include "monitor/program.h"
#include "sandbox/lockdown.h"
#include "wire/codec.h"
#include "wire/start.h"

namespace {

using wire::StartMonitor;

int fail(std::string_view what, const base::Error& error) {
  fmt::print(stderr, "yett-monitor: {}: {}\n", what, error.message);
  return 1;
}

// SECURITY: before the lockdown, as all of the start record. A program that is not the one whose
// digest was announced is none.
base::Result<policy::PolicySet> policy_of(StartMonitor& start) {
  if (start.policy.size() > base::limits::kPolicyBytes)
    return base::violation("the compiled policy is too large");
  TRY_AS(policy::Program program, wire::decode<policy::Program>(start.policy));
  if (program.digest != start.policy_digest) return base::violation("another policy's digest");
  start.policy = {};
  return policy::PolicySet::link(std::move(program));
}

// The policy on trial, if there is one.
base::Result<std::optional<policy::PolicySet>> shadow_of(StartMonitor& start) {
  if (start.shadow.empty()) return std::optional<policy::PolicySet>();
  if (start.shadow.size() > base::limits::kPolicyBytes)
    return base::violation("the compiled policy is too large");
  TRY_AS(policy::Program program, wire::decode<policy::Program>(start.shadow));
  start.shadow = {};
  TRY_AS(policy::PolicySet set, policy::PolicySet::link(std::move(program)));
  return std::optional<policy::PolicySet>(std::move(set));
}

}  // namespace

int main() {
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is a failed write, and that stops the log
  auto start = wire::start_of<StartMonitor>();
  if (!start.ok()) return fail("start record", start.error());
  const auto policy = policy_of(*start);
  if (!policy.ok()) return fail("policy", policy.error());
  auto shadow = shadow_of(*start);
  if (!shadow.ok()) return fail("shadow policy", shadow.error());
  const monitor::ValueSeal seal;
  sandbox::Profile profile = sandbox::profile_of(sandbox::Program::kMonitor);
  profile.keep = {0,
                  1,
                  2,
                  wire::kChannelFd,
                  StartMonitor::kBrokerFd,
                  StartMonitor::kGatewayFd,
                  StartMonitor::kLogFd,
                  StartMonitor::kValuesFd};
  const auto locked = sandbox::apply(profile);
  if (!locked.ok()) return fail("lockdown", locked.error());

  monitor::Ends ends{
      wire::Channel(base::Fd(wire::kChannelFd), wire::kSupervisorToMonitor, "supervisor"),
      wire::Channel(base::Fd(StartMonitor::kBrokerFd), wire::kBrokerToMonitor, "broker"),
      wire::Channel(base::Fd(StartMonitor::kGatewayFd), wire::kGatewayToMonitor, "gateway"),
  };
  ends.supervisor.enter(wire::Phase::kRunning);

  const base::SystemClock clock;
  base::SystemRandom random;
  audit::PosixFile file{base::Fd(StartMonitor::kLogFd)};
  auto log = audit::open(file, clock, random, {.origin = "yett/" + start->tenant});
  if (!log.ok()) return fail("log", log.error());
  monitor::Journal journal(log->writer, clock, *start);
  audit::PosixFile values_file{base::Fd(StartMonitor::kValuesFd)};
  monitor::ValueStore values(values_file, seal, random);
  journal.keep_values(values);
  const std::size_t unknown = log->state.unknown().size();
  journal.config_loaded();
  if (const auto settled = journal.settle_past(log->state); !settled.ok())
    return fail("log", settled.error());

  monitor::Outbox outbox;
  monitor::Monitor core(*start, *policy, journal, outbox, clock, random, log->state.largest_call());
  if (*shadow) core.set_shadow(std::move(**shadow), {start->shadow_until_us});
  core.own_state({"monitor", static_cast<std::uint8_t>(locked->level), sandbox::text(*locked)},
                 unknown);
  const wire::Ready ready{"monitor", static_cast<std::uint8_t>(locked->level),
                          sandbox::text(*locked)};
  if (!ends.supervisor.send(ready).ok()) return 1;
  auto loop = wire::Loop::create();
  if (!loop.ok()) return fail("epoll", loop.error());
  return monitor::Program(std::move(*loop), std::move(ends), core, journal, outbox, clock).run();
}
