// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What a sandbox's processes give up for good: limits, capabilities, privileges to come, files,
// system calls. Trust zone: spawner.
#pragma once

#include "runner/spawner/frames.h"
#include "runner/spawner/trouble.h"

namespace runner {

// What stays within reach by Landlock, below one open place.
enum class Grant : std::uint32_t { kList, kRead, kRun, kWrite };
struct Granted {
  int place;
  Grant grant;
};

struct Seal {
  const Limits* limits;
  const Granted* granted;
  std::uint32_t grants;
  bool own_processes;  // pid and user namespaces of its own: its signals and its count end there
};

// Seals the calling process, in this order: limits, capabilities, no_new_privs, Landlock, seccomp.
// Sets the bits of what was had in `walls` and the ABI in `landlock`; a kernel without Landlock is
// no trouble.
Trouble seal(const Seal& how, std::uint32_t& walls, std::uint32_t& landlock);

}  // namespace runner
