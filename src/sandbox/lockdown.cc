// SPDX-License-Identifier: Apache-2.0
#include "sandbox/lockdown.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

#include "sandbox/drop.h"
#include "sandbox/filter.h"
#include "sandbox/landlock.h"
#include "sandbox/walls.h"

#ifdef __SANITIZE_ADDRESS__
// The search for leaks at exit starts a tracer, which the lists forbid: not behind a lockdown.
extern "C" int __lsan_is_turned_off();
extern "C" int __lsan_is_turned_off() {
  return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? 1 : 0;
}
#endif

namespace sandbox {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;  // shadow memory is larger than any cap
#else
constexpr bool kSanitized = false;
#endif

// seccomp and Landlock hold for the calling thread only, so a second one would stay free.
// A thread is a directory in /proc/self/task, and a directory's link count is 2 + its directories.
base::Status require_one_thread() {
  struct stat status {};
  if (stat("/proc/self/task", &status) != 0) return base::ok();  // no /proc: main knows
  if (status.st_nlink > 3 && !kSanitized)
    return base::invalid("lockdown wants a process with one thread");
  return base::ok();
}

base::Status refuse_new_privs(Achieved& achieved) {
  if (!stands(Wall::kNoNewPrivs)) return base::ok();
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return base::io_error("no_new_privs", errno);
  achieved.no_new_privs = true;
  return base::ok();
}

// Closes /proc/PID/{mem,environ,maps,fd,...}, ptrace and process_vm_readv to processes of the same
// user, and stops cores even where they are piped to a program (which RLIMIT_CORE does not).
base::Status hide_memory(Achieved& achieved) {
  if (!stands(Wall::kDumpable)) return base::ok();
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0)
    return base::io_error("not dumpable", errno);
  achieved.not_dumpable = true;
  return base::ok();
}

base::Status cap(__rlimit_resource resource, std::uint64_t most, const char* what) {
  const rlimit limit{most, most};
  return setrlimit(resource, &limit) == 0 ? base::ok() : base::io_error(what, errno);
}

base::Status cap_resources(const Profile& profile, Achieved& achieved) {
  if (stands(Wall::kCore)) {
    TRY(cap(RLIMIT_CORE, 0, "limit of core"));
    achieved.no_core = true;
  }
  if (profile.data_bytes != 0 && stands(Wall::kMemory) && !kSanitized) {
    TRY(cap(RLIMIT_DATA, profile.data_bytes, "limit of data"));
    achieved.data_bytes = profile.data_bytes;
  }
  return base::ok();
}

base::Status close_between(int first, int last) {
  if (first > last) return base::ok();
  if (syscall(SYS_close_range, static_cast<unsigned>(first), static_cast<unsigned>(last), 0) != 0)
    return base::io_error("close_range", errno);
  return base::ok();
}

base::Status close_others(const Profile& profile) {
  if (!stands(Wall::kDescriptors)) return base::ok();
  std::vector<int> keep = profile.keep;
  std::sort(keep.begin(), keep.end());
  int next = 0;
  for (const int fd : keep) {
    if (fcntl(fd, F_GETFD) < 0) return base::invalid(fmt::format("descriptor {} is not open", fd));
    TRY(close_between(next, fd - 1));
    next = fd + 1;
  }
  return close_between(next, ~0u >> 1);
}

// A change of user clears the death signal, which is put back; and dumpable, which the caller
// renews.
base::Result<bool> become(std::uint32_t id) {
  int death_signal = 0;
  prctl(PR_GET_PDEATHSIG, &death_signal, 0, 0, 0);
  TRY_AS(const bool done, drop_user(id));
  if (prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0) != 0)
    return base::io_error("death signal", errno);
  return done;
}

base::Status drop_identity(const Profile& profile, Achieved& achieved) {
  const bool lowers = stands(Wall::kCapabilities) && profile.program != Program::kSupervisor;
  if (lowers) drop_bounding_set();
  if (profile.user && geteuid() == 0 && stands(Wall::kUser)) {
    TRY_AS(achieved.own_user, become(*profile.user));
    TRY(hide_memory(achieved));
  }
  achieved.user = geteuid();
  if (lowers) TRY(drop_capabilities());
  achieved.no_capabilities = lowers;
  // After the change of user, so that it counts processes of the new one; as root it binds nobody.
  return profile.alone ? cap(RLIMIT_NPROC, 0, "limit of processes") : base::ok();
}

base::Status confine_files(const Profile& profile, Achieved& achieved) {
  if (!profile.landlock || !stands(Wall::kLandlock)) return base::ok();
  TRY_AS(const LandlockWall wall, confine({.read = profile.read,
                                           .run = profile.run,
                                           .write = profile.write,
                                           .connect_tcp = profile.connect_ports()}));
  achieved.landlock_abi = wall.abi;
  achieved.landlock_paths = wall.paths;
  achieved.tcp_confined = wall.tcp;
  achieved.signals_confined = wall.signals;
  return base::ok();
}

void confine_calls(const Profile& profile, Achieved& achieved) {
  if (!stands(Wall::kSeccomp)) return;
  const std::vector<sock_filter> filter = assemble(listing(profile.program), getpid());
  achieved.seccomp = install(filter).ok();  // a host without seccomp: the level says so
  achieved.seccomp_length = static_cast<std::uint16_t>(filter.size());
}

Level level_of(const Achieved& a) {
  if (!a.no_new_privs || !a.not_dumpable || !a.no_core || !a.seccomp) return Level::kNone;
  return a.tcp_confined ? Level::kL2 : Level::kL1;
}

std::string landlock_text(const Achieved& a) {
  if (a.landlock_abi == 0) return "no Landlock";
  return fmt::format("Landlock ABI {} with {} paths{}{}", a.landlock_abi, a.landlock_paths,
                     a.tcp_confined ? "" : ", TCP not confined",
                     a.signals_confined ? "" : ", signals not confined");
}

}  // namespace

std::string text(const Achieved& a) {
  const auto had = [](bool it, std::string_view what) {
    return it ? std::string() : fmt::format(", NOT {}", what);
  };
  return fmt::format("{}: L{} ({} {}, {}, {}{}{}{}{})", name(a.program), static_cast<int>(a.level),
                     a.own_user ? "own user" : "user", a.user, landlock_text(a),
                     a.seccomp ? fmt::format("seccomp of {} instructions", a.seccomp_length)
                               : std::string("no seccomp"),
                     had(a.no_new_privs, "no_new_privs"), had(a.not_dumpable, "hidden memory"),
                     had(a.no_core, "core off"), had(a.no_capabilities, "capabilities dropped"));
}

base::Result<Achieved> apply(const Profile& profile) {
  Achieved achieved;
  achieved.program = profile.program;
  TRY(require_one_thread());
  TRY(refuse_new_privs(achieved));
  TRY(hide_memory(achieved));
  TRY(cap_resources(profile, achieved));
  TRY(close_others(profile));
  TRY(drop_identity(profile, achieved));
  TRY(confine_files(profile, achieved));
  confine_calls(profile, achieved);
  achieved.level = level_of(achieved);
  if (achieved.level < binding(profile.at_least))
    return base::Error{base::Errc::kDenied,
                       "isolation below the demanded level, " + text(achieved)};
  return achieved;
}

}  // namespace sandbox
