// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What the `yett` command tells a script by its exit status. The numbers are part of the interface
// (docs/reference/commands.md). Trust zone: command line.
#pragma once

#include "base/reason.h"

namespace cli {

enum class Exit : unsigned char {
  kOk = 0,
  kFailed = 1,    // anything that has no number of its own; `check` and `log verify`: a finding
  kUsage = 2,     // the command line, or arguments that do not fit the tool
  kDenied = 3,    // policy or a limit refused
  kUpstream = 4,  // the tool, the model or the store of a secret failed or refused
  kConfiguration = 5,   // yett.toml or the policy could not be loaded
  kUnknownOutcome = 6,  // the call may or may not have taken effect; nothing is retried
  kCancelled = 130,     // given up by Ctrl-C, as shells spell it
};

// The exit status for the reason with which a turn or a call was closed.
Exit exit_of(base::Reason reason);

}  // namespace cli
