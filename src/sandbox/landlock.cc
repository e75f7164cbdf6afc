// SPDX-License-Identifier: Apache-2.0
#include "sandbox/landlock.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>

#include "base/fd.h"

namespace sandbox {
namespace {

// File rights by ABI: 1 has bits 0..12, 2 adds REFER, 3 TRUNCATE, 5 IOCTL_DEV.
constexpr std::uint64_t kExecute = 1u << 0, kWriteFile = 1u << 1, kReadFile = 1u << 2;
constexpr std::uint64_t kReadDir = 1u << 3, kMakeChar = 1u << 6, kMakeBlock = 1u << 11;
constexpr std::uint64_t kRefer = 1u << 13, kTruncate = 1u << 14, kIoctlDev = 1u << 15;
constexpr std::uint64_t kAbi1Files = (1u << 13) - 1;
constexpr std::uint64_t kOfFiles = kExecute | kWriteFile | kReadFile | kTruncate | kIoctlDev;
constexpr std::uint64_t kBindTcp = 1u << 0, kConnectTcp = 1u << 1;
constexpr std::uint64_t kScopeAbstractUnix = 1u << 0, kScopeSignal = 1u << 1;
constexpr unsigned kAskVersion = 1u << 0;
constexpr int kRulePathBeneath = 1, kRuleNetPort = 2;

struct RulesetAttr {
  std::uint64_t handled_fs = 0;
  std::uint64_t handled_net = 0;  // ABI 4
  std::uint64_t scoped = 0;       // ABI 6
};
struct [[gnu::packed]] PathBeneathAttr {
  std::uint64_t allowed;
  std::int32_t parent;
};
struct NetPortAttr {
  std::uint64_t allowed;
  std::uint64_t port;
};

std::uint64_t files_of(int abi) {
  std::uint64_t rights = kAbi1Files;
  if (abi >= 2) rights |= kRefer;
  if (abi >= 3) rights |= kTruncate;
  if (abi >= 5) rights |= kIoctlDev;
  return rights;
}

// The attribute as this kernel knows it: a byte too many is refused with E2BIG.
std::size_t size_of(int abi) {
  if (abi < 4) return offsetof(RulesetAttr, handled_net);
  if (abi < 6) return offsetof(RulesetAttr, scoped);
  return sizeof(RulesetAttr);
}

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
