// SPDX-License-Identifier: Apache-2.0
// The tools that change nothing.
#include <algorithm>

#include "base/bytes.h"
#include "runner/workspace/glob.h"
#include "runner/workspace/search.h"
#include "runner/workspace/text.h"
#include "runner/workspace/workspace.h"

namespace workspace {
namespace {

// The part of `text` that was asked for by lines.
Outcome<std::string_view> take_lines(std::string_view text, const ReadWanted& wanted,
                                     ReadAnswer& answer) {
  const std::uint64_t first = wanted.first_line.value_or(1);
  const std::uint64_t last = wanted.last_line.value_or(UINT64_MAX);
  if (first == 0 || last < first) return fail(Cause::kBadRange, "lines count from 1, in order");
  if (first > std::max<std::uint64_t>(answer.lines, 1))
    return fail(Cause::kBadRange, "the file has fewer lines");
  answer.first_line = first;
  std::size_t begin = 0;
  for (std::uint64_t i = 1; i < first; ++i) begin = text.find('\n', begin) + 1;
  std::size_t end = begin;
  for (std::uint64_t i = first; i <= last && end < text.size(); ++i) {
    const std::size_t line_end = text.find('\n', end);
    end = line_end == std::string_view::npos ? text.size() : line_end + 1;
  }
  return text.substr(begin, end - begin);
}

Outcome<std::string_view> take_bytes(std::string_view bytes, const ReadWanted& wanted) {
  const std::uint64_t offset = wanted.offset.value_or(0);
  if (offset > bytes.size()) return fail(Cause::kBadRange, "the file ends before that");
  return bytes.substr(offset, wanted.length.value_or(UINT64_MAX));
}

// At most `limit` bytes, whole lines if there are any, whole code points anyhow.
std::string_view cut_text(std::string_view text, std::uint64_t limit, bool& truncated) {
  if (text.size() <= limit) return text;
  truncated = true;
  const std::string_view head = text.substr(0, limit);
  if (const std::size_t end = head.rfind('\n'); end != std::string_view::npos)
    return head.substr(0, end + 1);
  std::size_t size = head.size();
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0u) == 0x80) --size;
  return head.substr(0, size);
}

std::uint64_t count_lines(std::string_view text) {
  const auto ends = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
  return ends + (text.empty() || text.ends_with('\n') ? 0 : 1);
}

// Collects what a list shows, as long as there is room.
class Collected {
 public:
  Collected(const Limits& limits, const Lifted& lifted)
      : limits_(limits), lifted_(lifted), room_(limits.answer_bytes) {}

  // False: the list is full.
  bool add(const Entry& e) {
    const std::size_t size = e.path.text().size();
    answer_.truncated = answer_.entries.size() == limits_.entries || size > room_;
    if (answer_.truncated) return false;
    room_ -= size;
    const bool barred = protection_of(e.path, Access::kWrite, lifted_).has_value();
    answer_.entries.push_back({e.path, e.status.kind, e.status.size,
                               e.status.kind == Kind::kFile && e.status.links > 1, barred});
    answer_.touched.named.push_back(e.path);
    return true;
  }
  ListAnswer take(const Passed& passed) {
    answer_.passed = passed;
    answer_.truncated = answer_.truncated || passed.cut;
    answer_.touched.unnamed = passed.unnameable + passed.unreadable > 0;
    return std::move(answer_);
  }

 private:
  const Limits& limits_;
  const Lifted& lifted_;
  std::uint64_t room_;
  ListAnswer answer_;
};

bool is_git_folder(const Entry& e) {
  return e.status.kind == Kind::kDirectory && e.path.name() == ".git";
}

}  // namespace

Outcome<ReadAnswer> Workspace::read(const Path& path, const ReadWanted& wanted) const {
  const bool by_lines = wanted.first_line || wanted.last_line;
  if (by_lines && (wanted.offset || wanted.length || wanted.encoding == Encoding::kBase64))
    return fail(Cause::kBadRange, "either lines of text or bytes");
  TRY(may(path, Access::kRead));
  TRY_AS(const OpenFile file, open_plain(path));
  TRY_AS(const std::string bytes, beneath_.read_all(file, settings_.limits.file_bytes));
  ReadAnswer answer;
  answer.size = bytes.size();
  answer.encoding = wanted.encoding;
  answer.digest = base::sha256({bytes});
  answer.touched.read.emplace_back(path, answer.digest);
  const bool text = is_text(bytes);
  if (text) answer.lines = count_lines(bytes);
  if (!text && (by_lines || wanted.encoding == Encoding::kText))
    return fail(Cause::kBinary, "the file is not text: it can be read as base64");
  const bool by_bytes = wanted.offset || wanted.length;
  auto part = by_bytes || wanted.encoding == Encoding::kBase64 ? take_bytes(bytes, wanted)
                                                               : take_lines(bytes, wanted, answer);
  if (!part.ok()) return std::move(part).error();
  if (wanted.encoding == Encoding::kBase64) {
    const std::uint64_t most = settings_.limits.answer_bytes / 4 * 3;
    answer.truncated = part->size() > most;
    answer.content = base::base64(part->substr(0, most));
    return answer;
  }
  if (by_bytes && !base::is_utf8(part->substr(0, settings_.limits.answer_bytes)))
    return fail(Cause::kBadRange, "the range cuts a character: it can be read as base64");
  answer.content = cut_text(*part, settings_.limits.answer_bytes, answer.truncated);
  return answer;
}

Outcome<ListAnswer> Workspace::list(const Path& path, const ListWanted& wanted) const {
  TRY(may(path, Access::kRead));
  Collected collected(settings_.limits, settings_.lifted);
  const auto visit = [&](const Entry& e, const base::Fd&) -> Outcome<Next> {
    if (!collected.add(e)) return Next::kStop;
    return wanted.recursive && !is_git_folder(e) ? Next::kInto : Next::kOn;
  };
  TRY_AS(const Passed passed, walk(beneath_, path, settings_.limits.visited, visit));
  return collected.take(passed);
}

Outcome<ListAnswer> Workspace::glob(const Path& path, std::string_view pattern) const {
  TRY(may(path, Access::kRead));
  TRY_AS(const Glob glob, Glob::parse(pattern));
  Collected collected(settings_.limits, settings_.lifted);
  const auto visit = [&](const Entry& e, const base::Fd&) -> Outcome<Next> {
    const Path below = e.path.moved(path, Path());
    if (e.status.kind == Kind::kDirectory)
      return glob.may_fit_below(below) && !is_git_folder(e) ? Next::kInto : Next::kOn;
    if (e.status.kind != Kind::kFile || !glob.fits(below)) return Next::kOn;
    return collected.add(e) ? Next::kOn : Next::kStop;
  };
  TRY_AS(const Passed passed, walk(beneath_, path, settings_.limits.visited, visit));
  return collected.take(passed);
}

Outcome<SearchAnswer> Workspace::search(const Path& path, const SearchWanted& wanted) const {
  TRY(may(path, Access::kRead));
  TRY_AS(const Query query, Query::create(wanted));
  TRY_AS(const Glob glob, Glob::parse(wanted.glob.empty() ? "**" : wanted.glob));
  const Limits& limits = settings_.limits;
  SearchAnswer answer;
  std::uint64_t bytes_left = limits.searched_bytes;
  std::uint64_t room = limits.answer_bytes;
  const std::int64_t deadline_us = clock_->steady_us() + limits.search_us;
  const auto in_time = [&] {
    answer.truncated = answer.truncated || clock_->steady_us() > deadline_us;
    return !answer.truncated;
  };
  const auto look = [&](const Path& file, std::string_view text) {
    const auto found = [&](std::uint64_t line, std::string_view words, std::uint64_t column) {
      const std::string_view shown = cut_line(words);
      const std::size_t size = shown.size() + file.text().size();
      answer.truncated = answer.matches.size() == limits.matches || size > room;
      if (answer.truncated) return false;
      room -= size;
      answer.matches.push_back({file, line, column, std::string(shown)});
      return true;
    };
    query.each(text, found, in_time);
  };
  const auto visit = [&](const Entry& e, const base::Fd& directory) -> Outcome<Next> {
    const Path below = e.path.moved(path, Path());
    if (e.status.kind == Kind::kDirectory)
      return glob.may_fit_below(below) && !is_git_folder(e) ? Next::kInto : Next::kOn;
    if (!glob.fits(below)) return Next::kOn;
    if (!in_time()) return Next::kStop;
    if (protection_of(e.path, Access::kRead, settings_.lifted) || !check_plain(e.status).ok() ||
        e.status.size > limits.file_bytes)
      return ++answer.skipped, Next::kOn;
    if (e.status.size > bytes_left) return answer.truncated = true, Next::kStop;
    bytes_left -= e.status.size;
    const auto file = beneath_.open_file(directory, std::string(e.path.name()));
    if (!file.ok()) return ++answer.skipped, Next::kOn;
    const auto text = beneath_.read_all(*file, limits.file_bytes);
    if (!text.ok() || looks_binary(*text)) return ++answer.skipped, Next::kOn;
    ++answer.files;
    answer.touched.read.emplace_back(e.path, base::sha256({*text}));
    look(e.path, *text);
    return answer.truncated ? Next::kStop : Next::kOn;
  };
  TRY_AS(answer.passed, walk(beneath_, path, limits.visited, visit));
  answer.truncated = answer.truncated || answer.passed.cut;
  answer.touched.unnamed = answer.skipped + answer.passed.unnameable + answer.passed.unreadable > 0;
  return answer;
}

Outcome<StatAnswer> Workspace::stat(const Path& path) const {
  StatAnswer answer;
  if (path.is_root()) {
    TRY_AS(const base::Fd root, beneath_.directory(path));
    TRY_AS(answer.status, beneath_.status(root));
    return answer;
  }
  TRY_AS(const Place place, beneath_.place(path));
  TRY_AS(answer.status, beneath_.status(place));
  answer.is_protected = protection_of(path, Access::kWrite, settings_.lifted).has_value();
  answer.touched.named.push_back(path);
  return answer;
}

}  // namespace workspace
