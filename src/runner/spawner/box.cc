// SPDX-License-Identifier: Apache-2.0
#include "runner/spawner/box.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <initializer_list>

#include "runner/spawner/call.h"
#include "runner/spawner/root.h"
#include "runner/spawner/socket.h"
#include "runner/spawner/stands.h"
#include "runner/spawner/watch.h"

namespace runner {
namespace {

constexpr int kSocketFd = 3;

unsigned long box_flags(const Shape& shape) {
  if (!shape.namespaces) return 0;
  unsigned long flags = 0;
  if (stands(kWallUser)) flags |= CLONE_NEWUSER;
  // Without a user namespace of its own the profile's has the right to make the others.
  if (stands(kWallProcesses)) flags |= CLONE_NEWPID;
  if (stands(kWallIpc)) flags |= CLONE_NEWIPC;
  return flags | CLONE_NEWNS;
}

std::uint32_t box_walls(const Shape& shape) {
  std::uint32_t walls = shape.walls;
  if (shape.namespaces && stands(kWallProcesses)) walls |= kWallProcesses;
  if (shape.namespaces && stands(kWallIpc)) walls |= kWallIpc;
  return walls;
}

// What Landlock grants: inside a root of our own its places, without one the profile's sources.
struct Grants {
  Granted all[kPlaces + 12];
  std::uint32_t count = 0;
  void add(int place, Grant grant) {
    if (place >= 0) all[count++] = {place, grant};
  }
  void add(const char* path, Grant grant) { add(::open(path, O_PATH | O_CLOEXEC), grant); }
};

Grant grant_of(PlaceKind kind) { return kind == PlaceKind::kWrite ? Grant::kWrite : Grant::kRun; }

void collect(const Shape& shape, Grants& out) {
  std::uint32_t source = 0;
  const bool own_root = (shape.walls & kWallRoot) != 0;
  for (std::uint32_t i = 0; i < shape.places->places; ++i) {
    const Place& place = shape.places->place[i];
    if (place.kind == PlaceKind::kLink) continue;
    if (own_root) out.add(place.at, grant_of(place.kind));
    else out.add(shape.sources[source], grant_of(place.kind));
    ++source;
  }
  for (const char* device : {"/dev/null", "/dev/zero", "/dev/full"}) out.add(device, Grant::kWrite);
  for (const char* device : {"/dev/random", "/dev/urandom"}) out.add(device, Grant::kRead);
  if (!own_root) return;
  out.add("/", Grant::kList);
  out.add("/proc", Grant::kRead);
  out.add("/tmp", Grant::kWrite);
}

[[noreturn]] void give_up(const Trouble& trouble) {
  const Note note{NoteKind::kBroken, static_cast<std::uint32_t>(trouble.error), 0, 0, trouble.step};
  (void)send_frame(kSocketFd, &note, sizeof note, nullptr, 0);
  ::_exit(1);
}

// In its namespaces, as long as it still may.
Trouble settle(const Shape& shape, std::uint32_t slot, std::uint32_t& walls) {
  if (shape.cgroups.version != 0) {
    const std::uint32_t had = make_slot(shape.cgroups, shape.profile, slot, shape.limits);
    if (!enter_slot(shape.cgroups, shape.profile, slot)) return at(Step::kLimits);
    walls |= had;
  }
  if (!shape.namespaces) return none();
  if (stands(kWallUser)) {
    (void)::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);  // the maps belong to us only then
    if (const Trouble t = map_ids(shape.proc, shape.uid, shape.gid); t.any()) return t;
    walls |= kWallUser;
  }
  // After it is in its slot: what it then sees begins there.
  if (stands(kWallCgroupNames) && ::unshare(CLONE_NEWCGROUP) == 0) walls |= kWallCgroupNames;
  if ((shape.walls & kWallRoot) != 0) return mount_own(shape.limits, walls);
  return none();
}

struct Sealed {
  std::uint32_t walls = 0;
  std::uint32_t landlock = 0;
};

Trouble seal_here(const Shape& shape, Sealed& out) {
  Grants grants;
  collect(shape, grants);
  const Seal how{&shape.limits, grants.all, grants.count,
                 shape.namespaces && stands(kWallUser) && stands(kWallProcesses)};
  return seal(how, out.walls, out.landlock);
}

void keep_only_socket() {
  if (stands(kWallDescriptors)) (void)::syscall(SYS_close_range, kSocketFd + 1, ~0u, 0);
}

// SECURITY: nobody of the same user looks into the first process: it can be addressed from inside.
void hide(std::uint32_t& walls) {
  const bool hidden = stands(kWallHidden);
  if (::prctl(PR_SET_DUMPABLE, hidden ? 0 : 1, 0, 0, 0) == 0 && hidden) walls |= kWallHidden;
}

// The first process of a sandbox with namespaces: sealed before the tool's is made.
[[noreturn]] void be_first(const Shape& shape, std::uint32_t slot) {
  Sealed sealed{box_walls(shape), 0};
  Trouble trouble = settle(shape, slot, sealed.walls);
  if (!trouble.any()) trouble = seal_here(shape, sealed);
  keep_only_socket();
  hide(sealed.walls);
  if (trouble.any()) give_up(trouble);
  if (stands(kWallDescriptors)) sealed.walls |= kWallDescriptors;
  block_watched();
  const pid_t tool = clone_with(0, nullptr);
  if (tool < 0) give_up(at(Step::kFork));
  if (tool == 0) await_call({NoteKind::kReady, 0, sealed.walls, sealed.landlock, Step::kNone});
  // What it looks at must be its own: a /proc that it has for itself, and the /tmp beside it.
  const bool sample =
      (sealed.walls & (kWallMemory | kWallRoot | kWallFreshProc)) == (kWallRoot | kWallFreshProc) &&
      stands(kWallMemory);
  watch_over(tool, kSocketFd, sample ? shape.limits.memory_bytes : 0);
}

// Without namespaces the first process stays unsealed, outside the Landlock domain, where no signal
// of the tool reaches it; it is what ends the rest.
[[noreturn]] void be_first_flat(const Shape& shape, std::uint32_t slot) {
  Sealed sealed{box_walls(shape), 0};
  const Trouble trouble = settle(shape, slot, sealed.walls);
  hide(sealed.walls);
  if (trouble.any()) give_up(trouble);
  (void)::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  block_watched();
  const pid_t tool = clone_with(0, nullptr);
  if (tool < 0) give_up(at(Step::kFork));
  if (tool == 0) {
    (void)::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    const Trouble failed = seal_here(shape, sealed);
    keep_only_socket();
    if (failed.any()) give_up(failed);
    if (stands(kWallDescriptors)) sealed.walls |= kWallDescriptors;
    await_call({NoteKind::kReady, 0, sealed.walls, sealed.landlock, Step::kNone});
  }
  watch_over_flat(tool, kSocketFd);
}

[[noreturn]] void be_box(const Shape& shape, std::uint32_t slot, int socket, pid_t parent) {
  (void)::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  // In a pid namespace of its own the parent is not to be seen (0), and its end is ours anyway.
  if (::getppid() != parent && ::getppid() != 0) ::_exit(1);
  if (socket != kSocketFd && ::dup2(socket, kSocketFd) < 0) ::_exit(1);
  (void)::setsid();
  if (shape.namespaces) be_first(shape, slot);
  be_first_flat(shape, slot);
}

}  // namespace

pid_t clone_with(unsigned long flags, int* pidfd) {
  const unsigned long pidfd_flag = pidfd == nullptr ? 0 : CLONE_PIDFD;
  return static_cast<pid_t>(
      ::syscall(SYS_clone, flags | pidfd_flag | SIGCHLD, nullptr, pidfd, nullptr, 0));
}

BoxEnds make_box(const Shape& shape, std::uint32_t slot) {
  int pair[2];
  BoxEnds out;
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) return out;
  const pid_t parent = ::getpid();
  out.pid = clone_with(box_flags(shape), &out.pidfd);
  if (out.pid == 0) {
    ::close(pair[0]);
    be_box(shape, slot, pair[1], parent);
  }
  ::close(pair[1]);
  if (out.pid > 0) out.socket = pair[0];
  else ::close(pair[0]);
  return out;
}

}  // namespace runner
