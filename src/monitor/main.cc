// SPDX-License-Identifier: Apache-2.0
// yett-monitor: the reference monitor. Descriptors: wire/start.h.
#include <fmt/format.h>
#include <signal.h>

#include "audit/file.h"
#include "audit/recover.h"
#include "monitor/program.h"
#include "sandbox/lockdown.h"
#include "wire/start.h"

namespace {

using wire::StartMonitor;

int fail(std::string_view what, const base::Error& error) {
  fmt::print(stderr, "yett-monitor: {}: {}\n", what, error.message);
  return 1;
}

policy::PolicySet policy_of(const StartMonitor& start) {
  std::vector<policy::Rule> rules;
  for (const auto& r : start.policy) {
    const auto level =
        r.level == wire::RuleLevel::kHard ? policy::Level::kHard : policy::Level::kSoft;
    const auto effect = r.effect == wire::RuleEffect::kAllow ? policy::RuleEffect::kAllow
                                                             : policy::RuleEffect::kDeny;
    rules.push_back({r.tool, level, effect, r.priority, r.line});
  }
  return {std::move(rules), start.policy_digest};
}

}  // namespace

int main() {
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is a failed write, and that stops the log
  auto start = wire::start_of<StartMonitor>();
  if (!start.ok()) return fail("start record", start.error());
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

  const policy::PolicySet policy = policy_of(*start);
  monitor::Outbox outbox;
  monitor::Monitor core(*start, policy, journal, outbox, clock, random, log->state.largest_call());
  core.own_state({"monitor", static_cast<std::uint8_t>(locked->level), sandbox::text(*locked)},
                 unknown);
  const wire::Ready ready{"monitor", static_cast<std::uint8_t>(locked->level),
                          sandbox::text(*locked)};
  if (!ends.supervisor.send(ready).ok()) return 1;
  auto loop = wire::Loop::create();
  if (!loop.ok()) return fail("epoll", loop.error());
  return monitor::Program(std::move(*loop), std::move(ends), core, journal, outbox, clock).run();
}
