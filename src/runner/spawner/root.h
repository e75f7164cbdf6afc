// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The file tree of a profile's sandboxes: a small tmpfs, read-only, with binds of what the profile
// names, a minimal /dev and a /proc of its own. Trust zone: spawner.
#pragma once

#include "runner/spawner/frames.h"
#include "runner/spawner/trouble.h"

namespace runner {

// Makes one user and one group of the caller's new user namespace from `uid` and `gid` outside
// (user_namespaces(7)); inside they are kInsideId. The caller is dumpable while
// this runs. `proc`: the host's /proc, open: a root of ours may have none.
inline constexpr unsigned kInsideId = 1000;
Trouble map_ids(int proc, unsigned uid, unsigned gid);

// Builds the tree and makes it the caller's root, for good: what was the root is detached. Called
// in fresh mount, pid and user namespaces. `sources` are the profile's binds in order, O_PATH. Sets
// kWallRoot, kWallFreshProc in `walls`.
//
// SECURITY: a source is opened again by its path, because a mount of another mount namespace cannot
// be bound, and refused unless it is the same file by device and inode; binds are made from
// detached trees (open_tree(2)) and attached to targets on a tmpfs that nobody else has, so no link
// that is swapped in meanwhile is ever followed (the race of CVE-2025-31133).
Trouble build_root(const OpenProfile& profile, const int* sources, std::uint32_t& walls);

// What one sandbox has for itself: /tmp within limits and a fresh /proc of its processes only.
Trouble mount_own(const Limits& limits, std::uint32_t& walls);

}  // namespace runner
