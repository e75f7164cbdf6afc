// SPDX-License-Identifier: Apache-2.0
#include "runner/workspace/beneath.h"

#include <errno.h>
#include <fcntl.h>

#include <algorithm>

namespace workspace {

Status status_of(const struct stat& st) {
  Status out;
  out.kind = S_ISREG(st.st_mode)   ? Kind::kFile
             : S_ISDIR(st.st_mode) ? Kind::kDirectory
             : S_ISLNK(st.st_mode) ? Kind::kSymlink
                                   : Kind::kSpecial;
  out.size = static_cast<std::uint64_t>(st.st_size);
  out.links = st.st_nlink;
  out.mode = st.st_mode & 0777u;
  out.modified_us = std::int64_t{st.st_mtim.tv_sec} * 1'000'000 + st.st_mtim.tv_nsec / 1000;
  out.device = st.st_dev;
  out.inode = st.st_ino;
  return out;
}

Done check_plain(const Status& status) {
  switch (status.kind) {
    case Kind::kFile: break;
    case Kind::kDirectory: return fail(Cause::kIsDirectory, "it is a directory");
    case Kind::kSymlink: return fail(Cause::kSymlink, "it is a symbolic link");
    case Kind::kSpecial: return fail(Cause::kSpecial, "it is a fifo, a device or a socket");
  }
  // The other name may stand outside of the root, or be protected.
  if (status.links > 1) return fail(Cause::kHardLink, "the file has another name, too");
  return done();
}

Outcome<base::Fd> Beneath::open(int directory, const char* path, int flags) const {
  const int fd = disk_->open(directory, path, flags, 0);
  if (fd < 0) return failed_call("open", -fd);
  return base::Fd(fd);
}

Done Beneath::check() const {
  const int fd = disk_->open(root_.get(), ".", O_PATH | O_DIRECTORY, 0);
  const base::Fd closing(fd);
  if (fd == -ENOSYS)
    return fail(Cause::kUnsupported, "the kernel has no openat2: file tools are refused");
  if (fd < 0) return failed_call("open the root", -fd);
  return done();
}

Outcome<base::Fd> Beneath::directory(const Path& path) const {
  return open(root_.get(), path.text().c_str(), O_PATH | O_DIRECTORY);
}

Outcome<base::Fd> Beneath::listing(const Path& path) const {
  return open(root_.get(), path.text().c_str(), O_RDONLY | O_DIRECTORY | O_NONBLOCK);
}

Outcome<Place> Beneath::place(const Path& path) const {
  if (path.is_root()) return fail(Cause::kIsDirectory, "it is the root itself");
  TRY_AS(base::Fd directory, this->directory(path.parent()));
  return Place{std::move(directory), std::string(path.name())};
}

Outcome<Status> Beneath::status(const base::Fd& directory, const std::string& name) const {
  struct stat st {};
  const int got = disk_->stat_at(directory.get(), name.c_str(), st);
  if (got < 0) return failed_call("stat", -got);
  return status_of(st);
}

Outcome<Status> Beneath::status(const base::Fd& fd) const {
  struct stat st {};
  const int got = disk_->stat(fd.get(), st);
  if (got < 0) return failed_call("stat", -got);
  return status_of(st);
}

// The kind is looked at before the file is opened for reading, for opening a device or a fifo has
// effects; and again on what was opened, for the name may lead elsewhere by then.
Outcome<OpenFile> Beneath::open_file(const base::Fd& directory, const std::string& name) const {
  for (int i = 0; i < 4; ++i) {
    TRY_AS(const Status before, status(directory, name));
    TRY(check_plain(before));
    TRY_AS(base::Fd fd, open(directory.get(), name.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY));
    TRY_AS(const Status after, status(fd));
    TRY(check_plain(after));
    if (after.same_file(before)) return OpenFile{std::move(fd), after};
  }
  return fail(Cause::kConflict, "the file is being replaced again and again");
}

Outcome<std::string> Beneath::read_all(const OpenFile& file, std::uint64_t limit) const {
  if (file.status.size > limit) return fail(Cause::kTooLarge, "the file is too large");
  std::string out;
  out.resize(static_cast<std::size_t>(file.status.size) + 1);  // one more: has it grown?
  std::size_t have = 0;
  while (true) {
    if (have == out.size()) out.resize(std::min<std::size_t>(out.size() * 2, limit + 1));
    if (have > limit) return fail(Cause::kTooLarge, "the file is too large");
    const auto n = disk_->read(file.fd.get(), std::span(out).subspan(have));
    if (n < 0) return failed_call("read", static_cast<int>(-n));
    if (n == 0) break;
    have += static_cast<std::size_t>(n);
  }
  out.resize(have);
  return out;
}

}  // namespace workspace
