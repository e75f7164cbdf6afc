// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Walks a tree by descriptors, in the order of names, bounded. Nothing that changes under it leads
// it out: each directory is opened from the one above, without links. Trust zone: runner.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "runner/workspace/beneath.h"

namespace workspace {

// One name that a walk comes by.
struct Entry {
  Path path;
  Status status;
};

enum class Next : unsigned char { kOn, kInto, kStop };  // kInto is kOn for all but directories

// What a walk could not show.
struct Passed {
  std::uint64_t visited = 0;
  std::uint64_t unnameable = 0;  // names that no path has: not UTF-8, unseen characters
  std::uint64_t unreadable = 0;  // vanished or closed to us meanwhile
  bool cut = false;              // the bound of names was reached
};

// Where the visitor finds the entry: its directory stays open during the call.
using Visitor = std::function<Outcome<Next>(const Entry& entry, const base::Fd& directory)>;

// Visits everything in the directory `from`, each directory before what is in it. `limit` names are
// looked at. Failures: as listing() of `from`, and those of the visitor.
Outcome<Passed> walk(const Beneath& beneath, const Path& from, std::uint64_t limit,
                     const Visitor& visit);

// All names in an opened directory but "." and ".."; about `limit` of them.
Outcome<std::vector<std::string>> all_names_in(Disk& disk, const base::Fd& directory,
                                               std::uint64_t limit);
// The same, sorted, without our own temporary ones.
Outcome<std::vector<std::string>> names_in(Disk& disk, const base::Fd& directory,
                                           std::uint64_t limit);

}  // namespace workspace
