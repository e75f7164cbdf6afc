// SPDX-License-Identifier: Apache-2.0
#include "sandbox/landlock.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "base/fd.h"
#include "sandbox/landlock_rights.h"

namespace sandbox {
namespace {

using namespace landlock;  // NOLINT(google-build-using-namespace): the kernel's words

base::Result<base::Fd> create_ruleset(int abi) {
  RulesetAttr attr;
  attr.handled_fs = files_of(abi);
  attr.handled_net = kBindTcp | kConnectTcp;
  attr.scoped = kScopeAbstractUnix | kScopeSignal;
  const long fd = syscall(SYS_landlock_create_ruleset, &attr, size_of(abi), 0);
  if (fd < 0) return base::io_error("landlock_create_ruleset", errno);
  return base::Fd(static_cast<int>(fd));
}

// Grants `rights` below one path. False if the path is not there.
base::Result<bool> grant(int ruleset, const std::string& path, std::uint64_t rights) {
  const base::Fd place(open(path.c_str(), O_PATH | O_CLOEXEC));
  struct stat status {};
  if (!place || fstat(place.get(), &status) != 0) return false;
  if (!S_ISDIR(status.st_mode)) rights &= kOfFiles;
  const PathBeneathAttr attr{rights, place.get()};
  if (syscall(SYS_landlock_add_rule, ruleset, kRulePathBeneath, &attr, 0) != 0)
    return base::io_error("landlock_add_rule for a path", errno);
  return true;
}

base::Result<int> grant_all(int ruleset, std::span<const std::string> paths, std::uint64_t rights) {
  int granted = 0;
  for (const std::string& path : paths) {
    TRY_AS(const bool there, grant(ruleset, path, rights));
    granted += there ? 1 : 0;
  }
  return granted;
}

base::Result<int> grant_files(int ruleset, const Reach& reach, int abi) {
  const std::uint64_t known = files_of(abi);
  // SECURITY: devices stay out even where writing is granted: no node is made, no ioctl is passed.
  const std::uint64_t write = known & ~(kExecute | kMakeChar | kMakeBlock | kIoctlDev);
  TRY_AS(const int read, grant_all(ruleset, reach.read, kReadFile | kReadDir));
  TRY_AS(const int run, grant_all(ruleset, reach.run, kReadFile | kReadDir | kExecute));
  TRY_AS(const int written, grant_all(ruleset, reach.write, write));
  return read + run + written;
}

base::Status grant_ports(int ruleset, std::span<const std::uint16_t> ports) {
  for (const std::uint16_t port : ports) {
    const NetPortAttr attr{kConnectTcp, port};
    if (syscall(SYS_landlock_add_rule, ruleset, kRuleNetPort, &attr, 0) != 0)
      return base::io_error("landlock_add_rule for a port", errno);
  }
  return base::ok();
}

}  // namespace

int landlock_abi() {
  const long abi = syscall(SYS_landlock_create_ruleset, nullptr, 0, kAskVersion);
  return abi > 0 ? static_cast<int>(abi) : 0;
}

base::Result<LandlockWall> confine(const Reach& reach) {
  LandlockWall wall;
  const int abi = landlock_abi();
  if (abi == 0) return wall;
  TRY_AS(const base::Fd ruleset, create_ruleset(abi));
  TRY_AS(wall.paths, grant_files(ruleset.get(), reach, abi));
  if (abi >= 4) TRY(grant_ports(ruleset.get(), reach.connect_tcp));
  if (syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0)
    return base::io_error("landlock_restrict_self", errno);
  wall.abi = abi;
  wall.tcp = abi >= 4;
  wall.signals = abi >= 6;
  return wall;
}

}  // namespace sandbox
