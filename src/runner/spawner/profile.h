// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A profile: the process from which all sandboxes of one kind are cloned. It has the namespaces
// that they share (an empty network, a root) and keeps some sandboxes waiting. Trust zone: spawner.
#pragma once

#include <sys/types.h>

#include "runner/spawner/cgroup.h"
#include "runner/spawner/frames.h"

namespace runner {

struct ProfileStart {
  OpenProfile frame;
  int channel = -1;
  int sources[kPlaces] = {};
  std::uint32_t binds = 0;
  std::uint32_t number = 0;
  Cgroups cgroups;
};

// Makes the profile's process with as many walls as can be had, and answers with Opened on its
// channel. The process id; -1 if there is none (then the channel says why, or has ended).
pid_t open_profile(const ProfileStart& start);

}  // namespace runner
