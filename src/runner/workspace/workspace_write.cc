// SPDX-License-Identifier: Apache-2.0
// The tools that change something. Each change is written down before it takes place (history.h).
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include <string>

#include "runner/workspace/text.h"
#include "runner/workspace/workspace.h"

namespace workspace {
namespace {

constexpr mode_t kNewFileMode = 0644;
constexpr mode_t kNewDirectoryMode = 0755;

// After a failed sync nobody knows what the disk holds; the step stays written down, for undoing
// looks first. Every other failure leaves things as they were.
bool took_no_place(const Failure& failure, Durability durability) {
  return durability == Durability::kNone || failure.cause != Cause::kIo;
}

Failure failed_trash(int error) {
  if (error == EXDEV)
    return fail(Cause::kUnsupported,
                "the trash is on another mount, so nothing can be moved there");
  return failed_call("move", error);
}

}  // namespace

// That nothing stands at the place. What is no plain file is called what it is.
Done Workspace::check_free(const Place& place) const {
  const auto there = beneath_.status(place);
  if (there.ok() && there->kind != Kind::kDirectory) TRY(check_plain(*there));
  if (there.ok()) return fail(Cause::kExists, "something stands there");
  return there.error().cause == Cause::kNotFound ? done() : Done(there.error());
}

Outcome<ChangeAnswer> Workspace::write_over(const Path& path, const Place& place,
                                            const WriteWanted& wanted, std::uint64_t undoes) {
  TRY_AS(const OpenFile file, beneath_.open_file(place));
  TRY_AS(const std::string old, beneath_.read_all(file, settings_.limits.file_bytes));
  // Renaming does not ask for it: a file that nobody may write is meant to stay.
  if ((file.status.mode & 0222u) == 0) return fail(Cause::kDenied, "the file is read only");
  ChangeAnswer answer;
  answer.size = wanted.content.size();
  answer.before = base::sha256({old});
  answer.after = base::sha256({wanted.content});
  if (wanted.expected && *wanted.expected != *answer.before)
    return fail(Cause::kConflict, "the file is not what it was when it was read");
  TRY(check_quota(wanted.content.size() > old.size() ? wanted.content.size() - old.size() : 0, 0));
  Step written = step(Act::kWrite, path, undoes);
  written.before = answer.before;
  written.after = answer.after;
  written.mode = file.status.mode;
  written.bytes = old.size();
  TRY(history_.keep(old));
  TRY_AS(answer.step, history_.begin(written));
  // Keeping comes first, for a step without its contents is none; but making room for the step may
  // have dropped another one with the same contents, and them with it.
  TRY(history_.keep(old));
  const auto put = put_over(beneath_, *random_, place, file.status,
                            {wanted.content, file.status.mode, wanted.durability});
  if (!put.ok()) {
    if (took_no_place(put.error(), wanted.durability)) TRY(history_.strike(answer.step));
    return put.error();
  }
  return answer;
}

Outcome<ChangeAnswer> Workspace::write_new(const Path& path, const WriteWanted& wanted,
                                           std::uint64_t undoes, mode_t mode) {
  if (wanted.parents == Parents::kMake) TRY(make_parents(path));
  TRY_AS(const Place place, beneath_.place(path));
  TRY(check_free(place));
  TRY(check_quota(wanted.content.size(), 1));
  ChangeAnswer answer;
  answer.created = true;
  answer.size = wanted.content.size();
  answer.after = base::sha256({wanted.content});
  Step made = step(Act::kCreate, path, undoes);
  made.after = answer.after;
  TRY_AS(answer.step, history_.begin(made));
  const auto put = put_new(beneath_, *random_, place, {wanted.content, mode, wanted.durability});
  if (!put.ok()) {
    if (took_no_place(put.error(), wanted.durability)) TRY(history_.strike(answer.step));
    return put.error();
  }
  return answer;
}

Outcome<ChangeAnswer> Workspace::write(const Path& path, const WriteWanted& wanted) {
  TRY(may(path, Access::kWrite));
  if (wanted.content.size() > settings_.limits.file_bytes)
    return fail(Cause::kTooLarge, "the contents are too large");
  const auto place = beneath_.place(path);
  if (place.ok()) {
    const auto status = beneath_.status(*place);
    if (status.ok()) return write_over(path, *place, wanted, 0);
    if (status.error().cause != Cause::kNotFound) return status.error();
  } else if (place.error().cause != Cause::kNotFound) {
    return place.error();
  }
  if (wanted.expected) return fail(Cause::kConflict, "the file is no longer there");
  return write_new(path, wanted, 0, kNewFileMode);
}

Outcome<ChangeAnswer> Workspace::create(const Path& path, const WriteWanted& wanted) {
  TRY(may(path, Access::kWrite));
  if (path.is_root()) return fail(Cause::kIsDirectory, "it is the root itself");
  if (wanted.content.size() > settings_.limits.file_bytes)
    return fail(Cause::kTooLarge, "the contents are too large");
  return write_new(path, wanted, 0, kNewFileMode);
}

Outcome<ChangeAnswer> Workspace::edit(const Path& path, const EditWanted& wanted) {
  TRY(may(path, Access::kWrite));
  TRY(may(path, Access::kRead));
  TRY_AS(const Place place, beneath_.place(path));
  TRY_AS(const OpenFile file, beneath_.open_file(place));
  TRY_AS(const std::string old, beneath_.read_all(file, settings_.limits.file_bytes));
  if (!is_text(old)) return fail(Cause::kBinary, "the file is not text");
  std::string text;
  if (wanted.diff.empty()) {
    TRY_AS(text, replace_text(old, wanted.old_text, wanted.new_text, wanted.occurrence,
                              settings_.limits.file_bytes));
  } else {
    std::string diff(wanted.diff);
    if (!diff.ends_with('\n'))
      diff += '\n';  // often lost on the way; the diff says what a file ends in
    TRY_AS(const Patch patch, parse_patch(diff));
    if (!patch.new_name.empty() && (patch.new_name != path.text() || patch.old_name != path.text()))
      return fail(Cause::kBadDiff, "the diff names another file");
    TRY_AS(text, apply_patch(old, patch));
  }
  if (text.size() > settings_.limits.file_bytes)
    return fail(Cause::kTooLarge, "the contents would be too large");
  WriteWanted put{.content = text};
  put.durability = wanted.durability;
  put.expected = base::sha256({old});
  TRY_AS(ChangeAnswer answer, write_over(path, place, put, 0));
  answer.touched.read.emplace_back(path, *answer.before);
  return answer;
}

Done Workspace::make_parents(const Path& path) {
  const Path parent = path.parent();
  Path at;
  for (const std::string& name : parent.components()) {
    TRY_AS(at, at.child(name));
    TRY_AS(const Place place, beneath_.place(at));
    const auto there = beneath_.status(place);
    if (there.ok() && there->kind == Kind::kDirectory) continue;
    if (there.ok() && there->kind == Kind::kSymlink)
      return fail(Cause::kSymlink, "a symbolic link stands in the path");
    if (there.ok()) return fail(Cause::kNotDirectory, "a name on the way is no directory");
    if (there.error().cause != Cause::kNotFound) return there.error();
    TRY(check_quota(0, 1));
    TRY_AS(const std::uint64_t number, history_.begin(step(Act::kMakeDirectory, at, 0)));
    const int e =
        disk_->make_directory(place.directory.get(), place.name.c_str(), kNewDirectoryMode);
    if (e == 0) continue;
    TRY(history_.strike(number));
    if (e != -EEXIST) return failed_call("make the directory", -e);
  }
  return done();
}

Outcome<ChangeAnswer> Workspace::make_directory(const Path& path, Parents parents) {
  TRY(may(path, Access::kWrite));
  if (parents == Parents::kMake) TRY(make_parents(path));
  TRY_AS(const Place place, beneath_.place(path));
  TRY(check_free(place));
  TRY(check_quota(0, 1));
  ChangeAnswer answer;
  answer.created = true;
  TRY_AS(answer.step, history_.begin(step(Act::kMakeDirectory, path, 0)));
  const int e = disk_->make_directory(place.directory.get(), place.name.c_str(), kNewDirectoryMode);
  if (e == 0) return answer;
  TRY(history_.strike(answer.step));
  return failed_call("make the directory", -e);
}

// Whether everything at and below `path` may leave and, for a move, arrive below `target`; the
// bytes of it. LIMIT: what others put into a directory after this look moves along.
Outcome<std::uint64_t> Workspace::check_tree(const Path& path, const Path& target) const {
  TRY_AS(const Place place, beneath_.place(path));
  TRY_AS(const Status status, beneath_.status(place));
  if (status.kind != Kind::kDirectory) {
    TRY(check_plain(status));
    return status.size;
  }
  std::uint64_t bytes = 0;
  const auto visit = [&](const Entry& e, const base::Fd&) -> Outcome<Next> {
    TRY(check_protection(e.path, Access::kWrite, settings_.lifted));
    if (target != path)
      TRY(check_protection(e.path.moved(path, target), Access::kWrite, settings_.lifted));
    bytes += e.status.kind == Kind::kFile ? e.status.size : 0;
    return Next::kInto;
  };
  TRY_AS(const Passed passed, walk(beneath_, path, settings_.limits.visited, visit));
  if (passed.cut || passed.unnameable + passed.unreadable > 0)
    return fail(Cause::kTooMany, "not everything in the directory can be looked at");
  return bytes;
}

Outcome<ChangeAnswer> Workspace::remove_step(const Path& path, std::uint64_t undoes) {
  TRY_AS(const std::uint64_t bytes, check_tree(path, path));
  TRY_AS(const Place place, beneath_.place(path));
  TRY_AS(const base::Fd trash, history_.trash());
  Step removed = step(Act::kDelete, path, undoes);
  removed.bytes = bytes;
  ChangeAnswer answer;
  TRY_AS(answer.step, history_.begin(removed));
  const int e = disk_->rename(place.directory.get(), place.name.c_str(), trash.get(),
                              std::to_string(answer.step).c_str(), RENAME_NOREPLACE);
  if (e == 0) return answer;
  TRY(history_.strike(answer.step));
  return failed_trash(-e);
}

Outcome<ChangeAnswer> Workspace::remove(const Path& path) {
  TRY(may(path, Access::kWrite));
  if (path.is_root()) return fail(Cause::kIsDirectory, "it is the root itself");
  return remove_step(path, 0);
}

Outcome<ChangeAnswer> Workspace::move_step(const Path& from, const Path& to, std::uint64_t undoes) {
  TRY(check_tree(from, to));
  TRY_AS(const Place old_place, beneath_.place(from));
  TRY_AS(const Place new_place, beneath_.place(to));
  Step moved = step(Act::kMove, from, undoes);
  moved.to = to;
  ChangeAnswer answer;
  TRY_AS(answer.step, history_.begin(moved));
  const int e = disk_->rename(old_place.directory.get(), old_place.name.c_str(),
                              new_place.directory.get(), new_place.name.c_str(), RENAME_NOREPLACE);
  if (e == 0) return answer;
  TRY(history_.strike(answer.step));
  return failed_call("move", -e);
}

Outcome<ChangeAnswer> Workspace::move(const Path& from, const Path& to) {
  TRY(may(from, Access::kWrite));
  TRY(may(from, Access::kRead));
  TRY(may(to, Access::kWrite));
  if (from.is_root() || to.is_root()) return fail(Cause::kIsDirectory, "it is the root itself");
  if (to.is_under(from)) return fail(Cause::kBadPath, "a directory cannot be moved into itself");
  return move_step(from, to, 0);
}

}  // namespace workspace
