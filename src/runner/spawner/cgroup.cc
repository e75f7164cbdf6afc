// SPDX-License-Identifier: Apache-2.0
#include "runner/spawner/cgroup.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <initializer_list>

#include "runner/spawner/stands.h"

namespace runner {
namespace {

constexpr char kMounts[] = "/sys/fs/cgroup";

// The first bytes of a small file, with a NUL. False if there is none.
template <std::size_t N> bool read_at(int directory, const char* name, char (&to)[N]) {
  const int fd = ::openat(directory, name, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const ssize_t n = ::read(fd, to, N - 1);
  ::close(fd);
  to[n > 0 ? n : 0] = '\0';
  return n > 0;
}

bool write_at(int directory, const char* name, const char* text) {
  const int fd = ::openat(directory, name, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const auto n = static_cast<ssize_t>(::strlen(text));
  const bool done = ::write(fd, text, static_cast<std::size_t>(n)) == n;
  ::close(fd);
  return done;
}

bool write_number(int directory, const char* name, std::uint64_t value) {
  char text[24];
  (void)::snprintf(text, sizeof text, "%llu", static_cast<unsigned long long>(value));
  return write_at(directory, name, text);
}

// The number after `word` in a file of "word number" lines; 0 if it is not there.
std::uint64_t number_after(int directory, const char* name, const char* word) {
  char text[1024];
  if (!read_at(directory, name, text)) return 0;
  const char* const found = ::strstr(text, word);
  return found == nullptr ? 0 : ::strtoull(found + ::strlen(word), nullptr, 10);
}

// Where this process is in the hierarchy with `controller` ("" is v2): /proc/self/cgroup has lines
// "N:memory:/path".
bool own_group(const char* controller, char (&path)[160]) {
  char all[2048];
  if (!read_at(AT_FDCWD, "/proc/self/cgroup", all)) return false;
  for (char* line = all; line != nullptr && *line != '\0';) {
    char* const end = ::strchr(line, '\n');
    if (end != nullptr) *end = '\0';
    char* const names = ::strchr(line, ':');
    char* const where = names == nullptr ? nullptr : ::strchr(names + 1, ':');
    if (where != nullptr) {
      *where = '\0';
      if (::strcmp(names + 1, controller) == 0 && ::strlen(where + 1) < sizeof path) {
        ::memcpy(path, where + 1, ::strlen(where + 1) + 1);
        return true;
      }
    }
    line = end == nullptr ? nullptr : end + 1;
  }
  return false;
}

// Opens the directory `own` of this spawner below `shared`, one for all of them which stays there:
// whoever removes a directory needs its parent, and that is ours only below `shared`. -1 if it is
// not allowed. Both are made if need be and belong to `owner`.
int make_directory(char (&path)[256], unsigned owner, const char* controllers) {
  for (const bool shared : {true, false}) {
    const std::size_t n = ::strlen(path);
    if (!shared) (void)::snprintf(path + n, sizeof path - n, "/%d", ::getpid());
    struct stat st {};
    if (::mkdir(path, 0755) != 0 && errno != EEXIST) return -1;
    if (::geteuid() == 0 && ::chown(path, owner, owner) != 0) return -1;
    if (::stat(path, &st) != 0 || st.st_uid != owner) return -1;
    const int fd = ::open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0 && controllers != nullptr)
      (void)write_at(fd, "cgroup.subtree_control", controllers);
    if (!shared || fd < 0) return fd;
    ::close(fd);
  }
  return -1;
}

int make_v1(const char* controller, unsigned owner, char (&path)[256]) {
  char own[160];
  if (!own_group(controller, own)) return -1;
  (void)::snprintf(path, sizeof path, "%s/%s%s/yett", kMounts, controller,
                   ::strcmp(own, "/") == 0 ? "" : own);
  return make_directory(path, owner, nullptr);
}

// The nearest directory above our own that we may write and whose children have controllers.
bool delegated(char (&path)[256]) {
  char own[160];
  if (!own_group("", own)) return false;
  for (char* slash = ::strrchr(own, '/'); slash != nullptr; slash = ::strrchr(own, '/')) {
    *slash = '\0';
    (void)::snprintf(path, sizeof path, "%s%s", kMounts, own);
    const int fd = ::open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    char controllers[256] = {};
    const bool has = fd >= 0 && read_at(fd, "cgroup.subtree_control", controllers) &&
                     ::strstr(controllers, "memory") != nullptr &&
                     ::strstr(controllers, "pids") != nullptr &&
                     ::faccessat(fd, ".", W_OK, AT_EACCESS) == 0;
    if (fd >= 0) ::close(fd);
    if (has) return true;
  }
  return false;
}

bool make_v2(unsigned owner, Cgroups& out) {
  char above[256];
  if (!delegated(above)) return false;
  (void)::snprintf(out.path[0], sizeof out.path[0], "%.200s/yett", above);
  out.memory = make_directory(out.path[0], owner, "+memory +pids +cpu");
  char controllers[256] = {};
  if (out.memory < 0 || !read_at(out.memory, "cgroup.subtree_control", controllers)) return false;
  if (::strstr(controllers, "memory") == nullptr) return false;
  out.pids = out.memory;
  if (::strstr(controllers, "cpu") != nullptr) out.cpu = out.memory;
  for (const char* file : {"cgroup.procs", "cgroup.subtree_control"})
    if (::geteuid() == 0) (void)!::fchownat(out.memory, file, owner, owner, 0);
  return true;
}

struct Name {
  char text[32];
  Name(std::uint32_t profile, std::uint32_t number) {
    (void)::snprintf(text, sizeof text, "p%u-%u", profile, number);
  }
};

int open_slot(int directory, const Name& name) {
  if (directory < 0) return -1;
  return ::openat(directory, name.text, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

// Does `act(fd)` in the slot of one hierarchy; false if there is none.
template <class F> bool in_slot(int directory, const Name& name, F act) {
  const int fd = open_slot(directory, name);
  if (fd < 0) return false;
  const bool done = act(fd);
  ::close(fd);
  return done;
}

bool limit_memory(int slot, std::uint32_t version, std::uint64_t bytes) {
  if (version == 1) return write_number(slot, "memory.limit_in_bytes", bytes);
  (void)write_at(slot, "memory.swap.max", "0");
  (void)write_at(slot, "memory.oom.group", "1");
  return write_number(slot, "memory.max", bytes);
}

bool limit_cpu(int slot, std::uint32_t version, std::uint32_t milli) {
  if (version == 1)
    return write_number(slot, "cpu.cfs_period_us", 100'000) &&
           write_number(slot, "cpu.cfs_quota_us", milli * 100);
  char text[40];
  (void)::snprintf(text, sizeof text, "%u 100000", milli * 100);
  return write_at(slot, "cpu.max", text);
}

bool is_empty(int slot) {
  char text[16];
  return !read_at(slot, "cgroup.procs", text);
}

// SECURITY: no new process can come into being once the count is 0, so this ends.
void kill_one_by_one(int slot) {
  (void)write_at(slot, "pids.max", "0");
  for (int round = 0; round < 100 && !is_empty(slot); ++round) {
    char text[4096];
    if (!read_at(slot, "cgroup.procs", text)) return;
    for (char* at = text; *at != '\0';) {
      const long pid = ::strtol(at, &at, 10);
      if (pid > 1) (void)::kill(static_cast<pid_t>(pid), SIGKILL);
      while (*at == '\n') ++at;
    }
    (void)::poll(nullptr, 0, 1);
  }
}

}  // namespace

Cgroups make_cgroups(unsigned owner) {
  Cgroups out;
  if (make_v2(owner, out)) {
    out.version = 2;
    return out;
  }
  if (::geteuid() != 0) return out;
  out.memory = make_v1("memory", owner, out.path[0]);
  out.pids = make_v1("pids", owner, out.path[1]);
  out.cpu = make_v1("cpu", owner, out.path[2]);
  if (out.cpu < 0) out.cpu = make_v1("cpu,cpuacct", owner, out.path[2]);
  if (out.memory >= 0 || out.pids >= 0 || out.cpu >= 0) out.version = 1;
  return out;
}

void remove_cgroups(const Cgroups& groups) {
  const int directories[] = {groups.memory, groups.pids, groups.cpu};
  for (int i = 0; i < (groups.version == 2 ? 1 : 3); ++i) {
    if (directories[i] < 0) continue;
    for (std::uint32_t profile = 0; profile < kProfiles; ++profile)
      for (std::uint32_t number = 0; number < kBoxes; ++number)
        if (::unlinkat(directories[i], Name(profile, number).text, AT_REMOVEDIR) != 0 &&
            errno == ENOENT)
          break;  // slots are made in order
    (void)::rmdir(groups.path[i]);
  }
}

std::uint32_t make_slot(const Cgroups& g, std::uint32_t profile, std::uint32_t number,
                        const Limits& limits) {
  const Name name(profile, number);
  for (const int directory : {g.memory, g.pids, g.cpu})
    if (directory >= 0) (void)::mkdirat(directory, name.text, 0755);
  std::uint32_t walls = 0;
  if (stands(kWallMemory) && in_slot(g.memory, name, [&](int slot) {
        return limit_memory(slot, g.version, limits.memory_bytes);
      }))
    walls |= kWallMemory;
  if (stands(kWallProcessCount) && in_slot(g.pids, name, [&](int slot) {
        return write_number(slot, "pids.max", limits.processes + 1);
      }))
    walls |= kWallProcessCount;
  if (stands(kWallCpu) &&
      in_slot(g.cpu, name, [&](int slot) { return limit_cpu(slot, g.version, limits.cpu_milli); }))
    walls |= kWallCpu;
  return walls;
}

bool enter_slot(const Cgroups& g, std::uint32_t profile, std::uint32_t number) {
  const Name name(profile, number);
  bool done = true;
  const int directories[] = {g.memory, g.pids, g.cpu};
  for (int i = 0; i < (g.version == 2 ? 1 : 3); ++i)
    if (directories[i] >= 0)
      done &= in_slot(directories[i], name,
                      [](int slot) { return write_at(slot, "cgroup.procs", "0"); });
  return done;
}

std::uint64_t memory_kills(const Cgroups& g, std::uint32_t profile, std::uint32_t number) {
  std::uint64_t count = 0;
  (void)in_slot(g.memory, Name(profile, number), [&](int slot) {
    count = g.version == 1 ? number_after(slot, "memory.oom_control", "oom_kill ")
                           : number_after(slot, "memory.events", "oom_kill ");
    return true;
  });
  return count;
}

void kill_slot(const Cgroups& g, std::uint32_t profile, std::uint32_t number) {
  (void)in_slot(g.pids, Name(profile, number), [&](int slot) {
    if (g.version == 1 || !write_at(slot, "cgroup.kill", "1")) kill_one_by_one(slot);
    return true;
  });
}

}  // namespace runner
