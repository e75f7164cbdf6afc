// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Opening below one directory: every step relative to a descriptor, every kind of file but plain
// ones and directories refused, so that one file has one path. Trust zone: runner.
#pragma once

#include <string>

#include "base/fd.h"
#include "runner/workspace/disk.h"
#include "runner/workspace/path.h"

namespace workspace {

enum class Kind : unsigned char { kFile, kDirectory, kSymlink, kSpecial };

// What stands under a name.
struct Status {
  Kind kind = Kind::kFile;
  std::uint64_t size = 0;
  std::uint64_t links = 1;
  mode_t mode = 0;  // permission bits only
  std::int64_t modified_us = 0;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  bool same_file(const Status& o) const { return device == o.device && inode == o.inode; }
  bool same_content(const Status& o) const {
    return same_file(o) && size == o.size && modified_us == o.modified_us;
  }
};
Status status_of(const struct stat& st);

// A name in an opened directory: what renames and links work on.
struct Place {
  base::Fd directory;
  std::string name;
};

// An opened plain file and what it was when it was opened.
struct OpenFile {
  base::Fd fd;
  Status status;
};

class Beneath {
 public:
  // `root` stays open as long as this lives. `disk` outlives it.
  Beneath(Disk& disk, base::Fd root) : disk_(&disk), root_(std::move(root)) {}

  // kUnsupported: the kernel has no openat2(2); nothing is opened in any other way.
  // kNotDirectory: the descriptor is not one.
  Done check() const;

  // The directory, for names in it (O_PATH) or to list it. kSymlink, kOtherMount, kNotFound,
  // kNotDirectory, kDenied.
  Outcome<base::Fd> directory(const Path& path) const;
  Outcome<base::Fd> listing(const Path& path) const;
  // The directory in which `path` stands. kIsDirectory: the root itself, which is in none.
  Outcome<Place> place(const Path& path) const;

  // What stands there, of whatever kind. kNotFound.
  Outcome<Status> status(const Place& place) const { return status(place.directory, place.name); }
  Outcome<Status> status(const base::Fd& directory, const std::string& name) const;
  // Of an opened file or directory.
  Outcome<Status> status(const base::Fd& fd) const;
  // A plain file with one name. kSymlink, kSpecial, kHardLink, kIsDirectory, kNotFound; kConflict:
  // the name kept changing its file.
  Outcome<OpenFile> open_file(const Place& place) const {
    return open_file(place.directory, place.name);
  }
  Outcome<OpenFile> open_file(const base::Fd& directory, const std::string& name) const;
  // kTooLarge: above `limit` bytes.
  Outcome<std::string> read_all(const OpenFile& file, std::uint64_t limit) const;

  Disk& disk() const { return *disk_; }

 private:
  Outcome<base::Fd> open(int directory, const char* path, int flags) const;
  Disk* disk_;
  base::Fd root_;
};

// kSymlink, kSpecial, kHardLink, kIsDirectory; ok for a plain file with one name.
Done check_plain(const Status& status);

}  // namespace workspace
