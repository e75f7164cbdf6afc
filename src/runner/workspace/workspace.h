// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The file tools of one root (OAP-014..023, DESIGN 10.18). Whatever stands or moves in the root, no
// call touches anything outside of it: paths are lists of names, opened below one descriptor.
// Trust zone: runner, in a worker of its own for each tenant and root.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "runner/workspace/protect.h"
#include "runner/workspace/result.h"

namespace workspace {

struct Settings {
  Limits limits;
  Lifted lifted;
  bool read_only = false;
};

// Every call may also fail with kSymlink, kHardLink, kSpecial, kOtherMount, kProtected, kNotFound,
// kNotDirectory, kIsDirectory, kDenied, kIo; what a call adds stands with it. A failed change
// leaves everything as it was. One thread at a time; other programs may do in the root what they
// like.
class Workspace {
 public:
  // `root` is the directory; `state` a folder on the same file system, outside of the root, that
  // only this has: earlier contents, deleted things, the journal. `disk`, `clock`, `random` outlive
  // this. kUnsupported: no openat2(2), or the two are not on one mounted file system.
  // kBadArguments: the state is the root, or a lifted pattern is none. kCorrupt: see History.
  static Outcome<Workspace> open(Disk& disk, const base::Clock& clock, base::Random& random,
                                 base::Fd root, base::Fd state, Settings settings);

  // kTooLarge: above limits.file_bytes. kBinary: not UTF-8 or with a NUL, and text was asked for.
  // kBadRange: begins after the end, ends before its beginning, lines and bytes at once.
  Outcome<ReadAnswer> read(const Path& path, const ReadWanted& wanted) const;
  // kinds and sizes; links are not followed, but shown. `.git` folders are listed, not entered.
  Outcome<ListAnswer> list(const Path& path, const ListWanted& wanted) const;
  // Plain files below `path` that fit. kBadPattern.
  Outcome<ListAnswer> glob(const Path& path, std::string_view pattern) const;
  // kBadPattern. Binary files, files above the limit, and those that may not be read are passed
  // over.
  Outcome<SearchAnswer> search(const Path& path, const SearchWanted& wanted) const;
  Outcome<StatAnswer> stat(const Path& path) const;

  // The whole file, made if it is not there. Its mode is kept; owner, times, attributes and ACLs
  // are those of a new file. kConflict: not what was expected, or changed while it was written.
  // kTooLarge, kQuota, kNoSpace, kUnsupported.
  Outcome<ChangeAnswer> write(const Path& path, const WriteWanted& wanted);
  // The same, but kExists if something is there.
  Outcome<ChangeAnswer> create(const Path& path, const WriteWanted& wanted);
  // kBinary, kNoMatch, kNotUnique, kBadDiff; and write().
  Outcome<ChangeAnswer> edit(const Path& path, const EditWanted& wanted);
  Outcome<ChangeAnswer> make_directory(const Path& path, Parents parents);
  // Moves it to the trash. A directory goes with all that is in it, unless something protected or
  // nameless is (kProtected, kTooMany).
  Outcome<ChangeAnswer> remove(const Path& path);
  // Never over something (kExists). Within one root only: both are paths of this one.
  Outcome<ChangeAnswer> move(const Path& from, const Path& to);

  // The number of the last step: a checkpoint.
  std::uint64_t checkpoint() const;
  // Takes back the last step that is not taken back yet; to undo this is to write again.
  // kNothingToUndo; kConflict: what stands there now is not what the step left.
  Outcome<UndoAnswer> undo();
  // The same for all steps after a checkpoint, the last first; stops at the first that fails.
  Outcome<UndoAnswer> undo_to(std::uint64_t checkpoint);
  // What differs from how it was at the checkpoint, by what this workspace itself did.
  Outcome<DiffAnswer> diff(std::uint64_t checkpoint) const;

  const History& history() const { return history_; }
  // Removes temporary files of ours that a crash left.
  Outcome<std::uint64_t> remove_leftovers() const;

 private:
  struct Use {
    std::uint64_t bytes = 0;
    std::uint64_t files = 0;
  };
  Workspace(Disk& disk, const base::Clock& clock, base::Random& random, base::Fd root,
            History history, Settings settings)
      : disk_(&disk),
        clock_(&clock),
        random_(&random),
        beneath_(disk, std::move(root)),
        history_(std::move(history)),
        settings_(std::move(settings)) {}

  Done may(const Path& path, Access access) const;
  Outcome<OpenFile> open_plain(const Path& path) const;
  Outcome<ChangeAnswer> write_over(const Path& path, const Place& place, const WriteWanted& wanted,
                                   std::uint64_t undoes);
  Outcome<ChangeAnswer> write_new(const Path& path, const WriteWanted& wanted, std::uint64_t undoes,
                                  mode_t mode);
  Outcome<ChangeAnswer> move_step(const Path& from, const Path& to, std::uint64_t undoes);
  Outcome<ChangeAnswer> remove_step(const Path& path, std::uint64_t undoes);
  Done check_free(const Place& place) const;
  Done make_parents(const Path& path);
  Outcome<std::uint64_t> check_tree(const Path& path, const Path& target) const;
  Done check_quota(std::uint64_t more_bytes, std::uint64_t more_files);
  Outcome<Use> count() const;
  Step step(Act act, const Path& path, std::uint64_t undoes) const;

  Outcome<ChangeAnswer> undo_step(const Step& step);
  Outcome<ChangeAnswer> undo_write(const Step& step);
  Outcome<ChangeAnswer> undo_delete(const Step& step);
  Outcome<ChangeAnswer> undo_make(const Step& step);
  Done check_contents(const Path& path, const base::Digest& wanted) const;

  Disk* disk_;
  const base::Clock* clock_;
  base::Random* random_;
  Beneath beneath_;
  History history_;
  Settings settings_;
  Use use_;  // at least what is there, as last counted
};

}  // namespace workspace
