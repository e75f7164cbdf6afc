// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What the sandboxes of a kind of tool are made of: limits, and which files of the host they see.
// Trust zone: runner.
#pragma once

#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "runner/spawner/frames.h"

namespace runner {

// A file or directory of the host that a sandbox sees.
struct Bind {
  std::string at;      // inside; frames.h says what it may look like
  std::string source;  // on the host, absolute; no link at its end
  bool write = false;
};
struct Link {
  std::string at;  // inside
  std::string to;
};

struct ExecProfile {
  std::string name;
  ToolLevel least = ToolLevel::kL3;  // below it no call of the profile runs
  std::uint32_t waiting = 4;         // sandboxes kept ready
  std::uint32_t timeout_ms = 60'000;
  Limits limits{};
  std::vector<Bind> binds;
  std::vector<Link> links;
};

// `standard`: half a processor, 512 MiB, no network, no new privileges, 60 s; the host's programs
// and libraries read-only, 64 MiB of /tmp, no other file (OAP-032, OAP-033). Binds that this host
// does not have are left out.
ExecProfile standard_profile();

// The frame of a profile and the descriptors of its binds (O_PATH), in order. kInvalid: a place
// that frames.h does not allow, or too many; kNotFound: a source that is not there.
struct ProfileFrame {
  OpenProfile frame{};
  std::vector<base::Fd> sources;
};
base::Result<ProfileFrame> frame_of(const ExecProfile& profile);

// "L3 (namespaces, Landlock ABI 7, seccomp; memory and cpu by cgroups v1)", and what is missing.
std::string text(const Opened& opened);

}  // namespace runner
