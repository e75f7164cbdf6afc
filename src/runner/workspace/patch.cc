// SPDX-License-Identifier: Apache-2.0
#include "runner/workspace/patch.h"

#include <fmt/format.h>
#include <string.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "runner/workspace/limits.h"
#include "runner/workspace/text.h"

namespace workspace {
namespace {

using Lines = std::vector<std::string_view>;

Failure bad_diff(std::string_view what) {
  return fail(Cause::kBadDiff, std::string("the diff ") + std::string(what));
}

bool has_too_many_lines(std::string_view text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) >= kDiffLines;
}

// "12" off the front of `text`, at most 9 digits.
std::optional<std::size_t> take_number(std::string_view& text) {
  std::size_t value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + std::min<std::size_t>(text.size(), 9), value);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

bool take(std::string_view& text, std::string_view beginning) {
  if (!text.starts_with(beginning)) return false;
  text.remove_prefix(beginning.size());
  return true;
}

// "12,3" or "12".
struct LineRange {
  std::size_t first = 0;
  std::size_t count = 1;
};
std::optional<LineRange> take_range(std::string_view& text) {
  LineRange out;
  const auto first = take_number(text);
  if (!first) return std::nullopt;
  out.first = *first;
  if (!take(text, ",")) return out;
  const auto count = take_number(text);
  if (!count) return std::nullopt;
  out.count = *count;
  return out;
}

// "@@ -1,2 +1,3 @@ anything".
std::optional<Hunk> head_of(std::string_view line) {
  if (!take(line, "@@ -")) return std::nullopt;
  const auto old_range = take_range(line);
  if (!old_range || !take(line, " +")) return std::nullopt;
  const auto new_range = take_range(line);
  if (!new_range || !take(line, " @@")) return std::nullopt;
  return Hunk{old_range->first, old_range->count, new_range->count, {}};
}

// "--- a/NAME<tab>date" without what is around the name.
std::string name_in(std::string_view line) {
  line.remove_prefix(4);
  line = line.substr(0, line.find_first_of("\t\r\n"));
  if (line.starts_with("a/") || line.starts_with("b/")) line.remove_prefix(2);
  return std::string(line);
}

class Parser {
 public:
  explicit Parser(std::string_view diff) : lines_(lines_of(diff)) {}

  Outcome<Patch> parse() {
    TRY(head());
    std::size_t done_lines = 0;
    while (at_ < lines_.size()) {
      if (patch_.hunks.size() == kDiffHunks) return bad_diff("has too many hunks");
      auto hunk = head_of(lines_[at_]);
      if (!hunk) return bad_diff("has a line that belongs to no hunk, or a second file");
      ++at_;
      if (hunk->old_count > 0 && hunk->old_line == 0) return bad_diff("counts lines from 1");
      if (hunk->old_line < done_lines) return bad_diff("has its hunks out of order");
      done_lines = hunk->old_line + hunk->old_count;
      TRY(body(*hunk));
      patch_.hunks.push_back(std::move(*hunk));
    }
    if (patch_.hunks.empty()) return bad_diff("has no hunk");
    return std::move(patch_);
  }

 private:
  // Everything before the first hunk.
  Done head() {
    for (; at_ < lines_.size() && !lines_[at_].starts_with("@@ "); ++at_) {
      const std::string_view line = lines_[at_];
      if (line.starts_with("diff --git ") || line.starts_with("index ")) {
        if (!patch_.old_name.empty()) return bad_diff("names two files");
      } else if (line.starts_with("--- ") && at_ + 1 < lines_.size() &&
                 lines_[at_ + 1].starts_with("+++ ") && patch_.old_name.empty()) {
        patch_.old_name = name_in(line);
        patch_.new_name = name_in(lines_[++at_]);
      } else {
        return bad_diff("begins with a line that says more than a change of text");
      }
    }
    return done();
  }

  Done body(Hunk& hunk) {
    std::size_t old_left = hunk.old_count;
    std::size_t new_left = hunk.new_count;
    while (old_left + new_left > 0) {
      if (at_ == lines_.size()) return bad_diff("ends within a hunk");
      const std::string_view line = lines_[at_++];
      if (!line.ends_with('\n')) return bad_diff("ends within a line");
      // An editor may have taken the blank of an empty line of context away.
      const char sign = line == "\n" ? ' ' : line[0];
      if (sign != ' ' && sign != '-' && sign != '+') return bad_diff("has a line without a sign");
      if ((sign != '+' && old_left == 0) || (sign != '-' && new_left == 0))
        return bad_diff("has more lines in a hunk than it says");
      old_left -= sign != '+' ? 1 : 0;
      new_left -= sign != '-' ? 1 : 0;
      hunk.lines.push_back({sign, line == "\n" ? line : line.substr(1)});
      if (at_ < lines_.size() && lines_[at_].starts_with("\\ ")) {
        drop_end(hunk.lines.back());
        if (hunk.lines.back().text.empty()) return bad_diff("has a line that is none");
        ++at_;
      }
    }
    if (hunk.lines.empty()) return bad_diff("has an empty hunk");
    return done();
  }
  static void drop_end(HunkLine& line) {
    if (line.text.ends_with('\n')) line.text.remove_suffix(1);
  }

  Lines lines_;
  std::size_t at_ = 0;
  Patch patch_;
};

// As string_view::find, but linear: the texts are hostile.
std::size_t find_text(std::string_view text, std::string_view wanted, std::size_t from) {
  if (from > text.size()) return std::string_view::npos;
  const void* at = ::memmem(text.data() + from, text.size() - from, wanted.data(), wanted.size());
  return at == nullptr ? std::string_view::npos
                       : static_cast<std::size_t>(static_cast<const char*>(at) - text.data());
}

// Joins lines, of which only the last may lack its end.
class Joined {
 public:
  void add(std::string_view line) {
    bad_ = bad_ || (!text_.empty() && !text_.ends_with('\n'));
    text_ += line;
  }
  Outcome<std::string> take() {
    if (bad_) return bad_diff("puts a line without an end before others");
    return std::move(text_);
  }

 private:
  std::string text_;
  bool bad_ = false;
};

// The lines of the old text that a hunk is about.
Lines old_lines(const Hunk& hunk) {
  Lines out;
  for (const HunkLine& l : hunk.lines)
    if (l.sign != '+') out.push_back(l.text);
  return out;
}

bool stands_at(const Lines& text, const Lines& wanted, std::size_t at) {
  if (at + wanted.size() > text.size()) return false;
  return std::equal(wanted.begin(), wanted.end(), text.begin() + static_cast<std::ptrdiff_t>(at));
}

// Where the hunk goes, as an index into the text's lines, not before `from`.
Outcome<std::size_t> place_of(const Lines& text, const Hunk& hunk, std::size_t from,
                              std::size_t number, std::size_t& budget) {
  const Lines wanted = old_lines(hunk);
  // An empty range names the line after which lines are put in.
  const std::size_t said = wanted.empty() ? hunk.old_line : hunk.old_line - 1;
  if (said >= from && stands_at(text, wanted, said)) return said;
  if (wanted.empty()) return fail(Cause::kNoMatch, fmt::format("hunk {} goes nowhere", number));
  std::optional<std::size_t> found;
  for (std::size_t at = from; at + wanted.size() <= text.size(); ++at) {
    if (budget-- == 0) return fail(Cause::kTooLarge, "the diff is too far from the text");
    if (!stands_at(text, wanted, at)) continue;
    if (found)
      return fail(Cause::kNotUnique, fmt::format("hunk {} fits at several places", number));
    found = at;
  }
  if (!found)
    return fail(Cause::kNoMatch, fmt::format("the context of hunk {} is not there", number));
  return *found;
}

}  // namespace

Outcome<std::string> replace_text(std::string_view text, std::string_view old_text,
                                  std::string_view new_text, Occurrence occurrence,
                                  std::uint64_t limit) {
  std::size_t at = old_text.empty() ? std::string_view::npos : find_text(text, old_text, 0);
  if (at == std::string_view::npos)
    return fail(Cause::kNoMatch, "the text to be replaced is not there");
  if (occurrence == Occurrence::kTheOnlyOne &&
      find_text(text, old_text, at + 1) != std::string_view::npos)
    return fail(Cause::kNotUnique, "the text to be replaced stands there more than once");
  std::string out;
  std::size_t from = 0;
  for (; at != std::string_view::npos; at = find_text(text, old_text, from)) {
    if (out.size() + (at - from) + new_text.size() > limit)
      return fail(Cause::kTooLarge, "the file would be too large");
    out += text.substr(from, at - from);
    out += new_text;
    from = at + old_text.size();
  }
  return out += text.substr(from);
}

Outcome<Patch> parse_patch(std::string_view diff) {
  if (has_too_many_lines(diff)) return bad_diff("has too many lines");
  return Parser(diff).parse();
}

Outcome<std::string> apply_patch(std::string_view text, const Patch& patch) {
  if (has_too_many_lines(text)) return fail(Cause::kTooLarge, "the file has too many lines");
  const Lines lines = lines_of(text);
  Joined out;
  std::size_t from = 0;
  std::size_t budget = kPatchSteps;
  for (std::size_t i = 0; i < patch.hunks.size(); ++i) {
    const Hunk& hunk = patch.hunks[i];
    TRY_AS(const std::size_t at, place_of(lines, hunk, from, i + 1, budget));
    for (; from < at; ++from) out.add(lines[from]);
    for (const HunkLine& line : hunk.lines)
      if (line.sign != '-') out.add(line.text);
    from = at + old_lines(hunk).size();
  }
  for (; from < lines.size(); ++from) out.add(lines[from]);
  return out.take();
}

}  // namespace workspace
