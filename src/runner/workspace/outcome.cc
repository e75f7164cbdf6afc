// SPDX-License-Identifier: Apache-2.0
#include "runner/workspace/outcome.h"

#include <errno.h>
#include <fmt/format.h>

#include <cstring>

namespace workspace {

std::string_view slug(Cause cause) {
  switch (cause) {
    case Cause::kBadPath: return "bad_path";
    case Cause::kNameTooLong: return "name_too_long";
    case Cause::kOutside: return "outside";
    case Cause::kUnknownRoot: return "unknown_root";
    case Cause::kCrossesRoots: return "crosses_roots";
    case Cause::kSymlink: return "symlink";
    case Cause::kHardLink: return "hard_link";
    case Cause::kSpecial: return "special_file";
    case Cause::kOtherMount: return "other_mount";
    case Cause::kProtected: return "protected";
    case Cause::kNotFound: return "not_found";
    case Cause::kNotDirectory: return "not_a_directory";
    case Cause::kIsDirectory: return "is_a_directory";
    case Cause::kExists: return "exists";
    case Cause::kNotEmpty: return "not_empty";
    case Cause::kTooLarge: return "too_large";
    case Cause::kTooMany: return "too_many";
    case Cause::kQuota: return "quota";
    case Cause::kNoSpace: return "no_space";
    case Cause::kBinary: return "binary";
    case Cause::kBadRange: return "bad_range";
    case Cause::kBadPattern: return "bad_pattern";
    case Cause::kBadDiff: return "bad_diff";
    case Cause::kNoMatch: return "no_match";
    case Cause::kNotUnique: return "not_unique";
    case Cause::kConflict: return "conflict";
    case Cause::kNothingToUndo: return "nothing_to_undo";
    case Cause::kBadArguments: return "bad_arguments";
    case Cause::kUnsupported: return "unsupported";
    case Cause::kDenied: return "denied";
    case Cause::kCorrupt: return "corrupt";
    case Cause::kIo: return "io";
  }
  return "";
}

bool is_violation(Cause cause) {
  switch (cause) {
    case Cause::kBadPath:
    case Cause::kOutside:
    case Cause::kCrossesRoots:
    case Cause::kSymlink:
    case Cause::kHardLink:
    case Cause::kSpecial:
    case Cause::kOtherMount:
    case Cause::kProtected: return true;
    default: return false;
  }
}

Cause cause_of(int errno_value) {
  switch (errno_value) {
    case ELOOP: return Cause::kSymlink;  // RESOLVE_NO_SYMLINKS
    case EXDEV: return Cause::kOtherMount;
    case ENOENT: return Cause::kNotFound;
    case ENOTDIR: return Cause::kNotDirectory;
    case EISDIR: return Cause::kIsDirectory;
    case EEXIST: return Cause::kExists;
    case ENOTEMPTY: return Cause::kNotEmpty;
    case ENAMETOOLONG: return Cause::kNameTooLong;
    case ENOSPC:
    case EDQUOT: return Cause::kNoSpace;
    case EFBIG: return Cause::kTooLarge;
    case ENOSYS:
    case EOPNOTSUPP: return Cause::kUnsupported;
    case ENXIO: return Cause::kSpecial;
    case EACCES:
    case EPERM:
    case EROFS: return Cause::kDenied;
    default: return Cause::kIo;
  }
}

Failure fail(Cause cause, std::string message) { return {cause, std::move(message)}; }

Failure failed_call(std::string_view what, int errno_value) {
  const Cause cause = cause_of(errno_value);
  if (cause == Cause::kSymlink) return {cause, "a symbolic link stands in the path"};
  if (cause == Cause::kOtherMount) return {cause, "another file system is mounted in the path"};
  if (cause == Cause::kNotFound) return {cause, "no such file or directory"};
  return {cause, fmt::format("{}: {}", what, std::strerror(errno_value))};
}

}  // namespace workspace
