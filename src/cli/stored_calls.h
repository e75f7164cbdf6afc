// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What calls were asked with, out of the argument store, opened with the key that the broker tells.
// Trust zone: command line.
#pragma once

#include <string>

#include "cli/log_view.h"
#include "cli/policy_replay.h"

namespace cli {

struct Stored {
  Asked asked;
  std::string why_not;  // why nothing could be read: no key, no store; empty: it was read
};

// A store or a key that is not there is no failure: then nothing is known. kIo, kDenied: the files;
// kIo with an empty message: the broker refused and has said why on standard error.
base::Result<Stored> read_stored(const LogPlace& place);

}  // namespace cli
