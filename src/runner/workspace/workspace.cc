// SPDX-License-Identifier: Apache-2.0
// What all tools of a root share: opening it, protection, quota.
#include "runner/workspace/workspace.h"

#include "runner/workspace/remove.h"

namespace workspace {

Outcome<Workspace> Workspace::open(Disk& disk, const base::Clock& clock, base::Random& random,
                                   base::Fd root, base::Fd state, Settings settings) {
  TRY(check_lifted(settings.lifted));
  struct stat root_stat {};
  struct stat state_stat {};
  if (const int e = disk.stat(root.get(), root_stat); e < 0) return failed_call("stat", -e);
  if (const int e = disk.stat(state.get(), state_stat); e < 0) return failed_call("stat", -e);
  if (status_of(root_stat).same_file(status_of(state_stat)))
    return fail(Cause::kBadArguments, "the state folder is the root");
  if (root_stat.st_dev != state_stat.st_dev)
    return fail(
        Cause::kUnsupported,
        "the state folder is not on the root's file system: deleted files go there by name");
  TRY_AS(History history, History::open(disk, std::move(state), settings.limits));
  Workspace out(disk, clock, random, std::move(root), std::move(history), std::move(settings));
  TRY(out.beneath_.check());
  if (out.settings_.limits.root_bytes != 0 || out.settings_.limits.root_files != 0) {
    TRY_AS(out.use_, out.count());
  }
  return out;
}

Done Workspace::may(const Path& path, Access access) const {
  if (access == Access::kWrite && settings_.read_only)
    return fail(Cause::kDenied, "the root is read only");
  return check_protection(path, access, settings_.lifted);
}

Outcome<OpenFile> Workspace::open_plain(const Path& path) const {
  TRY_AS(const Place place, beneath_.place(path));
  return beneath_.open_file(place);
}

Outcome<Workspace::Use> Workspace::count() const {
  Use use;
  TRY_AS(const Passed passed, walk(beneath_, Path(), settings_.limits.visited,
                                   [&](const Entry& e, const base::Fd&) -> Outcome<Next> {
                                     ++use.files;
                                     if (e.status.kind == Kind::kFile) use.bytes += e.status.size;
                                     return Next::kInto;
                                   }));
  use.files += passed.unnameable + passed.unreadable;
  // What cannot be counted has no room left.
  if (passed.cut) use = {UINT64_MAX / 2, UINT64_MAX / 2};
  return use;
}

// Others may have written or removed since it was counted: the count is made anew before a refusal,
// and after it the caller's own use is added.
Done Workspace::check_quota(std::uint64_t more_bytes, std::uint64_t more_files) {
  const Limits& limits = settings_.limits;
  const auto fits = [&] {
    return (limits.root_bytes == 0 || use_.bytes + more_bytes <= limits.root_bytes) &&
           (limits.root_files == 0 || use_.files + more_files <= limits.root_files);
  };
  if (!fits()) {
    TRY_AS(use_, count());
    if (!fits()) return fail(Cause::kQuota, "the root is full: its quota is used up");
  }
  use_.bytes += more_bytes;
  use_.files += more_files;
  return done();
}

Step Workspace::step(Act act, const Path& path, std::uint64_t undoes) const {
  Step out;
  out.act = act;
  out.wall_us = clock_->wall_us();
  out.path = path;
  out.undoes = undoes;
  return out;
}

std::uint64_t Workspace::checkpoint() const {
  return history_.steps().empty() ? 0 : history_.steps().back().number;
}

Outcome<std::uint64_t> Workspace::remove_leftovers() const {
  return workspace::remove_leftovers(beneath_, settings_.limits.visited);
}

}  // namespace workspace
