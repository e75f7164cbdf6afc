// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What a finished run of the 1Password CLI came to. `op` exits with 1 for nearly everything, so the
// text of the last "[ERROR]" line decides; the texts are those of recorded runs. Pure.
// Trust zone: broker; the texts are another program's and are never passed on.
#pragma once

#include <cstdint>
#include <string_view>

namespace broker {

enum class OpError : std::uint8_t {
  kOk,  // the run gave the value asked for
  kNotSignedIn,
  kTokenInvalid,  // the token is malformed, revoked, or its account is gone
  kVaultNotFound,
  kItemNotFound,
  kAmbiguousItem,
  kFieldNotFound,
  kRateLimited,
  kBadReference,
  kCrash,      // a panic, a signal
  kTimeout,    // ended because it took too long
  kNoProgram,  // `op` is not there
  kBadValue,   // the value is empty, too large, or holds a NUL byte
  kOther,
};

// A short name for people and alerts, such as "item_not_found".
std::string_view slug(OpError error);
// What to do about it: one sentence, no values.
std::string_view advice(OpError error);

// A finished run: exit status, standard output and error.
struct OpRun {
  int exit_status = 0;
  std::string_view out;
  std::string_view err;
};

// What the run of `op read` came to. kOk only for exit status 0 with a value on standard output.
OpError classify_read(const OpRun& run);
// The same for a run of any other command: never kOk, for it gave no value that was asked for.
// An exit status of 0 is kOther (whoami answers 0 for a revoked token too).
OpError classify_other(const OpRun& run);

// The last line that contains "[ERROR]", from there on; empty if there is none.
std::string_view last_error_line(std::string_view err);

}  // namespace broker
