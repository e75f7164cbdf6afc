// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// One sandbox: made, sealed, and then waiting for the one call that it will ever run. It has a
// first process of ours, which waits for the tool and ends with it (in a pid namespace everything
// else ends then too), and the tool's, which waits for its command and becomes it.
// Trust zone: spawner; the first process outlives exec beside foreign code.
#pragma once

#include <sys/types.h>

#include "runner/spawner/cgroup.h"
#include "runner/spawner/frames.h"
#include "runner/spawner/seal.h"

namespace runner {

// What the sandboxes of a profile are made of.
struct Shape {
  std::uint32_t profile = 0;  // number
  Limits limits{};
  bool namespaces = false;
  std::uint32_t walls = 0;  // of the profile: what its root and namespaces gave
  const OpenProfile* places = nullptr;
  const int* sources = nullptr;  // without namespaces: what Landlock grants, as OpenProfile's binds
  Cgroups cgroups;
  unsigned uid = 0, gid = 0;  // the profile's own, in its user namespace
  int proc = -1;              // the host's /proc
};

// From a sandbox to its profile, over its socket.
enum class NoteKind : std::uint32_t {
  kReady = 0x59530101,  // sealed, and waits. walls, landlock
  kBroken,              // could not be made. step, value: errno
  kNotStarted,          // exec failed. value: errno
  kOver,                // the tool has ended. value: its wait status
  kMemory,              // more memory than it may; everything is ended
};
struct Note {
  NoteKind kind;
  std::uint32_t value;
  std::uint32_t walls;
  std::uint32_t landlock;
  Step step;
};

// Starts a sandbox in slot `slot`. Its process id (-1: errno), a pidfd and our end of its socket.
struct BoxEnds {
  pid_t pid = -1;
  int pidfd = -1;
  int socket = -1;
};
BoxEnds make_box(const Shape& shape, std::uint32_t slot);

// Clones the caller like fork(2), with namespace flags and a pidfd.
pid_t clone_with(unsigned long flags, int* pidfd);

}  // namespace runner
