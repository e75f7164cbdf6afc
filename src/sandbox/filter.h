// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// From a list of calls to a classic BPF program for seccomp(2), and its installation. The program
// is a binary search over the numbers, because its size and depth are what installing it costs: the
// kernel compiles it and runs it once for every call number to learn which are always allowed.
// Trust zone: all programs.
#pragma once

#include <linux/filter.h>

#include <vector>

#include "base/result.h"
#include "sandbox/calls.h"

namespace sandbox {

// The filter for `list`, for a process with the id `own_pid`. Other architectures and x32 calls
// kill. Of two rules for one call the first counts.
std::vector<sock_filter> assemble(const Listing& list, int own_pid);

// Puts the filter on the calling thread (which must be the only one). Fails with kUnavailable where
// the kernel has no seccomp or refuses it (no_new_privs must be set before).
base::Status install(const std::vector<sock_filter>& filter);

}  // namespace sandbox
