// SPDX-License-Identifier: Apache-2.0
#include "runner/workspace/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>

#include <optional>

namespace workspace {
namespace {

// A file under a name of our own, removed at the end unless it went to its place.
class Temporary {
 public:
  Temporary(const Beneath& beneath, const Place& place, std::uint64_t number)
      : disk_(beneath.disk()), place_(place), name_(fmt::format(".yett-{:016x}.tmp", number)) {}
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  ~Temporary() {
    if (there_) disk_.unlink(place_.directory.get(), name_.c_str(), 0);
  }
  // The file under the temporary name; nothing if it cannot be told.
  std::optional<Status> standing() const {
    struct stat st {};
    if (disk_.stat_at(place_.directory.get(), name_.c_str(), st) < 0) return std::nullopt;
    return status_of(st);
  }

  Done write(const Contents& contents) {
    const int fd = disk_.open(place_.directory.get(), name_.c_str(),
                              O_WRONLY | O_CREAT | O_EXCL | O_NOCTTY, 0600);
    if (fd < 0) return failed_call("create", -fd);
    fd_ = base::Fd(fd);
    there_ = true;
    for (std::string_view rest = contents.bytes; !rest.empty();) {
      const auto n = disk_.write(fd, rest);
      if (n < 0) return failed_call("write", static_cast<int>(-n));
      if (n == 0) return fail(Cause::kIo, "write: nothing was written");
      rest.remove_prefix(static_cast<std::size_t>(n));
    }
    if (const int e = disk_.change_mode(fd, contents.mode); e < 0) return failed_call("chmod", -e);
    if (contents.durability == Durability::kSynced)
      if (const int e = disk_.sync(fd); e < 0) return failed_call("fsync", -e);
    return done();
  }

  int rename(unsigned flags) {
    return disk_.rename(place_.directory.get(), name_.c_str(), place_.directory.get(),
                        place_.name.c_str(), flags);
  }
  void is_placed() { there_ = false; }
  Outcome<Status> status() const {
    struct stat st {};
    if (const int e = disk_.stat(fd_.get(), st); e < 0) return failed_call("stat", -e);
    return status_of(st);
  }

 private:
  Disk& disk_;
  const Place& place_;
  std::string name_;
  base::Fd fd_;
  bool there_ = false;
};

Failure failed_rename(int error) {
  if (error == EINVAL)
    return fail(Cause::kUnsupported, "the file system cannot exchange names: it is not written to");
  return failed_call("rename", error);
}

// The directory's own entry. kIo, whatever failed: the change is in place, durable or not.
Done sync_directory(const Beneath& beneath, const Place& place, Durability durability) {
  if (durability == Durability::kNone) return done();
  const int fd = beneath.disk().open(place.directory.get(), ".", O_RDONLY | O_DIRECTORY, 0);
  if (fd < 0) return fail(Cause::kIo, "fsync: the directory cannot be opened");
  const base::Fd directory(fd);
  if (beneath.disk().sync(fd) < 0)
    return fail(Cause::kIo, "fsync: the change is in place, but may not survive a crash");
  return done();
}

}  // namespace

Outcome<Status> put_new(const Beneath& beneath, base::Random& random, const Place& place,
                        const Contents& contents) {
  Temporary temporary(beneath, place, random.u64());
  TRY(temporary.write(contents));
  TRY_AS(const Status status, temporary.status());
  if (const int e = temporary.rename(RENAME_NOREPLACE); e < 0) return failed_rename(-e);
  temporary.is_placed();
  TRY(sync_directory(beneath, place, contents.durability));
  return status;
}

Outcome<Status> put_over(const Beneath& beneath, base::Random& random, const Place& place,
                         const Status& old, const Contents& contents) {
  Temporary temporary(beneath, place, random.u64());
  TRY(temporary.write(contents));
  TRY_AS(const Status status, temporary.status());
  if (const int e = temporary.rename(RENAME_EXCHANGE); e < 0) return failed_rename(-e);
  const auto out = temporary.standing();
  if (!out || !out->same_content(old) || out->links != 1) {
    // Somebody else's file came out. It goes back, and ours, if that is what comes out, away.
    if (temporary.rename(RENAME_EXCHANGE) < 0) {
      temporary.is_placed();
      return fail(Cause::kIo, "the file was replaced meanwhile, and could not be put back");
    }
    const auto ours = temporary.standing();
    if (!ours || !ours->same_file(status)) temporary.is_placed();
    return fail(Cause::kConflict, "the file was changed meanwhile");
  }
  TRY(sync_directory(beneath, place, contents.durability));
  return status;
}

}  // namespace workspace
