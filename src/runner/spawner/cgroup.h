// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Memory, processes and processor share of a whole sandbox, by control groups where the host lets
// us have them: v2 below a delegated directory, v1 where root started the spawner (cgroups(7),
// Documentation/admin-guide/cgroup-v2.rst, cgroup-v1/). Trust zone: spawner.
//
// A slot is one directory in each hierarchy, made once and used by one sandbox after another.
#pragma once

#include "runner/spawner/frames.h"
#include "runner/spawner/trouble.h"

namespace runner {

struct Cgroups {
  std::uint32_t version = 0;             // 0: none
  int memory = -1, pids = -1, cpu = -1;  // our directories; in v2 all the same
  char path[3][256] = {};                // of them, for removal
};

// Finds or makes our directories (`yett/PID` below where we are), called once by the spawner while
// it still is who started it. `owner`: who is to use them. What is not had is left at -1.
Cgroups make_cgroups(unsigned owner);
// Removes the directories and the slots in them.
void remove_cgroups(const Cgroups& groups);

// Makes slot `number` of profile `profile` with these limits. Returns the bits of kWallMemory,
// kWallProcessCount and kWallCpu that it holds.
std::uint32_t make_slot(const Cgroups& groups, std::uint32_t profile, std::uint32_t number,
                        const Limits& limits);
// Moves the caller into the slot.
bool enter_slot(const Cgroups& groups, std::uint32_t profile, std::uint32_t number);
// How often the kernel ended a process of the slot for want of memory.
std::uint64_t memory_kills(const Cgroups& groups, std::uint32_t profile, std::uint32_t number);
// Ends all processes in the slot (v2: cgroup.kill; v1: one by one until none is left).
void kill_slot(const Cgroups& groups, std::uint32_t profile, std::uint32_t number);

}  // namespace runner
