// SPDX-License-Identifier: Apache-2.0
#include "runner/workspace/walk.h"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "runner/workspace/limits.h"
#include "runner/workspace/protect.h"

namespace workspace {
namespace {

// The names in one answer of getdents64(2): u64 inode, u64 offset, u16 size, u8 type, name.
void add_names(std::span<const char> bytes, std::vector<std::string>& out) {
  constexpr std::size_t kSizeAt = 16;
  constexpr std::size_t kNameAt = 19;
  while (bytes.size() > kNameAt) {
    std::uint16_t size = 0;
    std::memcpy(&size, bytes.data() + kSizeAt, sizeof size);
    CHECK(size > kNameAt && size <= bytes.size());
    const char* name = bytes.data() + kNameAt;
    out.emplace_back(name, ::strnlen(name, size - kNameAt));
    bytes = bytes.subspan(size);
  }
}

bool is_shown(const std::string& name) {
  return !(name.starts_with(".yett-") && is_reserved(name));
}

struct Level {
  base::Fd directory;
  Path path;
  std::vector<std::string> names;
  std::size_t next = 0;
};

class Walk {
 public:
  Walk(const Beneath& beneath, std::uint64_t limit, const Visitor& visit)
      : beneath_(beneath), limit_(limit), visit_(visit) {}

  Outcome<Passed> run(const Path& from) {
    TRY_AS(base::Fd root, beneath_.listing(from));
    TRY(enter(std::move(root), from));
    while (!levels_.empty()) {
      Level& level = levels_.back();
      if (level.next == level.names.size()) {
        levels_.pop_back();
        continue;
      }
      if (passed_.visited == limit_) {
        passed_.cut = true;
        break;
      }
      TRY_AS(const bool go_on, step(level));
      if (!go_on) break;
    }
    return passed_;
  }

 private:
  Done enter(base::Fd directory, Path path) {
    TRY_AS(std::vector<std::string> names,
           names_in(beneath_.disk(), directory, limit_ - passed_.visited + 1));
    levels_.push_back({std::move(directory), std::move(path), std::move(names)});
    return done();
  }

  // False: the visitor has seen enough.
  Outcome<bool> step(Level& level) {
    const std::string& name = level.names[level.next++];
    ++passed_.visited;
    auto path = level.path.child(name);
    if (!path.ok()) return ++passed_.unnameable, true;
    struct stat st {};
    if (beneath_.disk().stat_at(level.directory.get(), name.c_str(), st) < 0)
      return ++passed_.unreadable, true;
    const Entry entry{std::move(*path), status_of(st)};
    TRY_AS(const Next next, visit_(entry, level.directory));
    if (next == Next::kStop) return false;
    if (next == Next::kInto && entry.status.kind == Kind::kDirectory) {
      const int fd = beneath_.disk().open(level.directory.get(), name.c_str(),
                                          O_RDONLY | O_DIRECTORY | O_NONBLOCK, 0);
      if (fd < 0 || !enter(base::Fd(fd), entry.path).ok()) ++passed_.unreadable;
    }
    return true;
  }

  const Beneath& beneath_;
  const std::uint64_t limit_;
  const Visitor& visit_;
  std::vector<Level> levels_;  // at most kDepth: Path::child refuses a deeper one
  Passed passed_;
};

}  // namespace

Outcome<std::vector<std::string>> all_names_in(Disk& disk, const base::Fd& directory,
                                               std::uint64_t limit) {
  std::vector<std::string> out;
  std::vector<char> buffer(32 * 1024);
  while (out.size() < limit + 2) {
    const auto n = disk.entries(directory.get(), buffer);
    if (n < 0) return failed_call("list", static_cast<int>(-n));
    if (n == 0) break;
    add_names(std::span(buffer).first(static_cast<std::size_t>(n)), out);
  }
  std::erase_if(out, [](const std::string& name) { return name == "." || name == ".."; });
  return out;
}

Outcome<std::vector<std::string>> names_in(Disk& disk, const base::Fd& directory,
                                           std::uint64_t limit) {
  TRY_AS(std::vector<std::string> out, all_names_in(disk, directory, limit));
  std::erase_if(out, [](const std::string& name) { return !is_shown(name); });
  std::sort(out.begin(), out.end());
  return out;
}

Outcome<Passed> walk(const Beneath& beneath, const Path& from, std::uint64_t limit,
                     const Visitor& visit) {
  return Walk(beneath, limit, visit).run(from);
}

}  // namespace workspace
