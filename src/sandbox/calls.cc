// SPDX-License-Identifier: Apache-2.0
#include "sandbox/calls.h"

#include <sys/syscall.h>

#include "sandbox/profiles/checks.h"

#ifndef __x86_64__
#error "the lists were reviewed for x86-64 only"
#endif

namespace sandbox {
namespace {

// The lists name the checks.
using namespace checks;  // NOLINT(google-build-using-namespace)

// MACROS: each list is reviewed as rows of names; the number comes from the name.
#define ALLOW(call) Rule{__NR_##call, kAllow},
#define KILL(call) Rule{__NR_##call, kKill},
#define REFUSE(call, error) Rule{__NR_##call, refuse(error)},
#define WHEN(call, check) Rule{__NR_##call, kKill, check},

constexpr Rule kLoop[] = {
#include "sandbox/profiles/loop.inc"
#include "sandbox/profiles/sanitizer.inc"
};
constexpr Rule kNone{-1, kKill};  // an array may not be empty
constexpr Rule kSession[] = {
#include "sandbox/profiles/session.inc"
    kNone};
constexpr Rule kGateway[] = {
#include "sandbox/profiles/gateway.inc"
};
constexpr Rule kMonitor[] = {
#include "sandbox/profiles/monitor.inc"
};
constexpr Rule kBroker[] = {
#include "sandbox/profiles/broker.inc"
};
constexpr Rule kVaultWriter[] = {
#include "sandbox/profiles/vault_writer.inc"
};
constexpr Rule kEgress[] = {
#include "sandbox/profiles/egress.inc"
};
constexpr Rule kRunner[] = {
#include "sandbox/profiles/runner.inc"
};
constexpr Rule kLauncher[] = {
#include "sandbox/profiles/launcher.inc"
};
constexpr Rule kSupervisor[] = {
#include "sandbox/profiles/supervisor.inc"
};

constexpr Rule kTool[] = {
#include "sandbox/profiles/tool.inc"
};
constexpr Rule kToolBare[] = {
#include "sandbox/profiles/tool_bare.inc"
};

#undef ALLOW
#undef KILL
#undef REFUSE
#undef WHEN

// Programs of our own around the loop: what is not listed ends them.
constexpr Listing strict(std::span<const Rule> own) { return {own, kLoop, kKill, kKill}; }
// Programs of other people: what is not listed is refused, what is newer than the list is absent.
constexpr Listing lenient(std::span<const Rule> own, std::span<const Rule> shared = {}) {
  return {own, shared, refuse(EPERM), refuse(ENOSYS)};
}

}  // namespace

std::string_view name(Program program) {
  switch (program) {
    case Program::kGateway: return "gateway";
    case Program::kSession: return "session";
    case Program::kMonitor: return "monitor";
    case Program::kBroker: return "broker";
    case Program::kVaultWriter: return "vault_writer";
    case Program::kEgress: return "egress";
    case Program::kRunner: return "runner";
    case Program::kLauncher: return "launcher";
    case Program::kSupervisor: return "supervisor";
  }
  return "unknown";
}

Listing listing(Program program) {
  switch (program) {
    case Program::kGateway: return strict(kGateway);
    case Program::kSession: return strict(kSession);
    case Program::kMonitor: return strict(kMonitor);
    case Program::kBroker: return strict(kBroker);
    case Program::kVaultWriter: return strict(kVaultWriter);
    case Program::kEgress: return strict(kEgress);
    case Program::kRunner: return lenient(kRunner, kLauncher);
    case Program::kLauncher: return lenient(kLauncher);
    case Program::kSupervisor: return {kSupervisor, {}, kAllow, kAllow};
  }
  return {};  // an impossible program may do nothing
}

Listing tool_listing(bool signals_end_at_home) {
  if (signals_end_at_home) return lenient(kTool);
  return lenient(kToolBare, kTool);
}

}  // namespace sandbox
