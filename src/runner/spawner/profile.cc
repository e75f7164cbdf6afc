// SPDX-License-Identifier: Apache-2.0
#include "runner/spawner/profile.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <initializer_list>

#include "runner/spawner/box.h"
#include "runner/spawner/pool.h"
#include "runner/spawner/root.h"
#include "runner/spawner/socket.h"
#include "runner/spawner/stands.h"

namespace runner {
namespace {

constexpr int kRehearsalMs = 5'000;  // a sandbox takes one; a loaded machine hundred

constexpr std::uint32_t kNeedsL1 = kWallPrivileges | kWallSeccomp | kWallLimits | kWallCapabilities;
constexpr std::uint32_t kNeedsL2 = kNeedsL1 | kWallLandlock | kWallScopes;
constexpr std::uint32_t kNeedsL3 =
    kNeedsL2 | kWallUser | kWallRoot | kWallProcesses | kWallNetwork | kWallIpc;

// A test that took a wall away wants the level to be what it would have been.
ToolLevel level_of(std::uint32_t walls) {
  walls |= left_out();
  const auto has = [&](std::uint32_t all) { return (walls & all) == all; };
  return has(kNeedsL3)   ? ToolLevel::kL3
         : has(kNeedsL2) ? ToolLevel::kL2
         : has(kNeedsL1) ? ToolLevel::kL1
                         : ToolLevel::kNone;
}

unsigned long profile_flags(bool namespaces) {
  if (!namespaces) return 0;
  unsigned long flags = CLONE_NEWUSER | CLONE_NEWNS;
  if (stands(kWallProcesses)) flags |= CLONE_NEWPID;
  if (stands(kWallIpc)) flags |= CLONE_NEWIPC;
  if (stands(kWallCgroupNames)) flags |= CLONE_NEWCGROUP;
  if (stands(kWallNetwork)) flags |= CLONE_NEWNET;
  if (stands(kWallName)) flags |= CLONE_NEWUTS;
  return flags;
}

Trouble settle(const ProfileStart& start, int proc, unsigned uid, unsigned gid,
               std::uint32_t& walls) {
  (void)::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);  // the maps belong to us only then
  if (const Trouble t = map_ids(proc, uid, gid); t.any()) return t;
  if (stands(kWallNetwork)) walls |= kWallNetwork;
  if (stands(kWallName) && ::sethostname("sandbox", 7) == 0) walls |= kWallName;
  if (stands(kWallRoot))
    if (const Trouble t = build_root(start.frame, start.sources, walls); t.any()) return t;
  (void)::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  return none();
}

// Nothing of the supervisor's stays on 0, 1 and 2; and 3 is kept for the sockets of sandboxes.
void quiet() {
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int fd = 0; null >= 0 && fd <= kSpawnerFd; ++fd) (void)::dup2(null, fd);
  if (null > kSpawnerFd) ::close(null);
}

// What the attempt came to, for the spawner.
struct Attempt {
  Trouble trouble;
};

void report(int pipe, const Trouble& trouble) {
  const Attempt attempt{trouble};
  (void)!::write(pipe, &attempt, sizeof attempt);
  ::close(pipe);
}

Opened opened_of(const Trial& trial, const Shape& shape, const Trouble& before) {
  Opened opened{};
  opened.kind = FrameKind::kOpened;
  opened.walls = trial.note.walls;
  opened.landlock = trial.note.landlock;
  opened.cgroups = shape.cgroups.version;
  opened.level = level_of(opened.walls);
  opened.failed = before.step;
  opened.failure = static_cast<std::uint32_t>(before.error);
  return opened;
}

// In the profile's process. `before`: why an earlier attempt with more walls failed.
[[noreturn]] void be_profile(const ProfileStart& start, bool namespaces, int pipe,
                             const Trouble& before, unsigned uid, unsigned gid) {
  (void)::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  static Shape shape;
  shape.profile = start.number;
  shape.limits = start.frame.limits;
  shape.namespaces = namespaces;
  shape.places = &start.frame;
  shape.sources = start.sources;
  shape.cgroups = start.cgroups;
  shape.uid = shape.gid = kInsideId;
  quiet();
  shape.proc = ::open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
  Trouble trouble = none();
  if (namespaces) trouble = settle(start, shape.proc, uid, gid, shape.walls);
  else (void)::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  Trial trial;
  if (!trouble.any()) trouble = try_one(shape, kRehearsalMs, trial);
  report(pipe, trouble);
  if (trouble.any()) ::_exit(1);
  const Opened opened = opened_of(trial, shape, before);
  const bool shut = opened.level == ToolLevel::kNone ||
                    static_cast<std::uint32_t>(opened.level) < start.frame.least_level;
  if (send_frame(start.channel, &opened, sizeof opened, nullptr, 0) != 0 || shut) ::_exit(1);
  serve(shape, opened.level, start.frame.waiting, start.channel, trial);
}

void say_shut(const ProfileStart& start, const Trouble& trouble) {
  Opened opened{};
  opened.kind = FrameKind::kOpened;
  opened.level = ToolLevel::kNone;
  opened.failed = trouble.step;
  opened.failure = static_cast<std::uint32_t>(trouble.error);
  (void)send_frame(start.channel, &opened, sizeof opened, nullptr, 0);
}

// The process of one attempt, or -1 with why.
pid_t attempt(const ProfileStart& start, bool namespaces, Trouble& trouble) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    trouble = at(Step::kFork);
    return -1;
  }
  const unsigned uid = ::geteuid(), gid = ::getegid();
  const Trouble before = trouble;
  const pid_t pid = clone_with(profile_flags(namespaces), nullptr);
  if (pid == 0) {
    ::close(ends[0]);
    ::close(kSpawnerFd);
    be_profile(start, namespaces, ends[1], before, uid, gid);
  }
  if (pid < 0) trouble = at(Step::kNamespaces);
  ::close(ends[1]);
  Attempt told{at(Step::kFork, ECHILD)};
  pollfd wait{ends[0], POLLIN, 0};
  if (pid > 0 && ::poll(&wait, 1, 2 * kRehearsalMs) == 1)
    (void)!::read(ends[0], &told, sizeof told);
  ::close(ends[0]);
  if (pid > 0 && !told.trouble.any()) return pid;
  if (pid > 0) {
    trouble = told.trouble;
    (void)::kill(pid, SIGKILL);
    (void)::waitpid(pid, nullptr, 0);
  }
  return -1;
}

}  // namespace

pid_t open_profile(const ProfileStart& start) {
  Trouble trouble = none();
  for (const bool namespaces : {true, false}) {
    if (namespaces && (left_out() & kNoNamespaces) != 0) {
      trouble = at(Step::kNamespaces, EPERM);
      continue;
    }
    const pid_t pid = attempt(start, namespaces, trouble);
    if (pid > 0) return pid;
  }
  say_shut(start, trouble);
  return -1;
}

}  // namespace runner
