// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The lockdown that each program puts on itself before its first frame: what it will never need is
// taken from it for good. Called once, by main, in a process with one thread:
//
//   sandbox::Profile profile = sandbox::profile_of(sandbox::Program::kMonitor);
//   profile.keep = {0, 1, 2, channel.get(), log.get()};
//   auto locked = sandbox::apply(profile);   // Result<Achieved>; failed -> say so and end
//
// A call that the program's list (sandbox/profiles/) does not name then ends it with SIGSYS.
// Trust zone: all programs.
#pragma once

#include <sys/wait.h>

#include <csignal>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "sandbox/calls.h"

namespace sandbox {

// How much was had. L1: no new privileges, not dumpable, no core, seccomp. L2: also Landlock with
// TCP rules (ABI 4). Namespaces (L3) are for tools, not for the programs themselves.
enum class Level : std::uint8_t { kNone = 0, kL1 = 1, kL2 = 2 };

// Where root starts a program it becomes the user and the group kFirstUser + its place in Program:
// gateway 79360, session 79361, monitor 79362, broker and vault writer 79363, egress 79365,
// runner 79366; the spawner, which locks itself down without this library, 79369. The range lies
// between systemd's and login's ranges, in neither of which it is.
inline constexpr std::uint32_t kFirstUser = 79360;

// What a program keeps. Made by profile_of(), then completed by main.
class Profile {
 public:
  Program program{};
  std::vector<int> keep = {0, 1, 2};  // descriptors; every other one is closed
  std::vector<std::string> read;      // files and directories whose content may be read
  std::vector<std::string> run;       // and may also be executed
  std::vector<std::string> write;     // directories with full use, but for devices and execution
  std::uint64_t data_bytes = 0;       // RLIMIT_DATA; 0 leaves it
  std::optional<std::uint32_t> user;  // uid and gid to become if the effective uid is 0
  bool landlock = true;               // false: files and ports are left as they are
  bool alone = true;                  // starts no process and no thread: RLIMIT_NPROC 0
  Level at_least = Level::kL1;        // apply() fails below it (the configuration's min_isolation)

  const std::vector<std::uint16_t>& connect_ports() const { return ports_; }

 private:
  friend void allow_connect(Profile& profile, std::vector<std::uint16_t> ports);  // allow_network.h
  std::vector<std::uint16_t> ports_;
};

// The profile of a program with its default files, limits and user.
Profile profile_of(Program program);

// What was really applied; plain bytes, so that a child may send it through a pipe.
struct Achieved {
  Program program{};
  Level level = Level::kNone;
  bool no_new_privs = false;
  bool not_dumpable = false;  // same-uid processes can read neither memory nor environment
  bool no_core = false;
  bool own_user = false;  // false where an ordinary user started the program
  bool no_capabilities = false;
  bool seccomp = false;
  bool tcp_confined = false;
  bool signals_confined = false;
  std::uint32_t user = 0;            // the uid it now has
  std::uint64_t data_bytes = 0;      // 0: no cap
  int landlock_abi = 0;              // 0: no Landlock
  int landlock_paths = 0;            // granted paths that exist
  std::uint16_t seccomp_length = 0;  // instructions
};

// One line for a person: "monitor: L2 (own user 79362, Landlock ABI 7, ...)".
std::string text(const Achieved& achieved);

// Locks the calling process down, in this order: no_new_privs, not dumpable, no core, limits,
// descriptors, bounding set, user and groups, capabilities, Landlock, seccomp. Nothing is undone on
// failure: the caller ends. Files that a library reads at its first use must be read before
// (OpenSSL: base::prepare_crypto; the time zone: tzset). Paths are opened as the new user: one that
// it cannot reach is left out. What the host does not offer is missing from Achieved. Fails with
//   kInvalid  more than one thread runs, or a kept descriptor is not open
//   kIo       the kernel refused a step that it offers
//   kDenied   less than profile.at_least was had, or root could be taken back
base::Result<Achieved> apply(const Profile& profile);

// True if a child that was waited for ended by its own lockdown.
inline bool ended_by_lockdown(int wait_status) {
  return WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == SIGSYS;
}

}  // namespace sandbox
