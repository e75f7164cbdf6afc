// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The one door to the network: a listed set of files may include this header, the mains of
// yett-egress and yett-runner. Everything else has no port at all. Trust zone: egress, runner.
#pragma once

#include <cstdint>
#include <vector>

#include "sandbox/lockdown.h"

namespace sandbox {

// Lets the program connect by TCP to these ports (each 1..65535) of any address, nothing else. The
// address is the caller's duty: Landlock knows ports only. Name servers over TCP need 53 named too.
// Only for Program::kEgress and Program::kRunner; for another program it is a bug and ends the
// process. LIMIT: below Landlock ABI 4 ports are not confined (Achieved::tcp_confined says so); UDP
// never is.
void allow_connect(Profile& profile, std::vector<std::uint16_t> ports);

}  // namespace sandbox
