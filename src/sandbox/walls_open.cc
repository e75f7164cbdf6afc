// SPDX-License-Identifier: Apache-2.0
//
// The test build only. YETT_TEST_WITHOUT names the walls to leave out, separated by commas:
// no_new_privs dumpable core memory descriptors user capabilities landlock seccomp
// scrub keep.
// (Without no_new_privs an ordinary user gets neither Landlock nor seccomp: the kernel insists.)
#include "sandbox/walls.h"

#include <cstdlib>
#include <string>

#include "sandbox/lockdown.h"

namespace sandbox {
namespace {

std::string_view name(Wall wall) {
  switch (wall) {
    case Wall::kNoNewPrivs: return "no_new_privs";
    case Wall::kDumpable: return "dumpable";
    case Wall::kCore: return "core";
    case Wall::kMemory: return "memory";
    case Wall::kDescriptors: return "descriptors";
    case Wall::kUser: return "user";
    case Wall::kCapabilities: return "capabilities";
    case Wall::kLandlock: return "landlock";
    case Wall::kSeccomp: return "seccomp";
    case Wall::kScrub: return "scrub";
    case Wall::kKeep: return "keep";
  }
  return "";
}

std::string_view left_out() {
  const char* value = std::getenv("YETT_TEST_WITHOUT");
  return value == nullptr ? std::string_view() : std::string_view(value);
}

}  // namespace

bool stands(Wall wall) {
  const std::string list = "," + std::string(left_out()) + ",";
  return list.find("," + std::string(name(wall)) + ",") == std::string::npos;
}

Level binding(Level asked) { return left_out().empty() ? asked : Level::kNone; }

}  // namespace sandbox
