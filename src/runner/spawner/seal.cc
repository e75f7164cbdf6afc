// SPDX-License-Identifier: Apache-2.0
#include "runner/spawner/seal.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runner/spawner/stands.h"
#include "sandbox/landlock_rights.h"

namespace runner {
namespace {

// Generated from sandbox/profiles/tool.inc by filter_main.cc.
#ifdef __clang_analyzer__  // which reads the code without a build
constexpr sock_filter kToolFilter[] = {{}}, kToolFilterBare[] = {{}};
#else
#include "runner/spawner/tool_filter.inc"
#endif

bool cap_at(int resource, std::uint64_t most) {
  const rlimit64 limit{most, most};
  if (::syscall(SYS_prlimit64, 0, resource, &limit, nullptr) == 0) return true;
  rlimit64 had{};  // the host's own limit is lower already
  return ::syscall(SYS_prlimit64, 0, resource, nullptr, &had) == 0 && had.rlim_max <= most;
}

Trouble set_limits(const Seal& how, std::uint32_t& walls) {
  const Limits& l = *how.limits;
  if (!stands(kWallLimits)) return none();
  bool set = cap_at(RLIMIT_CORE, 0) && cap_at(RLIMIT_FSIZE, l.file_bytes) &&
             cap_at(RLIMIT_NOFILE, l.open_files) && cap_at(RLIMIT_MSGQUEUE, 0) &&
             cap_at(RLIMIT_MEMLOCK, 64 * 1024) && cap_at(RLIMIT_DATA, l.memory_bytes);
  // Counted per user namespace; without one it would count all that the user runs.
  if (how.own_processes && stands(kWallProcessCount)) {
    set = set && cap_at(RLIMIT_NPROC, l.processes + 1);  // and the sandbox's first process
    walls |= kWallProcessCount;
  }
  if (!set) return at(Step::kLimits);
  walls |= kWallLimits;
  return none();
}

Trouble drop_capabilities(std::uint32_t& walls) {
  if (!stands(kWallCapabilities)) return none();
  for (int cap = 0; cap <= 63; ++cap)
    if (::prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) != 0 && errno == EINVAL) break;  // past the last
  (void)::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  const __user_cap_data_struct nothing[2] = {};
  if (::syscall(SYS_capset, &header, nothing) != 0) return at(Step::kCapabilities);
  walls |= kWallCapabilities;
  return none();
}

std::uint64_t rights_of(Grant grant, int abi) {
  namespace l = sandbox::landlock;
  const std::uint64_t known = l::files_of(abi);
  switch (grant) {
    case Grant::kList: return l::kReadDir;
    case Grant::kRead: return l::kReadFile | l::kReadDir;
    case Grant::kRun: return l::kReadFile | l::kReadDir | l::kExecute;
    // SECURITY: what is written is never run, and no device is made or spoken to.
    case Grant::kWrite: return known & ~(l::kExecute | l::kMakeChar | l::kMakeBlock | l::kIoctlDev);
  }
  return 0;
}

int add_rule(int ruleset, const Granted& g, int abi) {
  struct stat st {};
  if (::fstat(g.place, &st) != 0) return -1;
  std::uint64_t rights = rights_of(g.grant, abi);
  if (!S_ISDIR(st.st_mode)) rights &= sandbox::landlock::kOfFiles;
  const sandbox::landlock::PathBeneathAttr attr{rights, g.place};
  return static_cast<int>(
      ::syscall(SYS_landlock_add_rule, ruleset, sandbox::landlock::kRulePathBeneath, &attr, 0));
}

Trouble confine(const Seal& how, std::uint32_t& walls, std::uint32_t& landlock) {
  namespace l = sandbox::landlock;
  const long abi = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, l::kAskVersion);
  if (abi <= 0 || !stands(kWallLandlock) || (left_out() & kNoLandlock) != 0) return none();
  l::RulesetAttr attr;
  attr.handled_fs = l::files_of(static_cast<int>(abi));
  attr.handled_net = l::kBindTcp | l::kConnectTcp;
  if (stands(kWallScopes)) attr.scoped = l::kScopeAbstractUnix | l::kScopeSignal;
  const long ruleset =
      ::syscall(SYS_landlock_create_ruleset, &attr, l::size_of(static_cast<int>(abi)), 0);
  if (ruleset < 0) return at(Step::kLandlock);
  for (std::uint32_t i = 0; i < how.grants; ++i)
    if (add_rule(static_cast<int>(ruleset), how.granted[i], static_cast<int>(abi)) != 0)
      return at(Step::kLandlock);
  if (::syscall(SYS_landlock_restrict_self, ruleset, 0) != 0) return at(Step::kLandlock);
  ::close(static_cast<int>(ruleset));
  landlock = static_cast<std::uint32_t>(abi);
  walls |= kWallLandlock;
  if (abi >= 6 && stands(kWallScopes)) walls |= kWallScopes;
  return none();
}

Trouble filter(const Seal& how, std::uint32_t& walls) {
  if (!stands(kWallSeccomp)) return none();
  // Where signals end at no namespace and at no Landlock scope, no signal is sent at all.
  const bool scoped = how.own_processes || (walls & kWallScopes) != 0;
  const sock_fprog program = scoped ? sock_fprog{sizeof kToolFilter / sizeof kToolFilter[0],
                                                 const_cast<sock_filter*>(kToolFilter)}
                                    // the kernel only reads it
                                    : sock_fprog{sizeof kToolFilterBare / sizeof kToolFilterBare[0],
                                                 const_cast<sock_filter*>(kToolFilterBare)};
  if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0) return at(Step::kSeccomp);
  walls |= kWallSeccomp;
  return none();
}

}  // namespace

Trouble seal(const Seal& how, std::uint32_t& walls, std::uint32_t& landlock) {
  if (const Trouble t = set_limits(how, walls); t.any()) return t;
  if (const Trouble t = drop_capabilities(walls); t.any()) return t;
  if (stands(kWallPrivileges)) {
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return at(Step::kSeccomp);
    walls |= kWallPrivileges;
  }
  if (const Trouble t = confine(how, walls, landlock); t.any()) return t;
  return filter(how, walls);
}

}  // namespace runner
