// SPDX-License-Identifier: Apache-2.0
#include "runner/spawner/root.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runner/spawner/stands.h"

namespace runner {
namespace {

// mount(2): linux/mount.h and sys/mount.h do not go together.
constexpr unsigned long kNoSuid = 2, kNoDev = 4, kNoExec = 8, kRecursive = 16384,
                        kPrivate = 1u << 18;
constexpr int kDetach = 2;

int mount_it(const char* type, const char* target, unsigned long flags, const char* options) {
  return static_cast<int>(::syscall(SYS_mount, type, target, type, flags, options));
}

bool write_file(int directory, const char* path, const char* text) {
  const int fd = ::openat(directory, path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const auto n = static_cast<ssize_t>(::strlen(text));
  const bool done = ::write(fd, text, static_cast<std::size_t>(n)) == n;
  ::close(fd);
  return done;
}

// A detached copy of the tree below `fd`, with `attributes` (MOUNT_ATTR_*) on all of it.
int copy_tree(int fd, std::uint64_t attributes) {
  const long tree = ::syscall(SYS_open_tree, fd, "",
                              AT_EMPTY_PATH | AT_RECURSIVE | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
  if (tree < 0) return -1;
  mount_attr attr{};
  attr.attr_set = attributes;
  if (::syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH | AT_RECURSIVE, &attr, sizeof attr) == 0)
    return static_cast<int>(tree);
  ::close(static_cast<int>(tree));
  return -1;
}

// The file behind `fd`, opened in this mount namespace; -1 with errno if it is another by now.
int open_again(int fd) {
  char link[32];
  char path[4096];
  (void)::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t n = ::readlink(link, path, sizeof path - 1);
  if (n <= 0) return -1;
  path[n] = '\0';
  const int again = ::open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  struct stat was {
  }, is{};
  if (again < 0) return -1;
  if (::fstat(fd, &was) == 0 && ::fstat(again, &is) == 0 && was.st_dev == is.st_dev &&
      was.st_ino == is.st_ino)
    return again;
  ::close(again);
  errno = ESTALE;
  return -1;
}

// Makes the directories above the last component of `path`, relative to the working directory.
bool make_parents(const char* path) {
  char part[kPathBytes];
  for (const char* slash = ::strchr(path, '/'); slash != nullptr;
       slash = ::strchr(slash + 1, '/')) {
    const auto n = static_cast<std::size_t>(slash - path);
    ::memcpy(part, path, n);
    part[n] = '\0';
    if (::mkdir(part, 0755) != 0 && errno != EEXIST) return false;
  }
  return true;
}

// An empty target of the kind that `source` is.
bool make_target(int source, const char* path) {
  struct stat st {};
  if (!make_parents(path) || ::fstat(source, &st) != 0) return false;
  if (S_ISDIR(st.st_mode)) return ::mkdir(path, 0755) == 0 || errno == EEXIST;
  const int fd = ::open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (fd < 0) return false;
  ::close(fd);
  return true;
}

bool attach(int tree, const char* path) {
  return ::syscall(SYS_move_mount, tree, "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH) == 0;
}

constexpr std::uint64_t kQuiet = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;

struct Trees {
  int fd[kPlaces] = {};
  std::uint32_t count = 0;
  ~Trees() {
    for (std::uint32_t i = 0; i < count; ++i) ::close(fd[i]);
  }
};

// Before anything is mounted: copies of all sources.
Trouble copy_sources(const OpenProfile& profile, const int* sources, Trees& trees) {
  for (std::uint32_t i = 0; i < profile.places; ++i) {
    if (profile.place[i].kind == PlaceKind::kLink) continue;
    const std::uint64_t mode = profile.place[i].kind == PlaceKind::kWrite ? 0 : MOUNT_ATTR_RDONLY;
    const int source = open_again(sources[trees.count]);
    if (source < 0) return at(Step::kBind);
    const int tree = copy_tree(source, kQuiet | mode);
    const int error = errno;
    ::close(source);
    if (tree < 0) return at(Step::kBind, error);
    trees.fd[trees.count++] = tree;
  }
  return none();
}

constexpr const char* kDevices[] = {"dev/null", "dev/zero", "dev/full", "dev/random",
                                    "dev/urandom"};
constexpr int kDeviceCount = sizeof kDevices / sizeof kDevices[0];

bool copy_devices(int (&trees)[kDeviceCount]) {
  for (int i = 0; i < kDeviceCount; ++i) {
    char path[32];
    (void)::snprintf(path, sizeof path, "/%s", kDevices[i]);
    const int device = ::open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    trees[i] = device < 0 ? -1 : copy_tree(device, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
    if (trees[i] < 0) return false;
    ::close(device);
  }
  return true;
}

bool place_devices(const int (&trees)[kDeviceCount]) {
  if (::mkdir("dev", 0755) != 0) return false;
  for (int i = 0; i < kDeviceCount; ++i) {
    const int file = ::open(kDevices[i], O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file < 0 || !attach(trees[i], kDevices[i])) return false;
    ::close(file);
    ::close(trees[i]);
  }
  return ::symlink("/proc/self/fd", "dev/fd") == 0 && ::symlink("/tmp", "dev/shm") == 0 &&
         ::symlink("/proc/self/fd/0", "dev/stdin") == 0 &&
         ::symlink("/proc/self/fd/1", "dev/stdout") == 0 &&
         ::symlink("/proc/self/fd/2", "dev/stderr") == 0;
}

Trouble place_all(const OpenProfile& profile, const Trees& trees) {
  std::uint32_t tree = 0;
  for (std::uint32_t i = 0; i < profile.places; ++i) {
    const Place& place = profile.place[i];
    const char* const path = place.at + 1;  // relative to the new root
    if (place.kind == PlaceKind::kLink) {
      if (!make_parents(path) || ::symlink(place.to, path) != 0) return at(Step::kBind);
    } else {
      const int source = trees.fd[tree++];
      if (!make_target(source, path) || !attach(source, path)) return at(Step::kBind);
    }
  }
  return none();
}

Trouble enter(std::uint32_t& walls) {
  if (::syscall(SYS_pivot_root, ".", ".") != 0 || ::syscall(SYS_umount2, ".", kDetach) != 0)
    return at(Step::kRoot);
  if (::chdir("/") != 0) return at(Step::kRoot);
  mount_attr attr{};
  attr.attr_set = kQuiet | MOUNT_ATTR_RDONLY;
  if (::syscall(SYS_mount_setattr, AT_FDCWD, "/", 0, &attr, sizeof attr) != 0)
    return at(Step::kRoot);
  walls |= kWallRoot;
  return none();
}

}  // namespace

Trouble map_ids(int proc, unsigned uid, unsigned gid) {
  char map[48];
  if (!write_file(proc, "self/setgroups", "deny")) return at(Step::kIdentity);
  (void)::snprintf(map, sizeof map, "%u %u 1", kInsideId, uid);
  if (!write_file(proc, "self/uid_map", map)) return at(Step::kIdentity);
  (void)::snprintf(map, sizeof map, "%u %u 1", kInsideId, gid);
  if (!write_file(proc, "self/gid_map", map)) return at(Step::kIdentity);
  return none();
}

Trouble build_root(const OpenProfile& profile, const int* sources, std::uint32_t& walls) {
  if (::syscall(SYS_mount, nullptr, "/", nullptr, kRecursive | kPrivate, nullptr) != 0)
    return at(Step::kRoot);
  Trees trees;
  if (const Trouble t = copy_sources(profile, sources, trees); t.any()) return t;
  int devices[kDeviceCount] = {};
  if (!copy_devices(devices)) return at(Step::kRoot);
  if (mount_it("tmpfs", "/tmp", kNoSuid | kNoDev, "size=1m,nr_inodes=1024,mode=755") != 0 ||
      ::chdir("/tmp") != 0)
    return at(Step::kRoot);
  if (::mkdir("proc", 0555) != 0 || ::mkdir("tmp", 01777) != 0 || !place_devices(devices))
    return at(Step::kRoot);
  if (const Trouble t = place_all(profile, trees); t.any()) return t;
  // A container that masks parts of /proc gets none: an unmasked one would reveal them (EPERM).
  if (mount_it("proc", "proc", kNoSuid | kNoDev | kNoExec, nullptr) == 0) walls |= kWallFreshProc;
  return enter(walls);
}

Trouble mount_own(const Limits& limits, std::uint32_t& walls) {
  char options[96];
  (void)::snprintf(options, sizeof options, "size=%llu,nr_inodes=%u,mode=1777",
                   static_cast<unsigned long long>(limits.tmp_bytes), limits.tmp_inodes);
  if (mount_it("tmpfs", "/tmp", kNoSuid | kNoDev, options) != 0) return at(Step::kTmp);
  if ((walls & kWallFreshProc) == 0 || !stands(kWallFreshProc)) return none();
  if (mount_it("proc", "/proc", kNoSuid | kNoDev | kNoExec, "subset=pid") != 0)
    return at(Step::kProc);
  return none();
}

}  // namespace runner
