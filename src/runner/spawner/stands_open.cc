// SPDX-License-Identifier: Apache-2.0
//
// The test build only. YETT_TEST_WITHOUT names the walls to leave out, separated by commas, by the
// words below; host_... is what the host is said not to offer.
#include "runner/spawner/stands.h"

#include <stdlib.h>
#include <string.h>

namespace runner {
namespace {

struct Name {
  const char* word;
  std::uint32_t bit;
};
constexpr Name kNames[] = {
    {"user", kWallUser},
    {"root", kWallRoot},
    {"processes", kWallProcesses},
    {"network", kWallNetwork},
    {"ipc", kWallIpc},
    {"name", kWallName},
    {"cgroup_names", kWallCgroupNames},
    {"proc", kWallFreshProc},
    {"privileges", kWallPrivileges},
    {"capabilities", kWallCapabilities},
    {"landlock", kWallLandlock},
    {"scopes", kWallScopes},
    {"seccomp", kWallSeccomp},
    {"limits", kWallLimits},
    {"memory", kWallMemory},
    {"count", kWallProcessCount},
    {"cpu", kWallCpu},
    {"hidden", kWallHidden},
    {"descriptors", kWallDescriptors},
    {"host_namespaces", kNoNamespaces},
    {"host_landlock", kNoLandlock},
};

bool lists(const char* list, const char* word) {
  const std::size_t n = ::strlen(word);
  for (const char* at = list; (at = ::strstr(at, word)) != nullptr; at += n) {
    const bool begins = at == list || at[-1] == ',';
    if (begins && (at[n] == '\0' || at[n] == ',')) return true;
  }
  return false;
}

}  // namespace

std::uint32_t left_out() {
  const char* const list = ::getenv("YETT_TEST_WITHOUT");
  std::uint32_t out = 0;
  if (list == nullptr) return out;
  for (const Name& name : kNames)
    if (lists(list, name.word)) out |= name.bit;
  return out;
}

}  // namespace runner
