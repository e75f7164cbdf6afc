// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The loop of yett-session: frames in, the machine, frames out. Trust zone: session (reads hostile
// text, one channel).
#pragma once

#include "base/result.h"
#include "session/machine.h"
#include "wire/channel.h"

namespace session {

// Works until the monitor has closed the channel (ok). kViolation: the monitor broke the protocol;
// kUnavailable: it does not read any more.
base::Status serve(wire::Channel& monitor, Machine& machine);

}  // namespace session
