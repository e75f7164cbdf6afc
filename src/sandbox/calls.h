// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The vocabulary in which the system calls of a program are listed: a verdict, tests on arguments,
// a rule per call. The lists themselves are reviewed data in sandbox/profiles/*.inc.
// Trust zone: all programs; pure data.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace sandbox {

// The programs that lock themselves down. `kVaultWriter` is yett-broker in vault-write mode,
// `kLauncher` the static launcher between the runner and `op`, `kSupervisor` the `yett` command.
enum class Program : std::uint8_t {
  kGateway,
  kSession,
  kMonitor,
  kBroker,
  kVaultWriter,
  kEgress,
  kRunner,
  kLauncher,
  kSupervisor,
};
inline constexpr std::array kPrograms = {
    Program::kGateway, Program::kSession,     Program::kMonitor,
    Program::kBroker,  Program::kVaultWriter, Program::kEgress,
    Program::kRunner,  Program::kLauncher,    Program::kSupervisor};

// "gateway", "vault_writer", ...
std::string_view name(Program program);

// What the kernel answers to a call: a seccomp return value (seccomp(2)).
using Verdict = std::uint32_t;
inline constexpr Verdict kAllow = 0x7fff0000u;
inline constexpr Verdict kKill = 0x80000000u;  // the whole process ends with SIGSYS
constexpr Verdict refuse(int errno_value) {
  return 0x00050000u | static_cast<std::uint32_t>(errno_value);
}

// True if (argument & mask) == value, on the low 32 bits of argument 0..5. Every argument that is
// tested is an int, or a flag word of which the kernel reads the low half only. A mask of 0 tests
// nothing. `own_pid` puts the pid of the locked process in the place of `value`.
struct ArgumentTest {
  std::uint8_t argument = 0;
  std::uint32_t mask = 0;
  std::uint32_t value = 0;
  bool own_pid = false;
};

// All tests hold -> the verdict; the first clause that holds wins.
struct Clause {
  std::array<ArgumentTest, 3> tests;
  Verdict verdict = kAllow;
};

// One call. No clauses: `otherwise` for all arguments.
struct Rule {
  int call = 0;
  Verdict otherwise = kKill;
  std::span<const Clause> clauses = {};
};

// The whole list of a program. A rule of `own` stands in the place of one of `shared` for the same
// call. `unlisted`: calls that neither names; `unknown`: numbers above the newest call that was
// known when the lists were reviewed.
struct Listing {
  std::span<const Rule> own;
  std::span<const Rule> shared = {};
  Verdict unlisted = kKill;
  Verdict unknown = kKill;
};
inline constexpr int kNewestKnownCall = 469;  // file_setattr(2), Linux 6.17

Listing listing(Program program);

// The list of programs in a sandbox (profiles/tool.inc). `signals_end_at_home`: a pid namespace or
// Landlock's scope bounds whom they may signal; where neither does, they signal nobody.
Listing tool_listing(bool signals_end_at_home);

}  // namespace sandbox
