// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Landlock: which files and TCP ports remain within reach of the calling process. Constants newer
// than the installed kernel headers are defined here (landlock(7), Documentation/userspace-api).
// Trust zone: all programs.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/result.h"

namespace sandbox {

// The ABI version that the kernel offers; 0 if it offers none.
int landlock_abi();

// What stays within reach. A path names a file, or a directory with all below it, by what it is
// now: a file that is later replaced by rename is no longer meant.
struct Reach {
  std::span<const std::string> read;           // contents of files, names in directories
  std::span<const std::string> run;            // read, and execute
  std::span<const std::string> write;          // read, write, make and remove
  std::span<const std::uint16_t> connect_tcp;  // ports, any address; ABI 4
};

// What was had.
struct LandlockWall {
  int abi = 0;           // 0: nothing
  int paths = 0;         // paths of `Reach` that exist and were granted
  bool tcp = false;      // TCP bind and connect are confined (ABI 4)
  bool signals = false;  // signals and abstract sockets end at our processes (ABI 6)
};

// Confines the calling thread (which must be the only one) and all that it starts. Needs
// no_new_privs. A path that does not exist or cannot be reached is left out: it stays out of reach.
// Fails with kIo where the kernel offers Landlock and then refuses a step.
// LIMIT: metadata (stat, chmod, utime, xattr), open descriptors, UDP and, below ABI 6, signals are
// not confined.
base::Result<LandlockWall> confine(const Reach& reach);

}  // namespace sandbox
