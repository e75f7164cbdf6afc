// SPDX-License-Identifier: Apache-2.0
#include "runner/workspace/history.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "runner/workspace/remove.h"
#include "runner/workspace/text.h"

namespace workspace {
namespace {

constexpr const char* kJournal = "journal";
constexpr const char* kNewJournal = "journal.new";

std::string object_name(const base::Digest& digest) { return base::hex(base::view(digest)); }

// A struck step is a line of its own: "strike NUMBER".
constexpr std::string_view kStrike = "strike ";

Done write_all(Disk& disk, int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto n = disk.write(fd, bytes);
    if (n < 0) return failed_call("write the history", static_cast<int>(-n));
    if (n == 0) return fail(Cause::kIo, "write the history: nothing was written");
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return done();
}

Outcome<base::Fd> open_at(Disk& disk, const base::Fd& directory, const char* name, int flags) {
  const int fd = disk.open(directory.get(), name, flags, flags & O_CREAT ? 0600 : 0);
  if (fd < 0) return failed_call("open the history", -fd);
  return base::Fd(fd);
}

}  // namespace

Outcome<History> History::open(Disk& disk, base::Fd state, const Limits& limits) {
  History out(disk, std::move(state), limits);
  TRY(out.beneath_.check());
  TRY(out.prepare());
  TRY(out.load());
  return out;
}

Done History::prepare() {
  TRY_AS(const base::Fd state, beneath_.directory(Path()));
  for (const char* name : {"objects", "trash"}) {
    const int e = disk_->make_directory(state.get(), name, 0700);
    if (e < 0 && e != -EEXIST) return failed_call("make the history", -e);
  }
  TRY_AS(journal_, open_at(*disk_, state, kJournal, O_RDWR | O_CREAT | O_APPEND));
  return done();
}

Done History::load() {
  TRY_AS(const Path path, Path::parse(kJournal));
  TRY_AS(const Place place, beneath_.place(path));
  TRY_AS(const OpenFile file, beneath_.open_file(place));
  TRY_AS(const std::string text, beneath_.read_all(file, kJournalBytes));
  bool torn = false;
  for (const std::string_view line : lines_of(text)) {
    ++lines_;
    if (!line.ends_with('\n')) {
      torn = true;  // the last one: a crash cut it off
    } else if (line.starts_with(kStrike)) {
      std::erase_if(steps_, [&](const Step& s) {
        return line.substr(kStrike.size()) == fmt::format("{}\n", s.number);
      });
    } else {
      const auto step = step_of(line);
      if (!step || step->number < next_)
        return fail(Cause::kCorrupt, "the journal of the history does not verify");
      next_ = step->number + 1;
      steps_.push_back(*step);
    }
  }
  for (const Step& s : steps_) bytes_ += s.bytes;
  return torn ? rewrite() : done();
}

// A line that was written in part is never followed by another one.
Done History::append(std::string_view line) {
  if (torn_ || lines_ > 2 * limits_.history_steps + 100) TRY(rewrite());
  ++lines_;
  Done written = write_all(*disk_, journal_.get(), line);
  torn_ = !written.ok();
  return written;
}

Done History::rewrite() {
  TRY_AS(const base::Fd state, beneath_.directory(Path()));
  disk_->unlink(state.get(), kNewJournal, 0);
  TRY_AS(base::Fd file, open_at(*disk_, state, kNewJournal, O_RDWR | O_CREAT | O_EXCL | O_APPEND));
  std::string text;
  for (const Step& s : steps_) text += line_of(s);
  TRY(write_all(*disk_, file.get(), text));
  const int e = disk_->rename(state.get(), kNewJournal, state.get(), kJournal, 0);
  if (e < 0) return failed_call("rename the journal", -e);
  journal_ = std::move(file);
  torn_ = false;
  lines_ = steps_.size();
  return done();
}

Outcome<base::Digest> History::keep(std::string_view bytes) {
  const base::Digest digest = base::sha256({bytes});
  const std::string name = object_name(digest);
  TRY_AS(const Path folder, Path::parse("objects"));
  TRY_AS(const base::Fd objects, beneath_.directory(folder));
  struct stat st {};
  if (disk_->stat_at(objects.get(), name.c_str(), st) == 0 &&
      static_cast<std::uint64_t>(st.st_size) == bytes.size())
    return digest;
  const std::string unfinished = name + ".new";
  disk_->unlink(objects.get(), unfinished.c_str(), 0);
  TRY_AS(const base::Fd file,
         open_at(*disk_, objects, unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL));
  const Done written = write_all(*disk_, file.get(), bytes);
  int e = 0;
  if (written.ok())
    e = disk_->rename(objects.get(), unfinished.c_str(), objects.get(), name.c_str(), 0);
  if (!written.ok() || e < 0) disk_->unlink(objects.get(), unfinished.c_str(), 0);
  if (!written.ok()) return written.error();
  if (e < 0) return failed_call("keep", -e);
  return digest;
}

Outcome<std::string> History::kept(const base::Digest& digest) const {
  TRY_AS(const Path path, Path::parse("objects/" + object_name(digest)));
  TRY_AS(const Place place, beneath_.place(path));
  TRY_AS(const OpenFile file, beneath_.open_file(place));
  TRY_AS(std::string bytes, beneath_.read_all(file, limits_.file_bytes));
  if (base::sha256({bytes}) != digest)
    return fail(Cause::kCorrupt, "kept contents are not what was kept");
  return bytes;
}

Outcome<base::Fd> History::trash() const {
  TRY_AS(const Path path, Path::parse("trash"));
  return beneath_.directory(path);
}

Outcome<std::uint64_t> History::begin(Step step) {
  if (step.bytes > limits_.history_bytes)
    return fail(Cause::kTooLarge, "it is too large to be kept, so it could not be undone");
  TRY(drop_oldest(step.bytes));
  step.number = next_;
  TRY(append(line_of(step)));
  ++next_;
  bytes_ += step.bytes;
  steps_.push_back(std::move(step));
  return steps_.back().number;
}

Done History::strike(std::uint64_t number) {
  const auto at = std::find_if(steps_.begin(), steps_.end(),
                               [number](const Step& s) { return s.number == number; });
  if (at == steps_.end()) return done();
  bytes_ -= at->bytes;
  steps_.erase(at);
  return append(fmt::format("{}{}\n", kStrike, number));
}

bool History::is_undone(std::uint64_t number) const {
  return std::any_of(steps_.begin(), steps_.end(),
                     [number](const Step& s) { return s.undoes == number; });
}

const Step* History::find(std::uint64_t number) const {
  const auto at = std::find_if(steps_.begin(), steps_.end(),
                               [number](const Step& s) { return s.number == number; });
  return at == steps_.end() ? nullptr : &*at;
}

// A tenth at a time, so that the journal is not written anew for each step.
Done History::drop_oldest(std::uint64_t incoming_bytes) {
  if (steps_.size() < limits_.history_steps && bytes_ + incoming_bytes <= limits_.history_bytes)
    return done();
  const std::uint64_t keep_steps = limits_.history_steps - limits_.history_steps / 10;
  std::vector<Step> dropped;
  while (!steps_.empty() && (steps_.size() >= std::max<std::uint64_t>(keep_steps, 1) ||
                             bytes_ + incoming_bytes > limits_.history_bytes)) {
    bytes_ -= steps_.front().bytes;
    dropped.push_back(std::move(steps_.front()));
    steps_.erase(steps_.begin());
  }
  TRY(rewrite());
  for (const Step& s : dropped) TRY(forget(s));
  return done();
}

bool History::is_referred_to(const base::Digest& digest) const {
  return std::any_of(steps_.begin(), steps_.end(),
                     [&](const Step& s) { return s.before == digest; });
}

Done History::forget(const Step& step) {
  TRY_AS(const base::Fd state, beneath_.directory(Path()));
  if (step.act == Act::kDelete) {
    TRY_AS(const base::Fd trash, this->trash());
    TRY(remove_tree(*disk_, trash, std::to_string(step.number)));
  }
  if (step.before && !is_referred_to(*step.before)) {
    TRY_AS(const Path folder, Path::parse("objects"));
    TRY_AS(const base::Fd objects, beneath_.directory(folder));
    disk_->unlink(objects.get(), object_name(*step.before).c_str(), 0);
  }
  return done();
}

}  // namespace workspace
