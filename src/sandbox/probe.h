// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What the host offers to the lockdown, and what each program would really get: for `yett check`.
// Trust zone: the `yett` command, before anything is started.
#pragma once

#include <string>

#include "base/result.h"
#include "sandbox/lockdown.h"

namespace sandbox {

// What this host offers to the calling user.
struct Host {
  int landlock_abi = 0;          // 0: none
  bool seccomp = false;          // filters that kill the process
  bool user_namespaces = false;  // needed for L3, the sandboxes of tools
  bool root = false;             // programs get users of their own
  std::string kernel;            // release, as uname(2) says
};

// Asks the kernel. Starts one child for the question about namespaces.
Host probe();

// The highest level that the programs can reach on such a host.
Level reachable(const Host& host);

// One line for a person.
std::string text(const Host& host);

// Applies the profile in a child that then ends, and returns what was achieved there: the truth,
// not a forecast. Descriptors to keep are ignored. Fails as apply() does; kUnavailable if no child
// could be started or it died.
base::Result<Achieved> rehearse(Profile profile);

}  // namespace sandbox
