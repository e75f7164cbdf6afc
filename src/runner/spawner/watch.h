// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The first process of a sandbox: waits for the tool, says how it ended, and ends everything.
// Trust zone: spawner; beside foreign code.
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace runner {

// Before the tool's process is made: keeps the signals that the two below wait for. The tool's
// process takes it back.
void block_watched();
void unblock_all();

// In a pid namespace, as its process 1: takes in orphans until `tool` has ended, says so on
// `socket` and ends, which ends the rest. `memory_bytes`: above this much of private and shared
// memory in all its processes and in /tmp it ends at once; looked at every kSampleMs (0: never).
// Begins to look when the tool's process sends kBegunSignal, so that waiting costs nothing.
// LIMIT: between two looks the kernel lets it grow.
inline constexpr int kBegunSignal = 10;  // SIGUSR1
inline constexpr int kSampleMs = 20;
[[noreturn]] void watch_over(pid_t tool, int socket, std::uint64_t memory_bytes);

// Without one, as a subreaper: the same, and ends all descendants one by one. SIGTERM asks it to.
[[noreturn]] void watch_over_flat(pid_t tool, int socket);

// Ends the caller's children but those in `keep`, and whoever becomes its child by that, until
// there are none (at most a second).
void end_children(const pid_t* keep, std::uint32_t count);

}  // namespace runner
