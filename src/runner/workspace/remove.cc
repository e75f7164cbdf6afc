// SPDX-License-Identifier: Apache-2.0
#include "runner/workspace/remove.h"

#include <errno.h>
#include <fcntl.h>

#include "runner/workspace/limits.h"
#include "runner/workspace/protect.h"
#include "runner/workspace/walk.h"

namespace workspace {
namespace {

constexpr int kList = O_RDONLY | O_DIRECTORY | O_NONBLOCK;

struct Level {
  base::Fd directory;
  std::string name;  // of this directory in the one above
  std::vector<std::string> names;
};

// Opens `name` as one more level; nothing if it is no directory.
Outcome<bool> enter(Disk& disk, int above, const std::string& name, std::vector<Level>& levels) {
  const int fd = disk.open(above, name.c_str(), kList, 0);
  if (fd == -ENOTDIR || fd == -ELOOP) return false;
  if (fd < 0) return failed_call("open", -fd);
  Level level{base::Fd(fd), name, {}};
  TRY_AS(level.names, all_names_in(disk, level.directory, SIZE_MAX / 2));
  levels.push_back(std::move(level));
  return true;
}

}  // namespace

Done remove_tree(Disk& disk, const base::Fd& directory, const std::string& name) {
  const int first = disk.unlink(directory.get(), name.c_str(), 0);
  if (first == 0 || first == -ENOENT) return done();
  if (first != -EISDIR && first != -EPERM) return failed_call("unlink", -first);
  std::vector<Level> levels;
  TRY_AS(const bool entered, enter(disk, directory.get(), name, levels));
  if (!entered) return failed_call("unlink", -first);
  while (!levels.empty()) {
    Level& level = levels.back();
    if (level.names.empty()) {
      const std::string own = level.name;
      levels.pop_back();
      const int above = levels.empty() ? directory.get() : levels.back().directory.get();
      const int e = disk.unlink(above, own.c_str(), AT_REMOVEDIR);
      if (e < 0) return failed_call("rmdir", -e);
      continue;
    }
    const std::string next = std::move(level.names.back());
    level.names.pop_back();
    if (disk.unlink(level.directory.get(), next.c_str(), 0) == 0) continue;
    // LIMIT: deeper than a tool can make it; a descriptor each.
    if (levels.size() > 4 * kDepth) return fail(Cause::kTooMany, "the tree is too deep");
    TRY_AS(const bool into, enter(disk, level.directory.get(), next, levels));
    if (!into) return fail(Cause::kDenied, "a file cannot be removed");
  }
  return done();
}

Outcome<std::uint64_t> remove_leftovers(const Beneath& beneath, std::uint64_t limit) {
  std::uint64_t removed = 0;
  const auto sweep = [&](const base::Fd& directory) -> Done {
    TRY_AS(const auto names, all_names_in(beneath.disk(), directory, limit));
    for (const std::string& name : names)
      if (name.starts_with(".yett-") && is_reserved(name) &&
          beneath.disk().unlink(directory.get(), name.c_str(), 0) == 0)
        ++removed;
    return done();
  };
  TRY_AS(const base::Fd root, beneath.listing(Path()));
  TRY(sweep(root));
  const auto visit = [&](const Entry& e, const base::Fd&) -> Outcome<Next> {
    if (e.status.kind != Kind::kDirectory) return Next::kOn;
    const auto directory = beneath.listing(e.path);
    if (!directory.ok()) return Next::kOn;
    TRY(sweep(*directory));
    return Next::kInto;
  };
  TRY(walk(beneath, Path(), limit, visit));
  return removed;
}

}  // namespace workspace
