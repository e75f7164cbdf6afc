// SPDX-License-Identifier: Apache-2.0
#include "runner/exec_profile.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include "runner/spawner/check.h"

namespace runner {
namespace {

constexpr std::uint64_t kMebi = 1024 * 1024;

// /bin and the like are links into /usr on most hosts; then the same link stands inside.
void add_merged(const std::string& path, ExecProfile& out) {
  struct stat st {};
  std::array<char, 256> to{};
  if (::lstat(path.c_str(), &st) != 0) return;
  if (S_ISDIR(st.st_mode)) return out.binds.push_back({path, path});
  const ssize_t n = ::readlink(path.c_str(), to.data(), to.size() - 1);
  if (n > 0) out.links.push_back({path, std::string(to.data(), static_cast<std::size_t>(n))});
}

void add_if_there(const std::string& path, ExecProfile& out) {
  struct stat st {};
  if (::lstat(path.c_str(), &st) == 0 && !S_ISLNK(st.st_mode)) out.binds.push_back({path, path});
}

base::Status put_path(const std::string& text, char (&to)[kPathBytes]) {
  if (text.empty() || text.size() >= kPathBytes || text.find('\0') != std::string::npos)
    return base::invalid(fmt::format("`{}` is no place in a sandbox", text));
  text.copy(to, text.size());
  return base::ok();
}

base::Status put_place(const std::string& at, PlaceKind kind, OpenProfile& frame, Place*& out) {
  if (frame.places == kPlaces) return base::invalid("too many places in one profile");
  out = &frame.place[frame.places++];
  out->kind = kind;
  TRY(put_path(at, out->at));
  if (!is_place(out->at)) return base::invalid(fmt::format("`{}` is no place in a sandbox", at));
  return base::ok();
}

base::Result<base::Fd> open_source(const std::string& path) {
  base::Fd fd(::open(path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  struct stat st {};
  if (!fd || ::fstat(fd.get(), &st) != 0)
    return base::not_found(fmt::format("`{}` is not there", path));
  if (S_ISLNK(st.st_mode)) return base::invalid(fmt::format("`{}` is a link", path));
  return fd;
}

struct Named {
  Wall wall;
  const char* missing;
};
constexpr Named kMissing[] = {
    {kWallFreshProc, "no /proc"},        {kWallLandlock, "no Landlock"},
    {kWallScopes, "signals not scoped"}, {kWallProcessCount, "processes uncounted"},
    {kWallCpu, "cpu share unenforced"},
};

const char* name(Step step) {
  switch (step) {
    case Step::kNone: return "nothing";
    case Step::kNamespaces: return "namespaces";
    case Step::kIdentity: return "user map";
    case Step::kRoot: return "root";
    case Step::kBind: return "bind";
    case Step::kProc: return "/proc";
    case Step::kTmp: return "/tmp";
    case Step::kLimits: return "limits";
    case Step::kCapabilities: return "capabilities";
    case Step::kLandlock: return "Landlock";
    case Step::kSeccomp: return "seccomp";
    case Step::kFork: return "process";
    case Step::kLevel: return "level";
    case Step::kExec: return "exec";
  }
  return "?";
}

}  // namespace

ExecProfile standard_profile() {
  ExecProfile out;
  out.name = "standard";
  out.limits = {.memory_bytes = 512 * kMebi,
                .tmp_bytes = 64 * kMebi,
                .file_bytes = 64 * kMebi,
                .tmp_inodes = 4096,
                .processes = 64,
                .cpu_milli = 500,
                .open_files = 256};
  add_if_there("/usr", out);
  for (const char* path : {"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"})
    add_merged(path, out);
  // The loader's index, alternatives, and the names of users: nothing of this host's own.
  for (const char* path : {"/etc/ld.so.cache", "/etc/alternatives"}) add_if_there(path, out);
  return out;
}

base::Result<ProfileFrame> frame_of(const ExecProfile& profile) {
  ProfileFrame out;
  out.frame.kind = FrameKind::kOpenProfile;
  out.frame.least_level = static_cast<std::uint32_t>(profile.least);
  out.frame.waiting = profile.waiting;
  out.frame.limits = profile.limits;
  Place* place = nullptr;
  for (const Bind& bind : profile.binds) {
    TRY(put_place(bind.at, bind.write ? PlaceKind::kWrite : PlaceKind::kRead, out.frame, place));
    TRY_AS(base::Fd source, open_source(bind.source));
    out.sources.push_back(std::move(source));
  }
  for (const Link& link : profile.links) {
    TRY(put_place(link.at, PlaceKind::kLink, out.frame, place));
    TRY(put_path(link.to, place->to));
  }
  if (!is_sound(out.frame, sizeof out.frame, out.sources.size() + 1))
    return base::invalid(fmt::format("profile `{}` has a limit out of its range", profile.name));
  return out;
}

std::string text(const Opened& opened) {
  const std::string why = opened.failed == Step::kNone
                              ? ""
                              : fmt::format("; {}: {}", name(opened.failed),
                                            ::strerrordesc_np(static_cast<int>(opened.failure)));
  if (opened.level == ToolLevel::kNone) return "none" + why;
  std::string out = fmt::format(
      "L{} ({}Landlock ABI {}, seccomp, {}", static_cast<int>(opened.level),
      (opened.walls & kWallRoot) != 0 ? "namespaces, " : "", opened.landlock,
      opened.cgroups == 0 ? std::string("no cgroups") : fmt::format("cgroups v{}", opened.cgroups));
  if ((opened.walls & kWallMemory) == 0)
    out +=
        (opened.walls & kWallFreshProc) != 0 ? ", memory by sampling" : ", memory a process only";
  for (const Named& wall : kMissing)
    if ((opened.walls & wall.wall) == 0) out += fmt::format(", {}", wall.missing);
  return out + why + ")";
}

}  // namespace runner
