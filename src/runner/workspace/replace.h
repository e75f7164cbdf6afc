// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Whole contents under a name, or nothing: written beside it under a name that no tool sees, then
// put in its place in one step, and taken back if it was another file's place by then.
// Trust zone: runner.
#pragma once

#include <string_view>

#include "base/clock.h"
#include "runner/workspace/beneath.h"

namespace workspace {

enum class Durability : unsigned char { kNone, kSynced };  // fsync of file and directory

struct Contents {
  std::string_view bytes;
  mode_t mode = 0644;
  Durability durability = Durability::kNone;
};

// Puts a new file at `place`. kExists: something is there. kUnsupported: the file system cannot
// rename without replacing. On every failure the name is as it was.
Outcome<Status> put_new(const Beneath& beneath, base::Random& random, const Place& place,
                        const Contents& contents);

// Puts `contents` where the file `old` stands, by exchange: what comes out is looked at, and put
// back if it is not `old` as it was (kConflict). On every failure the name has its old file, but
// for a failed fsync of the directory (kIo: the new one is in place, perhaps not durably); after a
// failed putting-back (kIo says so) both still stand in the directory.
Outcome<Status> put_over(const Beneath& beneath, base::Random& random, const Place& place,
                         const Status& old, const Contents& contents);

}  // namespace workspace
