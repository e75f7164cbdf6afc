// SPDX-License-Identifier: Apache-2.0
// Taking steps back, and what has changed since one.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "runner/workspace/diff.h"
#include "runner/workspace/workspace.h"

namespace workspace {
namespace {

// A step that a crash kept from taking place, or that somebody took back by hand.
Failure nothing_to_undo() { return fail(Cause::kNothingToUndo, "there is nothing to undo"); }

Failure conflict() {
  return fail(Cause::kConflict, "what stands there now is not what the step left");
}

// What stood at a path at the checkpoint: nothing, kept contents, or something in the trash; and
// where what became of it is now.
struct Original {
  std::optional<base::Digest> digest;
  std::uint64_t trash = 0;
  Path now;
  bool moved_only = false;  // the same contents as now
};
using Originals = std::map<Path, Original>;

// Goes back through the steps, the last first.
class Rewind {
 public:
  void take(const Step& s) {
    switch (s.act) {
      case Act::kMakeDirectory: return;
      case Act::kMove: return move(s);
      case Act::kWrite: return set(s.path, {s.before, 0, {}, false});
      case Act::kCreate: return set(s.path, {std::nullopt, 0, {}, false});
      case Act::kDelete: return set(s.path, {std::nullopt, s.number, {}, false});
    }
  }
  const Originals& originals() const { return originals_; }

 private:
  // An earlier step knows better what stood there; where it is now was known before.
  void set(const Path& path, Original original) {
    const auto known = originals_.find(path);
    original.now = known != originals_.end() ? known->second.now : forward(path);
    originals_.insert_or_assign(path, original);
  }
  void move(const Step& s) {
    Originals moved;
    for (auto at = originals_.begin(); at != originals_.end();) {
      if (!at->first.is_under(s.to)) {
        ++at;
        continue;
      }
      moved.emplace(at->first.moved(s.to, s.path), at->second);
      at = originals_.erase(at);
    }
    if (!moved.contains(s.path)) moved[s.path] = {std::nullopt, 0, forward(s.to), true};
    for (auto& [path, original] : moved) originals_.insert_or_assign(path, original);
    moves_.emplace_back(s.path, s.to);
  }
  // Where what stands at `path` is after the moves that follow.
  Path forward(Path path) const {
    for (auto m = moves_.rbegin(); m != moves_.rend(); ++m)
      if (path.is_under(m->first)) path = path.moved(m->first, m->second);
    return path;
  }

  Originals originals_;
  std::vector<std::pair<Path, Path>> moves_;  // the last first
};

}  // namespace

Done Workspace::check_contents(const Path& path, const base::Digest& wanted) const {
  const auto file = open_plain(path);
  if (!file.ok()) return file.error().cause == Cause::kNotFound ? nothing_to_undo() : file.error();
  TRY_AS(const std::string now, beneath_.read_all(*file, settings_.limits.file_bytes));
  return base::sha256({now}) == wanted ? done() : Done(conflict());
}

Outcome<ChangeAnswer> Workspace::undo_write(const Step& s) {
  CHECK(s.before && s.after);
  TRY_AS(const Place place, beneath_.place(s.path));
  if (check_contents(s.path, *s.before).ok()) return nothing_to_undo();
  TRY(check_contents(s.path, *s.after));
  TRY_AS(const std::string old, history_.kept(*s.before));
  WriteWanted wanted{.content = old};
  wanted.expected = s.after;
  return write_over(s.path, place, wanted, s.number);
}

Outcome<ChangeAnswer> Workspace::undo_delete(const Step& s) {
  TRY_AS(const base::Fd trash, history_.trash());
  const std::string name = std::to_string(s.number);
  if (!beneath_.status(trash, name).ok()) return nothing_to_undo();
  TRY_AS(const Place place, beneath_.place(s.path));
  ChangeAnswer answer;
  TRY_AS(answer.step, history_.begin(step(Act::kDelete, s.path, s.number)));
  const int e = disk_->rename(trash.get(), name.c_str(), place.directory.get(), place.name.c_str(),
                              RENAME_NOREPLACE);
  if (e == 0) return answer;
  TRY(history_.strike(answer.step));
  return e == -EEXIST ? conflict() : failed_call("move back", -e);
}

Outcome<ChangeAnswer> Workspace::undo_make(const Step& s) {
  TRY_AS(const Place place, beneath_.place(s.path));
  const auto there = beneath_.status(place);
  if (!there.ok()) return nothing_to_undo();
  ChangeAnswer answer;
  TRY_AS(answer.step, history_.begin(step(Act::kMakeDirectory, s.path, s.number)));
  const int e = disk_->unlink(place.directory.get(), place.name.c_str(), AT_REMOVEDIR);
  if (e == 0) return answer;
  TRY(history_.strike(answer.step));
  return e == -ENOTEMPTY || e == -ENOTDIR ? conflict() : failed_call("remove the directory", -e);
}

Outcome<ChangeAnswer> Workspace::undo_step(const Step& s) {
  TRY(may(s.path, Access::kWrite));
  switch (s.act) {
    case Act::kWrite: return undo_write(s);
    case Act::kDelete: return undo_delete(s);
    case Act::kMakeDirectory: return undo_make(s);
    case Act::kCreate: {
      TRY(check_contents(s.path, *s.after));
      return remove_step(s.path, s.number);
    }
    case Act::kMove: {
      TRY_AS(const Place place, beneath_.place(s.to));
      if (!beneath_.status(place).ok()) return nothing_to_undo();
      auto moved = move_step(s.to, s.path, s.number);
      if (!moved.ok() && moved.error().cause == Cause::kExists) return conflict();
      return moved;
    }
  }
  return nothing_to_undo();
}

Outcome<UndoAnswer> Workspace::undo() {
  if (settings_.read_only) return fail(Cause::kDenied, "the root is read only");
  const std::vector<Step> steps = history_.steps();  // it changes while we go
  for (auto s = steps.rbegin(); s != steps.rend(); ++s) {
    if (s->undoes != 0 || history_.is_undone(s->number)) continue;
    const auto undone = undo_step(*s);
    if (undone.ok()) return UndoAnswer{{s->number}, {}};
    if (undone.error().cause != Cause::kNothingToUndo) return undone.error();
    TRY(history_.strike(s->number));
    if (s->before && s->before == s->after)
      return UndoAnswer{{s->number}, {}};  // it changed nothing
  }
  return nothing_to_undo();
}

Outcome<UndoAnswer> Workspace::undo_to(std::uint64_t checkpoint) {
  UndoAnswer answer;
  while (true) {
    const auto& steps = history_.steps();
    const bool left = std::any_of(steps.begin(), steps.end(), [&](const Step& s) {
      return s.number > checkpoint && s.undoes == 0 && !history_.is_undone(s.number);
    });
    if (!left) return answer;
    const auto undone = undo();
    if (!undone.ok() && undone.error().cause == Cause::kNothingToUndo) return answer;
    if (!undone.ok()) return undone.error();
    answer.undone.push_back(undone->undone.front());
  }
}

Outcome<DiffAnswer> Workspace::diff(std::uint64_t checkpoint) const {
  Rewind rewind;
  const auto& steps = history_.steps();
  for (auto s = steps.rbegin(); s != steps.rend() && s->number > checkpoint; ++s)
    if (s->undoes == 0 && !history_.is_undone(s->number)) rewind.take(*s);
  DiffAnswer answer;
  std::uint64_t room = settings_.limits.answer_bytes;
  TRY_AS(const base::Fd trash, history_.trash());
  for (const auto& [was, original] : rewind.originals()) {
    if (protection_of(original.now, Access::kRead, settings_.lifted)) continue;
    std::optional<std::string> before;
    std::optional<std::string> after;
    if (const auto file = open_plain(original.now); file.ok()) {
      TRY_AS(after, beneath_.read_all(*file, settings_.limits.file_bytes));
      answer.touched.read.emplace_back(original.now, base::sha256({*after}));
    }
    if (original.digest) {
      TRY_AS(before, history_.kept(*original.digest));
      answer.touched.read.emplace_back(was, *original.digest);
    } else if (original.trash != 0) {
      const auto file = beneath_.open_file(trash, std::to_string(original.trash));
      if (file.ok()) {
        TRY_AS(before, beneath_.read_all(*file, settings_.limits.file_bytes));
        answer.touched.read.emplace_back(was, base::sha256({*before}));
      }
    } else if (original.moved_only) {
      before = after;
    }
    using How = Difference::How;
    Difference d{original.now, {}, How::kChanged, {}};
    if (original.now != was) d.was = was, d.how = How::kMoved;
    else if (!before && original.trash == 0) d.how = How::kCreated;
    else if (!after) d.how = How::kDeleted;
    if (d.how != How::kMoved && before == after && original.trash == 0) continue;
    d.diff = unified_diff(original.now.text(), before.value_or(""), after.value_or(""));
    const std::size_t names = d.path.text().size() + was.text().size();
    if (names + d.diff.size() > room) {
      answer.truncated = true;
      d.diff.clear();
    }
    if (names > room) break;
    room -= names + d.diff.size();
    answer.touched.named.push_back(original.now);
    answer.files.push_back(std::move(d));
  }
  return answer;
}

}  // namespace workspace
